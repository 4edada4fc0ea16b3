mod trial;

use chimera_app::{Chimera, ConnectionView, Result};
use chimera_core::{ConnectionId, HealthState, KeyPlace, ProviderHealth};

use crate::args::{Data, PassphraseFrom, Providers, ProvidersAction};
use crate::exit::Exit;
use crate::keys::FILE_PROMPT;
use crate::out::{print, print_json, tame};
use crate::{connections, read};

pub async fn run(args: Providers) -> Result<Exit> {
    match args.action {
        ProvidersAction::List { json, data } => connections::list(json, &data).await.map(|()| Exit::Done),
        ProvidersAction::Health { json, data } => health(json, &data).await,
        ProvidersAction::Test { id, model, json, passphrase, data } => {
            let chimera = read::open(&data).await?;
            unlock(&chimera, id.as_ref(), &passphrase).await?;
            trial::run(&chimera, id, model, json).await
        }
    }
}

async fn health(json: bool, data: &Data) -> Result<Exit> {
    let known = read::open(data).await?.health();
    if json {
        print_json(&known)?;
        return Ok(Exit::Done);
    }
    for ProviderHealth { connection, model, state, until, because, detail } in known {
        let model = model.map_or_else(String::new, |model| format!("/{}", tame(&model)));
        let until = until.map_or_else(String::new, |until| format!(" until {until}"));
        let because = because.map_or_else(String::new, |class| format!(", {class}"));
        let detail = detail.map_or_else(String::new, |detail| format!(" ({})", tame(&detail)));
        print(&format!("{connection}{model}  {}{until}{because}{detail}\n", state_in_words(state)))?;
    }
    Ok(Exit::Done)
}

fn state_in_words(state: HealthState) -> &'static str {
    match state {
        HealthState::Untested => "untested",
        HealthState::Healthy => "healthy",
        HealthState::Limited => "limited",
        HealthState::Down => "down",
        HealthState::Probing => "probing",
        HealthState::Off => "off",
    }
}

/// The file of keys, where a key of it is needed. Who tests all of them may leave those out that lie in it.
async fn unlock(chimera: &Chimera, id: Option<&ConnectionId>, passphrase: &PassphraseFrom) -> Result<()> {
    let is_meant = |view: &ConnectionView| match id {
        Some(id) => view.connection.id == *id,
        None => passphrase.passphrase_env.is_some(),
    };
    let is_sealed = |view: &ConnectionView| view.connection.key == KeyPlace::File && is_meant(view);
    if chimera.connections().await.iter().any(is_sealed) {
        chimera.unlock_key_file(passphrase.read(FILE_PROMPT)?).await?;
    }
    Ok(())
}
