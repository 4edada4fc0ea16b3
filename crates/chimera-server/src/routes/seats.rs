//! Who sits at the table of a conversation.

use axum::Json as Out;
use axum::response::Response;
use chimera_core::{NewParticipant, ParticipantChange, ParticipantId};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::conversations::Target;
use crate::body::Json;
use crate::problem::Answer;

#[derive(Deserialize)]
pub(crate) struct Join {
    pub(crate) participant: NewParticipant,
    #[serde(default)]
    pub(crate) seat: Option<u32>,
}

/// The id under which somebody sits.
#[derive(Serialize)]
pub(crate) struct Seated {
    pub(crate) participant: ParticipantId,
}

pub(super) async fn join(target: Target, Json(join): Json<Join>) -> Answer<(StatusCode, Out<Seated>)> {
    let participant = target.chimera().join(target.id, join.participant, join.seat).await?;
    Ok((StatusCode::CREATED, Out(Seated { participant })))
}

#[derive(Deserialize)]
pub(super) struct Leave {
    participant: ParticipantId,
}

pub(super) async fn leave(target: Target, Json(Leave { participant }): Json<Leave>) -> Answer<Response> {
    target.chimera().leave(target.id, participant).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(crate) struct Order {
    pub(crate) order: Vec<ParticipantId>,
}

pub(super) async fn reorder(target: Target, Json(Order { order }): Json<Order>) -> Answer<Response> {
    target.chimera().reorder(target.id, order).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(crate) struct Change {
    pub(crate) participant: ParticipantId,
    pub(crate) change: ParticipantChange,
}

pub(super) async fn change(target: Target, Json(Change { participant, change }): Json<Change>) -> Answer<Response> {
    target.chimera().change_participant(target.id, participant, change).await?;
    target.as_it_stands().await
}
