//! The routes, by the scope they need. A route cannot be added without choosing one.

pub(crate) mod casts;
pub(crate) mod conversations;
mod events;
mod health;
mod images;
mod library;
mod prompts;
pub(crate) mod seats;
mod shelves;
pub(crate) mod tree;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use chimera_app::{Access, Scope};
use http::StatusCode;

use crate::body::Form;
use crate::guard::{HEALTH_PATH, Refusal, SOCKET_PATH};
use crate::problem::Problem;
use crate::side_door::SideDoor;
use crate::{body, socket};

pub(crate) fn router(door: SideDoor) -> Router {
    let read = Router::new()
        .route("/api/v1/conversations", get(conversations::list))
        .route("/api/v1/conversations/{id}", get(conversations::view))
        .route("/api/v1/conversations/{id}/attempts/{attempt}/prompt", get(prompts::of_attempt))
        .route("/api/v1/conversations/{id}/attempts/{attempt}/thoughts", get(prompts::thoughts))
        .route("/api/v1/conversations/{id}/preview", get(prompts::preview))
        .route("/api/v1/conversations/{id}/usage", get(conversations::usage))
        .route("/api/v1/conversations/{id}/branches", get(tree::branches))
        .route("/api/v1/conversations/{id}/branches/{left}/compare/{right}", get(tree::compare))
        .route("/api/v1/conversations/{id}/messages/{message}/versions", get(tree::versions))
        .route("/api/v1/images/{digest}", get(images::give))
        .route("/api/v1/personas", get(library::personas))
        .route("/api/v1/casts", get(casts::list))
        .route("/api/v1/casts/{id}", get(casts::view))
        .route("/api/v1/casts/{id}/file", get(casts::file))
        .route("/api/v1/connections", get(library::connections))
        .route("/api/v1/providers/health", get(library::provider_health))
        .route("/api/v1/events", get(events::page));
    let speak = Router::new()
        .route("/api/v1/conversations/{id}/start", post(conversations::start))
        .route("/api/v1/conversations/{id}/pause", post(conversations::pause))
        .route("/api/v1/conversations/{id}/resume", post(conversations::resume))
        .route("/api/v1/conversations/{id}/step", post(conversations::step))
        .route("/api/v1/conversations/{id}/stop", post(conversations::stop))
        .route("/api/v1/conversations/{id}/retry", post(conversations::retry))
        .route("/api/v1/conversations/{id}/skip", post(conversations::skip))
        .route("/api/v1/conversations/{id}/skip_participant", post(conversations::skip_participant))
        .route("/api/v1/conversations/{id}/nudge", post(conversations::nudge))
        .route("/api/v1/conversations/{id}/regenerate", post(tree::regenerate))
        .route("/api/v1/conversations/{id}/continue_from", post(tree::continue_from))
        .route("/api/v1/conversations/{id}/say", post(conversations::say));
    let bring = Router::new().route("/api/v1/images", post(images::attach)).layer(DefaultBodyLimit::disable());
    let manage = Router::new()
        .route("/api/v1/conversations", post(conversations::create))
        // Under `manage`, because it has the connection's server asked, with its key.
        .route("/api/v1/connections/{id}/models", get(library::models))
        .route("/api/v1/casts", post(casts::save))
        .route("/api/v1/casts/import", post(casts::import))
        .route("/api/v1/casts/seat", post(casts::seat_this))
        .route("/api/v1/casts/{id}/change", post(casts::change))
        .route("/api/v1/casts/{id}/duplicate", post(casts::duplicate))
        .route("/api/v1/casts/{id}/delete", post(casts::delete))
        .route("/api/v1/casts/{id}/restore", post(casts::restore))
        .route("/api/v1/casts/{id}/seat", post(casts::seat))
        .route("/api/v1/conversations/{id}/save_as_cast", post(casts::save_table))
        .route("/api/v1/conversations/{id}/rename", post(conversations::rename))
        .route("/api/v1/conversations/{id}/archive", post(shelves::archive))
        .route("/api/v1/conversations/{id}/unarchive", post(shelves::unarchive))
        .route("/api/v1/conversations/{id}/trash", post(shelves::trash))
        .route("/api/v1/conversations/{id}/restore", post(shelves::restore))
        .route("/api/v1/conversations/{id}/delete", post(shelves::delete))
        .route("/api/v1/trash/empty", post(shelves::empty_trash))
        .route("/api/v1/conversations/{id}/change", post(conversations::change))
        .route("/api/v1/conversations/{id}/join", post(seats::join))
        .route("/api/v1/conversations/{id}/leave", post(seats::leave))
        .route("/api/v1/conversations/{id}/reorder", post(seats::reorder))
        .route("/api/v1/conversations/{id}/change_participant", post(seats::change))
        .route("/api/v1/conversations/{id}/pin", post(conversations::pin))
        .route("/api/v1/conversations/{id}/unpin", post(conversations::unpin))
        .route("/api/v1/conversations/{id}/choose_alternative", post(tree::choose_alternative))
        .route("/api/v1/conversations/{id}/edit_message", post(tree::edit_message))
        .route("/api/v1/conversations/{id}/edit_summary", post(tree::edit_summary))
        .route("/api/v1/conversations/{id}/delete_message", post(tree::delete_message))
        .route("/api/v1/conversations/{id}/restore_message", post(tree::restore_message))
        .route("/api/v1/conversations/{id}/undo", post(tree::undo))
        .route("/api/v1/conversations/{id}/redo", post(tree::redo))
        .route("/api/v1/conversations/{id}/branch", post(tree::branch))
        .route("/api/v1/conversations/{id}/switch_branch", post(tree::switch_branch))
        .route("/api/v1/conversations/{id}/rename_branch", post(tree::rename_branch))
        .route("/api/v1/conversations/{id}/mute", post(conversations::mute))
        .route("/api/v1/conversations/{id}/unmute", post(conversations::unmute));
    let sides = [
        (Scope::Read, Form::Json, read),
        (Scope::Speak, Form::Json, speak),
        (Scope::Speak, Form::Image, bring),
        (Scope::Manage, Form::Json, manage),
    ];
    let scoped = sides.into_iter().fold(Router::new(), |all, (scope, form, routes)| {
        // The last one added is the first one asked: scope, then body, then handler.
        let routes = routes.route_layer(from_fn_with_state((door.clone(), form), body::read));
        all.merge(routes.route_layer(from_fn_with_state(scope, require)))
    });
    scoped
        .route(HEALTH_PATH, get(health::health))
        // Any token may listen at the door; what it hears and does is asked message by message.
        .route(SOCKET_PATH, get(socket::open))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no such route"))
        .method_not_allowed_fallback(async || Problem::from(Refusal::Method))
        .with_state(door)
}

async fn require(
    State(scope): State<Scope>,
    access: Option<Extension<Access>>,
    request: Request,
    next: Next,
) -> Response {
    match access {
        Some(Extension(access)) if access.allows(scope) => next.run(request).await,
        Some(_) => Problem::no_scope(scope).into_response(),
        None => Problem::from(Refusal::Unauthorized).into_response(),
    }
}
