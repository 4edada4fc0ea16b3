use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::house::Victim;
use crate::oracle::Oracle;

/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A companion on the socket of one process.
pub struct Companion {
    socket: WebSocketStream<TcpStream>,
    /// What came while an answer was waited for.
    heard: Vec<Value>,
    asked: u32,
}

impl Companion {
    /// In, and hearing everything after `cursor`.
    pub async fn enter(victim: &Victim, token: &str, cursor: u64) -> Self {
        let mut request = format!("ws://127.0.0.1:{}/api/v1/ws", victim.port).into_client_request().unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        let stream = TcpStream::connect(("127.0.0.1", victim.port)).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        let mut companion = Self { socket, heard: Vec::new(), asked: 0 };
        companion.ask(json!({"type": "subscribe", "after_seq": cursor})).await;
        companion
    }

    pub async fn command(&mut self, name: &str, conversation: &str) {
        self.ask(json!({"type": "command", "name": name, "data": {"id": conversation}})).await;
    }

    /// The id of the message, as soon as it is acknowledged.
    pub async fn say(&mut self, conversation: &str, text: &str, oracle: &mut Oracle) -> String {
        let data = json!({"id": conversation, "text": text});
        let answer = self.ask(json!({"type": "command", "name": "conversation.say", "data": data})).await;
        self.tell(oracle);
        answer["message"].as_str().unwrap().to_owned()
    }

    /// Tells the oracle everything up to the next words.
    pub async fn listen_for_words(&mut self, oracle: &mut Oracle) {
        self.tell(oracle);
        loop {
            let item = self.next().await.expect("it was not killed yet");
            let are_words = item["type"] == "delta";
            oracle.hears(item);
            if are_words {
                return;
            }
        }
    }

    /// Reads to the end of what a dead process had sent.
    pub async fn drain(mut self, oracle: &mut Oracle) {
        self.tell(oracle);
        while let Some(item) = self.next().await {
            oracle.hears(item);
        }
    }

    fn tell(&mut self, oracle: &mut Oracle) {
        self.heard.drain(..).for_each(|item| oracle.hears(item));
    }

    async fn ask(&mut self, mut question: Value) -> Value {
        self.asked += 1;
        question["id"] = self.asked.into();
        self.socket.send(Message::text(question.to_string())).await.unwrap();
        loop {
            let item = self.next().await.expect("it was not killed yet");
            if item["type"] == "result" && item["id"] == self.asked {
                assert_eq!(item["ok"], true, "{question} was refused: {item}");
                return item["data"].clone();
            }
            self.heard.push(item);
        }
    }

    async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("nothing came") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(text.as_str()).unwrap()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}
