use serde::Serialize;

pub type Result<T> = std::result::Result<T, Error>;

/// Why a use-case was not carried out. The window branches on `code`, never on words; `field` names the input to mend.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub code: ErrorCode,
    pub message: String,
    /// Path of the offending input, as the client wrote it: `participants[1].route`.
    pub field: Option<String>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Stable across versions: companions branch on it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// An input is missing, too long or not of its form.
    Invalid,
    ConversationNotFound,
    AttemptNotFound,
    BranchNotFound,
    MessageNotFound,
    ImageNotFound,
    PersonaNotFound,
    CastNotFound,
    ConnectionNotFound,
    TokenNotFound,
    /// The conversation's state does not allow it now.
    WrongState,
    /// The id or name is taken.
    AlreadyExists,
    /// The client used the same idempotency key for another request.
    KeyReused,
    /// The token is unknown or was revoked.
    Unauthorized,
    /// Another Chimera has this data folder open.
    DataFolderInUse,
    /// The history could not be read or written.
    Storage,
    /// The disk is full: free some space and try again.
    DiskFull,
    /// This Chimera was opened for reading only.
    ReadOnly,
    /// The OS keyring did not take or give the key.
    Keyring,
    /// A provider did not answer as it should.
    Provider,
}

impl Error {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, source: None }
    }

    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(ErrorCode::Invalid, message) }
    }

    pub(crate) fn on(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub(crate) fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    pub(crate) fn no_conversation(id: chimera_core::ConversationId) -> Self {
        Self::new(ErrorCode::ConversationNotFound, format!("there is no conversation {id}"))
    }

    pub(crate) fn no_branch(branch: chimera_core::BranchId, field: &str) -> Self {
        let message = format!("there is no branch {branch} in this conversation");
        Self::new(ErrorCode::BranchNotFound, message).on(field)
    }

    pub(crate) fn no_message(message: chimera_core::MessageId) -> Self {
        let words = format!("there is no message {message} in this conversation");
        Self::new(ErrorCode::MessageNotFound, words).on("message")
    }
}

impl From<chimera_store::Error> for Error {
    fn from(error: chimera_store::Error) -> Self {
        use chimera_store::Error as Store;
        let code = match &error {
            Store::Full { .. } => ErrorCode::DiskFull,
            Store::ReadOnly { .. } => ErrorCode::ReadOnly,
            Store::BadCursor { .. } => ErrorCode::Invalid,
            Store::Corrupt { .. }
            | Store::Newer { .. }
            | Store::Locked { .. }
            | Store::NotAHistory { .. }
            | Store::Unreachable { .. }
            | Store::DoesNotFit { .. }
            | Store::OldSqlite { .. }
            | Store::Closed { .. }
            | Store::Database { .. } => ErrorCode::Storage,
        };
        let field = matches!(error, Store::BadCursor { .. }).then(|| "cursor".to_owned());
        Self { field, ..Self::new(code, error.to_string()) }.because(error)
    }
}

impl From<chimera_engine::CommandError> for Error {
    fn from(error: chimera_engine::CommandError) -> Self {
        use chimera_engine::CommandError;
        match error {
            CommandError::Refused { message, field: Some(field) } => Self::invalid(field, message),
            CommandError::Refused { message, field: None } => Self::new(ErrorCode::WrongState, message),
            CommandError::Gone => Self::new(ErrorCode::Storage, "the conversation went to sleep twice: try again"),
            CommandError::Journal(error) => {
                let message = error.to_string();
                match error.into_cause().downcast::<chimera_store::Error>() {
                    Ok(store) => Self::from(*store),
                    Err(_) => Self::new(ErrorCode::Storage, message),
                }
            }
        }
    }
}

impl ErrorCode {
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::Invalid => "invalid",
            ErrorCode::ConversationNotFound => "conversation_not_found",
            ErrorCode::AttemptNotFound => "attempt_not_found",
            ErrorCode::BranchNotFound => "branch_not_found",
            ErrorCode::MessageNotFound => "message_not_found",
            ErrorCode::ImageNotFound => "image_not_found",
            ErrorCode::PersonaNotFound => "persona_not_found",
            ErrorCode::CastNotFound => "cast_not_found",
            ErrorCode::ConnectionNotFound => "connection_not_found",
            ErrorCode::TokenNotFound => "token_not_found",
            ErrorCode::WrongState => "wrong_state",
            ErrorCode::AlreadyExists => "already_exists",
            ErrorCode::KeyReused => "idempotency_key_reused",
            ErrorCode::Unauthorized => "unauthorized",
            ErrorCode::DataFolderInUse => "data_folder_in_use",
            ErrorCode::Storage => "storage",
            ErrorCode::DiskFull => "disk_full",
            ErrorCode::ReadOnly => "read_only",
            ErrorCode::Keyring => "keyring",
            ErrorCode::Provider => "provider",
        }
    }
}
