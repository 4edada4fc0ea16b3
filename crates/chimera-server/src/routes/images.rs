//! Images: brought as they are, given back as they are kept.

use axum::Json as Out;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use chimera_core::{ImageDigest, ImageRef};
use http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use crate::params::Place;
use crate::problem::{Answer, Problem};
use crate::side_door::SideDoor;

/// A browser that is led here shows nothing and runs nothing.
const INERT: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

pub(super) async fn attach(State(door): State<SideDoor>, bytes: Bytes) -> Answer<(StatusCode, Out<ImageRef>)> {
    Ok((StatusCode::CREATED, Out(door.chimera().attach_image(bytes.into()).await?)))
}

pub(super) async fn give(State(door): State<SideDoor>, Digest(digest): Digest) -> Answer<Response> {
    let kept = door.chimera().image(digest).await?;
    let kind = kept.image.media_type;
    let name = format!("attachment; filename=\"{digest}.{}\"", kind.extension());
    let name = HeaderValue::from_str(&name).map_err(|_| Problem::malformed("the digest is no name of a file"))?;
    let head = [
        (CONTENT_TYPE, HeaderValue::from_static(kind.as_str())),
        (CONTENT_DISPOSITION, name),
        (CONTENT_SECURITY_POLICY, INERT),
    ];
    Ok((head, kept.bytes).into_response())
}

/// `{digest}` of a route.
pub(super) struct Digest(ImageDigest);

impl<S: Send + Sync> FromRequestParts<S> for Digest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Place::from_request_parts(parts, state).await?.id("digest").map(Digest)
    }
}
