//! What this room adds to a bare HTTP client that reads the same stream from the same server on this machine and looks
//! at none of it. No two events of a stream are alike. `cargo xtask bench` runs it.
//!
//! Machines are shared and noisy: read the ratios. Each is of two medians, taken in rounds that alternate between us
//! and the bare client.

mod clients;
mod measure;
mod server;
mod stream;

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::clients::{Bare, Client, Ours};
use crate::measure::{Line, cpu_time, interleaved, resident};
use crate::server::Server;

const ROUNDS: usize = 9;
const MILLION: f64 = 1e6;

fn main() {
    // The bare client is built first and wants one, though it never speaks TLS here.
    rustls::crypto::ring::default_provider().install_default().expect("nobody has installed another");
    // The clients have one thread, so that its CPU time is theirs; the server has others.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let elsewhere = Runtime::new().expect("a runtime");
    let server = elsewhere.block_on(Server::start());
    let ours = Ours::new(server.url());
    let bare = Bare::new(server.url());
    runtime.block_on(async {
        ours.whole("1").await;
        bare.whole("1").await;

        first_token(&ours, &bare).await;
        per_delta(&ours, &bare).await;
        cpu(&ours, &bare).await;
        at_once(&ours, &bare).await;
        memory(&ours, &bare).await;
        cancel(&server, &ours, &bare).await;
    });
}

/// From the question to the first piece of the answer, over a connection that is already there.
async fn first_token(ours: &Ours, bare: &Bare) {
    let (ours, bare) = interleaved(200, async || ours.first("first").await, async || bare.first("first").await).await;
    Line::new("first-token", "to the first word", "µs", MILLION).print(ours, bare);
}

/// A stream that comes as fast as it is read.
async fn per_delta(ours: &Ours, bare: &Bare) {
    const DELTAS: usize = 50_000;
    for (path, name, what) in [
        (DELTAS.to_string(), "per-delta", "for each delta"),
        (format!("counted-{DELTAS}"), "per-counted", "for each delta that has numbers to be read"),
    ] {
        let (ours, bare) =
            interleaved(ROUNDS, async || ours.whole(&path).await, async || bare.whole(&path).await).await;
        Line::new(name, what, "µs", MILLION / DELTAS as f64).print(ours, bare);
    }
}

/// What the processor does for a million words.
async fn cpu(ours: &Ours, bare: &Bare) {
    const DELTAS: usize = 200_000;
    let path = DELTAS.to_string();
    let ours = async || cpu_time(async || _ = ours.whole(&path).await).await;
    let bare = async || cpu_time(async || _ = bare.whole(&path).await).await;
    let (ours, bare) = interleaved(5, ours, bare).await;
    Line::new("cpu", "of CPU for a million words", "s", MILLION / DELTAS as f64).print(ours, bare);
}

/// Many conversations at the same time.
async fn at_once(ours: &Ours, bare: &Bare) {
    const STREAMS: usize = 100;
    let all = async |client: &dyn Client| {
        let started = std::time::Instant::now();
        futures::future::join_all((0..STREAMS).map(|_| client.whole("1000"))).await;
        started.elapsed()
    };
    let (ours, bare) = interleaved(5, async || all(ours).await, async || all(bare).await).await;
    Line::new("100-streams", "for 100 streams of 1000 deltas at once", "ms", 1e3).print(ours, bare);
}

/// What many streams hold that are being read; the server in this process holds its end of them, for both alike.
async fn memory(ours: &Ours, bare: &Bare) {
    const STREAMS: usize = 100;
    // Whatever was opened stays open: what one lets go of, the allocator would give to the next.
    let mut open = Vec::new();
    let (mut of_ours, mut of_bare) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        for (client, held) in [(bare as &dyn Client, &mut of_bare), (ours, &mut of_ours)] {
            let before = resident();
            for _ in 0..STREAMS {
                open.push(client.begun("hangs").await);
            }
            held.push((resident() - before).max(0.0));
        }
    }
    // The first ones fill what the allocator had kept of before.
    let least = |held: &[f64]| held[1..].iter().copied().fold(f64::INFINITY, f64::min);
    Line::new("memory", "held by 100 open streams", "KiB", 1.0).tell(least(&of_ours), least(&of_bare));
}

/// From hanging up to the server's socket seeing it.
async fn cancel(server: &Server, ours: &Ours, bare: &Bare) {
    let hang_up = async |client: &dyn Client| {
        let stream = client.begun("hangs").await;
        let gone = server.next_goodbye();
        let started = std::time::Instant::now();
        drop(stream);
        gone.await.duration_since(started)
    };
    let (ours, bare) = interleaved(100, async || hang_up(ours).await, async || hang_up(bare).await).await;
    let slowest = ours.iter().max().copied().unwrap_or_default();
    Line::new("cancel", "until the server sees it", "µs", MILLION).print(ours, bare);
    println!("              {:>9.1} ms at worst; promised are 200 ms", slowest.as_secs_f64() * 1e3);
    assert!(slowest < Duration::from_secs(10), "hanging up does not reach the server");
}
