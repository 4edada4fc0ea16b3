//! A hundred conversations at once, each hearing a model of fifty words a second, all of it logged and shown, against a
//! hundred bare clients that read the same streams and throw them away.
//!
//! `cargo xtask bench conv-100` runs it. Every word carries the moment at which the server wrote it, so the lag is that
//! from the model's socket to the feed. The server runs in the same process, for the bare clients too: read the ratios.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chimera_app::{CallLimits, Chimera, Keyring, Options, Subscription};
use chimera_core::{FeedItem, ModelRef, NewConversation, NewParticipant, Policy};
use futures::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const CONVERSATIONS: usize = 100;
const WORDS: usize = 300;
const PACE: Duration = Duration::from_millis(20);

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let began = Instant::now();
        let url = serve(began).await;
        let bare = measure(join_all((0..CONVERSATIONS).map(|_| read_bare(&url, began)))).await;
        let folder = tempfile::tempdir().expect("a folder");
        let calls = CallLimits { elsewhere: CONVERSATIONS, nearby: CONVERSATIONS };
        let options = Options { keyring: Keyring::in_memory(), calls, ..Options::new(folder.path().join("data")) };
        let chimera = Chimera::open(options).await.expect("an empty folder opens");
        let spec = format!("compatible@{url}#bench").parse().expect("a route");
        let route = Arc::new(chimera.route(&spec, None).await.expect("a connection"));
        let before = memory();
        let ours = measure(join_all((0..CONVERSATIONS).map(|_| listen(&chimera, &route, began)))).await;
        let grown = memory().zip(before).map(|(after, before)| after.saturating_sub(before) / CONVERSATIONS as u64);
        chimera.close().await.expect("closed");

        assert_eq!(ours.lags.len(), CONVERSATIONS * WORDS, "every word arrived");
        print!(
            "conv-100  lag p50 {:.2} ms, p99 {:.2} ms  |  bare clients p50 {:.2} ms, p99 {:.2} ms",
            ours.lag(0.5),
            ours.lag(0.99),
            bare.lag(0.5),
            bare.lag(0.99),
        );
        if let (Some(ours), Some(bare)) = (ours.cpu_per_word(), bare.cpu_per_word()) {
            print!("  |  {ours:.1} µs CPU/word, bare {bare:.1}, ratio {:.2}", ours / bare);
        }
        if let Some(grown) = grown {
            print!("  |  {grown} KiB a conversation");
        }
        println!(
            "  ({CONVERSATIONS} conversations, {WORDS} words each at {} a second, none lost)",
            1000 / PACE.as_millis()
        );
    });
}

struct Figures {
    /// Milliseconds, sorted.
    lags: Vec<f64>,
    cpu: Option<Duration>,
}

impl Figures {
    fn lag(&self, share: f64) -> f64 {
        self.lags[((self.lags.len() - 1) as f64 * share) as usize]
    }

    fn cpu_per_word(&self) -> Option<f64> {
        Some(self.cpu?.as_secs_f64() * 1e6 / self.lags.len() as f64)
    }
}

async fn measure(readers: impl Future<Output = Vec<Vec<f64>>>) -> Figures {
    let before = cpu_time();
    let mut lags = readers.await.concat();
    let cpu = cpu_time().zip(before).map(|(after, before)| after.saturating_sub(before));
    lags.sort_by(f64::total_cmp);
    Figures { lags, cpu }
}

/// One conversation of one turn, and the lag of each of its words in the feed.
async fn listen(chimera: &Chimera, route: &[ModelRef], began: Instant) -> Vec<f64> {
    let seat = NewParticipant { name: Some("Ada".into()), route: route.to_vec(), ..NewParticipant::default() };
    let new = NewConversation {
        topic: "a crowd".into(),
        participants: vec![seat],
        policy: Policy::RoundRobin,
        seed: Some(1),
        ..NewConversation::default()
    };
    let id = chimera.create_conversation(new).await.expect("created").id;
    let topics = Some(vec![chimera_core::Topic::Conversation(id)]);
    let mut feed = chimera.subscribe(Subscription { topics, after: None }).expect("subscribed");
    chimera.step(id).await.expect("started");
    let mut lags = Vec::with_capacity(WORDS);
    while lags.len() < WORDS {
        let frame = feed.next().await.expect("read").expect("open");
        if let FeedItem::Delta(delta) = frame.item() {
            let now = began.elapsed();
            lags.extend(delta.text.split_whitespace().map(|word| lag(word, now)));
        }
    }
    lags
}

async fn read_bare(url: &str, began: Instant) -> Vec<f64> {
    let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(no_tls()).build().expect("a client");
    let mut answer = client.post(format!("{url}/chat/completions")).body("{}").send().await.expect("answered");
    let (mut lags, mut rest) = (Vec::with_capacity(WORDS), Vec::new());
    while let Some(chunk) = answer.chunk().await.expect("read") {
        let now = began.elapsed();
        rest.extend_from_slice(&chunk);
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest.drain(..=end);
            if let Some(word) = line.split("\"content\":\"").nth(1).and_then(|rest| rest.split(' ').next()) {
                lags.push(lag(word, now));
            }
        }
    }
    lags
}

/// A word is the microsecond at which it was written.
fn lag(word: &str, now: Duration) -> f64 {
    let written: u64 = word.parse().unwrap_or_else(|_| panic!("not a word of the server: {word}"));
    (now.as_secs_f64() * 1e6 - written as f64) / 1e3
}

/// A server of models that speak at one pace.
async fn serve(began: Instant) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = vec![0; 64 * 1024];
                let _ = socket.read(&mut request).await;
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
                let _ = socket.write_all(head.as_bytes()).await;
                let mut beat = tokio::time::interval(PACE);
                for _ in 0..WORDS {
                    beat.tick().await;
                    let word = began.elapsed().as_micros();
                    let delta = format!(
                        "data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{word} \"}},\"finish_reason\":null}}]}}\n\n"
                    );
                    // A client that leaves early is its own affair.
                    let _ = socket.write_all(delta.as_bytes()).await;
                }
                let end = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
                let _ = socket.write_all(end.as_bytes()).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    url
}

fn no_tls() -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows them")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// Of this process so far, where the system tells it in a file.
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit(") ").next()?.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    // Linux counts in hundredths of a second on every machine that matters (sysconf(_SC_CLK_TCK)).
    Some(Duration::from_millis((ticks()? + ticks()?) * 10))
}

/// Resident, in KiB.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
