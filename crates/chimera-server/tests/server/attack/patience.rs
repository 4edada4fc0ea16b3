//! E60 to E63: peers that take their time.

use std::time::Duration;

use chimera_server::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::house::{House, PATIENCE};
use crate::http::read;

fn hasty() -> Limits {
    Limits { head: Duration::from_millis(300), body: Duration::from_millis(300), ..Limits::default() }
}

async fn connect(house: &House) -> TcpStream {
    TcpStream::connect(("127.0.0.1", house.port)).await.unwrap()
}

/// Drips a byte at a time until the server has had enough; what it said.
async fn drip(stream: TcpStream, bytes: &'static [u8]) -> Vec<u8> {
    let (mut reading, mut writing) = stream.into_split();
    let dripping = tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_millis(20));
        for byte in bytes.iter().cycle() {
            every.tick().await;
            if writing.write_all(&[*byte]).await.is_err() {
                return;
            }
        }
    });
    let mut said = Vec::new();
    // A reset is an end too.
    let _ = timeout(PATIENCE, reading.read_to_end(&mut said)).await.expect("it is borne for ever");
    dripping.abort();
    said
}

#[tokio::test]
async fn e60_a_hundred_silent_connections_hold_up_nobody() {
    let house = House::open().await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(connect(&house).await);
    }

    let answer = house.get("/api/v1/personas").await;

    assert_eq!(answer.status, 200);
    // Nobody of them had left by then.
    drop(silent);
}

#[tokio::test]
async fn e61_an_endless_head_is_cut() {
    let house = House::within(hasty()).await;
    let said = drip(connect(&house).await, b"GET /healthz HTTP/1.1\r\nX: y\r\nX: ").await;
    assert!(!said.windows(4).any(|four| four == b" 200"));
}

#[tokio::test]
async fn e62_a_connection_that_never_says_a_word_is_cut() {
    let house = House::within(hasty()).await;
    let mut stream = connect(&house).await;

    let read = timeout(PATIENCE, stream.read(&mut [0; 16])).await.expect("it is borne for ever");

    assert!(matches!(read, Ok(0) | Err(_)));
}

#[tokio::test]
async fn e63_a_dripping_body_is_cut_however_it_drips() {
    let house = House::within(Limits { body: Duration::from_millis(300), ..Limits::default() }).await;
    let mut stream = connect(&house).await;
    let head = format!(
        "POST /api/v1/conversations HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n",
        house.port, house.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();

    let said = drip(stream, b" ").await;

    assert!(said.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&said));
    assert_eq!(house.conversations().await, 0);
}

#[tokio::test]
async fn a_client_that_waits_to_be_asked_for_its_body_is_asked_only_when_it_is_wanted() {
    let house = House::open().await;
    let body = crate::house::table(1).to_string();
    let mut stream = connect(&house).await;
    let head = format!(
        "POST /api/v1/conversations HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        house.port,
        house.token,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();

    let asked = read(&mut stream).await;
    stream.write_all(body.as_bytes()).await.unwrap();

    assert_eq!(asked.status, 100);
    assert_eq!(read(&mut stream).await.status, 201);
}
