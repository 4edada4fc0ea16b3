use chimera_app::{Answer, Chimera, ConnectionView, Options, Outcome, Result};
use chimera_core::{ConnectionId, HealthState, KeyState, ProviderHealth};
use serde::Serialize;

use crate::args::{Data, Providers, ProvidersAction};
use crate::exit::Exit;
use crate::out::{print, print_json, tame};
use crate::talk::data_dir;

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
        ProvidersAction::List { json, data } => list(json, &data).await,
        ProvidersAction::Health { json, data } => health(json, &data).await,
        ProvidersAction::Test { id, model, json, data } => test(id, model, json, &data).await,
    }
}

async fn list(json: bool, data: &Data) -> Result<Exit> {
    let connections = open(data).await?.connections().await;
    if json {
        print_json(&connections)?;
        return Ok(Exit::Done);
    }
    for ConnectionView { connection, key } in connections {
        let key = match key {
            KeyState::None => "no key",
            KeyState::Keyring => "key in the keyring",
            KeyState::File => "key in the file of keys",
            KeyState::Locked => "file of keys locked",
            KeyState::Session => "key for this session",
            KeyState::Missing => "key missing",
            KeyState::Unknown => "keyring not readable",
        };
        let at = connection.base_url.as_deref().unwrap_or("built in");
        print(&format!("{}  {}  {at}  {key}  {}\n", connection.id, connection.kind.as_str(), tame(&connection.name)))?;
    }
    Ok(Exit::Done)
}

async fn health(json: bool, data: &Data) -> Result<Exit> {
    let known = crate::read::open(data).await?.health();
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

/// All of them, or one: each is asked to say one word.
async fn test(id: Option<ConnectionId>, model: Option<String>, json: bool, data: &Data) -> Result<Exit> {
    let chimera = open(data).await?;
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

/// Works beside an open window: nothing is written.
async fn open(data: &Data) -> Result<Chimera> {
    Chimera::open_read_only(Options::new(data_dir(data)?)).await
}
