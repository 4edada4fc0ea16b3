//! Through the side door of another Chimera: one socket for what is asked and what is heard.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use chimera_app::{Error, ErrorCode, Subscription, last_writer};
use chimera_core::{FeedItem, ImageRef, Secret};
use chimera_server::Companion;
use futures::{FutureExt, SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, USER_AGENT};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::{Heard, refused, upload};
use crate::fault::{Fault, Result};

/// Where a token comes from. Never from the command line, which other users of this machine can read.
const TOKEN: &str = "CHIMERA_TOKEN";
/// It is on this machine: whoever takes longer is not answering.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Door {
    socket: WebSocketStream<TcpStream>,
    port: u16,
    token: Secret,
    asked: u64,
    /// Heard while an answer was waited for.
    ahead: VecDeque<Heard>,
}

impl Door {
    /// Into the Chimera that has the data folder open; `in_use` is what it was said to be.
    pub(super) async fn enter(data_dir: &Path, in_use: &Error) -> Result<Self> {
        let ours = |found: &Companion| last_writer(data_dir).is_none_or(|writer| writer == found.pid);
        let Some(found) = Companion::find(data_dir).filter(ours) else {
            let remedy = format!(
                "Its local API is closed; open it there (Settings, Local API) and put a token into {TOKEN} to act \
                 through it"
            );
            return Err(refused(in_use, &remedy));
        };
        let token = std::env::var(TOKEN).unwrap_or_default();
        if token.trim().is_empty() {
            let remedy =
                format!("To act through its local API put a token with the scopes read, speak and manage into {TOKEN}");
            return Err(refused(in_use, &remedy));
        }
        match timeout(PATIENCE, Self::connect(found.port, token.trim())).await {
            Ok(entered) => entered,
            Err(_) => Err(silent()),
        }
    }

    async fn connect(port: u16, token: &str) -> Result<Self> {
        let unreachable = |error: std::io::Error| {
            Fault::new(
                ErrorCode::DataFolderInUse,
                format!("the local API at 127.0.0.1:{port} does not answer: {error}"),
            )
        };
        let stream = TcpStream::connect(("127.0.0.1", port)).await.map_err(unreachable)?;
        let address = format!("ws://127.0.0.1:{port}/api/v1/ws");
        let mut request = address.into_client_request().map_err(|error| broken(&error))?;
        let bearer = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| wrong_token())?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        let client = HeaderValue::from_static(concat!("chimera-cli/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(USER_AGENT, client);
        let socket = match tokio_tungstenite::client_async(request, stream).await {
            Ok((socket, _)) => socket,
            Err(SocketError::Http(answer)) if answer.status().as_u16() == 401 => return Err(wrong_token()),
            Err(error) => return Err(broken(&error)),
        };
        let mut door = Self { socket, port, token: Secret::new(token), asked: 0, ahead: VecDeque::new() };
        loop {
            match door.read().await? {
                Some((value, _)) if value["type"] == "ready" => return Ok(door),
                Some(_) => {}
                None => return Err(gone()),
            }
        }
    }

    pub(super) async fn subscribe(&mut self, Subscription { topics, after }: Subscription) -> Result<()> {
        self.ask(json!({"type": "subscribe", "topics": topics, "after_seq": after})).await.map(drop)
    }

    pub(super) async fn command(&mut self, name: &str, data: Value) -> Result<Value> {
        self.ask(json!({"type": "command", "name": name, "data": data})).await
    }

    /// Keeps an image there. The socket takes words only, so that it goes by a route.
    pub(super) async fn attach_image(&self, bytes: &[u8]) -> Result<ImageRef> {
        let sent = upload::post(self.port, &self.token, "/api/v1/images", bytes);
        let (status, answer) = match timeout(PATIENCE, sent).await {
            Ok(answered) => answered.map_err(|error| broken(&SocketError::Io(error)))?,
            Err(_) => return Err(silent()),
        };
        match status {
            201 => serde_json::from_value(answer).map_err(|_| not_understood()),
            _ => Err(fault(&answer)),
        }
    }

    /// None when the other Chimera closes. Cancel-safe: an item is given or kept, never lost.
    pub(super) async fn next(&mut self) -> Result<Option<Heard>> {
        loop {
            if let Some(heard) = self.ahead.pop_front() {
                return Ok(Some(heard));
            }
            match self.read().await? {
                Some((value, text)) => self.ahead.extend(heard(&value, text)?),
                None => return Ok(None),
            }
        }
    }

    pub(super) async fn leave(mut self) {
        // Best effort: the other side does without a goodbye.
        let _ = timeout(PATIENCE, self.socket.close(None)).await;
    }

    async fn ask(&mut self, mut message: Value) -> Result<Value> {
        self.asked += 1;
        let id = self.asked;
        message["id"] = json!(id);
        self.socket.send(Message::text(message.to_string())).await.map_err(|error| broken(&error))?;
        match timeout(PATIENCE, self.answer(id)).await {
            Ok(answer) => answer,
            Err(_) => Err(silent()),
        }
    }

    async fn answer(&mut self, id: u64) -> Result<Value> {
        loop {
            let Some((mut value, text)) = self.read().await? else { return Err(gone()) };
            if value["type"] != "result" || value["id"] != id {
                self.ahead.extend(heard(&value, text)?);
            } else if value["ok"] == true {
                return Ok(value["data"].take());
            } else {
                return Err(fault(&value["error"]));
            }
        }
    }

    /// The next message, parsed and as it came; none when the other side has ended.
    async fn read(&mut self) -> Result<Option<(Value, String)>> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let value = serde_json::from_str(&text).map_err(|_| not_understood())?;
                    return Ok(Some((value, text.as_str().to_owned())));
                }
                Some(Ok(Message::Close(Some(frame)))) if u16::from(frame.code) == 4001 => return Err(wrong_token()),
                Some(Ok(Message::Close(_))) | None => return Ok(None),
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                    // A pong lies ready and leaves with the next flush.
                    let _ = self.socket.flush().now_or_never();
                }
                Some(Err(error)) => return Err(broken(&error)),
            }
        }
    }
}

/// What a later version says beside the feed is nothing to us.
fn heard(value: &Value, json: String) -> Result<Option<Heard>> {
    match value["type"].as_str() {
        Some("event" | "delta" | "snapshot") => {
            let item = serde_json::from_str(&json).map_err(|_| not_understood())?;
            Ok(Some(Heard::There { item: Box::<FeedItem>::new(item), json }))
        }
        Some(_) | None => Ok(None),
    }
}

fn fault(error: &Value) -> Fault {
    let text = |name: &str| error[name].as_str().map(str::to_owned);
    Fault {
        code: text("code").unwrap_or_else(|| "storage".into()),
        // A route calls it `detail`.
        message: text("message")
            .or_else(|| text("detail"))
            .unwrap_or_else(|| "the other Chimera refused and did not say why".into()),
        field: text("field"),
    }
}

fn wrong_token() -> Fault {
    let message = format!("the Chimera that has this data folder open does not know the token in {TOKEN}");
    Fault::new(ErrorCode::Unauthorized, message)
}

fn gone() -> Fault {
    Fault::new(ErrorCode::DataFolderInUse, "the Chimera that has this data folder open is closing: try again")
}

fn silent() -> Fault {
    let message = "the Chimera that has this data folder open does not answer: close it, or try again";
    Fault::new(ErrorCode::DataFolderInUse, message)
}

fn broken(error: &SocketError) -> Fault {
    let message = format!("the local API of the Chimera that has this data folder open broke off: {error}");
    Fault::new(ErrorCode::DataFolderInUse, message)
}

pub(super) fn not_understood() -> Fault {
    let message = "the Chimera that has this data folder open is of another version: use its own terminal";
    Fault::new(ErrorCode::DataFolderInUse, message)
}
