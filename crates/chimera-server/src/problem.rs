//! What went wrong, in the words of the API: a problem document (RFC 9457) on a route, an `error` on the socket.

use axum::response::{IntoResponse, Response};
use chimera_app::{ErrorCode, Scope};
use http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use uuid::Uuid;

use crate::guard::Refusal;

pub(crate) type Answer<T> = Result<T, Problem>;

/// One refused request or message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    field: Option<String>,
    /// Stands in the log too.
    request_id: Uuid,
}

/// The same on both ways out.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorBody<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    request_id: Uuid,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    request_id: Uuid,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let problem = Self { status, code, detail: detail.into(), field: None, request_id: Uuid::now_v7() };
        tracing::debug!(request_id = %problem.request_id, code, "refused");
        problem
    }

    /// A value that cannot be used where it stands.
    pub(crate) fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Invalid.as_str(), detail).on(field)
    }

    /// Something that could not be read at all.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    pub(crate) fn no_scope(scope: Scope) -> Self {
        let detail = format!("this token lacks the scope `{}`", scope.as_str());
        Self::new(StatusCode::FORBIDDEN, "scope_missing", detail)
    }

    pub(crate) fn on(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub(crate) fn is_wrong_token(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    pub(crate) fn as_error(&self) -> ErrorBody<'_> {
        let field = self.field.as_deref();
        ErrorBody { code: self.code, message: &self.detail, field, request_id: self.request_id }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            r#type: format!("urn:chimera:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            field: self.field.as_deref(),
            request_id: self.request_id,
        };
        let mut response = (self.status, axum::Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
        }
        response
    }
}

impl From<Refusal> for Problem {
    /// Says nothing of the request: whoever sent it may be a page that reads the answer through a hole.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Host => Self::new(
                StatusCode::MISDIRECTED_REQUEST,
                "host_not_allowed",
                "use 127.0.0.1, [::1] or localhost with the port of this server",
            ),
            Refusal::Origin => Self::new(
                StatusCode::FORBIDDEN,
                "origin_not_allowed",
                "web pages may come in only from allowed origins",
            ),
            Refusal::Malformed(detail) => Self::malformed(detail),
            Refusal::Method => {
                Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "no route takes this method")
            }
            Refusal::Unauthorized => Self::new(
                StatusCode::UNAUTHORIZED,
                ErrorCode::Unauthorized.as_str(),
                "show a token: Authorization: Bearer <token>. Tokens are made in Chimera's settings",
            ),
        }
    }
}

impl From<chimera_app::Error> for Problem {
    fn from(error: chimera_app::Error) -> Self {
        let status = status(&error);
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        let mut problem = Self::new(status, error.code.as_str(), error.message);
        problem.field = match error.code {
            ErrorCode::ConversationNotFound => Some(error.field.unwrap_or_else(|| "id".into())),
            _ => error.field,
        };
        if status.is_server_error() {
            tracing::error!(request_id = %problem.request_id, code = problem.code, cause, "{}", problem.detail);
        }
        problem
    }
}

fn status(error: &chimera_app::Error) -> StatusCode {
    match error.code {
        ErrorCode::Invalid | ErrorCode::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        // What a body names and does not exist is a wrong value; what the path names is not there.
        ErrorCode::PersonaNotFound | ErrorCode::CastNotFound | ErrorCode::ConnectionNotFound
            if error.field.is_some() =>
        {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        ErrorCode::ConversationNotFound
        | ErrorCode::AttemptNotFound
        | ErrorCode::BranchNotFound
        | ErrorCode::MessageNotFound
        | ErrorCode::ImageNotFound
        | ErrorCode::PersonaNotFound
        | ErrorCode::CastNotFound
        | ErrorCode::ConnectionNotFound
        | ErrorCode::TokenNotFound => StatusCode::NOT_FOUND,
        ErrorCode::WrongState | ErrorCode::AlreadyExists => StatusCode::CONFLICT,
        ErrorCode::Unauthorized => StatusCode::UNAUTHORIZED,
        ErrorCode::ReadOnly => StatusCode::FORBIDDEN,
        ErrorCode::DataFolderInUse | ErrorCode::Keyring => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Storage => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::Provider => StatusCode::BAD_GATEWAY,
    }
}
