//! The terminal: the same Chimera without a window.
//!
//! It owns the command line, how a conversation looks in a terminal and the exit codes. It decides nothing: each
//! command is a few calls into [`chimera_app::Chimera`], or into another process's through its side door, where that
//! one has the data folder open (`house.rs`).

mod act;
mod acts;
mod args;
mod ask;
mod casts;
mod change;
mod connections;
mod endings;
mod exit;
mod fault;
mod follow;
mod house;
mod images;
mod keys;
mod models;
mod out;
mod participant;
mod prompt;
mod providers;
mod read;
mod replay;
mod script;
mod seats;
mod serve;
mod shelves;
mod talk;
mod tokens;
mod tree;
mod typed;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use exit::Exit;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log_to_stderr();
    match obey(args.command).await {
        Ok(exit) => exit.into(),
        Err(fault) => exit::report(&fault),
    }
}

async fn obey(command: Command) -> fault::Result<Exit> {
    Ok(match command {
        Command::Ask(ask) => ask::run(ask).await?,
        Command::Providers(providers) => providers::run(providers).await?,
        Command::Talk(talk) => talk::run(*talk).await?,
        Command::List(list) => shelves::list(list).await?,
        Command::Casts(casts) => casts::run(casts).await?,
        Command::Show(show) => read::show(show).await?,
        Command::Message(message) => tree::message(message).await?,
        Command::Undo(undo) => tree::undo(undo).await?,
        Command::Redo(redo) => tree::redo(redo).await?,
        Command::Connections(connections) => connections::run(connections).await?,
        Command::Keys(keys) => keys::run(keys).await?,
        Command::Models(models) => models::run(models).await?,
        Command::Prompt(prompt) => prompt::run(prompt).await?,
        Command::Usage(usage) => usage::run(usage).await?,
        Command::Replay(replay) => replay::run(replay)?,
        Command::Rebuild(rebuild) => replay::rebuild(rebuild).await?,
        Command::Serve(serve) => serve::run(serve).await?,
        Command::Token(token) => tokens::run(token).await?,
        Command::Create(talk) => talk::create_only(*talk).await?,
        Command::Start(go) => acts::start(go).await?,
        Command::Resume(go) => acts::resume(go).await?,
        Command::Step(go) => acts::step(go).await?,
        Command::Watch(watch) => acts::watch(watch).await?,
        Command::Personas(personas) => read::personas(&personas)?,
        Command::Events(events) => read::events(events).await?,
        Command::Pause(on) => acts::pause(on).await?,
        Command::Stop(stop) => acts::stop(stop).await?,
        Command::Say(say) => acts::say(say).await?,
        Command::Skip(skip) => acts::skip(skip).await?,
        Command::Summary(summary) => acts::summary(summary).await?,
        Command::Retry(retry) => acts::retry(retry).await?,
        Command::Participant(participant) => participant::run(participant).await?,
        Command::Change(change) => change::run(*change).await?,
        Command::Rename(rename) => acts::rename(rename).await?,
        Command::Archive(on) => shelves::archive(on).await?,
        Command::Unarchive(on) => shelves::unarchive(on).await?,
        Command::Trash(trash) => shelves::trash(trash).await?,
        Command::Restore(on) => shelves::restore(on).await?,
        Command::Delete(delete) => shelves::delete(delete).await?,
        Command::Pin(pin) => acts::pin(pin).await?,
        Command::Unpin(pin) => acts::unpin(pin).await?,
        Command::Branches(branches) => tree::branches(branches).await?,
        Command::Branch(branch) => tree::branch(branch).await?,
    })
}

/// Quiet unless `RUST_LOG` asks: standard output belongs to the conversation.
fn log_to_stderr() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
