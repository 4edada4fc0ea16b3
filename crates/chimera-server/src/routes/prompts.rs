//! What models were shown, what the next one would be, and what they showed of their thinking.

use axum::Json;
use axum::extract::State;
use chimera_core::{PromptView, Thoughts};

use crate::params::{Id, OfAttempt, Params};
use crate::problem::Answer;
use crate::side_door::SideDoor;

pub(super) async fn of_attempt(State(door): State<SideDoor>, of: OfAttempt) -> Answer<Json<PromptView>> {
    let OfAttempt(id, attempt) = of;
    Ok(Json(door.chimera().prompt_of(id, attempt).await?))
}

pub(super) async fn thoughts(State(door): State<SideDoor>, of: OfAttempt) -> Answer<Json<Thoughts>> {
    let OfAttempt(id, attempt) = of;
    Ok(Json(door.chimera().thoughts_of(id, attempt).await?))
}

pub(super) async fn preview(State(door): State<SideDoor>, Id(id): Id, params: Params) -> Answer<Json<PromptView>> {
    Ok(Json(door.chimera().prompt_preview(id, params.parsed("participant")?).await?))
}
