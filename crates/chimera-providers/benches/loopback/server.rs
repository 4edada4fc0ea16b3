//! A server that answers by the last part of the path, as fast as the socket takes it: `N` deltas, or one and then
//! nothing more.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

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
        let answer = match wanted {
            "hangs" => format!("{HEAD}connection: close\r\n\r\n{}", deltas(1)),
            "first" => whole(1),
            many => whole(many.parse().expect("a number of deltas")),
        };
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

fn whole(count: usize) -> String {
    let end =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let body = format!("{}{end}", deltas(count));
    format!("{HEAD}content-length: {}\r\n\r\n{body}", body.len())
}

fn deltas(count: usize) -> String {
    let delta = r#"data: {"id":"chatcmpl-AbCdEfGh","object":"chat.completion.chunk","created":1795376782,"model":"m","choices":[{"index":0,"delta":{"content":"word "},"logprobs":null,"finish_reason":null}],"usage":null}"#;
    format!("{delta}\n\n").repeat(count)
}
