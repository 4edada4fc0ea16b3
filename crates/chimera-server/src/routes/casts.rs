//! Casts: tables that are kept laid. What the path names and is not there is a `404`.

use axum::Json as Out;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use chimera_app::{Chimera, ErrorCode, ImportedCast};
use chimera_core::{CastId, CastView, ConversationView, NewCast, Seating};
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use serde_json::Value;

use super::conversations::Target;
use crate::body::Json;
use crate::params::Place;
use crate::problem::{Answer, Problem};
use crate::side_door::SideDoor;

/// The cast that the path names.
pub(super) struct Named {
    door: SideDoor,
    id: CastId,
}

impl FromRequestParts<SideDoor> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, door: &SideDoor) -> Result<Self, Problem> {
        let id = Place::from_request_parts(parts, door).await?.id("id").map_err(|_| unknown())?;
        Ok(Self { door: door.clone(), id })
    }
}

impl Named {
    fn chimera(&self) -> &Chimera {
        self.door.chimera()
    }
}

fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, ErrorCode::CastNotFound.as_str(), "there is no such cast").on("id")
}

fn of_path(error: chimera_app::Error) -> Problem {
    if error.code == ErrorCode::CastNotFound { unknown() } else { error.into() }
}

fn made(cast: CastView) -> impl IntoResponse {
    let place = format!("/api/v1/casts/{}", cast.cast.id);
    (StatusCode::CREATED, [(LOCATION, place)], Out(cast))
}

pub(super) async fn list(State(door): State<SideDoor>) -> Answer<Out<Vec<CastView>>> {
    Ok(Out(door.chimera().casts().await?))
}

pub(super) async fn view(cast: Named) -> Answer<Out<CastView>> {
    Ok(Out(cast.chimera().cast(&cast.id).await.map_err(of_path)?))
}

/// A file, to be given to somebody else.
pub(super) async fn file(cast: Named) -> Answer<Response> {
    let text = cast.chimera().export_cast(&cast.id).await.map_err(of_path)?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

pub(super) async fn save(State(door): State<SideDoor>, Json(new): Json<NewCast>) -> Answer<impl IntoResponse> {
    Ok(made(door.chimera().save_cast(new).await?))
}

/// How a table is called that is kept as a cast.
#[derive(Deserialize)]
pub(crate) struct Naming {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) tagline: String,
}

pub(super) async fn save_table(target: Target, Json(naming): Json<Naming>) -> Answer<impl IntoResponse> {
    Ok(made(target.chimera().save_table_as_cast(target.id, &naming.name, &naming.tagline).await?))
}

pub(super) async fn import(State(door): State<SideDoor>, Json(file): Json<Value>) -> Answer<impl IntoResponse> {
    let ImportedCast { cast, unknown_models } = door.chimera().import_cast(&file.to_string()).await?;
    let place = format!("/api/v1/casts/{}", cast.cast.id);
    Ok((StatusCode::CREATED, [(LOCATION, place)], Out(ImportedCast { cast, unknown_models })))
}

pub(super) async fn change(cast: Named, Json(new): Json<NewCast>) -> Answer<Out<CastView>> {
    Ok(Out(cast.chimera().change_cast(&cast.id, new).await.map_err(of_path)?))
}

#[derive(Deserialize)]
pub(crate) struct Copy {
    #[serde(default)]
    pub(crate) name: Option<String>,
}

pub(super) async fn duplicate(cast: Named, Json(copy): Json<Copy>) -> Answer<impl IntoResponse> {
    Ok(made(cast.chimera().duplicate_cast(&cast.id, copy.name.as_deref()).await.map_err(of_path)?))
}

pub(super) async fn delete(cast: Named) -> Answer<StatusCode> {
    cast.chimera().delete_cast(&cast.id).await.map_err(of_path)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn restore(cast: Named) -> Answer<Out<CastView>> {
    Ok(Out(cast.chimera().restore_cast(&cast.id).await.map_err(of_path)?))
}

pub(super) async fn seat(cast: Named, Json(seating): Json<Seating>) -> Answer<(StatusCode, Out<ConversationView>)> {
    let created = cast.chimera().seat_cast(&cast.id, seating).await.map_err(of_path)?;
    Ok((StatusCode::CREATED, Out(created)))
}

/// The same, with the cast named in the body.
#[derive(Deserialize)]
pub(super) struct SeatThis {
    cast: CastId,
    #[serde(flatten)]
    seating: Seating,
}

pub(super) async fn seat_this(
    State(door): State<SideDoor>,
    Json(SeatThis { cast, seating }): Json<SeatThis>,
) -> Answer<(StatusCode, Out<ConversationView>)> {
    Ok((StatusCode::CREATED, Out(door.chimera().seat_cast(&cast, seating).await?)))
}
