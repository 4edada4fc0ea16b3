//! Conversations. A command answers once it is in the log, with the conversation as it then stands, if the caller may
//! see it.

use axum::Json as Out;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use chimera_app::{Access, Chimera, ConversationPage, SayWhen, Scope, StopWhen};
use chimera_core::{
    Attachment, ConversationChange, ConversationId, ConversationUsage, ConversationView, MessageId, ModelRef,
    NewConversation, ParticipantId,
};
use http::StatusCode;
use http::header::LOCATION;
use http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::body::Json;
use crate::params::{Id, Params};
use crate::problem::{Answer, Problem};
use crate::side_door::SideDoor;

/// The conversation of a command, and what its caller may see of it.
pub(super) struct Target {
    door: SideDoor,
    pub(super) id: ConversationId,
    may_read: bool,
}

impl FromRequestParts<SideDoor> for Target {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &SideDoor) -> Result<Self, Problem> {
        let Id(id) = Id::from_request_parts(parts, door).await?;
        let may_read = parts.extensions.get::<Access>().is_some_and(|access| access.allows(Scope::Read));
        Ok(Self { door: door.clone(), id, may_read })
    }
}

impl Target {
    pub(super) fn chimera(&self) -> &Chimera {
        self.door.chimera()
    }

    /// A token that may only speak is not told what was said: it gets an empty `204`.
    pub(super) async fn as_it_stands(&self) -> Answer<Response> {
        if !self.may_read {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        Ok(Out(self.chimera().conversation(self.id).await?).into_response())
    }
}

pub(super) async fn list(State(door): State<SideDoor>, params: Params) -> Answer<Out<ConversationPage>> {
    let (limit, shelf) = (params.number("limit", 1..=200)?.unwrap_or(50), params.parsed("shelf")?.unwrap_or_default());
    Ok(Out(door.chimera().conversations_on(shelf, params.text("cursor")?, limit).await?))
}

pub(super) async fn view(State(door): State<SideDoor>, Id(id): Id, params: Params) -> Answer<Out<ConversationView>> {
    Ok(Out(match params.parsed("branch")? {
        None => door.chimera().conversation(id).await?,
        Some(branch) => door.chimera().conversation_on(id, branch).await?,
    }))
}

pub(super) async fn usage(State(door): State<SideDoor>, Id(id): Id) -> Answer<Out<ConversationUsage>> {
    Ok(Out(door.chimera().usage(id).await?))
}

pub(super) async fn create(
    State(door): State<SideDoor>,
    Json(new): Json<NewConversation>,
) -> Answer<impl IntoResponse> {
    let created = door.chimera().create_conversation(new).await?;
    let place = format!("/api/v1/conversations/{}", created.id);
    Ok((StatusCode::CREATED, [(LOCATION, place)], Out(created)))
}

pub(super) async fn start(target: Target) -> Answer<Response> {
    target.chimera().start(target.id).await?;
    target.as_it_stands().await
}

pub(super) async fn pause(target: Target) -> Answer<Response> {
    target.chimera().pause(target.id).await?;
    target.as_it_stands().await
}

pub(super) async fn resume(target: Target) -> Answer<Response> {
    target.chimera().resume(target.id).await?;
    target.as_it_stands().await
}

pub(super) async fn step(target: Target) -> Answer<Response> {
    target.chimera().step(target.id).await?;
    target.as_it_stands().await
}

/// The speaker's own models are asked when none are named.
#[derive(Deserialize)]
pub(crate) struct Retry {
    #[serde(default)]
    pub(crate) route: Vec<ModelRef>,
}

pub(super) async fn retry(target: Target, Json(Retry { route }): Json<Retry>) -> Answer<Response> {
    target.chimera().retry(target.id, route).await?;
    target.as_it_stands().await
}

pub(super) async fn skip(target: Target) -> Answer<Response> {
    target.chimera().skip(target.id).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(super) struct Stop {
    #[serde(default = "at_once")]
    when: StopWhen,
}

pub(crate) fn at_once() -> StopWhen {
    StopWhen::Now
}

pub(super) async fn stop(target: Target, Json(Stop { when }): Json<Stop>) -> Answer<Response> {
    target.chimera().stop(target.id, when).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(super) struct Say {
    #[serde(default)]
    text: String,
    #[serde(default)]
    when: SayWhen,
    /// Whom it is whispered to; everybody hears it when nobody is named.
    #[serde(default)]
    to: Vec<ParticipantId>,
    /// What is shown with it, or instead of words.
    #[serde(default)]
    images: Vec<Attachment>,
}

#[derive(Serialize)]
pub(crate) struct Said {
    pub(crate) message: MessageId,
}

pub(super) async fn say(target: Target, Json(said): Json<Say>) -> Answer<(StatusCode, Out<Said>)> {
    let Say { text, when, to, images } = said;
    let message = target.chimera().say_with_images(target.id, &text, images, when, to).await?;
    Ok((StatusCode::CREATED, Out(Said { message })))
}

#[derive(Deserialize)]
pub(super) struct Seat {
    participant: ParticipantId,
}

pub(super) async fn skip_participant(target: Target, Json(Seat { participant }): Json<Seat>) -> Answer<Response> {
    target.chimera().skip_participant(target.id, participant).await?;
    target.as_it_stands().await
}

pub(super) async fn nudge(target: Target, Json(Seat { participant }): Json<Seat>) -> Answer<Response> {
    target.chimera().nudge(target.id, participant).await?;
    target.as_it_stands().await
}

pub(super) async fn mute(target: Target, Json(Seat { participant }): Json<Seat>) -> Answer<Response> {
    target.chimera().mute(target.id, participant).await?;
    target.as_it_stands().await
}

pub(super) async fn unmute(target: Target, Json(Seat { participant }): Json<Seat>) -> Answer<Response> {
    target.chimera().unmute(target.id, participant).await?;
    target.as_it_stands().await
}

pub(super) async fn change(target: Target, Json(change): Json<ConversationChange>) -> Answer<Response> {
    target.chimera().change(target.id, change).await?;
    target.as_it_stands().await
}

/// A message of the conversation.
#[derive(Deserialize)]
pub(super) struct OfMessage {
    pub(super) message: MessageId,
}

pub(super) async fn pin(target: Target, Json(OfMessage { message }): Json<OfMessage>) -> Answer<Response> {
    target.chimera().pin(target.id, message).await?;
    target.as_it_stands().await
}

pub(super) async fn unpin(target: Target, Json(OfMessage { message }): Json<OfMessage>) -> Answer<Response> {
    target.chimera().unpin(target.id, message).await?;
    target.as_it_stands().await
}

#[derive(Deserialize)]
pub(super) struct Rename {
    title: String,
}

pub(super) async fn rename(target: Target, Json(Rename { title }): Json<Rename>) -> Answer<Response> {
    target.chimera().rename(target.id, &title).await?;
    target.as_it_stands().await
}
