//! A peer that nobody here wrote: LiteLLM's proxy, in each of the four protocols that it speaks.

use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::process::say;
use crate::python::{self, Install, Server};
use crate::setup::{self, Purpose};
use crate::talk::{Story, Table};
use crate::workspace;

/// What the model behind the proxy says, and the key that the proxy wants: see `serve.py`.
const SENTENCE: &str = "A plank is a promise made of wood, 船 and 🦁.";
const KEY: &str = "sk-interop";

/// Kind, and the base URL under the proxy's address.
const PROTOCOLS: [(&str, &str); 5] =
    [("compatible", "/v1"), ("openai", "/v1"), ("openai-responses", "/v1"), ("anthropic", ""), ("gemini", "")];

/// What is asked for in vain, and how that must be understood.
const REFUSALS: [(&str, &str, &[&str]); 4] = [
    ("a model that is not there", "missing", &["model_not_found"]),
    ("a model behind a closed port", "unreachable", &["server_error", "overloaded"]),
    ("a model that has had enough", "limited", &["rate_limited"]),
    ("the wrong key", "relay", &["unauthorized"]),
];

pub fn talk() -> Result<ExitCode> {
    setup::machine(Purpose::Terminal)?;
    let folder = workspace::target()?.join("interop");
    let what = "LiteLLM's proxy (about 700 MB, once)";
    let python = python::with_packages("interop", "interop", Install::WithWhatTheyNeed, what)?;
    let table = Table::set(&folder)?.with_key(KEY);
    let stranger = Table::set(&folder)?.with_key("sk-of-somebody-else");

    say("starting LiteLLM's proxy with a model that always says the same");
    let server = Server::start(&python, "xtask/interop/serve.py", &folder.join("server.log"))?;
    let mut troubles = Vec::new();
    let mut claims = 0;
    let mut claim = |what: String, holds: Result<()>| {
        claims += 1;
        match holds {
            Ok(()) => println!("    ok: {what}\n"),
            Err(failure) => troubles.push(format!("{what}: {failure}")),
        }
    };
    for (kind, path) in PROTOCOLS {
        let route = |model: &str| format!("{kind}@{}{path}#{model}", server.address());
        claim(format!("{kind} says the sentence whole"), said_whole(&table.talk(&route("relay"), 3)?));
        let fallback = format!("{},{}", route("missing"), route("relay"));
        claim(format!("{kind} falls back within the proxy"), said_whole(&table.talk(&fallback, 3)?));
        for (what, model, classes) in REFUSALS {
            let table = if what == "the wrong key" { &stranger } else { &table };
            claim(format!("{kind} understands {what}"), refused(&table.talk(&route(model), 1)?, classes));
        }
    }
    if troubles.is_empty() {
        println!("{claims} claims about {} protocols hold", PROTOCOLS.len());
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::new(format!("{} of {claims} claims do not hold:\n  {}", troubles.len(), troubles.join("\n  "))))
}

/// Three turns, each with the sentence, to the letter: nothing lost and nothing said twice.
fn said_whole(story: &Story) -> Result<()> {
    story.check(3)?;
    match story.messages().iter().find(|message| message.text != SENTENCE) {
        None => Ok(()),
        Some(message) => Err(Failure::new(format!("it was heard as `{}`", message.text))),
    }
}

/// Nothing was said, and the reason is one of these.
fn refused(story: &Story, classes: &[&str]) -> Result<()> {
    let is_understood = story.failures().iter().all(|class| classes.contains(&class.as_str()));
    if story.messages().is_empty() && !story.failures().is_empty() && is_understood {
        return Ok(());
    }
    Err(Failure::new(format!("{} messages, and attempts ended with {:?}", story.messages().len(), story.failures())))
}
