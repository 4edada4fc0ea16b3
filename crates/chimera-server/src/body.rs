//! Bodies: JSON, or an image where one is brought, and nothing else; not too large and not too slow, read whole before
//! anything is done.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chimera_app::once;
use chimera_core::MAX_IMAGE_BYTES;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::problem::{Answer, Problem};
use crate::side_door::SideDoor;
use crate::{idempotency, json};

/// What a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    /// As it is. What kind it is its bytes say; a type must be named all the same, for a web page's form cannot.
    Image,
}

impl Form {
    fn takes(self, essence: &str) -> bool {
        let any_of = |types: &[&str]| types.iter().any(|known| essence.eq_ignore_ascii_case(known));
        match self {
            Form::Json => any_of(&["application/json"]),
            Form::Image => any_of(&["image/png", "image/jpeg", "image/webp", "image/gif", "application/octet-stream"]),
        }
    }

    fn refusal(self) -> &'static str {
        match self {
            Form::Json => "a body must be application/json",
            Form::Image => "a body must be image/png, image/jpeg, image/webp, image/gif or application/octet-stream",
        }
    }
}

/// Stands before every handler but the socket's.
pub(crate) async fn read(State((door, form)): State<(SideDoor, Form)>, request: Request, next: Next) -> Response {
    let limits = door.limits();
    let most = match form {
        Form::Json => limits.body_bytes,
        Form::Image => MAX_IMAGE_BYTES,
    };
    let (head, body) = request.into_parts();
    let announced = match check(&head.headers, form, most) {
        Ok(announced) => announced,
        Err(problem) => return problem.into_response(),
    };
    let bytes = match announced {
        Announced::Nothing => Bytes::new(),
        Announced::Something => match collect(body, most, limits.body).await {
            Ok(bytes) => bytes,
            Err(problem) => return problem.into_response(),
        },
    };
    let receipt = match idempotency::of_request(&head, &bytes) {
        Ok(receipt) => receipt,
        Err(problem) => return problem.into_response(),
    };
    let answered = next.run(Request::from_parts(head, Body::from(bytes)));
    match receipt {
        Some(receipt) => once(receipt, answered).await,
        None => answered.await,
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Announced {
    Nothing,
    Something,
}

/// What a simple form on a web page can send is not JSON by its type, whatever its text says.
fn check(headers: &HeaderMap, form: Form, most: usize) -> Answer<Announced> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let is_empty = length.is_none_or(|length| length == "0") && !headers.contains_key(TRANSFER_ENCODING);
    if is_empty {
        return Ok(Announced::Nothing);
    }
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|text| text.split(';').next().unwrap_or(text));
    if !essence.is_some_and(|essence| form.takes(essence.trim())) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", form.refusal()));
    }
    // Before a byte of it is read: a client that waits for `100 Continue` never sends it.
    if length.is_some_and(|length| length.parse::<usize>().map_or(true, |length| length > most)) {
        return Err(too_large(most));
    }
    Ok(Announced::Something)
}

async fn collect(body: Body, most: usize, deadline: Duration) -> Answer<Bytes> {
    match tokio::time::timeout(deadline, Limited::new(body, most).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(most)),
        Ok(Err(_)) => Err(Problem::malformed("the body broke off")),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "the body did not come in time")),
    }
}

fn too_large(most: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("a body holds at most {most} bytes"))
}

/// The body as a `T`. An empty one is `{}`, so that where every field has a default it may be left out.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<SideDoor> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, door: &SideDoor) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, door).await.map_err(|_| Problem::malformed("the body broke off"))?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        json::from_slice(bytes).map(Json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(headers: &[(&str, &str)]) -> Result<Announced, StatusCode> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        check(&map, Form::Json, 10).map_err(|problem| problem.into_response().status())
    }

    #[test]
    fn a_body_is_json_by_its_type_or_refused() {
        let json = ("content-type", "application/json");
        assert_eq!(checked(&[]), Ok(Announced::Nothing));
        assert_eq!(checked(&[("content-length", "0")]), Ok(Announced::Nothing));
        assert_eq!(checked(&[json, ("content-length", "2")]), Ok(Announced::Something));
        assert_eq!(
            checked(&[("content-type", "Application/JSON; charset=utf-8"), ("content-length", "2")]),
            Ok(Announced::Something)
        );
        assert_eq!(checked(&[json, ("transfer-encoding", "chunked")]), Ok(Announced::Something));
        for other in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonx",
            "text/plain; application/json",
        ] {
            assert_eq!(
                checked(&[("content-type", other), ("content-length", "2")]),
                Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
                "{other}"
            );
        }
        assert_eq!(checked(&[("content-length", "2")]), Err(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        assert_eq!(checked(&[("transfer-encoding", "chunked")]), Err(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }

    #[test]
    fn an_image_says_that_it_is_one_or_is_refused() {
        for (essence, is_taken) in
            [("image/png", true), ("application/octet-stream", true), ("image/svg+xml", false), ("text/plain", false)]
        {
            let mut map = HeaderMap::new();
            map.insert(CONTENT_TYPE, essence.parse().unwrap());
            map.insert(CONTENT_LENGTH, "2".parse().unwrap());
            assert_eq!(check(&map, Form::Image, 10).is_ok(), is_taken, "{essence}");
        }
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_the_body() {
        for length in ["11", "99999999999999999999999"] {
            let headers = [("content-type", "application/json"), ("content-length", length)];
            assert_eq!(checked(&headers), Err(StatusCode::PAYLOAD_TOO_LARGE), "{length}");
        }
    }
}
