use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Version};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::guard::credentials::subprotocols;
use crate::problem::Problem;

const PROTOCOL: &str = "chimera.v1";

/// A handshake that may be answered with `101`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    key: String,
    /// Only ever our own name: a token that was offered is never echoed.
    names_protocol: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// A plain request, or one for another version of WebSocket.
    UpgradeRequired,
    Malformed(&'static str),
}

pub(super) fn check<B>(request: &Request<B>) -> Result<Accepted, Refused> {
    let headers = request.headers();
    if request.method() != Method::GET || request.version() != Version::HTTP_11 {
        return Err(Refused::UpgradeRequired);
    }
    if !lists(headers, CONNECTION, "upgrade") || !lists(headers, UPGRADE, "websocket") {
        return Err(Refused::UpgradeRequired);
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(Refused::UpgradeRequired);
    }
    let mut keys = headers.get_all(SEC_WEBSOCKET_KEY).iter();
    let key = match (keys.next().and_then(|key| key.to_str().ok()), keys.next()) {
        (Some(key), None) if STANDARD.decode(key).is_ok_and(|key| key.len() == 16) => key.to_owned(),
        _ => return Err(Refused::Malformed("Sec-WebSocket-Key must be 16 bytes in base64, given once")),
    };
    let names_protocol = subprotocols(headers).any(|offer| offer == PROTOCOL);
    if !names_protocol && headers.contains_key(SEC_WEBSOCKET_PROTOCOL) {
        return Err(Refused::Malformed("offer the subprotocol chimera.v1, or none"));
    }
    Ok(Accepted { key, names_protocol })
}

fn lists(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    let mut words = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    words.any(|given| given.trim().eq_ignore_ascii_case(word))
}

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        let accept = derive_accept_key(self.key.as_bytes());
        headers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::try_from(accept).expect("base64 fits into a header"));
        if self.names_protocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
        }
        response
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Refused::Malformed(detail) => Problem::malformed(detail).into_response(),
            Refused::UpgradeRequired => {
                let detail = "this route is a WebSocket, version 13";
                let problem = Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade_required", detail);
                let mut response = problem.into_response();
                response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
                response.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
                response
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 4] = [
        ("connection", "keep-alive, Upgrade"),
        ("upgrade", "WebSocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];

    fn with(changes: &[(&str, &str)]) -> Result<Accepted, Refused> {
        let mut request = Request::new(());
        for (name, value) in
            GOOD.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name)).chain(changes)
        {
            if !value.is_empty() {
                request.headers_mut().append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
            }
        }
        check(&request)
    }

    #[test]
    fn the_answer_proves_that_the_key_was_read_and_never_echoes_a_token() {
        let accepted = with(&[("sec-websocket-protocol", "chimera.bearer.chm_x, chimera.v1")]).unwrap();

        let response = accepted.into_response();

        assert_eq!(response.headers()[SEC_WEBSOCKET_ACCEPT], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(response.headers()[SEC_WEBSOCKET_PROTOCOL], "chimera.v1");
    }

    #[test]
    fn a_client_that_offers_no_subprotocol_is_answered_with_none() {
        assert!(!with(&[]).unwrap().into_response().headers().contains_key(SEC_WEBSOCKET_PROTOCOL));
    }

    #[test]
    fn what_is_no_handshake_of_version_13_is_told_so() {
        for change in [
            ("upgrade", ""),
            ("upgrade", "h2c"),
            ("connection", "close"),
            ("sec-websocket-version", "8"),
            ("sec-websocket-version", ""),
        ] {
            assert_eq!(with(&[change]), Err(Refused::UpgradeRequired), "{change:?}");
        }
        for key in ["", "short", "dGhlIHNhbXBsZSBub25jZQ", "bm90IHNpeHRlZW4gYnl0ZXM="] {
            assert!(matches!(with(&[("sec-websocket-key", key)]), Err(Refused::Malformed(_))), "{key}");
        }
        assert!(matches!(with(&[("sec-websocket-protocol", "mqtt")]), Err(Refused::Malformed(_))));
        assert!(matches!(with(&[("sec-websocket-protocol", "chimera.bearer.chm_x")]), Err(Refused::Malformed(_))));
    }
}
