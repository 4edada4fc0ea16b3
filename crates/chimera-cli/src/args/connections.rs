use chimera_app::KeyStorage;
use chimera_core::{ConnectionId, ProviderKind};
use clap::{Args, Subcommand};

use super::{Data, Limit, PassphraseFrom};

#[derive(Debug, Args)]
pub struct Connections {
    #[command(subcommand)]
    pub action: ConnectionsAction,
}

#[derive(Debug, Subcommand)]
pub enum ConnectionsAction {
    /// List the connections and whether their keys are at hand; never a key.
    List {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Add a connection.
    Add(AddConnection),
    /// Change a connection. What is not given stays; another server wants its own key.
    Change(ChangeConnection),
    /// Remove a connection and its key.
    Remove {
        id: ConnectionId,
        #[command(flatten)]
        passphrase: PassphraseFrom,
        #[command(flatten)]
        data: Data,
    },
    /// Try a connection out: its server is asked for its list of models, which costs nothing.
    Test {
        id: ConnectionId,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        passphrase: PassphraseFrom,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, Args)]
pub struct AddConnection {
    /// Its protocol: openai, openai-responses, anthropic, gemini or compatible.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: ProviderKind,
    #[arg(long)]
    pub name: String,
    /// Where the server listens. [default: the vendor's own address]
    #[arg(long)]
    pub url: Option<String>,
    /// The server is on this machine or network: plain http and private addresses are allowed for it.
    #[arg(long)]
    pub local: bool,
    #[command(flatten)]
    pub key: KeyFrom,
    /// Where the key is kept: keyring, session or file.
    #[arg(long, value_name = "PLACE", value_parser = place, default_value = "keyring")]
    pub key_place: KeyStorage,
    #[command(flatten)]
    pub limits: NewLimits,
    #[command(flatten)]
    pub passphrase: PassphraseFrom,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct ChangeConnection {
    pub id: ConnectionId,
    #[arg(long)]
    pub name: Option<String>,
    #[arg(long)]
    pub url: Option<String>,
    #[arg(long, value_name = "true|false")]
    pub local: Option<bool>,
    #[command(flatten)]
    pub key: KeyFrom,
    /// Where the key is kept from now on: keyring, session or file.
    #[arg(long, value_name = "PLACE", value_parser = place)]
    pub key_place: Option<KeyStorage>,
    #[command(flatten)]
    pub limits: NewLimits,
    #[command(flatten)]
    pub passphrase: PassphraseFrom,
    #[command(flatten)]
    pub data: Data,
}

/// How its models are called, from the next question on; `none` is what is usual.
#[derive(Debug, Args)]
pub struct NewLimits {
    /// Calls that may be under way at once, 1 to 256; more wait in line. [default: 2 where it is on this machine or its
    /// network; elsewhere 16, together with all others there]
    #[arg(long, value_name = "N|none")]
    pub calls_at_once: Option<Limit<u32>>,
    /// Seconds a model may take to its first word or thought, 1 to 86400, as all of these. [default: 30; 120 where the
    /// model thinks; 300 on this machine and its network]
    #[arg(long, value_name = "SECONDS|none")]
    pub first_token_timeout: Option<Limit<u32>>,
    /// Seconds between two signs of life, once it has begun. [default: 60; 120 on this machine and its network]
    #[arg(long, value_name = "SECONDS|none")]
    pub idle_timeout: Option<Limit<u32>>,
    /// Seconds between two words or thoughts, however often it shows other signs of life. [default: 180]
    #[arg(long, value_name = "SECONDS|none")]
    pub no_progress_timeout: Option<Limit<u32>>,
    /// Seconds for one whole answer. [default: 900]
    #[arg(long, value_name = "SECONDS|none")]
    pub total_timeout: Option<Limit<u32>>,
}

/// Where a key comes from; never the command line, which every program can read.
#[derive(Debug, Args)]
pub struct KeyFrom {
    /// Name of the environment variable that holds the key.
    #[arg(long, value_name = "VAR")]
    pub key_env: Option<String>,
    /// Ask for the key in the terminal, without showing it, or read it as a line of standard input.
    #[arg(long, conflicts_with = "key_env")]
    pub ask_key: bool,
}

fn kind(written: &str) -> Result<ProviderKind, String> {
    let kinds = ProviderKind::ALL.into_iter().filter(|kind| *kind != ProviderKind::Demo);
    kinds.clone().find(|kind| kind.as_str() == written).ok_or_else(|| {
        let names: Vec<_> = kinds.map(ProviderKind::as_str).collect();
        format!("choose one of {}", names.join(", "))
    })
}

fn place(written: &str) -> Result<KeyStorage, String> {
    match written {
        "keyring" => Ok(KeyStorage::Keyring),
        "session" => Ok(KeyStorage::Session),
        "file" => Ok(KeyStorage::File),
        _ => Err("choose keyring, session or file".into()),
    }
}
