//! D40 to D55: frames that break the rules of WebSocket, written by hand.

use chimera_server::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::house::{House, PATIENCE};

/// A client's frame: first byte, payload; masked with zeros, which leaves the payload as it is.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | u8::try_from(short).unwrap()),
        middle @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(middle).unwrap().to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend(u64::try_from(long).unwrap().to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

const TEXT: u8 = 0x81;

/// Id, bytes, and the close code they earn.
fn cases() -> Vec<(&'static str, Vec<u8>, u16)> {
    let megabyte = vec![b' '; 1024 * 1024 + 1];
    let claim = [&[TEXT, 0xff][..], &(1_u64 << 62).to_be_bytes(), &[0; 4]].concat();
    let endless: Vec<u8> = std::iter::once(frame(0x01, &[b' '; 60_000]))
        .chain(std::iter::repeat_n(frame(0x00, &[b' '; 60_000]), 20))
        .flatten()
        .collect();
    vec![
        ("D40", vec![TEXT, 2, b'{', b'}'], 1002),
        ("D41", frame(TEXT | 0x40, b"{}"), 1002),
        ("D42", frame(0x83, b"{}"), 1002),
        ("D43", frame(TEXT, b"{\"a\":\"\xff\xfe\"}"), 1007),
        ("D44", frame(TEXT, &megabyte), 1009),
        ("D45", claim, 1009),
        ("D46", frame(0x89, &[0; 126]), 1002),
        ("D47", endless, 1009),
        ("D48", frame(0x80, b"{}"), 1002),
        ("D53", frame(0x82, b"\x00\x01"), 4000),
    ]
}

pub fn ids() -> impl Iterator<Item = &'static str> {
    cases().into_iter().map(|(id, _, _)| id)
}

#[tokio::test]
async fn a_socket_that_breaks_the_rules_is_told_so_and_closed() {
    // Whoever still writes is waited for, or the reset of the line would take the close code with it.
    let house = House::within(Limits { goodbye: PATIENCE, ..Limits::default() }).await;
    for (id, bytes, code) in cases() {
        let mut stream = enter(&house).await;
        // It may be closed while we still write.
        let _ = stream.write_all(&bytes).await;
        assert_eq!(close_code(&mut stream).await, Some(code), "{id}");
    }
    assert_eq!(house.get("/api/v1/personas").await.status, 200);
}

#[tokio::test]
async fn d50_to_d52_nonsense_in_good_frames_is_answered_and_harms_nobody() {
    let house = House::open().await;
    let mut stream = enter(&house).await;
    let deep = "[".repeat(500_000);
    for nonsense in ["not json", "[1,2]", r#"{"type":[]}"#, &deep, r#"{"id":{"a":1},"type":"ping"}"#] {
        stream.write_all(&frame(TEXT, nonsense.as_bytes())).await.unwrap();
        let (opcode, payload) = next(&mut stream).await.unwrap();
        assert_eq!(opcode, 1);
        assert!(payload.starts_with(br#"{"type":"error""#), "{}", String::from_utf8_lossy(&payload));
    }
    stream.write_all(&frame(TEXT, br#"{"type":"ping"}"#)).await.unwrap();
    assert_eq!(next(&mut stream).await.unwrap().1, br#"{"type":"pong"}"#);
}

/// A socket with hello and ready behind it.
async fn enter(house: &House) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", house.port)).await.unwrap();
    let request = format!(
        "GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        house.port, house.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"));
    for greeting in ["hello", "ready"] {
        let (_, payload) = next(&mut stream).await.unwrap();
        assert!(String::from_utf8(payload).unwrap().contains(greeting));
    }
    stream
}

/// The next frame of the server: opcode and payload. None when the connection has ended.
async fn next(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let reading = async {
        let first = stream.read_u8().await.ok()?;
        let length = match stream.read_u8().await.ok()? {
            126 => u64::from(stream.read_u16().await.ok()?),
            127 => stream.read_u64().await.ok()?,
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).await.ok()?;
        Some((first & 0x0f, payload))
    };
    timeout(PATIENCE, reading).await.expect("nothing came")
}

async fn close_code(stream: &mut TcpStream) -> Option<u16> {
    loop {
        let (opcode, payload) = next(stream).await?;
        if opcode == 8 {
            return Some(u16::from_be_bytes(payload.get(..2)?.try_into().unwrap()));
        }
    }
}
