use axum::Json;
use axum::extract::{Path, State};
use chimera_app::{ConnectionView, ErrorCode, ModelInfo};
use chimera_core::{ConnectionId, Persona, ProviderHealth};
use http::StatusCode;

use crate::problem::{Answer, Problem};
use crate::side_door::SideDoor;

pub(super) async fn personas(State(door): State<SideDoor>) -> Json<Vec<Persona>> {
    Json(door.chimera().personas())
}

/// A connection says whether its key is at hand; no route ever gives a key.
pub(super) async fn connections(State(door): State<SideDoor>) -> Json<Vec<ConnectionView>> {
    Json(door.chimera().connections().await)
}

/// What a connection offers, with all that is known of each model.
pub(super) async fn models(State(door): State<SideDoor>, Path(id): Path<String>) -> Answer<Json<Vec<ModelInfo>>> {
    // It is named by the path, not by a value.
    let unknown =
        || Problem::new(StatusCode::NOT_FOUND, "connection_not_found", "there is no such connection").on("id");
    let id: ConnectionId = id.parse().map_err(|_| unknown())?;
    let models = door.chimera().models(&id).await.map_err(|error| match error.code {
        ErrorCode::ConnectionNotFound => unknown(),
        _ => error.into(),
    });
    Ok(Json(models?))
}

pub(super) async fn provider_health(State(door): State<SideDoor>) -> Json<Vec<ProviderHealth>> {
    Json(door.chimera().health())
}
