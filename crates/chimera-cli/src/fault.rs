//! Why a command was not carried out, here or by the Chimera that has the data folder open.

use chimera_app::{Error, ErrorCode};

pub type Result<T> = std::result::Result<T, Fault>;

/// What is told on standard error. Codes are those of the local API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: String,
    pub message: String,
    /// Path of the input to mend.
    pub field: Option<String>,
}

impl Fault {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code: code.as_str().into(), message: message.into(), field: None }
    }

    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(ErrorCode::Invalid, message) }
    }

    pub fn is(&self, code: ErrorCode) -> bool {
        self.code == code.as_str()
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self { code: error.code.as_str().into(), message: error.message, field: error.field }
    }
}
