//! A server that answers by the last part of the path, as fast as the socket takes it: a stream, or its first delta and
//! then nothing more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::stream::Wanted;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";

pub struct Server {
    url: String,
    goodbye: Arc<Mutex<Option<oneshot::Sender<Instant>>>>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let goodbye = Arc::<Mutex<Option<oneshot::Sender<Instant>>>>::default();
        let told = goodbye.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, told.clone()));
            }
        });
        Self { url, goodbye }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// When the next connection that hangs is seen to be closed.
    pub fn next_goodbye(&self) -> impl Future<Output = Instant> {
        let (tell, told) = oneshot::channel();
        *self.goodbye.lock().expect("nobody panics with it") = Some(tell);
        async { told.await.expect("the server outlives the client") }
    }
}

/// Answers one question after another, as long as the client wants to.
async fn serve(mut socket: TcpStream, goodbye: Arc<Mutex<Option<oneshot::Sender<Instant>>>>) {
    let _ = socket.set_nodelay(true);
    let mut request = vec![0; 64 * 1024];
    while let Ok(1..) = socket.read(&mut request).await {
        let first = String::from_utf8_lossy(&request[..200]).into_owned();
        let wanted = first.split('/').nth(1).unwrap_or_default().split(' ').next().unwrap_or_default();
        let answer = answer(wanted);
        if socket.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        if wanted == "hangs" {
            while matches!(socket.read(&mut request).await, Ok(1..)) {}
            if let Some(tell) = goodbye.lock().expect("nobody panics with it").take() {
                let _ = tell.send(Instant::now());
            }
            return;
        }
    }
}

/// Written once, so that no client waits for it a second time.
fn answer(wanted: &str) -> Arc<str> {
    static WRITTEN: Mutex<Option<HashMap<String, Arc<str>>>> = Mutex::new(None);
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    let written = written.get_or_insert_default();
    written.entry(wanted.to_owned()).or_insert_with(|| write(wanted).into()).clone()
}

fn write(wanted: &str) -> String {
    let one = Wanted { deltas: 1, counted: false };
    if wanted == "hangs" {
        let events = one.events();
        let first = events.split_inclusive("\n\n").next().unwrap_or_default();
        return format!("{HEAD}connection: close\r\n\r\n{first}");
    }
    let body = if wanted == "first" { one } else { Wanted::read(wanted).expect("a stream that is known") }.events();
    format!("{HEAD}content-length: {}\r\n\r\n{body}", body.len())
}
