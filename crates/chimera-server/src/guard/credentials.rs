use http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use http::request::Parts;
use http::{HeaderMap, Method};

use super::{Refusal, SOCKET_PATH};

/// Browsers cannot set headers on a handshake; they can offer subprotocols.
const SUBPROTOCOL: &str = "chimera.bearer.";

/// The one token a request shows, if any. A token anywhere else (URL, cookie, body, another header) is none.
pub(super) fn token(head: &Parts) -> Result<Option<&str>, Refusal> {
    let mut headers = head.headers.get_all(AUTHORIZATION).iter();
    let mut offers = subprotocols(&head.headers)
        .filter_map(|offer| offer.strip_prefix(SUBPROTOCOL))
        .filter(|_| head.uri.path() == SOCKET_PATH);
    match (headers.next(), headers.next(), offers.next(), offers.next()) {
        (None, _, None, _) => Ok(None),
        (Some(header), None, None, _) => header
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "))
            .filter(|token| is_plain(token))
            .map(Some)
            .ok_or(Refusal::Unauthorized),
        (None, _, Some(token), None) if is_plain(token) => Ok(Some(token)),
        (None, _, Some(_), None) => Err(Refusal::Unauthorized),
        _ => Err(Refusal::Malformed("the token is given more than once")),
    }
}

/// Whether a handshake without a token may show it in its first message. One with a query may not: what is there is a
/// token that went into a URL, and its author should hear of it at once.
pub(super) fn may_follow(head: &Parts) -> bool {
    head.method == Method::GET && head.uri.path() == SOCKET_PATH && head.uri.query().is_none()
}

pub(crate) fn subprotocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(',').map(str::trim))
}

fn is_plain(token: &str) -> bool {
    (1..=200).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}
