//! What Chimera costs for each delta, from a provider's bytes to the feed, against a bare client that reads the same
//! stream from the same server and throws it away.
//!
//! `cargo xtask bench` runs it. Machines are shared and noisy: read the ratios, which are of medians of rounds taken in
//! turns, and not the absolute times. The stream is not paced, so the whole cost is ours: framing, decoding, the
//! machine, the guard, coalescing, the log. A long and a short answer are measured: the difference is what the words
//! cost, the rest is what a turn costs, with its commits to the disk, however little is said in it. That is told apart.

use std::time::{Duration, Instant};

use chimera_app::{Chimera, Keyring, Options, Subscription};
use chimera_core::{EndRules, EventKind, FeedItem, ModelRef, NewConversation, NewParticipant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

const MANY: usize = 40_000;
const FEW: usize = 2_000;
const ROUNDS: usize = 15;

fn main() {
    let bench = Bench::new();
    let (many, few) = (bench.measured(MANY), bench.measured(FEW));
    let words = (MANY - FEW) as f64;
    let for_words = |of: fn(&Cost) -> Duration, costs: fn(&Pair) -> &Cost| {
        of(costs(&many)).saturating_sub(of(costs(&few))).as_secs_f64() * 1e6 / words
    };
    for (what, of) in [("of CPU", (|cost| cost.cpu) as fn(&Cost) -> Duration), ("of time", |cost| cost.wall)] {
        let (ours, bare) = (for_words(of, |pair| &pair.ours), for_words(of, |pair| &pair.bare));
        println!(
            "engine-token  {ours:.3} µs {what} for each delta  |  bare client {bare:.3} µs  |  ratio {:.2}",
            ours / bare
        );
    }
    println!(
        "engine-turn   {:.2} ms for a turn of {FEW} deltas, with its commits  |  bare client {:.2} ms  ({ROUNDS} rounds, median)",
        few.ours.wall.as_secs_f64() * 1e3,
        few.bare.wall.as_secs_f64() * 1e3
    );
}

/// What one answer came to.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    cpu: Duration,
}

struct Pair {
    ours: Cost,
    bare: Cost,
}

struct Bench {
    runtime: Runtime,
    server: Server,
    chimera: Chimera,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options { keyring: Keyring::in_memory(), ..Options::new(folder.path().join("data")) };
        let chimera = runtime.block_on(Chimera::open(options)).expect("an empty folder opens");
        Self { runtime, server: Server::start(), chimera, _folder: folder }
    }

    /// Medians of rounds that alternate between us and the bare client.
    fn measured(&self, deltas: usize) -> Pair {
        let url = format!("{}/{deltas}", self.server.url);
        let spec = format!("compatible@{url}#bench").parse().expect("a route");
        let route = self.runtime.block_on(self.chimera.route(&spec, None)).expect("a connection");
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            bare.push(self.cost(read_bare(&url, deltas)));
            ours.push(self.cost(self.one_turn(&route, deltas)));
        }
        Pair { ours: median(&ours), bare: median(&bare) }
    }

    fn cost(&self, work: impl Future<Output = Duration>) -> Cost {
        let before = self.server.cpu_of_others();
        let wall = self.runtime.block_on(work);
        Cost { wall, cpu: self.server.cpu_of_others().saturating_sub(before) }
    }

    /// From the start of a turn to its whole message in the feed.
    async fn one_turn(&self, route: &[ModelRef], deltas: usize) -> Duration {
        let seat = NewParticipant { name: Some("Ada".into()), route: route.to_vec(), ..NewParticipant::default() };
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
                assert_eq!(text.len(), said(deltas).trim_end().len(), "every delta arrived");
                return started.elapsed();
            }
        }
    }
}

async fn read_bare(url: &str, deltas: usize) -> Duration {
    let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(no_tls()).build().expect("a client");
    let started = Instant::now();
    let mut answer = client.post(format!("{url}/chat/completions")).body("{}").send().await.expect("answered");
    let mut lines = 0;
    while let Some(chunk) = answer.chunk().await.expect("read") {
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    assert!(lines > deltas, "the whole stream was read");
    started.elapsed()
}

/// What is said, a word to a delta.
const PROSE: &str = "The keeper of the old lighthouse climbed the stairs every evening and counted the steps aloud while \
                     he lit the lamp he wrote into his book what the sea had been like and who had waved to him ";

fn words() -> impl Iterator<Item = &'static str> {
    std::iter::repeat(PROSE).flat_map(|prose| prose.split_inclusive(' '))
}

fn said(deltas: usize) -> String {
    words().take(deltas).collect()
}

/// No two events of a stream are alike, as at a real vendor.
fn event((number, word): (usize, &str)) -> String {
    let padding = &"aK39fj2LmQx81bZ"[number % 15..];
    let content = format!(r#"{{"index":0,"delta":{{"content":"{word}"}},"finish_reason":null}}"#);
    format!(
        "data: {{\"id\":\"chatcmpl-{number:08x}\",\"object\":\"chat.completion.chunk\",\"choices\":[{content}],\
         \"sequence_number\":{number},\"obfuscation\":\"{padding}\"}}\n\n"
    )
}

/// A server that answers every request with as many deltas as its path says, as fast as the socket takes them. It has a
/// thread of its own, so that its work is not taken for that of its clients.
struct Server {
    url: String,
    thread: String,
}

impl Server {
    fn start() -> Self {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                let url = format!("http://{}", listener.local_addr().expect("an address"));
                let thread = std::fs::read_link("/proc/thread-self").unwrap_or_default();
                let thread = thread.file_name().unwrap_or_default().to_string_lossy().into_owned();
                tell.send(Self { url, thread }).expect("somebody waits for it");
                serve(listener).await;
            });
        });
        told.recv().expect("the server starts")
    }

    /// The processor's time of all threads but the server's; none where the system does not tell.
    fn cpu_of_others(&self) -> Duration {
        let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        let others = threads.filter(|thread| thread.file_name().to_string_lossy() != self.thread.as_str());
        let nanos = others.filter_map(|thread| {
            let stat = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
            stat.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanos.sum())
    }
}

async fn serve(listener: TcpListener) {
    let end = r#"data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let events = |deltas: usize| words().take(deltas).enumerate().map(event).collect::<String>();
    let answer = |deltas: usize| format!("{head}{}{end}\n\ndata: [DONE]\n\n", events(deltas));
    let answers = [(FEW, answer(FEW)), (MANY, answer(MANY))];
    while let Ok((mut socket, _)) = listener.accept().await {
        let mut request = vec![0; 64 * 1024];
        let Ok(read) = socket.read(&mut request).await else { continue };
        let first = String::from_utf8_lossy(&request[..read.min(200)]).into_owned();
        let wanted = first.split('/').nth(1).and_then(|part| part.parse().ok());
        if let Some((_, answer)) = answers.iter().find(|(deltas, _)| Some(*deltas) == wanted) {
            // A client that leaves early is its own affair.
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    }
}

fn no_tls() -> rustls::ClientConfig {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows them")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

fn median(costs: &[Cost]) -> Cost {
    let middle = |of: fn(&Cost) -> Duration| {
        let mut all: Vec<Duration> = costs.iter().map(of).collect();
        all.sort();
        all[all.len() / 2]
    };
    Cost { wall: middle(|cost| cost.wall), cpu: middle(|cost| cost.cpu) }
}
