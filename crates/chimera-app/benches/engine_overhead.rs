//! What Chimera costs for each delta, from a provider's bytes to the feed, against a bare client that reads the same
//! stream from the same server and throws it away.
//!
//! `cargo xtask bench` runs it. Machines are shared and noisy: read the ratio, which is the median of rounds taken in
//! turns, and not the absolute times. The stream is not paced, so the whole cost is ours: framing, decoding, the
//! machine, the guard, coalescing, the log.

use std::time::{Duration, Instant};

use chimera_app::{Chimera, Keyring, Options, Subscription};
use chimera_core::{EndRules, EventKind, FeedItem, NewConversation, NewParticipant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const DELTAS: usize = 20_000;
const ROUNDS: usize = 7;

fn main() {
    let bench = Bench::new();
    let mut bare = Vec::new();
    let mut ours = Vec::new();
    for _ in 0..ROUNDS {
        bare.push(bench.runtime.block_on(read_bare(&bench.url)));
        ours.push(bench.runtime.block_on(bench.one_turn()));
    }
    let (bare, ours) = (median(bare), median(ours));
    println!(
        "engine-token  {:.3} µs/delta  |  bare client {:.3} µs/delta  |  ratio {:.2}  ({DELTAS} deltas, {ROUNDS} rounds, median)",
        per_delta(ours),
        per_delta(bare),
        ours.as_secs_f64() / bare.as_secs_f64()
    );
}

struct Bench {
    runtime: Runtime,
    url: String,
    chimera: Chimera,
    route: Vec<chimera_core::ModelRef>,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let url = runtime.block_on(serve());
        let options = Options { keyring: Keyring::in_memory(), ..Options::new(folder.path().join("data")) };
        let (chimera, route) = runtime.block_on(async {
            let chimera = Chimera::open(options).await.expect("an empty folder opens");
            let spec = format!("compatible@{url}#bench").parse().expect("a route");
            let route = chimera.route(&spec, None).await.expect("a connection");
            (chimera, route)
        });
        Self { runtime, url, chimera, route, _folder: folder }
    }

    /// From the start of a turn to its whole message in the feed.
    async fn one_turn(&self) -> Duration {
        let seat = NewParticipant { name: Some("Ada".into()), route: self.route.clone(), ..NewParticipant::default() };
        let new = NewConversation {
            topic: "overhead".into(),
            participants: vec![seat],
            policy: chimera_core::Policy::RoundRobin,
            end: EndRules { turns: Some(1), ..EndRules::default() },
            seed: Some(1),
            ..NewConversation::default()
        };
        let id = self.chimera.create_conversation(new).await.expect("created").id;
        let mut feed = self.chimera.subscribe(Subscription::default()).expect("subscribed");
        let started = Instant::now();
        self.chimera.start(id).await.expect("started");
        loop {
            let frame = feed.next().await.expect("read").expect("open");
            if let FeedItem::Event(event) = frame.item()
                && let EventKind::MessageCompleted { text, .. } = &event.kind
            {
                // Blanks at the end of an answer are not kept.
                assert_eq!(text.len(), (WORD.repeat(DELTAS)).trim_end().len(), "every delta arrived");
                return started.elapsed();
            }
        }
    }
}

async fn read_bare(url: &str) -> Duration {
    let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(no_tls()).build().expect("a client");
    let started = Instant::now();
    let mut answer = client.post(format!("{url}/chat/completions")).body("{}").send().await.expect("answered");
    let mut lines = 0;
    while let Some(chunk) = answer.chunk().await.expect("read") {
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    assert!(lines > DELTAS, "the whole stream was read");
    started.elapsed()
}

const WORD: &str = "word ";

/// A server that answers every request with the same stream, as fast as the socket takes it.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let delta = format!(
        r#"data: {{"id":"c","object":"chat.completion.chunk","choices":[{{"index":0,"delta":{{"content":"{WORD}"}},"finish_reason":null}}]}}"#
    );
    let end = r#"data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    let body = format!("{}{end}\n\ndata: [DONE]\n\n", format!("{delta}\n\n").repeat(DELTAS));
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let answer = format!("{head}{body}");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 64 * 1024];
                if socket.read(&mut request).await.is_ok() {
                    // A client that leaves early is its own affair.
                    let _ = socket.write_all(answer.as_bytes()).await;
                    let _ = socket.shutdown().await;
                }
            });
        }
    });
    url
}

fn no_tls() -> rustls::ClientConfig {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows them")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn per_delta(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / DELTAS as f64
}
