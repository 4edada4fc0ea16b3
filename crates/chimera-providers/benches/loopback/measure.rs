//! Medians, ratios, and what the system knows of a process.

use std::time::Duration;

/// The same measured for us and for the bare client in turns, so that a busy machine is busy for both.
pub async fn interleaved(
    rounds: usize,
    ours: impl AsyncFn() -> Duration,
    bare: impl AsyncFn() -> Duration,
) -> (Vec<Duration>, Vec<Duration>) {
    let mut all = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        all.1.push(bare().await);
        all.0.push(ours().await);
    }
    all
}

/// One line of the result.
pub struct Line {
    name: &'static str,
    what: &'static str,
    unit: &'static str,
    /// Of the unit in a second, for one of what is counted.
    per_second: f64,
}

impl Line {
    pub fn new(name: &'static str, what: &'static str, unit: &'static str, per_second: f64) -> Self {
        Self { name, what, unit, per_second }
    }

    pub fn print(&self, ours: Vec<Duration>, bare: Vec<Duration>) {
        let count = |times| median(times).as_secs_f64() * self.per_second;
        self.tell(count(ours), count(bare));
    }

    pub fn tell(&self, ours: f64, bare: f64) {
        let Self { name, what, unit, .. } = self;
        println!(
            "{name:<13} {ours:>9.3} {unit} {what}  |  bare client {bare:.3} {unit}  |  added {:.3} {unit}  |  ratio {:.2}",
            ours - bare,
            ours / bare
        );
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// What this thread's work cost, by the processor's clock; by the wall's, where the system does not tell.
pub async fn cpu_time(work: impl AsyncFn()) -> Duration {
    let started = std::time::Instant::now();
    let before = on_the_processor();
    work().await;
    match (before, on_the_processor()) {
        (Some(before), Some(after)) => after - before,
        _ => started.elapsed(),
    }
}

fn on_the_processor() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// KiB of memory that this process holds, where the system tells.
pub fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}
