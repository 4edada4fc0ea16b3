//! A Chimera with its side door open, and all the places where something may lie.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chimera_app::{Chimera, Keyring, Options, Scope, Subscription};
use chimera_core::{
    ConnectionId, ConversationId, ConversationState, EventKind, FeedItem, ModelRef, NewParticipant, Policy, Seq,
};
use chimera_server::{ServeOptions, Server};
use chimera_testkit::builders;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct House {
    pub chimera: Chimera,
    server: Server,
    token: String,
    folder: TempDir,
}

impl House {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { keyring: Keyring::in_memory(), ..Options::new(folder.path().to_path_buf()) };
        let chimera = Chimera::open(options).await.unwrap();
        let serve = ServeOptions { port: Some(0), origins: Vec::new() };
        let server = Server::start(chimera.clone(), serve).await.unwrap();
        let token = chimera.create_token("test", &Scope::ALL).await.unwrap().token.expose().to_owned();
        Self { chimera, server, token, folder }
    }

    /// Begins a talk of one speaker, whose only model is at this connection.
    pub async fn talks(&self, connection: &ConnectionId) -> ConversationId {
        let route = vec![ModelRef { connection: connection.clone(), model: "m".into() }];
        let ada = NewParticipant { name: Some("Ada".into()), route, ..NewParticipant::default() };
        let mut new = builders::conversation("Is a rebuilt ship the same ship?", vec![ada]);
        new.policy = Policy::RoundRobin;
        new.end.turns = Some(1);
        let id = self.chimera.create_conversation(new).await.unwrap().id;
        self.chimera.start(id).await.unwrap();
        id
    }

    /// Waits until nothing more happens in it by itself.
    pub async fn until_it_rests(&self, id: ConversationId) -> ConversationState {
        let mut feed = self.chimera.subscribe(Subscription { topics: None, after: Some(Seq::START) }).unwrap();
        let rest = async {
            loop {
                let frame = feed.next().await.unwrap().expect("the feed goes on");
                if let FeedItem::Event(event) = frame.item()
                    && event.conversation() == Some(id)
                    && let EventKind::ConversationStateChanged { state, .. } = &event.kind
                    && matches!(state, ConversationState::Completed | ConversationState::NeedsAttention)
                {
                    return *state;
                }
            }
        };
        tokio::time::timeout(PATIENCE, rest).await.expect("it comes to an end")
    }

    /// What the side door tells, and what the feed of this program did.
    pub async fn answers(&self) -> Vec<(String, Vec<u8>)> {
        let mut paths = vec![
            "/api/v1/connections".to_owned(),
            "/api/v1/providers/health".to_owned(),
            "/api/v1/personas".to_owned(),
            "/api/v1/conversations?limit=200".to_owned(),
        ];
        let conversations = self.chimera.conversations(None, 200).await.unwrap();
        paths.extend(
            conversations.items.iter().map(|conversation| format!("/api/v1/conversations/{}", conversation.id)),
        );
        let mut after = Seq::START;
        while let Some(last) = self.chimera.events(after, None, 1_000).await.unwrap().last() {
            paths.push(format!("/api/v1/events?limit=1000&after={after}"));
            after = last.seq;
        }
        let mut answers = Vec::new();
        for path in paths {
            let answer = self.get(&path).await;
            assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&answer));
            answers.push((path, answer));
        }
        answers
    }

    async fn get(&self, path: &str) -> Vec<u8> {
        let port = self.server.port();
        let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\r\n",
            self.token
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        answer
    }

    /// Every file of the data folder: database, its journal, whatever else.
    pub fn files(&self, when: &str) -> Vec<(String, Vec<u8>)> {
        let files = walk(self.folder.path());
        assert!(files.iter().any(|file| file.metadata().is_ok_and(|about| about.len() > 10_000)), "there is a history");
        let read = |file: PathBuf| (format!("{} {when}", file.display()), std::fs::read(&file).unwrap_or_default());
        files.into_iter().map(read).collect()
    }

    pub async fn close(&self) {
        self.chimera.close().await.unwrap();
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
