mod asked;
mod dialects;
mod gate;
mod player;
mod reply;
mod wire;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chimera_core::{Connection, ConnectionId, ProviderKind};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

pub use asked::Asked;
pub use gate::Gate;
pub use reply::Reply;

use crate::builders::local_connection;

/// A server on loopback that speaks chat completions, or another vendor's protocol, by a script, and misbehaves on
/// demand.
///
/// It is real down to the socket: what it cuts is cut, what it resets is reset, and it knows when the client is gone.
///
/// ```no_run
/// # use chimera_testkit::{FakeLlm, Gate, Reply};
/// # async fn example() {
/// let server = FakeLlm::start().await;
/// server.next().fails(429, r#"{"error":{"message":"slow down"}}"#);
/// server.on("gpt").replies(Reply::stream().text("Half a ").hangs());
/// server.always().says("Whatever you say.");
/// # }
/// ```
pub struct FakeLlm {
    url: String,
    script: Arc<Script>,
    task: JoinHandle<()>,
}

impl FakeLlm {
    /// Listens on a free port until it is dropped.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let script = Arc::new(Script::default());
        let task = tokio::spawn(accept(listener, script.clone()));
        Self { url: format!("http://{address}"), script, task }
    }

    /// `http://127.0.0.1:port`, without `/v1`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection that leads here.
    pub fn connection(&self) -> Connection {
        let id: ConnectionId = "fake".parse().expect("a slug");
        local_connection(id, &format!("{}/v1", self.url))
    }

    /// A connection that leads here, over this vendor's protocol. Script what it hears with `Reply`s of that protocol.
    pub fn connection_of(&self, kind: ProviderKind) -> Connection {
        Connection { kind, ..self.connection() }
    }

    /// What is answered to the next question; called again, to the one after it.
    pub fn next(&self) -> Answers<'_> {
        Answers { script: &self.script, to: To::Next }
    }

    /// What is answered to the next questions to this model.
    pub fn on(&self, model: &str) -> Answers<'_> {
        Answers { script: &self.script, to: To::Model(model.to_owned()) }
    }

    /// What is answered whenever nothing else is scripted.
    pub fn always(&self) -> Answers<'_> {
        Answers { script: &self.script, to: To::All }
    }

    /// What is answered to every question for the list of models; without it, what is [`next`](Self::next) is.
    pub fn models(&self) -> Answers<'_> {
        Answers { script: &self.script, to: To::ModelList }
    }

    /// Lists these models, in this order.
    pub fn serves(&self, models: &[&str]) {
        let list: Vec<_> = models.iter().map(|id| json!({"id": id, "object": "model"})).collect();
        self.models().replies(Reply::whole(
            200,
            "application/json",
            json!({"object": "list", "data": list}).to_string(),
        ));
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Asked> {
        self.script.asked.borrow().clone()
    }

    /// The request of this number, counted from 0, as soon as it is here.
    pub async fn request(&self, number: usize) -> Asked {
        let mut asked = self.script.asked.subscribe();
        let requests = asked.wait_for(|asked| asked.len() > number).await.expect("the script outlives the server");
        requests[number].clone()
    }
}

impl Drop for FakeLlm {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Where a reply is put into the script.
pub struct Answers<'a> {
    script: &'a Script,
    to: To,
}

enum To {
    Next,
    Model(String),
    All,
    ModelList,
}

impl Answers<'_> {
    /// A whole answer, word by word, with its usage.
    pub fn says(self, text: &str) -> Self {
        self.replies(Reply::says(text))
    }

    /// An error status with this body.
    pub fn fails(self, status: u16, body: &str) -> Self {
        self.replies(Reply::fails(status, body))
    }

    pub fn replies(self, reply: Reply) -> Self {
        let mut lines = self.script.lines();
        match &self.to {
            To::Next => lines.next.push_back(reply),
            To::Model(model) => lines.on.entry(model.clone()).or_default().push_back(reply),
            To::All => lines.always = Some(reply),
            To::ModelList => lines.models = Some(reply),
        }
        drop(lines);
        self
    }
}

#[derive(Default)]
struct Script {
    lines: Mutex<Lines>,
    asked: watch::Sender<Vec<Asked>>,
}

#[derive(Default)]
struct Lines {
    next: VecDeque<Reply>,
    on: HashMap<String, VecDeque<Reply>>,
    always: Option<Reply>,
    models: Option<Reply>,
}

impl Script {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reply_to(&self, asked: &Asked) -> Reply {
        let mut lines = self.lines();
        let scripted = if asked.is_for_models() {
            lines.models.clone().or_else(|| lines.next.pop_front())
        } else {
            let for_model = lines.on.get_mut(asked.model()).and_then(VecDeque::pop_front);
            for_model.or_else(|| lines.next.pop_front()).or_else(|| lines.always.clone())
        };
        let unscripted =
            || Reply::fails(500, r#"{"error":{"message":"the test has scripted no reply to this request"}}"#);
        scripted.unwrap_or_else(unscripted)
    }
}

async fn accept(listener: TcpListener, script: Arc<Script>) {
    let mut calls = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        calls.spawn(answer(socket, script.clone()));
    }
}

async fn answer(socket: TcpStream, script: Arc<Script>) {
    let (mut from_client, to_client) = socket.into_split();
    let Some(asked) = wire::read_request(&mut from_client).await else { return };
    let reply = script.reply_to(&asked);
    script.asked.send_modify(|all| all.push(asked.clone()));
    tokio::select! {
        () = player::play(&reply, &asked, to_client) => {}
        () = wire::closed(&mut from_client) => {}
    }
    asked.leave();
}
