//! HTTP by hand: what is sent is what stands here, byte for byte.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::house::PATIENCE;

#[derive(Debug, Default)]
pub struct Answer {
    /// Zero when the connection was closed without an answer.
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    /// Whatever came after the first answer.
    pub rest: Vec<u8>,
}

impl Answer {
    fn length(&self) -> usize {
        self.header("content-length").map_or(0, |length| length.parse().unwrap())
    }

    /// An answer to HEAD announces a body that never comes.
    fn is_whole(&self) -> bool {
        self.body.len() == self.length()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Code and field of a problem document.
    pub fn problem(&self) -> (u16, String, Option<String>) {
        let json = self.json();
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        (self.status, json["code"].as_str().unwrap().into(), json["field"].as_str().map(str::to_owned))
    }
}

pub fn request(port: u16, method: &str, path: &str, token: &str, body: Option<&str>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
    if !token.is_empty() {
        text += &format!("Authorization: Bearer {token}\r\n");
    }
    match body {
        Some(body) => {
            text += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        }
        None => text += "\r\n",
    }
    text.into_bytes()
}

/// Sends the bytes and reads until the server closes, or has answered and waits.
pub async fn send(port: u16, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    exchange(&mut stream, bytes).await
}

pub async fn exchange(stream: &mut TcpStream, bytes: &[u8]) -> Answer {
    // A server that refuses early may close while we still write.
    let _ = stream.write_all(bytes).await;
    read(stream).await
}

/// Reads until the server closes, or has answered and waits for more.
pub async fn read(stream: &mut TcpStream) -> Answer {
    let mut raw = Vec::new();
    let reading = async {
        let mut buffer = [0; 8192];
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(read) => raw.extend_from_slice(&buffer[..read]),
            }
            let answer = parse(&raw);
            if answer.is_some_and(|answer| answer.is_whole() && answer.header("connection") != Some("close")) {
                return;
            }
        }
    };
    timeout(PATIENCE, reading).await.expect("no answer");
    parse(&raw).unwrap_or_default()
}

/// As much as there is of an answer, once there is a head.
fn parse(raw: &[u8]) -> Option<Answer> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&raw[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let after = &raw[end + 4..];
    let answer = Answer { status, headers, ..Answer::default() };
    let (body, rest) = after.split_at(answer.length().min(after.len()));
    Some(Answer { body: body.to_vec(), rest: rest.to_vec(), ..answer })
}
