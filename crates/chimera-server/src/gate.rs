//! Every request passes here before it is routed, also one to a route that does not exist, and every answer on its
//! way out.

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chimera_core::Secret;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, USER_AGENT, VARY, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request};
use tower::ServiceExt;

use crate::guard::{Entry, SOCKET_PATH};
use crate::problem::Answer;
use crate::side_door::SideDoor;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Of the name a client gives itself.
const MOST_CLIENT_CHARS: usize = 80;

/// How a handshake came in. A socket asks about its token itself, once it listens for revocations.
#[derive(Clone)]
pub(crate) struct Ticket {
    pub(crate) token: Option<Secret>,
    pub(crate) client: Option<String>,
}

pub(crate) async fn answer(door: SideDoor, router: Router, request: Request<Body>) -> Response {
    let (mut head, body) = request.into_parts();
    let (mut response, origin) = match admit(&door, &mut head).await {
        Ok(origin) => {
            let Ok(response) = router.oneshot(Request::from_parts(head, body)).await;
            (response, origin)
        }
        Err(problem) => (problem.into_response(), None),
    };
    seal(&mut response, origin);
    response
}

/// The allowed origin, if the request names one.
async fn admit(door: &SideDoor, head: &mut Parts) -> Answer<Option<HeaderValue>> {
    let pass = door.guard().decide(head)?;
    let origin = pass.origin.cloned();
    let token = match pass.entry {
        Entry::Open => return Ok(origin),
        Entry::Token(token) => Some(Secret::new(token)),
        Entry::Unannounced => None,
    };
    let client = head.headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).map(client_name);
    if let Some(token) = &token {
        let access = door.authenticate(token.expose(), client.as_deref()).await?;
        head.extensions.insert(access);
    }
    if head.uri.path() == SOCKET_PATH {
        head.extensions.insert(Ticket { token, client });
    }
    Ok(origin)
}

/// A name fit for a list: one line, and not long.
pub(crate) fn client_name(given: &str) -> String {
    given.chars().filter(|c| !c.is_control()).take(MOST_CLIENT_CHARS).collect()
}

fn seal(response: &mut Response, origin: Option<HeaderValue>) {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(VARY, HeaderValue::from_static("origin"));
    }
}
