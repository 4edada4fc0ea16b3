//! The socket: the feed and the commands of the API over one connection, in the protocol of docs/local-api.md.

mod commands;
mod farewell;
mod handshake;
mod message;
mod session;
mod subscriptions;
mod wire;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;

use crate::connection::Seat;
use crate::gate::Ticket;
use crate::guard::Refusal;
use crate::problem::Problem;
use crate::side_door::SideDoor;
pub use commands::COMMANDS;
use wire::Wire;

/// Answers the handshake; the socket then lives in a task of its own that the side door waits for.
pub(crate) async fn open(State(door): State<SideDoor>, mut request: Request) -> Response {
    let accepted = match handshake::check(&request) {
        Ok(accepted) => accepted,
        Err(refusal) => return refusal.into_response(),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let extensions = request.extensions_mut();
    let (Some(ticket), Some(seat)) = (extensions.remove::<Ticket>(), extensions.remove::<Seat>()) else {
        return Problem::from(Refusal::Unauthorized).into_response();
    };
    door.tasks().spawn(live(door.clone(), upgrade, ticket, seat));
    accepted.into_response()
}

/// `_seat` is held until the socket is gone.
async fn live(door: SideDoor, upgrade: OnUpgrade, ticket: Ticket, _seat: Seat) {
    let living = async {
        match upgrade.await {
            Ok(upgraded) => {
                let mut wire = Wire::new(upgraded, door.limits()).await;
                let farewell = session::run(&door, &mut wire, ticket).await;
                tracing::debug!(?farewell, "a socket closes");
                wire.close(&farewell).await;
            }
            Err(error) => tracing::debug!(%error, "a handshake broke off"),
        }
    };
    door.closed().run_until_cancelled(living).await;
}
