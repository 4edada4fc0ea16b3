//! The archive, the trash, and emptying it.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use chimera_app::Emptied;
use http::StatusCode;

use super::conversations::Target;
use crate::problem::Answer;
use crate::side_door::SideDoor;

pub(super) async fn archive(target: Target) -> Answer<Response> {
    target.chimera().archive(target.id).await?;
    target.as_it_stands().await
}

pub(super) async fn unarchive(target: Target) -> Answer<Response> {
    target.chimera().unarchive(target.id).await?;
    target.as_it_stands().await
}

pub(super) async fn trash(target: Target) -> Answer<Response> {
    target.chimera().trash(target.id).await?;
    target.as_it_stands().await
}

pub(super) async fn restore(target: Target) -> Answer<Response> {
    target.chimera().restore(target.id).await?;
    target.as_it_stands().await
}

pub(super) async fn delete(target: Target) -> Answer<StatusCode> {
    target.chimera().delete_for_good(target.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn empty_trash(State(door): State<SideDoor>) -> Answer<Out<Emptied>> {
    Ok(Out(door.chimera().empty_trash().await?))
}
