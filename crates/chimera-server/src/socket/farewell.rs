use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Why a socket is closed. The codes are part of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Farewell {
    /// The peer left, or its connection broke.
    Gone,
    /// It spoke another protocol than this one.
    Protocol(&'static str),
    /// It broke the rules of WebSocket itself.
    Broken(CloseCode),
    /// Its token is wrong.
    WrongToken,
    /// Its token has been revoked.
    Revoked,
    /// It showed no token in time.
    NoToken,
    /// It did not take what it was sent, or has fallen silent.
    TooSlow(&'static str),
    ShuttingDown,
    /// The log could not be read.
    Failed,
}

impl Farewell {
    /// None when nobody is there to read it.
    pub(super) fn words(&self) -> Option<(CloseCode, &'static str)> {
        match self {
            Farewell::Gone => None,
            Farewell::Protocol(why) => Some((CloseCode::Library(4000), why)),
            Farewell::Broken(code) => Some((*code, "not a WebSocket message of this protocol")),
            Farewell::WrongToken => Some((CloseCode::Library(4001), "the token is unknown or was revoked")),
            Farewell::Revoked => Some((CloseCode::Library(4001), "the token was revoked")),
            Farewell::NoToken => Some((CloseCode::Library(4002), "no token was shown in time")),
            Farewell::TooSlow(why) => Some((CloseCode::Library(4008), why)),
            Farewell::ShuttingDown => Some((CloseCode::Library(4010), "shutting down: come back with your cursor")),
            Farewell::Failed => Some((CloseCode::Error, "the history could not be read")),
        }
    }
}

impl From<tungstenite::Error> for Farewell {
    fn from(error: tungstenite::Error) -> Self {
        match error {
            tungstenite::Error::Capacity(_) => Farewell::Broken(CloseCode::Size),
            tungstenite::Error::Utf8(_) => Farewell::Broken(CloseCode::Invalid),
            tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
                Farewell::Gone
            }
            tungstenite::Error::Protocol(_) | tungstenite::Error::AttackAttempt => {
                Farewell::Broken(CloseCode::Protocol)
            }
            tungstenite::Error::WriteBufferFull(_) => Farewell::TooSlow("too much is waiting to be taken"),
            tungstenite::Error::ConnectionClosed
            | tungstenite::Error::AlreadyClosed
            | tungstenite::Error::Io(_)
            | tungstenite::Error::Tls(_)
            | tungstenite::Error::Url(_)
            | tungstenite::Error::Http(_)
            | tungstenite::Error::HttpFormat(_) => Farewell::Gone,
        }
    }
}
