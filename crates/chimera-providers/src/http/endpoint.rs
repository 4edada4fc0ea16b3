use chimera_core::{Connection, ErrorClass, ProviderError, Secret};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::Client;
use serde_json::Value;
use url::Url;

use super::base_url::base_url;
use super::censor;
use super::failure::not_reached;
use super::retry_after::{advice, retry_after};
use super::veil::Veil;
use super::{Body, Http, READ_TIMEOUT};
use crate::classify::{self, Complaint};
use crate::sse::{EventStream, Frame};

/// Bytes of an error's body that are read; what explains an error is short.
const MAX_REJECTION: usize = 64 * 1024;

/// One server that may be called, and the key to show it.
#[derive(Clone)]
pub struct Endpoint {
    client: Client,
    base: Url,
    /// Sent with every call.
    headers: HeaderMap,
    credential: Option<Credential>,
}

/// The key, in the one header that its vendor wants it in.
#[derive(Clone)]
pub struct Credential {
    header: HeaderName,
    value: HeaderValue,
    secret: Secret,
}

/// An answer that the server called a success. What is in it is another matter.
pub struct Answer {
    pub status: u16,
    pub request_id: Option<String>,
    pub body: Body,
}

/// A call that brought no answer, with what the server said about it as long as it was JSON.
pub struct Rejection {
    pub error: ProviderError,
    pub said: Value,
}

impl From<ProviderError> for Rejection {
    fn from(error: ProviderError) -> Self {
        Self { error, said: Value::Null }
    }
}

impl Credential {
    pub fn bearer(secret: Secret) -> Result<Self, ProviderError> {
        let value = Secret::new(format!("Bearer {}", secret.expose().trim()));
        Self::new(AUTHORIZATION, &value, secret)
    }

    /// The bare key in a header of the vendor's own.
    pub fn header(name: &'static str, secret: Secret) -> Result<Self, ProviderError> {
        let value = Secret::new(secret.expose().trim());
        Self::new(HeaderName::from_static(name), &value, secret)
    }

    fn new(header: HeaderName, value: &Secret, secret: Secret) -> Result<Self, ProviderError> {
        let Ok(mut value) = HeaderValue::from_str(value.expose()) else {
            return Err(ProviderError::new(ErrorClass::Unauthorized, "the key holds characters that no key has"));
        };
        value.set_sensitive(true);
        Ok(Self { header, value, secret })
    }
}

impl Endpoint {
    pub fn new(http: &Http, connection: &Connection, credential: Option<Credential>) -> Result<Self, ProviderError> {
        let given = connection.base_url.as_deref().or(connection.kind.default_base_url()).unwrap_or_default();
        let (base, reach) = base_url(given, connection.local)
            .map_err(|problem| ProviderError::new(ErrorClass::NotConfigured, problem))?;
        Ok(Self { client: http.client(reach)?, base, headers: HeaderMap::new(), credential })
    }

    /// The same with this header in every call. It is no place for a key.
    pub fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        self
    }

    /// The same under this version of the API, unless the base URL already names one: people write it either way.
    pub fn versioned(mut self, version: &str) -> Self {
        let is_version =
            |segment: &str| segment.starts_with('v') && segment[1..].starts_with(|c: char| c.is_ascii_digit());
        let mut segments = self.base.path_segments().into_iter().flatten();
        let is_named = segments.rfind(|segment| !segment.is_empty()).is_some_and(is_version);
        if !is_named && let Ok(mut segments) = self.base.path_segments_mut() {
            segments.pop_if_empty().push(version);
        }
        self
    }

    /// The same with more in the query. It is no place for a key either.
    pub fn with_query(&self, pairs: &[(&str, &str)]) -> Self {
        let mut this = self.clone();
        this.base.query_pairs_mut().extend_pairs(pairs);
        this
    }

    /// The path that all calls go below, without a slash at its end.
    pub fn path(&self) -> &str {
        self.base.path().trim_end_matches('/')
    }

    pub fn shows_key(&self) -> bool {
        self.credential.is_some()
    }

    /// Asks for something small that needs no thinking.
    pub async fn get(&self, path: &[&str]) -> Result<Answer, Rejection> {
        self.send(self.request(Method::GET, path).timeout(READ_TIMEOUT).header(ACCEPT, "application/json")).await
    }

    /// Asks for a stream of events. How long that may take is the caller's to judge: it drops the call.
    pub async fn post(&self, path: &[&str], body: Vec<u8>) -> Result<Answer, Rejection> {
        let request = self
            .request(Method::POST, path)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream, application/json;q=0.9")
            // Compression would hold words back until a block is full.
            .header(ACCEPT_ENCODING, "identity")
            .body(body);
        self.send(request).await
    }

    /// Takes the key out of whatever a server, or a library, put into an error.
    pub fn censor(&self, error: ProviderError) -> ProviderError {
        let detail = self.without_key(&error.detail);
        let request_id = error.request_id.map(|id| self.without_key(&id));
        ProviderError { detail, request_id, ..error }
    }

    /// The same words without the key.
    pub fn without_key(&self, words: &str) -> String {
        let key = self.credential.as_ref().map(|credential| credential.secret.expose().trim());
        censor::without(key.unwrap_or_default(), words)
    }

    /// What takes the key out of words that come piece by piece.
    pub fn veil(&self) -> Veil {
        Veil::new(self.credential.as_ref().map(|credential| credential.secret.clone()))
    }

    fn request(&self, method: Method, path: &[&str]) -> reqwest::RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        let request = self.client.request(method, url).headers(self.headers.clone());
        match &self.credential {
            Some(credential) => request.header(credential.header.clone(), credential.value.clone()),
            None => request,
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, Rejection> {
        let response = request.send().await.map_err(not_reached)?;
        let status = response.status();
        let request_id = request_id(response.headers());
        if status.is_success() {
            return Ok(Answer { status: status.as_u16(), request_id, body: Body::new(response) });
        }
        let said_wait = retry_after(response.headers(), jiff::Timestamp::now());
        let advice = advice(response.headers());
        let (mut error, said) = if status.is_redirection() {
            (redirected(response.headers()), Value::Null)
        } else {
            // A body that breaks off or never ends takes nothing from what the status says.
            let read = tokio::time::timeout(READ_TIMEOUT, read_rejection(Body::new(response))).await;
            let body = read.unwrap_or_default();
            let said = explanation(&body);
            let complaint = Complaint::from_body(status.as_u16(), &said, &body);
            (classify::error(&complaint), said)
        };
        error.status = Some(status.as_u16());
        error.request_id = request_id.or_else(|| said.get("request_id").and_then(Value::as_str).map(told_id));
        error.retry_after = said_wait.or(error.retry_after);
        error.advice = advice;
        Err(Rejection { error, said })
    }
}

async fn read_rejection(mut body: Body) -> Vec<u8> {
    body.start(MAX_REJECTION).await.map(|(bytes, _)| bytes).unwrap_or_default()
}

/// What a server said about an error. LiteLLM says it as an event, where a stream was asked for.
fn explanation(body: &[u8]) -> Value {
    let document = serde_json::from_slice(body).ok();
    let event = || {
        let mut events = EventStream::default();
        events.push(body);
        match events.next_frame() {
            Ok(Some(Frame::Event(event))) => serde_json::from_str(&event.data).ok(),
            Ok(_) | Err(_) => None,
        }
    };
    document.or_else(event).unwrap_or(Value::Null)
}

fn redirected(headers: &HeaderMap) -> ProviderError {
    let target = headers.get(LOCATION).and_then(|value| Url::parse(value.to_str().ok()?).ok());
    let detail = match target.as_ref().and_then(Url::host_str) {
        Some(host) => format!("the server sends us on to {host}"),
        None => "the server sends us on to another address".to_owned(),
    };
    ProviderError::new(ErrorClass::RedirectRefused, detail)
}

/// The name under which the vendor's support can find the call. Anthropic writes it into an error as well, where no proxy
/// has taken it out.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let names = ["x-request-id", "request-id", "x-generation-id"];
    let text = names.iter().find_map(|name| headers.get(*name)?.to_str().ok())?;
    Some(told_id(text))
}

fn told_id(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(120).collect()
}
