//! Changing a connection without losing it: its id stays, and with it every route that leads there.

use chimera_core::{Connection, ConnectionId, ConnectionLimits, EventKind, KeyPlace, ProviderKind, Secret, Topic};
use serde::Deserialize;

use crate::connections::{ConnectionView, KeyInput, KeyStorage, NewConnection};
use crate::models::Connections;
use crate::{Chimera, Error, Result, validate};

/// What a user changes of a connection. What is left out stays as it is.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(default)]
pub struct ConnectionChanges {
    pub name: Option<String>,
    /// Where the key goes. Another server wants its own key: the one that is kept was given for the old one.
    pub base_url: Option<String>,
    pub local: Option<bool>,
    /// A new key; an empty one takes the key away.
    #[specta(type = Option<String>)]
    pub key: Option<KeyInput>,
    /// Where the key is kept from now on, the new one or the one there is.
    pub key_storage: Option<KeyStorage>,
    /// Takes the place of all that was said of how it is called; counts for the next question.
    pub limits: Option<ConnectionLimits>,
}

impl Chimera {
    /// Changes a connection; questions that are under way end as they began. A key that is not needed any more is taken
    /// out of its place.
    pub async fn update_connection(&self, id: &ConnectionId, changes: ConnectionChanges) -> Result<ConnectionView> {
        self.must_write()?;
        let old = self.known_connection(id)?;
        if old.kind == ProviderKind::Demo {
            return Err(Error::invalid("connection", "the demo voices are built in and stay as they are"));
        }
        let has_key = match &changes.key {
            Some(KeyInput(key)) => !key.expose().is_empty(),
            None => old.key != KeyPlace::None,
        };
        let new = Connection { id: old.id.clone(), ..validate::connection_fields(&changes.onto(&old), has_key)? };
        let is_other_server = Connections::origin(&old) != Connections::origin(&new);
        if is_other_server && changes.key.is_none() && old.key != KeyPlace::None {
            let given_for = Connections::origin(&old);
            return Err(Error::invalid(
                "key",
                format!("this is another server: give its key. The one that is kept was given for {given_for} only"),
            ));
        }
        let is_new_key = changes.key.is_some();
        if new == old && !is_new_key {
            return Ok(self.view_of(old).await);
        }
        let key = self.key_for(&old, &new, changes.key).await?;
        self.move_in(&old, &new, key).await?;
        if is_new_key || new.base_url != old.base_url {
            // What was wrong with the old key or address is no reason to pass over the new one.
            self.health_board().renew(id).await;
        }
        self.move_out(&old, &new).await?;
        Ok(self.view_of(new).await)
    }

    /// The key that has to be put into its place: a new one, or the old one when it moves. The one of a session always
    /// has to, because it is kept beside the connection.
    async fn key_for(&self, old: &Connection, new: &Connection, given: Option<KeyInput>) -> Result<Option<Secret>> {
        let stays = old.key == new.key && new.key != KeyPlace::Session;
        match given {
            Some(KeyInput(key)) => Ok(Some(key).filter(|key| !key.expose().is_empty())),
            None if stays || new.key == KeyPlace::None => Ok(None),
            // One that was lost with the last session stays missing, which is no reason to refuse another name.
            None if old.key == KeyPlace::Session => Ok(self.connection_list().session_key(&old.id)),
            None => self.connection_list().key(old).await.map_err(|error| {
                Error::invalid("key", format!("the key could not be moved: {}; give it again", error.detail))
            }),
        }
    }

    /// The key is in its place before the change is in the log.
    async fn move_in(&self, old: &Connection, new: &Connection, key: Option<Secret>) -> Result<()> {
        let list = self.connection_list();
        let before = match &key {
            Some(key) => {
                let before = list.keys().get(old).await.ok().flatten();
                self.keep_key(new, key.clone()).await?;
                before
            }
            None => None,
        };
        let changed = EventKind::ConnectionChanged { connection: new.clone() };
        if let Err(error) = self.store().append(Topic::Providers, self.now(), vec![changed]).await {
            if key.is_some() {
                match before.filter(|_| is_one_place(old, new)) {
                    Some(before) => self.keep_key(old, before).await?,
                    None => self.drop_key(new).await?,
                }
            }
            return Err(error.into());
        }
        list.learn(new.clone(), key.filter(|_| new.key == KeyPlace::Session));
        Ok(())
    }

    async fn move_out(&self, old: &Connection, new: &Connection) -> Result<()> {
        if is_one_place(old, new) {
            return Ok(());
        }
        self.drop_key(old).await.map_err(|error| {
            let message = format!("the connection is changed, but its old key is still there: {error}");
            Error::new(error.code, message).because(error)
        })
    }
}

/// Whether the key of the one is where that of the other is.
fn is_one_place(old: &Connection, new: &Connection) -> bool {
    old.key == new.key && Connections::key_entry(old) == Connections::key_entry(new)
}

impl ConnectionChanges {
    fn onto(&self, old: &Connection) -> NewConnection {
        let kept = match old.key {
            KeyPlace::Session => KeyStorage::Session,
            KeyPlace::File => KeyStorage::File,
            KeyPlace::None | KeyPlace::Keyring => KeyStorage::Keyring,
        };
        NewConnection {
            kind: old.kind,
            name: self.name.clone().unwrap_or_else(|| old.name.clone()),
            base_url: self.base_url.clone().or_else(|| old.base_url.clone()),
            local: self.local.unwrap_or(old.local),
            key: None,
            key_storage: self.key_storage.unwrap_or(kept),
            limits: self.limits.unwrap_or(old.limits),
        }
    }
}
