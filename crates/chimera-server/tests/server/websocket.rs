//! A companion on the socket.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::house::{House, PATIENCE};

pub struct Companion {
    pub socket: WebSocketStream<TcpStream>,
    next_id: u64,
}

impl Companion {
    /// In by the header, greeted and ready.
    pub async fn enter(house: &House) -> Self {
        Self::enter_with(house, &house.token).await
    }

    pub async fn enter_with(house: &House, token: &str) -> Self {
        let mut companion = Self::knock(house, &[("authorization", &format!("Bearer {token}"))]).await.unwrap();
        assert_eq!(companion.next().await["type"], "hello");
        assert_eq!(companion.next().await["type"], "ready");
        companion
    }

    /// The handshake alone; the status when it is refused.
    pub async fn knock(house: &House, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = format!("ws://127.0.0.1:{}/api/v1/ws", house.port).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(("127.0.0.1", house.port)).await.unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self { socket, next_id: 100 }),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next text as it came.
    pub async fn next_text(&mut self) -> String {
        let next = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => return text.as_str().to_owned(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    other => panic!("instead of a text came {other:?}"),
                }
            }
        };
        timeout(PATIENCE, next).await.expect("nothing came")
    }

    pub async fn next(&mut self) -> Value {
        serde_json::from_str(&self.next_text().await).unwrap()
    }

    /// Reads on until one of this kind; what came before is dropped.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().await;
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// The answer to one message, under its id.
    pub async fn ask(&mut self, mut message: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        message["id"] = json!(id);
        self.send(message).await;
        loop {
            let answer = self.next_of("result").await;
            if answer["id"] == id {
                return answer;
            }
        }
    }

    pub async fn command(&mut self, name: &str, data: Value) -> Value {
        self.ask(json!({"type": "command", "name": name, "data": data})).await
    }

    pub async fn subscribe(&mut self, topics: Option<&[String]>, after: Option<u64>) -> Value {
        let answer = self.ask(json!({"type": "subscribe", "topics": topics, "after_seq": after})).await;
        assert_eq!(answer["ok"], true, "{answer}");
        answer
    }

    /// Feed items up to and with the first that fits.
    pub async fn feed_until(&mut self, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut items = Vec::new();
        loop {
            let item = self.next().await;
            let is_last = fits(&item);
            items.push(item);
            if is_last {
                return items;
            }
        }
    }

    /// Reads to the end; the close code, if there was one.
    pub async fn close_code(&mut self) -> Option<u16> {
        let end = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        timeout(PATIENCE, end).await.expect("the socket stays open")
    }
}

pub fn is_end_of(conversation: &str) -> impl Fn(&Value) -> bool {
    let topic = format!("conversation:{conversation}");
    move |item| {
        item["topic"] == topic.as_str()
            && item["event"] == "conversation.state_changed"
            && item["data"]["state"] == "completed"
    }
}

pub fn is_event(item: &Value) -> bool {
    item["type"] == "event"
}
