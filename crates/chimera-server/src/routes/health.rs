use axum::Json;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Health {
    ok: bool,
    version: &'static str,
}

/// Whether somebody is at home: all that is said without a token.
pub(super) async fn health() -> Json<Health> {
    Json(Health { ok: true, version: env!("CARGO_PKG_VERSION") })
}
