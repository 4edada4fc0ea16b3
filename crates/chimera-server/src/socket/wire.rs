//! The socket as a place to put text and take text from, with deadlines.

use std::time::Duration;

use bytes::Bytes;
use chimera_app::Frame;
use futures::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::farewell::Farewell;
use crate::Limits;

/// What waits in the socket before it is written: many small frames leave in one piece.
const WRITE_BUFFER: usize = 64 * 1024;
/// A message of the longest text, escaped at its worst, must fit on top of what waits.
const MOST_WAITING: usize = 6 * chimera_core::MAX_MESSAGE_BYTES + 1024 * 1024;
const READ_BUFFER: usize = 16 * 1024;

pub(super) struct Wire {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    send: Duration,
    goodbye: Duration,
}

/// What the peer sends that needs an answer; pings of the protocol itself are answered below this.
#[derive(Debug)]
pub(super) enum Heard {
    Text(String),
    /// A sign of life.
    Alive,
}

impl Wire {
    pub(super) async fn new(upgraded: Upgraded, limits: &Limits) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_write_buffer_size(MOST_WAITING)
            .max_message_size(Some(limits.message_bytes))
            .max_frame_size(Some(limits.message_bytes));
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        Self { socket, send: limits.send, goodbye: limits.goodbye }
    }

    pub(super) async fn hear(&mut self) -> Result<Heard, Farewell> {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => Ok(Heard::Text(text.as_str().to_owned())),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(Heard::Alive),
            Some(Ok(Message::Binary(_))) => Err(Farewell::Protocol("binary messages are not part of this protocol")),
            Some(Ok(Message::Close(_))) | None => Err(Farewell::Gone),
            Some(Err(error)) => Err(error.into()),
        }
    }

    pub(super) async fn say(&mut self, text: String) -> Result<(), Farewell> {
        taken(self.send, self.socket.send(Message::text(text))).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), Farewell> {
        taken(self.send, self.socket.send(Message::Ping(Bytes::new()))).await
    }

    /// All of them, then one flush. The deadline is for each: a slow reader that makes progress is no dead one.
    pub(super) async fn pass_on(&mut self, frames: impl Iterator<Item = Frame>) -> Result<(), Farewell> {
        for frame in frames {
            taken(self.send, self.socket.feed(Message::text(frame.json()))).await?;
        }
        taken(self.send, self.socket.flush()).await
    }

    /// Says why, waits a moment for the peer to agree, and ends the connection.
    pub(super) async fn close(mut self, farewell: &Farewell) {
        let goodbye = self.goodbye;
        let leave = async {
            if let Some((code, reason)) = farewell.words() {
                let frame = CloseFrame { code, reason: reason.into() };
                self.socket.send(Message::Close(Some(frame))).await?;
            } else {
                self.socket.flush().await?;
            }
            while self.socket.next().await.is_some_and(|heard| heard.is_ok()) {}
            if let Farewell::Broken(_) = farewell {
                // Nothing more can be understood, but what lies unread would turn our goodbye into a reset.
                let mut rest = [0; 4096];
                while self.socket.get_mut().read(&mut rest).await.is_ok_and(|read| read > 0) {}
            }
            Ok::<_, Error>(())
        };
        // Whatever becomes of it, the connection ends here.
        let _ = timeout(goodbye, leave).await;
    }
}

/// What is not taken in time by the peer is not waited for.
async fn taken(limit: Duration, sending: impl Future<Output = Result<(), Error>>) -> Result<(), Farewell> {
    match timeout(limit, sending).await {
        Ok(sent) => sent.map_err(Farewell::from),
        Err(_) => Err(Farewell::TooSlow("what was sent was not taken in time")),
    }
}
