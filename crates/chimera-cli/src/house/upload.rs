//! One request with bytes to the Chimera of this machine. So little HTTP needs no client: it is asked on a connection of its
//! own, which ends with the answer.

use std::io;

use chimera_core::Secret;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Far more than any answer to bytes holds.
const MAX_ANSWER: u64 = 1024 * 1024;

/// The status and the JSON of the answer.
pub(super) async fn post(port: u16, token: &Secret, path: &str, bytes: &[u8]) -> io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    // An answer by version 1.0 comes in one piece.
    let head = format!(
        "POST {path} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {}\r\nuser-agent: chimera-cli/{}\r\n\
         content-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
        token.expose(),
        env!("CARGO_PKG_VERSION"),
        bytes.len()
    );
    stream.write_all(head.as_bytes()).await?;
    // Who refuses may not read to the end: what was answered says why.
    let sent = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer).await?;
    match read(&answer) {
        Some(answer) => Ok(answer),
        None => Err(sent.err().unwrap_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer is no HTTP"))),
    }
}

fn read(answer: &[u8]) -> Option<(u16, Value)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some((status, serde_json::from_slice(&answer[end + 4..]).unwrap_or(Value::Null)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_its_status_and_its_json() {
        let kept = b"HTTP/1.0 201 Created\r\ncontent-type: application/json\r\n\r\n{\"digest\":\"ab\"}";

        assert_eq!(read(kept), Some((201, json!({"digest": "ab"}))));
        assert_eq!(read(b"HTTP/1.1 413 Payload Too Large\r\n\r\n"), Some((413, Value::Null)));
        assert_eq!(read(b"HTTP/1.0 201 Cre"), None);
    }
}
