//! A key that is easily found, and the search for it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// With letters of both cases, and with some that a URL writes otherwise.
pub const KEY: &str = "sk-CANARY/5e1f0b7d+Q9w2=";
pub const IN_A_URL: &str = "sk-CANARY%2F5e1f0b7d%2BQ9w2%3D";

pub fn in_base64() -> String {
    STANDARD_NO_PAD.encode(KEY)
}

/// As a header with user and password has it.
pub fn in_basic() -> String {
    STANDARD_NO_PAD.encode(format!("user:{KEY}"))
}

/// Every trace of the key in these bytes: whole, half, and dressed up.
pub fn find(bytes: &[u8]) -> impl Iterator<Item = String> {
    let bytes = bytes.to_ascii_lowercase();
    traces().into_iter().filter_map(move |trace| {
        let lower = trace.to_ascii_lowercase();
        let at = bytes.windows(lower.len()).position(|window| window == lower.as_bytes())?;
        let around = &bytes[at.saturating_sub(120)..bytes.len().min(at + 120)];
        Some(format!("`{trace}` in …{}…", String::from_utf8_lossy(around)))
    })
}

fn traces() -> Vec<String> {
    let half = KEY.len() / 2;
    let mut traces: Vec<String> = [KEY, IN_A_URL, &KEY[..half], &KEY[half..]].map(str::to_owned).into();
    for before in ["", "1", "12"] {
        // What the key makes in base64, without the letters that its neighbours change.
        for encoded in
            [STANDARD_NO_PAD.encode(format!("{before}{KEY}")), URL_SAFE_NO_PAD.encode(format!("{before}{KEY}"))]
        {
            traces.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    traces
}

/// All that is logged from now on, to the last detail.
pub fn listen_to_the_log() -> Log {
    let log = Log::default();
    let writer = log.clone();
    let _ = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .try_init();
    log
}

#[derive(Debug, Default, Clone)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_dress_of_the_key_would_be_found() {
    let half = KEY.len() / 2;
    for dress in [KEY, &KEY.to_lowercase(), IN_A_URL, &in_base64(), &in_basic(), &KEY[..half], &KEY[half..]] {
        assert!(find(format!("not with {dress}, no").as_bytes()).next().is_some(), "{dress}");
    }
    assert_eq!(find(b"not with any key").count(), 0);
}
