use chimera_app::{Answer, Chimera, ConnectionView, Outcome, Result};
use chimera_core::{ConnectionId, HealthState, KeyPlace, ProviderHealth};
use serde::Serialize;

use crate::args::{Data, PassphraseFrom, Providers, ProvidersAction};
use crate::exit::Exit;
use crate::keys::FILE_PROMPT;
use crate::out::{print, print_json, tame};
use crate::{connections, read};

/// What came of one connection's trial.
#[derive(Serialize)]
struct Trial {
    connection: ConnectionId,
    answer: Option<Answer>,
    /// Why it could not even be asked.
    error: Option<String>,
}

pub async fn run(args: Providers) -> Result<Exit> {
    match args.action {
        ProvidersAction::List { json, data } => connections::list(json, &data).await.map(|()| Exit::Done),
        ProvidersAction::Health { json, data } => health(json, &data).await,
        ProvidersAction::Test { id, model, json, passphrase, data } => {
            let chimera = read::open(&data).await?;
            unlock(&chimera, id.as_ref(), &passphrase).await?;
            test(&chimera, id, model, json).await
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

/// All of them, or one: each is asked to say one word.
async fn test(chimera: &Chimera, id: Option<ConnectionId>, model: Option<String>, json: bool) -> Result<Exit> {
    let ids = match id {
        Some(id) => vec![id],
        None => chimera.connections().await.into_iter().map(|view| view.connection.id).collect(),
    };
    eprintln!("chimera: each connection is asked for one word, which costs a few tokens");
    let mut trials = Vec::new();
    for connection in ids {
        let tried = chimera.try_connection(&connection, model.clone()).await;
        let (answer, error) = tried.map_or_else(|error| (None, Some(error.to_string())), |answer| (Some(answer), None));
        if !json {
            print(&line(&connection, answer.as_ref(), error.as_deref()))?;
        }
        trials.push(Trial { connection, answer, error });
    }
    if json {
        print_json(&trials)?;
    }
    let answers = |trial: &Trial| trial.answer.as_ref().is_some_and(|answer| answer.outcome == Outcome::Completed);
    Ok(if trials.iter().all(answers) { Exit::Done } else { Exit::NoModelAnswered })
}

fn line(connection: &ConnectionId, answer: Option<&Answer>, error: Option<&str>) -> String {
    let last = answer.and_then(|answer| answer.attempts.last());
    let told = match (answer, last) {
        (Some(answer), Some(last)) if answer.outcome == Outcome::Completed => {
            format!("answers: {} said {:?} in {} ms", last.model, tame(&answer.text), last.total_ms.unwrap_or_default())
        }
        (Some(_), Some(last)) => {
            let class = last.class.map_or_else(String::new, |class| class.to_string());
            format!("does not answer: {class} ({})", tame(last.error.as_deref().unwrap_or_default()))
        }
        _ => format!("could not be asked: {}", tame(error.unwrap_or_default())),
    };
    format!("{connection}  {told}\n")
}
