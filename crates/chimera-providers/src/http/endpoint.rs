use std::net::IpAddr;

use chimera_core::{Connection, ErrorClass, ProviderError, Secret};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::Client;
use serde_json::Value;
use url::{Host, Url};

use super::address::Reach;
use super::failure::not_reached;
use super::retry_after::retry_after;
use super::{Body, Http, READ_TIMEOUT};
use crate::classify::{self, Complaint};

/// Bytes of an error's body that are read; what explains an error is short.
const MAX_REJECTION: usize = 64 * 1024;

/// One server that may be called, and the key to show it.
#[derive(Clone)]
pub struct Endpoint {
    client: Client,
    base: Url,
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
        let Ok(mut value) = HeaderValue::from_str(value.expose()) else {
            return Err(ProviderError::new(ErrorClass::Unauthorized, "the key holds characters that no key has"));
        };
        value.set_sensitive(true);
        Ok(Self { header: AUTHORIZATION, value, secret })
    }
}

impl Endpoint {
    pub fn new(http: &Http, connection: &Connection, credential: Option<Credential>) -> Result<Self, ProviderError> {
        let (base, reach) = base_url(connection.base_url.as_deref().unwrap_or_default(), connection.local)
            .map_err(|problem| ProviderError::new(ErrorClass::NotConfigured, problem))?;
        Ok(Self { client: http.client(reach)?, base, credential })
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
        let key = self.credential.as_ref().map(|credential| credential.secret.expose().trim()).unwrap_or_default();
        if key.is_empty() {
            return error;
        }
        ProviderError {
            detail: error.detail.replace(key, "…"),
            request_id: error.request_id.map(|id| id.replace(key, "…")),
            ..error
        }
    }

    fn request(&self, method: Method, path: &[&str]) -> reqwest::RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        let request = self.client.request(method, url);
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
            return Ok(Answer { request_id, body: Body::new(response) });
        }
        let said_wait = retry_after(response.headers(), jiff::Timestamp::now());
        let (mut error, said) = if status.is_redirection() {
            (redirected(response.headers()), Value::Null)
        } else {
            // A body that breaks off or never ends takes nothing from what the status says.
            let read = tokio::time::timeout(READ_TIMEOUT, read_rejection(Body::new(response))).await;
            let body = read.unwrap_or_default();
            let said = serde_json::from_slice(&body).unwrap_or(Value::Null);
            let complaint = Complaint::from_body(status.as_u16(), &said, &body);
            (classify::error(&complaint), said)
        };
        error.status = Some(status.as_u16());
        error.request_id = request_id;
        error.retry_after = said_wait.or(error.retry_after);
        Err(Rejection { error, said })
    }
}

async fn read_rejection(mut body: Body) -> Vec<u8> {
    body.start(MAX_REJECTION).await.map(|(bytes, _)| bytes).unwrap_or_default()
}

fn redirected(headers: &HeaderMap) -> ProviderError {
    let target = headers.get(LOCATION).and_then(|value| Url::parse(value.to_str().ok()?).ok());
    let detail = match target.as_ref().and_then(Url::host_str) {
        Some(host) => format!("the server sends us on to {host}"),
        None => "the server sends us on to another address".to_owned(),
    };
    ProviderError::new(ErrorClass::RedirectRefused, detail)
}

/// The name under which the vendor's support can find the call.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let names = ["x-request-id", "request-id", "x-generation-id"];
    let text = names.iter().find_map(|name| headers.get(*name)?.to_str().ok())?;
    Some(text.chars().take(120).collect())
}

/// The address as the person gave it, if it may be called at all, and how far it may lead.
fn base_url(text: &str, local: bool) -> Result<(Url, Reach), String> {
    let trimmed = text.trim().trim_end_matches('/');
    if trimmed.is_empty() {
        return Err("the connection has no address".into());
    }
    // Pasted out of documentation with the call still on it.
    let trimmed = trimmed.strip_suffix("/chat/completions").unwrap_or(trimmed);
    let url = Url::parse(trimmed).map_err(|error| format!("the address is not a URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a name or password does not belong into the address".into());
    }
    // Names are judged when they are resolved; a number never is.
    let number = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err("the address names no server".into()),
    };
    // Who writes `localhost` means this machine, marked or not.
    let is_this_machine = url.host_str() == Some("localhost") || number.is_some_and(|address| address.is_loopback());
    let reach = if local || is_this_machine { Reach::Anywhere } else { Reach::Internet };
    match (url.scheme(), reach) {
        ("https", _) | ("http", Reach::Anywhere) => {}
        ("http", Reach::Internet) => {
            return Err(
                "plain http would show the key to everyone on the way: use https, or mark the connection as local"
                    .into(),
            );
        }
        _ => return Err("the address should begin with https://".into()),
    }
    if let Some(address) = number {
        reach.allows(address).map_err(|refused| refused.to_string())?;
    }
    Ok((url, reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_given_but_for_what_cannot_be_meant() {
        for (given, kept) in [
            ("https://api.example.com/v1/", "https://api.example.com/v1"),
            ("https://api.example.com", "https://api.example.com/"),
            (" https://api.example.com/v1/chat/completions ", "https://api.example.com/v1"),
            ("https://x.example.com/openai?api-version=1", "https://x.example.com/openai?api-version=1"),
        ] {
            assert_eq!(base_url(given, false).map(|(url, _)| url.to_string()).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn what_must_not_be_called_is_refused_before_a_byte_is_sent() {
        for refused in [
            "",
            "api.example.com/v1",
            "localhost:11434",
            "ftp://example.com",
            "http://api.example.com/v1",
            "http://localhost.example.com",
            "https://[::ffff:7f00:1]/",
            "https://10.1.2.3",
            "https://0xa.1/",
            "https://me:pw@example.com",
            "https://169.254.169.254",
        ] {
            assert!(base_url(refused, false).is_err(), "{refused:?} was accepted");
        }
        for refused in
            ["http://169.254.169.254/v1", "http://[::ffff:a9fe:a9fe]/", "http://[fe80::1]/", "http://224.0.0.1"]
        {
            assert!(base_url(refused, true).is_err(), "{refused:?} was accepted");
        }
    }

    #[test]
    fn this_machine_may_be_called_by_name_and_its_network_when_it_is_marked() {
        for loopback in ["http://localhost:11434/v1", "http://127.0.0.1:8080", "http://[::1]:1234/v1"] {
            assert!(base_url(loopback, false).is_ok(), "{loopback:?} was refused");
        }
        for network in ["http://192.168.1.7:8080", "http://box.lan", "https://10.0.0.2/v1"] {
            assert!(base_url(network, true).is_ok(), "{network:?} was refused");
        }
    }
}
