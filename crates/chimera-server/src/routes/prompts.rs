//! What models were shown, and what the next one would be.

use axum::Json;
use axum::extract::State;
use chimera_core::PromptView;

use crate::params::{Id, OfAttempt, Params};
use crate::problem::Answer;
use crate::side_door::SideDoor;

pub(super) async fn of_attempt(State(door): State<SideDoor>, of: OfAttempt) -> Answer<Json<PromptView>> {
    let OfAttempt(id, attempt) = of;
    Ok(Json(door.chimera().prompt_of(id, attempt).await?))
}

pub(super) async fn preview(State(door): State<SideDoor>, Id(id): Id, params: Params) -> Answer<Json<PromptView>> {
    Ok(Json(door.chimera().prompt_preview(id, params.parsed("participant")?).await?))
}
