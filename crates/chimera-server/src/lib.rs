//! The side door: a local REST and WebSocket API for companion tools.
//!
//! This room owns the listener on this machine's own addresses, the guard that every request passes, status codes and
//! problem documents, the routes, and the socket that carries the feed. It speaks to [`chimera_app::Chimera`] and to
//! nothing behind it: it must never know the engine, the store, a provider or the keyring, and it decides nothing that
//! the window could not ask for in the same words.
//!
//! A request's way in: `bind` (loopback only) → `connection` (caps and deadlines) → `gate`, which asks `guard` (Host,
//! Origin, framing, credentials) and the app (is the token valid) → `routes` (scope, body, one line of logic) or
//! `socket`.

mod bind;
mod body;
mod connection;
mod discovery;
mod error;
mod gate;
mod guard;
mod idempotency;
mod json;
mod options;
mod params;
mod problem;
mod routes;
mod server;
mod side_door;
mod socket;
mod throttle;

pub use discovery::{Companion, DISCOVERY_FILE};
pub use error::Error;
pub use options::{DEFAULT_PORT, Limits, ServeOptions};
pub use server::Server;
pub use socket::COMMANDS;
