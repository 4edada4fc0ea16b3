//! Connections from the terminal: for machines without a window, and for scripts.

use chimera_app::{
    Chimera, ConnectionChanges, ConnectionTest, ConnectionView, Error, ErrorCode, KeyInput, KeyStorage, NewConnection,
    Options, Result,
};
use chimera_core::{ConnectionId, KeyPlace, KeyState, Secret};

use crate::args::{AddConnection, ChangeConnection, Connections, ConnectionsAction, Data, KeyFrom, PassphraseFrom};
use crate::exit::Exit;
use crate::keys::secret;
use crate::out::{print, print_json, tame};
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

async fn list(json: bool, data: &Data) -> Result<()> {
    let chimera = Chimera::open_read_only(Options::new(data_dir(data)?)).await?;
    let views = chimera.connections().await;
    if json {
        return print_json(&views);
    }
    views.iter().try_for_each(|view| print(&row(view)))
}

async fn add(args: AddConnection) -> Result<()> {
    let AddConnection { kind, name, url, local, key, key_place, passphrase, data } = args;
    let in_file = key_place == KeyStorage::File;
    let added = with(&data, None, in_file, &passphrase, async |chimera| {
        let key = key.read()?;
        let new = NewConnection { kind, name, base_url: url, local, key, key_storage: key_place };
        chimera.add_connection(new).await
    });
    print(&row(&added.await?))
}

async fn change(args: ChangeConnection) -> Result<()> {
    let ChangeConnection { id, name, url, local, key, key_place, passphrase, data } = args;
    let in_file = key_place == Some(KeyStorage::File);
    let changed = with(&data, Some(&id), in_file, &passphrase, async |chimera| {
        let changes = ConnectionChanges { name, base_url: url, local, key: key.read()?, key_storage: key_place };
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
        if in_file || concerned.is_some_and(|view| view.connection.key == KeyPlace::File) {
            chimera.unlock_key_file(passphrase.read("Passphrase of the file of keys: ")?).await?;
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
    format!("{}  {}  {}  {url}  {key}\n", connection.id, connection.kind.as_str(), tame(&connection.name))
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
