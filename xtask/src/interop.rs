//! A peer that nobody here wrote: LiteLLM's proxy, in each of the four protocols that it speaks.

use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::process::say;
use crate::python::{self, Install, Server};
use crate::setup::{self, Purpose};
use crate::talk::{Story, Table, Tokens};
use crate::workspace;

/// What the model behind the proxy says, and the key that the proxy wants: see `serve.py`.
const SENTENCE: &str = "A plank is a promise made of wood, 船 and 🦁.";
const KEY: &str = "sk-interop";

/// What another model behind it says when it was shown a picture, and what it says that takes in tokens.
const SEEN: &str = "I see a picture.";
const SEEN_FOR: Tokens = Tokens { input: 1234, output: 56 };
const PICTURE: &str = "icons/32x32.png";

/// Kind, and the base URL under the proxy's address.
const PROTOCOLS: [(&str, &str); 5] =
    [("compatible", "/v1"), ("openai", "/v1"), ("openai-responses", "/v1"), ("anthropic", ""), ("gemini", "")];

/// The proxy's door for this protocol reads images under their old names alone, where its owner's clients write the new
/// ones, and counts nothing of a stream.
const HALF_OPEN: &str = "gemini";

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
    let looking = Table::set(&folder)?.with_key(KEY).with_image(workspace::root().join(PICTURE));
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
        let story = table.talk(&route("relay"), 3)?;
        claim(format!("{kind} says the sentence whole"), said_whole(&story, SENTENCE));
        if kind != HALF_OPEN {
            claim(format!("{kind} tells what it took"), counted(&story));
            let looked = looking.talk(&route("eye"), 3)?;
            claim(format!("{kind} shows a picture"), said_whole(&looked, SEEN));
            claim(format!("{kind} tells what the picture took"), counted_as(&looked, SEEN_FOR));
        }
        let fallback = format!("{},{}", route("missing"), route("relay"));
        claim(format!("{kind} falls back within the proxy"), said_whole(&table.talk(&fallback, 3)?, SENTENCE));
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
fn said_whole(story: &Story, sentence: &str) -> Result<()> {
    story.check(3)?;
    match story.messages().iter().find(|message| message.text != sentence) {
        None => Ok(()),
        Some(message) => Err(Failure::new(format!("it was heard as `{}`", message.text))),
    }
}

/// Every answer came with the tokens of what was asked and of what was said, told and not estimated.
fn counted(story: &Story) -> Result<()> {
    let is_told = |tokens: &Option<Tokens>| tokens.is_some_and(|tokens| tokens.input > 0 && tokens.output > 0);
    if story.tokens().len() == 3 && story.tokens().iter().all(is_told) {
        return Ok(());
    }
    Err(Failure::new(format!("its answers took {:?}", story.tokens())))
}

/// The same, and they are these.
fn counted_as(story: &Story, tokens: Tokens) -> Result<()> {
    if story.tokens().iter().all(|told| *told == Some(tokens)) {
        return counted(story);
    }
    Err(Failure::new(format!("its answers took {:?}, not {tokens:?}", story.tokens())))
}

/// Nothing was said, and the reason is one of these.
fn refused(story: &Story, classes: &[&str]) -> Result<()> {
    let is_understood = story.failures().iter().all(|class| classes.contains(&class.as_str()));
    if story.messages().is_empty() && !story.failures().is_empty() && is_understood {
        return Ok(());
    }
    Err(Failure::new(format!("{} messages, and attempts ended with {:?}", story.messages().len(), story.failures())))
}
