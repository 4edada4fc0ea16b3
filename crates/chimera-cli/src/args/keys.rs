use clap::{Args as ClapArgs, Subcommand};

use super::Data;

#[derive(Debug, ClapArgs)]
pub struct Keys {
    #[command(subcommand)]
    pub action: KeysAction,
}

#[derive(Debug, Subcommand)]
pub enum KeysAction {
    /// Say whether there is a file of keys.
    Status {
        #[command(flatten)]
        data: Data,
    },
    /// Make a file of keys, sealed with a passphrase. Without the passphrase nobody can open it.
    Create {
        #[command(flatten)]
        passphrase: PassphraseFrom,
        #[command(flatten)]
        data: Data,
    },
    /// Seal the file of keys with another passphrase.
    Change {
        #[command(flatten)]
        passphrase: PassphraseFrom,
        /// Name of the environment variable that holds the new passphrase.
        #[arg(long, value_name = "VAR")]
        new_passphrase_env: Option<String>,
        #[command(flatten)]
        data: Data,
    },
}

/// Where a passphrase comes from.
#[derive(Debug, ClapArgs)]
pub struct PassphraseFrom {
    /// Name of the environment variable that holds the passphrase. [default: asked for in a terminal, else a line of
    /// standard input]
    #[arg(long, value_name = "VAR")]
    pub passphrase_env: Option<String>,
}
