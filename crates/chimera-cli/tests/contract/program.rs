use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The program with a data folder of its own and nobody's keyring.
pub fn chimera(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chimera"));
    command
        .env_remove("RUST_LOG")
        .env("CHIMERA_KEYRING", "memory")
        .env("CHIMERA_DEMO_PACE", "instant")
        .env("CHIMERA_DATA_DIR", data_dir);
    command
}

pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub fn run(data_dir: &Path, words: &[&str]) -> Output {
    chimera(data_dir).args(words).output().unwrap()
}

/// Runs and reads every line as one JSON object.
pub fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

pub fn events<'a>(lines: &'a [Value], name: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == "event" && line["event"] == name).collect()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Holds a short demo conversation and gives its id.
pub fn a_talk(data_dir: &Path) -> String {
    let output = run(data_dir, &["talk", "--demo", "--topic", "Bridges", "--turns", "3", "--seed", "1", "--json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let topic = events(&lines(&output), "conversation.created")[0]["topic"].as_str().unwrap().to_owned();
    topic.trim_start_matches("conversation:").to_owned()
}
