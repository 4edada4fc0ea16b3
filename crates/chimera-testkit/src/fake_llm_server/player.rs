use serde_json::{Value, json};
use std::io;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;

use super::Asked;
use super::reply::{End, Head, Reply, Step};

/// Bytes that are sent at once of something that is repeated.
const BLOCK: usize = 64 * 1024;

/// Sends a reply. Returns when it is sent and the client may close; never, if the reply hangs.
pub(super) async fn play(reply: &Reply, asked: &Asked, socket: OwnedWriteHalf) {
    let _ = socket.as_ref().set_nodelay(true);
    let chunked = matches!(reply.head, Head::Status { .. });
    let mut stage = Stage { socket, chunked, one_by_one: reply.one_by_one, left: reply.cut_at.unwrap_or(usize::MAX) };
    // A client that is gone ends the play; it is noticed by whoever reads from it.
    let sent = stage.send(reply, asked).await;
    match reply.end {
        End::Hang => std::future::pending().await,
        End::Reset => {
            let _ = stage.socket.as_ref().set_zero_linger();
        }
        End::Clean if sent.is_ok() => {
            let _ = stage.end().await;
        }
        End::Clean | End::BreakOff => {
            let _ = stage.socket.shutdown().await;
        }
    }
}

struct Stage {
    socket: OwnedWriteHalf,
    chunked: bool,
    one_by_one: bool,
    /// Bytes of the body that may still be sent.
    left: usize,
}

impl Stage {
    async fn send(&mut self, reply: &Reply, asked: &Asked) -> io::Result<()> {
        if let Head::Status { status, headers } = &reply.head {
            let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            let head = format!(
                "HTTP/1.1 {status} Scripted\r\n{headers}transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
            );
            self.socket.write_all(head.as_bytes()).await?;
        }
        for step in &reply.steps {
            match step {
                Step::Chunk(chunk) => {
                    if !reply.pace.is_zero() {
                        tokio::time::sleep(reply.pace).await;
                    }
                    self.body(event(chunk, asked.model()).as_bytes()).await?;
                }
                Step::Bytes(bytes) => self.body(bytes).await?,
                Step::Repeat(bytes, times) => self.repeat(bytes, *times).await?,
                Step::Wait(gate) => gate.opened().await,
                Step::Rest(span) => tokio::time::sleep(*span).await,
            }
        }
        Ok(())
    }

    async fn repeat(&mut self, bytes: &[u8], times: usize) -> io::Result<()> {
        let at_once = (BLOCK / bytes.len().max(1)).clamp(1, times.max(1));
        let block = bytes.repeat(at_once);
        for _ in 0..times / at_once {
            self.body(&block).await?;
        }
        self.body(&bytes.repeat(times % at_once)).await
    }

    async fn body(&mut self, bytes: &[u8]) -> io::Result<()> {
        let bytes = &bytes[..bytes.len().min(self.left)];
        self.left -= bytes.len();
        let size = if self.one_by_one { 1 } else { bytes.len().max(1) };
        for piece in bytes.chunks(size) {
            if self.chunked {
                let framed = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
                self.socket.write_all(&framed).await?;
            } else {
                self.socket.write_all(piece).await?;
            }
        }
        Ok(())
    }

    async fn end(&mut self) -> io::Result<()> {
        if self.chunked {
            self.socket.write_all(b"0\r\n\r\n").await?;
        }
        self.socket.shutdown().await
    }
}

fn event(chunk: &Value, model: &str) -> String {
    let mut chunk = chunk.clone();
    let about = json!({"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1, "model": model});
    if let (Value::Object(chunk), Value::Object(about)) = (&mut chunk, about) {
        for (key, value) in about {
            chunk.entry(key).or_insert(value);
        }
    }
    format!("data: {chunk}\n\n")
}
