use std::sync::Arc;
use std::time::Duration;

use chimera_app::{CallLimits, Chimera, Keyring, Options, Pace, Scope, SystemClock};
use chimera_server::{Limits, ServeOptions, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::{self, Answer};

/// The origin of the one web page that may come in.
pub const PAGE: &str = "http://localhost:3000";
/// Nothing here takes longer unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A Chimera with its side door open and a token for everything.
pub struct House {
    pub chimera: Chimera,
    pub server: Server,
    pub port: u16,
    pub token: String,
    pub data_dir: TempDir,
}

impl House {
    pub async fn open() -> Self {
        Self::within(Limits::default()).await
    }

    pub async fn within(limits: Limits) -> Self {
        let data_dir = tempfile::tempdir().unwrap();
        let (chimera, server) = open(&data_dir, limits).await;
        let port = server.port();
        let token = token(&chimera, &Scope::ALL).await;
        Self { chimera, server, port, token, data_dir }
    }

    /// Closed, and opened again on the same history.
    pub async fn restarted(self) -> Self {
        self.server.shut_down().await;
        self.chimera.close().await.unwrap();
        let (chimera, server) = open(&self.data_dir, Limits::default()).await;
        let port = server.port();
        Self { chimera, server, port, token: self.token, data_dir: self.data_dir }
    }

    pub async fn token_for(&self, scopes: &[Scope]) -> String {
        token(&self.chimera, scopes).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        http::send(self.port, &http::request(self.port, "GET", path, &self.token, None)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        http::send(self.port, &http::request(self.port, "POST", path, &self.token, Some(&body.to_string()))).await
    }

    /// A conversation of two demo voices that ends after some turns; its id.
    pub async fn table(&self, turns: u32) -> String {
        let answer = self.post("/api/v1/conversations", table(turns)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn conversations(&self) -> usize {
        self.get("/api/v1/conversations?limit=200").await.json()["items"].as_array().unwrap().len()
    }
}

async fn open(data_dir: &TempDir, limits: Limits) -> (Chimera, Server) {
    let options = Options {
        data_dir: data_dir.path().to_path_buf(),
        keyring: Keyring::in_memory(),
        pace: Pace::Instant,
        clock: Arc::new(SystemClock::default()),
        calls: CallLimits::default(),
    };
    let chimera = Chimera::open(options).await.unwrap();
    let serve = ServeOptions { port: Some(0), origins: vec![PAGE.into()] };
    let server = Server::start_within(chimera.clone(), serve, limits).await.unwrap();
    (chimera, server)
}

async fn token(chimera: &Chimera, scopes: &[Scope]) -> String {
    chimera.create_token("test", scopes).await.unwrap().token.expose().to_owned()
}

/// What is posted to seat two demo voices.
pub fn table(turns: u32) -> Value {
    let seat = |voice: &str| json!({"persona": voice, "route": [{"connection": "demo", "model": voice}]});
    json!({"topic": "Is a rebuilt ship the same ship?", "participants": [seat("sceptic"), seat("poet")], "end": {"turns": turns, "turns_without_user": null}})
}

/// Waits until a claim holds: for what is told to nobody.
pub async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it never came true");
}
