//! The tree of messages of a conversation: alternatives, versions, branches, and taking all of it back.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use chimera_app::EditAs;
use chimera_core::{BranchComparison, BranchId, BranchView, MessageId, MessageVersion, ModelRef, SummaryId};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::conversations::{OfMessage, Target};
use crate::body::Json;
use crate::params::{Id, Place};
use crate::problem::Answer;
use crate::side_door::SideDoor;

#[derive(Deserialize)]
pub(crate) struct Regenerate {
    pub(crate) message: MessageId,
    /// Asked instead of the speaker's route.
    #[serde(default)]
    pub(crate) model: Option<ModelRef>,
}

pub(super) async fn regenerate(
    target: Target,
    Json(Regenerate { message, model }): Json<Regenerate>,
) -> Answer<Response> {
    target.chimera().regenerate(target.id, message, model).await?;
    target.as_it_stands().await
}

pub(super) async fn choose_alternative(target: Target, Json(of): Json<OfMessage>) -> Answer<Response> {
    target.chimera().choose_alternative(target.id, of.message).await?;
    target.as_it_stands().await
}

pub(super) async fn continue_from(target: Target, Json(of): Json<OfMessage>) -> Answer<Response> {
    target.chimera().continue_from(target.id, of.message).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(crate) struct Edit {
    pub(crate) message: MessageId,
    pub(crate) text: String,
    #[serde(default, rename = "as")]
    pub(crate) edit: EditAs,
}

pub(super) async fn edit_message(target: Target, Json(Edit { message, text, edit }): Json<Edit>) -> Answer<Response> {
    target.chimera().edit_message(target.id, message, &text, edit).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(crate) struct EditSummary {
    pub(crate) summary: SummaryId,
    pub(crate) text: String,
}

pub(super) async fn edit_summary(target: Target, Json(of): Json<EditSummary>) -> Answer<Response> {
    target.chimera().edit_summary(target.id, of.summary, &of.text).await?;
    target.as_it_stands().await
}

pub(super) async fn delete_message(target: Target, Json(of): Json<OfMessage>) -> Answer<Response> {
    target.chimera().delete_message(target.id, of.message).await?;
    target.as_it_stands().await
}

pub(super) async fn restore_message(target: Target, Json(of): Json<OfMessage>) -> Answer<Response> {
    target.chimera().restore_message(target.id, of.message).await?;
    target.as_it_stands().await
}

pub(super) async fn undo(target: Target) -> Answer<Response> {
    target.chimera().undo(target.id).await?;
    target.as_it_stands().await
}

pub(super) async fn redo(target: Target) -> Answer<Response> {
    target.chimera().redo(target.id).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(crate) struct NewBranch {
    pub(crate) from: MessageId,
    #[serde(default)]
    pub(crate) name: Option<String>,
}

/// The id of a new branch.
#[derive(Serialize)]
pub(crate) struct Branched {
    pub(crate) branch: BranchId,
}

pub(super) async fn branch(
    target: Target,
    Json(NewBranch { from, name }): Json<NewBranch>,
) -> Answer<(StatusCode, Out<Branched>)> {
    let branch = target.chimera().branch(target.id, from, name.as_deref()).await?;
    Ok((StatusCode::CREATED, Out(Branched { branch })))
}

#[derive(Deserialize)]
pub(crate) struct Switch {
    pub(crate) branch: BranchId,
}

pub(super) async fn switch_branch(target: Target, Json(Switch { branch }): Json<Switch>) -> Answer<Response> {
    target.chimera().switch_branch(target.id, branch).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(crate) struct RenameBranch {
    pub(crate) branch: BranchId,
    pub(crate) name: String,
}

pub(super) async fn rename_branch(
    target: Target,
    Json(RenameBranch { branch, name }): Json<RenameBranch>,
) -> Answer<Response> {
    target.chimera().rename_branch(target.id, branch, &name).await?;
    target.as_it_stands().await
}

/// In the order they were made.
#[derive(Serialize)]
pub(super) struct Branches {
    items: Vec<BranchView>,
}

pub(super) async fn branches(State(door): State<SideDoor>, Id(id): Id) -> Answer<Out<Branches>> {
    Ok(Out(Branches { items: door.chimera().branches(id).await? }))
}

pub(super) async fn compare(State(door): State<SideDoor>, Id(id): Id, place: Place) -> Answer<Out<BranchComparison>> {
    let (left, right) = (place.id("left")?, place.id("right")?);
    Ok(Out(door.chimera().compare_branches(id, left, right).await?))
}

/// The first wording first.
#[derive(Serialize)]
pub(super) struct Versions {
    items: Vec<MessageVersion>,
}

pub(super) async fn versions(State(door): State<SideDoor>, Id(id): Id, place: Place) -> Answer<Out<Versions>> {
    Ok(Out(Versions { items: door.chimera().versions(id, place.id("message")?).await? }))
}
