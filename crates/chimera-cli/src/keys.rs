use std::io::{BufRead, IsTerminal};

use chimera_app::{Chimera, Error, KeyFileState, Options, Passphrase, Result};
use chimera_core::Secret;

use crate::args::{Data, Keys, KeysAction, PassphraseFrom};
use crate::exit::Exit;
use crate::out::print;
use crate::talk::data_dir;

/// Where it is opened in passing.
pub const FILE_PROMPT: &str = "Passphrase of the file of keys: ";

pub async fn run(args: Keys) -> Result<Exit> {
    match args.action {
        KeysAction::Status { data } => {
            let chimera = open(&data).await?;
            let state = match chimera.key_file_state() {
                KeyFileState::Absent => "absent",
                KeyFileState::Locked | KeyFileState::Open => "locked",
            };
            chimera.close().await?;
            print(&format!("The file of keys is {state}.\n"))?;
        }
        KeysAction::Create { passphrase, data } => {
            let passphrase = passphrase.read("New passphrase: ")?;
            let chimera = open(&data).await?;
            let created = chimera.create_key_file(passphrase).await;
            chimera.close().await?;
            created?;
        }
        KeysAction::Change { passphrase, new_passphrase_env, data } => {
            let old = passphrase.read("Passphrase: ")?;
            let new = PassphraseFrom { passphrase_env: new_passphrase_env }.read("New passphrase: ")?;
            let chimera = open(&data).await?;
            let changed = chimera.change_key_file_passphrase(old, new).await;
            chimera.close().await?;
            changed?;
        }
    }
    Ok(Exit::Done)
}

async fn open(data: &Data) -> Result<Chimera> {
    Chimera::open(Options::new(data_dir(data)?)).await
}

impl PassphraseFrom {
    /// Never from the command line, which every program can read.
    pub fn read(&self, prompt: &str) -> Result<Passphrase> {
        let text = match &self.passphrase_env {
            Some(name) => std::env::var(name)
                .map_err(|_| Error::invalid("passphrase", format!("the variable {name} holds no passphrase")))?,
            None => secret("passphrase", prompt)?,
        };
        Ok(Passphrase(Secret::new(text)))
    }
}

/// From the terminal without showing it, else one line of standard input.
pub fn secret(field: &str, prompt: &str) -> Result<String> {
    let unreadable = |error: std::io::Error| Error::invalid(field, format!("the {field} could not be read: {error}"));
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(prompt).map_err(unreadable);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
