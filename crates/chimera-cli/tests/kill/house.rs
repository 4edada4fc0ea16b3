use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chimera_app::{CallLimits, Chimera, KeyStorage, Keyring, NewConnection, Options, Pace, Scope, SystemClock};
use chimera_core::{EndRules, ModelRef, NewConversation, NewParticipant, Policy, ProviderKind};
use chimera_testkit::{FakeLlm, Reply};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Words a second: a quick model, and slow enough that a kill comes in mid-sentence.
const PACE: Duration = Duration::from_millis(8);
/// So brief that of a round that is cut some answers are through already.
pub const ANSWER: &str = "Books do, as long as somebody reads them, and after that the shelves do.";

/// A data folder with five personas who talk, the same five who answer in rounds, the models they speak with, and a token.
pub struct House {
    pub token: String,
    /// One after the other; the remarks are made here.
    pub talk: String,
    /// All at once, and nobody sees a word before all are through.
    pub rounds: String,
    folder: TempDir,
    /// They outlive every process that listens to them.
    _models: [FakeLlm; 2],
}

/// The process that will be killed.
pub struct Victim {
    pub port: u16,
    process: Child,
}

impl House {
    pub async fn build() -> Self {
        let (talker, answerer) = (FakeLlm::start().await, FakeLlm::start().await);
        let speech: String = (1..=120).map(|word| format!("word{word} ")).collect();
        talker.always().replies(Reply::says(&speech).paced(PACE));
        answerer.always().replies(Reply::says(ANSWER).paced(PACE));

        let folder = tempfile::tempdir().unwrap();
        let chimera = Chimera::open(Options {
            data_dir: folder.path().to_path_buf(),
            keyring: Keyring::in_memory(),
            pace: Pace::Instant,
            clock: Arc::new(SystemClock::default()),
            calls: CallLimits::default(),
        });
        let chimera = chimera.await.unwrap();
        let talk = lay(&chimera, &talker, Policy::Balanced).await;
        let rounds = lay(&chimera, &answerer, Policy::Parallel).await;
        let token = chimera.create_token("parent", &Scope::ALL).await.unwrap().token.expose().to_owned();
        chimera.close().await.unwrap();
        Self { token, talk, rounds, folder, _models: [talker, answerer] }
    }

    /// A new process on the same folder, and how long it took until it answered with the conversations.
    pub async fn start(&self) -> (Victim, Duration) {
        let began = Instant::now();
        let mut process = chimera(&self.folder).args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.split("http://127.0.0.1:").nth(1).and_then(|rest| rest.split('.').next());
        let port = port.and_then(|port| port.trim().parse().ok()).unwrap_or_else(|| panic!("no address in: {line}"));
        let victim = Victim { port, process };
        self.views(&victim).await;
        (victim, began.elapsed())
    }

    /// Both conversations, whole.
    pub async fn views(&self, victim: &Victim) -> [Value; 2] {
        let view = |id| format!("/api/v1/conversations/{id}");
        [self.get(victim, &view(&self.talk)).await, self.get(victim, &view(&self.rounds)).await]
    }

    pub async fn get(&self, victim: &Victim, path: &str) -> Value {
        let mut socket = TcpStream::connect(("127.0.0.1", victim.port)).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            victim.port, self.token
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
    }

    /// With nobody else in it: every page is whole, and the log makes the same tables anew.
    pub fn check_the_file(&self, kill: u32) {
        let checked = chimera(&self.folder).arg("rebuild").output().unwrap();
        assert!(checked.status.success(), "kill {kill}: {}", String::from_utf8_lossy(&checked.stderr));
    }
}

impl Victim {
    /// As a power cut does it: SIGKILL, and no goodbye.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Lays a table for the five, who all speak with this model.
async fn lay(chimera: &Chimera, model: &FakeLlm, policy: Policy) -> String {
    let connection = chimera.add_connection(NewConnection {
        kind: ProviderKind::Compatible,
        name: format!("A slow model for {policy:?}"),
        base_url: Some(format!("{}/v1", model.url())),
        local: true,
        key: None,
        key_storage: KeyStorage::default(),
        limits: Default::default(),
    });
    let route = vec![ModelRef { connection: connection.await.unwrap().connection.id, model: "slow".into() }];
    let seat = |persona: &str| NewParticipant {
        persona: Some(persona.parse().unwrap()),
        route: route.clone(),
        ..NewParticipant::default()
    };
    let conversation = chimera.create_conversation(NewConversation {
        topic: "What outlives us?".into(),
        participants: ["sceptic", "poet", "engineer", "historian", "optimist"].map(seat).into(),
        policy,
        end: EndRules::NONE,
        seed: Some(7),
        ..NewConversation::default()
    });
    conversation.await.unwrap().id.to_string()
}

/// The program on this data folder, with nobody's keyring.
fn chimera(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chimera"));
    command.env_remove("RUST_LOG").env("CHIMERA_KEYRING", "memory").env("CHIMERA_DATA_DIR", folder.path());
    command
}
