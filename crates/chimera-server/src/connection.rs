//! Connections: how many there may be, and how long a silent or endless one is borne.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::gate;
use crate::side_door::SideDoor;

const MOST_HEADERS: usize = 64;
const MOST_HEAD_BYTES: usize = 64 * 1024;
/// After the system refused to accept: usually it is out of file handles for a moment.
const PAUSE: Duration = Duration::from_millis(200);

/// A place among the connections, given back when the last holder lets go: a socket outlives its request.
#[derive(Clone)]
pub(crate) struct Seat(#[expect(dead_code, reason = "held, never read")] Arc<OwnedSemaphorePermit>);

/// Accepts until the side door closes.
pub(crate) async fn accept(listener: TcpListener, door: SideDoor, router: Router, seats: Arc<Semaphore>) {
    let closing = door.closing().clone();
    let accepting = async {
        loop {
            // Beyond the limit connections wait in the system's own queue.
            let Ok(seat) = seats.clone().acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let serving = serve(stream, door.clone(), router.clone(), Seat(Arc::new(seat)));
                    door.tasks().spawn(serving);
                }
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    closing.run_until_cancelled(accepting).await;
}

async fn serve(stream: TcpStream, door: SideDoor, router: Router, seat: Seat) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "words may come in lumps");
    }
    let (closing, closed) = (door.closing().clone(), door.closed().clone());
    let head = door.limits().head;
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(seat.clone());
        let answering = gate::answer(door.clone(), router.clone(), request);
        async move { Ok::<_, std::convert::Infallible>(answering.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(MOST_HEAD_BYTES)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = closed.cancelled() => Ok(()),
            }
        }
    };
    if let Err(error) = ended {
        // Peers that break off or talk nonsense are no news.
        tracing::debug!(%error, "a connection ended");
    }
}
