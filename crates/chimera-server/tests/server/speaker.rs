//! A model server that says what the test tells it to, when it is told.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use chimera_app::{Chimera, NewConnection};
use futures::StreamExt;
use serde_json::json;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio_stream::wrappers::ReceiverStream;

pub struct Speaker {
    words: mpsc::Sender<String>,
    /// Id of the connection under which it is known to Chimera.
    pub connection: String,
}

impl Speaker {
    /// Answers one question.
    pub async fn at(chimera: &Chimera) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (words, said) = mpsc::channel(8);
        let once = Arc::new(Mutex::new(Some(said)));
        let router = Router::new().route("/v1/chat/completions", post(answer)).with_state(once);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let new: NewConnection = serde_json::from_value(json!({
            "kind": "compatible", "name": "speaker", "base_url": format!("http://{address}/v1"), "local": true,
        }))
        .unwrap();
        let connection = chimera.add_connection(new).await.unwrap().connection.id.to_string();
        Self { words, connection }
    }

    pub async fn says(&self, text: &str) {
        let chunk = json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]});
        self.words.send(format!("data: {chunk}\n\n")).await.unwrap();
    }

    pub async fn ends(self) {
        let chunk = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
        self.words.send(format!("data: {chunk}\n\ndata: [DONE]\n\n")).await.unwrap();
    }
}

type Once = Arc<Mutex<Option<mpsc::Receiver<String>>>>;

async fn answer(State(once): State<Once>) -> axum::response::Response {
    let said = once.lock().await.take().expect("one question is asked");
    let body = Body::from_stream(ReceiverStream::new(said).map(Ok::<_, std::io::Error>));
    axum::response::Response::builder().header("content-type", "text/event-stream").body(body).unwrap()
}
