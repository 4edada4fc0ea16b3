//! Connections from the terminal: for machines without a window, and for scripts.

use chimera_app::{
    Chimera, ConnectionChanges, ConnectionTest, ConnectionView, Error, ErrorCode, KeyInput, KeyStorage, NewConnection,
    Options, Result,
};
use chimera_core::{ConnectionId, ConnectionLimits, KeyState, Secret};

use crate::args::{
    AddConnection, ChangeConnection, Connections, ConnectionsAction, Data, KeyFrom, Limit, NewLimits, PassphraseFrom,
};
use crate::exit::Exit;
use crate::keys::{FILE_PROMPT, secret};
use crate::out::{print, print_json, tame};
use crate::read;
use crate::talk::data_dir;

pub async fn run(args: Connections) -> Result<Exit> {
    match args.action {
        ConnectionsAction::List { json, data } => list(json, &data).await?,
        ConnectionsAction::Add(new) => add(new).await?,
        ConnectionsAction::Change(changes) => change(changes).await?,
        ConnectionsAction::Remove { id, passphrase, data } => {
            with(&data, Some(&id), false, &passphrase, async |chimera| chimera.remove_connection(&id).await).await?;
        }
        ConnectionsAction::Test { id, json, passphrase, data } => {
            let test =
                with(&data, Some(&id), false, &passphrase, async |chimera| chimera.test_connection(&id).await).await?;
            tell(&test, json)?;
        }
    }
    Ok(Exit::Done)
}

/// Needs no lock: it works beside an open window.
pub async fn list(json: bool, data: &Data) -> Result<()> {
    let views = read::open(data).await?.connections().await;
    if json {
        return print_json(&views);
    }
    views.iter().try_for_each(|view| print(&row(view)))
}

async fn add(args: AddConnection) -> Result<()> {
    let AddConnection { kind, name, url, local, key, key_place, limits, passphrase, data } = args;
    let in_file = key_place == KeyStorage::File;
    let added = with(&data, None, in_file, &passphrase, async |chimera| {
        let key = key.read()?;
        let limits = limits.over(ConnectionLimits::default());
        let new = NewConnection { kind, name, base_url: url, local, key, key_storage: key_place, limits };
        chimera.add_connection(new).await
    });
    print(&row(&added.await?))
}

async fn change(args: ChangeConnection) -> Result<()> {
    let ChangeConnection { id, name, url, local, key, key_place, limits, passphrase, data } = args;
    let in_file = key_place == Some(KeyStorage::File);
    let changed = with(&data, Some(&id), in_file, &passphrase, async |chimera| {
        let old = chimera.connections().await.into_iter().find(|view| view.connection.id == id);
        let limits = old.map(|view| limits.over(view.connection.limits));
        let key = key.read()?;
        let changes = ConnectionChanges { name, base_url: url, local, key, key_storage: key_place, limits };
        chimera.update_connection(&id, changes).await
    });
    print(&row(&changed.await?))
}

/// Opens the history, and the file of keys where a key of it is needed or goes into it.
async fn with<T>(
    data: &Data,
    connection: Option<&ConnectionId>,
    in_file: bool,
    passphrase: &PassphraseFrom,
    use_case: impl AsyncFnOnce(&Chimera) -> Result<T>,
) -> Result<T> {
    let chimera = Chimera::open(Options::new(data_dir(data)?)).await?;
    let done = async {
        let views = chimera.connections().await;
        let concerned = views.iter().find(|view| Some(&view.connection.id) == connection);
        if in_file || concerned.is_some_and(|view| view.key == KeyState::Locked) {
            chimera.unlock_key_file(passphrase.read(FILE_PROMPT)?).await?;
        }
        use_case(&chimera).await
    };
    let done = done.await;
    chimera.close().await?;
    done
}

fn row(view: &ConnectionView) -> String {
    let key = match view.key {
        KeyState::None => "no key",
        KeyState::Keyring => "key in the keyring",
        KeyState::Session => "key for this session",
        KeyState::File => "key in the file of keys",
        KeyState::Locked => "key in the file of keys, which is locked",
        KeyState::Missing => "key missing",
        KeyState::Unknown => "keyring not available",
    };
    let connection = &view.connection;
    let url = connection.base_url.as_deref().unwrap_or("built in");
    let limits = in_words(&connection.limits);
    format!("{}  {}  {}  {url}  {key}{limits}\n", connection.id, connection.kind.as_str(), tame(&connection.name))
}

/// Only what a person said.
fn in_words(limits: &ConnectionLimits) -> String {
    let ConnectionLimits { calls_at_once, first_token_s, idle_s, no_progress_s, total_s } = *limits;
    let calls = calls_at_once.map(|calls| format!(", {calls} at once"));
    let seconds =
        [("first word", first_token_s), ("silence", idle_s), ("no progress", no_progress_s), ("whole answer", total_s)];
    let timers = seconds.into_iter().filter_map(|(what, given)| Some(format!(", {what} {} s", given?)));
    calls.into_iter().chain(timers).collect()
}

/// A connection that does not work ends the program with an error, so that scripts notice.
fn tell(test: &ConnectionTest, json: bool) -> Result<()> {
    if json {
        print_json(test)?;
    }
    match (&test.problem, test.models) {
        (Some(problem), _) => {
            let message = format!("{}: {}; {}", problem.class, tame(&problem.detail), problem.remedy);
            Err(Error::new(ErrorCode::Provider, message))
        }
        (None, _) if json => Ok(()),
        (None, models) => print(&format!("Works: {} models, {} ms.\n", models.unwrap_or(0), test.latency_ms)),
    }
}

impl NewLimits {
    fn over(&self, old: ConnectionLimits) -> ConnectionLimits {
        let said = |new: &Option<Limit<u32>>, old| new.as_ref().map_or(old, |Limit(given)| *given);
        ConnectionLimits {
            calls_at_once: said(&self.calls_at_once, old.calls_at_once),
            first_token_s: said(&self.first_token_timeout, old.first_token_s),
            idle_s: said(&self.idle_timeout, old.idle_s),
            no_progress_s: said(&self.no_progress_timeout, old.no_progress_s),
            total_s: said(&self.total_timeout, old.total_s),
        }
    }
}

impl KeyFrom {
    fn read(&self) -> Result<Option<KeyInput>> {
        let key = match (&self.key_env, self.ask_key) {
            (Some(name), _) => {
                std::env::var(name).map_err(|_| Error::invalid("key", format!("the variable {name} holds no key")))?
            }
            (None, true) => secret("key", "Key: ")?,
            (None, false) => return Ok(None),
        };
        Ok(Some(KeyInput(Secret::new(key.trim()))))
    }
}
