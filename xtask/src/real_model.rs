//! The whole way from a persona to a real language model and back, on this machine: no key, no account, no cloud.

mod python;
mod server;
mod story;

use std::process::ExitCode;

use self::server::Server;
use self::story::Story;
use crate::failure::{Failure, Result};
use crate::process::{cargo, command, listen, must, say};
use crate::setup::{self, Purpose};
use crate::workspace;

const TOPIC: &str = "Should a town keep its old bridge or build a new one?";
const TURNS: usize = 6;

pub fn talk() -> Result<ExitCode> {
    setup::machine(Purpose::Terminal)?;
    let folder = workspace::target()?.join("real-model");
    let python = python::with_model(&folder)?;
    must(&mut cargo(&["build", "--bin", "chimera"]))?;

    say("starting llama.cpp's server with SmolLM2 (135 million parameters)");
    let server = Server::start(&python, &folder.join("server.log"))?;
    let route = format!("compatible@{}/v1#smollm2", server.address());
    say(format!("three personas talk through {route}"));

    let mut chimera = command(workspace::target()?.join("debug").join(workspace::executable("chimera")));
    chimera.args(["talk", "--route", &route, "--topic", TOPIC, "--turns", &TURNS.to_string()]);
    // Each speaks twice: the dice of the balanced policy could leave one out of so short a talk.
    chimera.args(["--policy", "round-robin", "--json"]);
    // A history of its own: this talk is nobody's memory.
    chimera.env("CHIMERA_DATA_DIR", folder.join("data"));
    let mut story = Story::default();
    let status = listen(&mut chimera, |line| {
        if let Some(said) = story.hear(line) {
            println!("\n{said}");
        }
    })?;
    drop(server);

    if !status.success() {
        return Err(Failure::new(format!("chimera talk ended with {status}")));
    }
    story.check(TURNS)?;
    println!("\nthree participants, {TURNS} completed messages, every one with words: a real model was here");
    Ok(ExitCode::SUCCESS)
}
