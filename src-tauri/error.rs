use serde::Serialize;

pub type CommandResult<T> = Result<T, CommandError>;

/// What the window gets when a command fails. It branches on `code` and shows `message` at `field`.
#[derive(Debug, Clone, Serialize, specta::Type, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    pub code: String,
    pub message: String,
    pub field: Option<String>,
}

impl From<chimera_app::Error> for CommandError {
    fn from(error: chimera_app::Error) -> Self {
        Self { code: error.code.as_str().into(), message: error.message, field: error.field }
    }
}

impl CommandError {
    /// Something of the window itself failed: its preferences, its side door, the system's opener.
    pub fn of_the_shell(error: impl std::fmt::Display) -> Self {
        Self { code: "shell".into(), message: error.to_string(), field: None }
    }
}
