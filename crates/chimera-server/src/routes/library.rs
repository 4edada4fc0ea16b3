use axum::Json;
use axum::extract::State;
use chimera_app::ConnectionView;
use chimera_core::{Persona, ProviderHealth};

use crate::side_door::SideDoor;

pub(super) async fn personas(State(door): State<SideDoor>) -> Json<Vec<Persona>> {
    Json(door.chimera().personas())
}

/// A connection says whether its key is at hand; no route ever gives a key.
pub(super) async fn connections(State(door): State<SideDoor>) -> Json<Vec<ConnectionView>> {
    Json(door.chimera().connections().await)
}

pub(super) async fn provider_health(State(door): State<SideDoor>) -> Json<Vec<ProviderHealth>> {
    Json(door.chimera().health())
}
