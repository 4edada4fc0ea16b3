//! The key under which a client may send a request again.

use bytes::Bytes;
use chimera_app::{Access, receipt};
use chimera_core::Receipt;
use http::Method;
use http::request::Parts;

use crate::problem::{Answer, Problem};

/// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>
const HEADER: &str = "idempotency-key";

/// The receipt for a request that would change something and names a key.
pub(crate) fn of_request(head: &Parts, body: &Bytes) -> Answer<Option<Receipt>> {
    let mut keys = head.headers.get_all(HEADER).iter();
    let (Some(key), Some(access)) = (keys.next(), head.extensions.get::<Access>()) else { return Ok(None) };
    if head.method == Method::GET || head.method == Method::HEAD {
        return Ok(None);
    }
    if keys.next().is_some() {
        return Err(Problem::invalid(HEADER, "a request has at most one idempotency key"));
    }
    let key = key.to_str().map_err(|_| Problem::invalid(HEADER, "a key is visible ASCII characters"))?;
    let request = [head.method.as_str().as_bytes(), head.uri.path().as_bytes(), body];
    Ok(Some(receipt(access, key, &request)?))
}
