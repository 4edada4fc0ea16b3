//! Conversations. A command answers once it is in the log, with the conversation as it then stands.

use axum::Json as Out;
use axum::extract::State;
use axum::response::IntoResponse;
use chimera_app::StopWhen;
use chimera_core::{ConversationId, ConversationSummary, ConversationView, MessageId, NewConversation};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};

use crate::body::Json;
use crate::params::{Id, Params};
use crate::problem::Answer;
use crate::side_door::SideDoor;

type View = Answer<Out<ConversationView>>;

/// A page of the list.
#[derive(Serialize)]
pub(super) struct List {
    items: Vec<ConversationSummary>,
    /// To be given back as it is; null on the last page.
    next_cursor: Option<String>,
}

pub(super) async fn list(State(door): State<SideDoor>, params: Params) -> Answer<Out<List>> {
    let limit = params.number("limit", 1..=200)?.unwrap_or(50);
    let page = door.chimera().conversations(params.text("cursor")?, limit).await?;
    Ok(Out(List { items: page.items, next_cursor: page.next_cursor }))
}

pub(super) async fn view(State(door): State<SideDoor>, Id(id): Id) -> View {
    Ok(Out(door.chimera().conversation(id).await?))
}

pub(super) async fn create(
    State(door): State<SideDoor>,
    Json(new): Json<NewConversation>,
) -> Answer<impl IntoResponse> {
    let created = door.chimera().create_conversation(new).await?;
    let place = format!("/api/v1/conversations/{}", created.id);
    Ok((StatusCode::CREATED, [(LOCATION, place)], Out(created)))
}

pub(super) async fn start(State(door): State<SideDoor>, Id(id): Id) -> View {
    door.chimera().start(id).await?;
    as_it_stands(&door, id).await
}

pub(super) async fn pause(State(door): State<SideDoor>, Id(id): Id) -> View {
    door.chimera().pause(id).await?;
    as_it_stands(&door, id).await
}

pub(super) async fn resume(State(door): State<SideDoor>, Id(id): Id) -> View {
    door.chimera().resume(id).await?;
    as_it_stands(&door, id).await
}

pub(super) async fn step(State(door): State<SideDoor>, Id(id): Id) -> View {
    door.chimera().step(id).await?;
    as_it_stands(&door, id).await
}

pub(super) async fn retry(State(door): State<SideDoor>, Id(id): Id) -> View {
    door.chimera().retry(id).await?;
    as_it_stands(&door, id).await
}

pub(super) async fn skip(State(door): State<SideDoor>, Id(id): Id) -> View {
    door.chimera().skip(id).await?;
    as_it_stands(&door, id).await
}

#[derive(Deserialize)]
pub(super) struct Stop {
    #[serde(default = "at_once")]
    when: StopWhen,
}

pub(crate) fn at_once() -> StopWhen {
    StopWhen::Now
}

pub(super) async fn stop(State(door): State<SideDoor>, Id(id): Id, Json(Stop { when }): Json<Stop>) -> View {
    door.chimera().stop(id, when).await?;
    as_it_stands(&door, id).await
}

#[derive(Deserialize)]
pub(super) struct Say {
    text: String,
}

#[derive(Serialize)]
pub(crate) struct Said {
    pub(crate) message: MessageId,
}

pub(super) async fn say(
    State(door): State<SideDoor>,
    Id(id): Id,
    Json(Say { text }): Json<Say>,
) -> Answer<(StatusCode, Out<Said>)> {
    let message = door.chimera().say(id, &text).await?;
    Ok((StatusCode::CREATED, Out(Said { message })))
}

#[derive(Deserialize)]
pub(super) struct Rename {
    title: String,
}

pub(super) async fn rename(State(door): State<SideDoor>, Id(id): Id, Json(Rename { title }): Json<Rename>) -> View {
    door.chimera().rename(id, &title).await?;
    as_it_stands(&door, id).await
}

async fn as_it_stands(door: &SideDoor, id: ConversationId) -> View {
    Ok(Out(door.chimera().conversation(id).await?))
}
