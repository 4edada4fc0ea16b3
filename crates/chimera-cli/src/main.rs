//! The terminal: the same Chimera without a window.
//!
//! It owns the command line, how a conversation looks in a terminal and the exit codes. It decides nothing: each
//! command is a few calls into [`chimera_app::Chimera`].

mod args;
mod ask;
mod casts;
mod connections;
mod endings;
mod exit;
mod keys;
mod models;
mod out;
mod prompt;
mod providers;
mod read;
mod replay;
mod script;
mod serve;
mod talk;
mod tokens;
mod tree;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    log_to_stderr();
    let done = match args.command {
        Command::Ask(ask) => ask::run(ask).await,
        Command::Providers(providers) => providers::run(providers).await,
        Command::Talk(talk) => talk::run(talk).await,
        Command::List(list) => read::list(list).await,
        Command::Casts(casts) => casts::run(casts).await,
        Command::Show(show) => read::show(show).await,
        Command::Branches(branches) => tree::branches(branches).await,
        Command::Branch(branch) => tree::branch(branch).await,
        Command::Message(message) => tree::message(message).await,
        Command::Undo(undo) => tree::undo(undo).await,
        Command::Redo(redo) => tree::redo(redo).await,
        Command::Connections(connections) => connections::run(connections).await,
        Command::Keys(keys) => keys::run(keys).await,
        Command::Models(models) => models::run(models).await,
        Command::Prompt(prompt) => prompt::run(prompt).await,
        Command::Usage(usage) => usage::run(usage).await,
        Command::Replay(replay) => replay::run(replay),
        Command::Rebuild(rebuild) => replay::rebuild(rebuild).await,
        Command::Serve(serve) => serve::run(serve).await,
        Command::Token(token) => tokens::run(token).await,
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => exit::report(&error),
    }
}

/// Quiet unless `RUST_LOG` asks: standard output belongs to the conversation.
fn log_to_stderr() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
