//! The Chimera that acts: this process, or the one that has the data folder open.

mod door;
mod upload;

use std::io::IsTerminal;

use chimera_app::{Chimera, Error, ErrorCode, FeedReader, Frame, Options, Pace, Picture, Subscription};
use chimera_core::{
    Attachment, CastId, ConversationId, ConversationView, FeedItem, NewConversation, Seating, Secret, Seq, Topic,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::act::Act;
use crate::args::{Data, PassphraseFrom};
use crate::fault::{Fault, Result};
use crate::talk::data_dir;
use door::Door;

pub enum House {
    Here(Box<Here>),
    There(Box<There>),
}

/// Nobody else has the data folder open.
pub struct Here {
    pub chimera: Chimera,
    feed: Option<FeedReader>,
}

/// Acts go through the side door of the Chimera that has it; what there is to read lies in the data folder.
pub struct There {
    door: Door,
    history: Chimera,
}

/// One item of the feed, wherever it came from.
pub enum Heard {
    Here(Frame),
    There { item: Box<FeedItem>, json: String },
}

impl Heard {
    pub fn item(&self) -> &FeedItem {
        match self {
            Heard::Here(frame) => frame.item(),
            Heard::There { item, .. } => item,
        }
    }

    /// As the socket sends it.
    pub fn json(&self) -> &str {
        match self {
            Heard::Here(frame) => frame.json(),
            Heard::There { json, .. } => json,
        }
    }
}

impl House {
    pub async fn enter(data: &Data, pace: Option<Pace>) -> Result<Self> {
        let dir = data_dir(data)?;
        let mut options = Options::new(dir.clone());
        options.pace = match pace {
            Some(pace) => pace,
            // Nobody reads along.
            None if options.pace == Pace::Human && !std::io::stdout().is_terminal() => Pace::Brisk,
            None => options.pace,
        };
        match Chimera::open(options).await {
            Ok(chimera) => Ok(Self::Here(Box::new(Here { chimera, feed: None }))),
            Err(error) if error.code == ErrorCode::DataFolderInUse => {
                let door = Door::enter(&dir, &error).await?;
                let history = Chimera::open_read_only(Options::new(dir)).await?;
                Ok(Self::There(Box::new(There { door, history })))
            }
            Err(error) => Err(error.into()),
        }
    }

    pub async fn view(&self, id: ConversationId) -> Result<ConversationView> {
        Ok(self.reading().conversation(id).await?)
    }

    /// For what is only read.
    pub fn reading(&self) -> &Chimera {
        match self {
            House::Here(here) => &here.chimera,
            House::There(there) => &there.history,
        }
    }

    /// From now on [`Self::next`] gives what happened to this conversation after this event.
    pub async fn listen(&mut self, id: ConversationId, after: Seq) -> Result<()> {
        let topics = Some(vec![Topic::Conversation(id)]);
        self.subscribe(Subscription { topics, after: Some(after) }).await
    }

    /// From now on [`Self::next`] gives everything that happens.
    pub async fn listen_to_all(&mut self) -> Result<()> {
        self.subscribe(Subscription::default()).await
    }

    async fn subscribe(&mut self, subscription: Subscription) -> Result<()> {
        match self {
            House::Here(here) => here.feed = Some(here.chimera.subscribe(subscription)?),
            House::There(there) => there.door.subscribe(subscription).await?,
        }
        Ok(())
    }

    /// None when it closes. Cancel-safe.
    pub async fn next(&mut self) -> Result<Option<Heard>> {
        match self {
            House::Here(here) => match &mut here.feed {
                Some(feed) => Ok(feed.next().await?.map(Heard::Here)),
                None => Ok(None),
            },
            House::There(there) => there.door.next().await,
        }
    }

    /// Answers when it is in the log, with the id of what it made, if it makes anything.
    pub async fn act(&mut self, id: ConversationId, mut act: Act) -> Result<Value> {
        if let Act::Say { images, pictures, .. } = &mut act {
            images.extend(self.bring(std::mem::take(pictures)).await?);
        }
        match self {
            House::Here(here) => Ok(act.carry_out(&here.chimera, id).await?),
            House::There(there) => {
                let (name, data) = act.as_command(id);
                there.door.command(&name, Value::Object(data)).await
            }
        }
    }

    /// Has files kept, so that they can be said.
    async fn bring(&self, pictures: Vec<Picture>) -> Result<Vec<Attachment>> {
        let mut images = Vec::with_capacity(pictures.len());
        for Picture { bytes, alt } in pictures {
            let kept = match self {
                House::Here(here) => here.chimera.attach_image(bytes).await?,
                House::There(there) => there.door.attach_image(&bytes).await?,
            };
            images.push(Attachment { digest: kept.digest, alt });
        }
        Ok(images)
    }

    /// Nobody has spoken in it yet.
    pub async fn create(&mut self, new: NewConversation) -> Result<ConversationView> {
        let data = json!(new);
        self.ask("conversation.create", data, async |chimera| chimera.create_conversation(new).await).await
    }

    pub async fn seat_cast(&mut self, cast: &CastId, seating: Seating) -> Result<ConversationView> {
        let mut data = json!(seating);
        data["id"] = json!(cast);
        self.ask("cast.seat", data, async |chimera| chimera.seat_cast(cast, seating).await).await
    }

    /// A use-case that answers with what it made, or the command of the socket that is the same.
    pub async fn ask<T: DeserializeOwned>(
        &mut self,
        command: &str,
        data: Value,
        use_case: impl AsyncFnOnce(&Chimera) -> chimera_app::Result<T>,
    ) -> Result<T> {
        match self {
            House::Here(here) => Ok(use_case(&here.chimera).await?),
            House::There(there) => {
                let answer = there.door.command(command, data).await?;
                serde_json::from_value(answer).map_err(|_| door::not_understood())
            }
        }
    }

    /// A key for the server at this table whose key is kept nowhere, and the passphrase of the file of keys.
    pub async fn unlock(&self, id: ConversationId, key: Option<Secret>, passphrase_env: Option<&str>) -> Result<()> {
        if key.is_none() && passphrase_env.is_none() {
            return Ok(());
        }
        let here = self.here("keys are given to the Chimera that asks the models, and that is another one")?;
        if let Some(variable) = passphrase_env {
            let passphrase = PassphraseFrom { passphrase_env: Some(variable.into()) }.read("")?;
            here.unlock_key_file(passphrase).await?;
        }
        if let Some(key) = key {
            here.lend_key(id, key).await?;
        }
        Ok(())
    }

    /// This process's own Chimera, for what no side door does.
    pub fn here(&self, why_not: &str) -> Result<&Chimera> {
        match self {
            House::Here(here) => Ok(&here.chimera),
            House::There(_) => {
                let message = format!("{why_not}: do it there, or close that Chimera");
                Err(Fault::new(ErrorCode::DataFolderInUse, message))
            }
        }
    }

    pub fn is_another(&self) -> bool {
        matches!(self, House::There(_))
    }

    pub async fn leave(self) -> Result<()> {
        match self {
            House::Here(here) => Ok(here.chimera.close().await?),
            House::There(there) => {
                there.door.leave().await;
                Ok(there.history.close().await?)
            }
        }
    }
}

/// Entered, and left again whatever comes of it.
pub async fn within<T>(data: &Data, pace: Option<Pace>, work: impl AsyncFnOnce(&mut House) -> Result<T>) -> Result<T> {
    let mut house = House::enter(data, pace).await?;
    let done = work(&mut house).await;
    let left = house.leave().await;
    let done = done?;
    left?;
    Ok(done)
}

/// Not an error of this process: what the app said, with the way out.
fn refused(error: &Error, remedy: &str) -> Fault {
    Fault::new(error.code, format!("{}. {remedy}", error.message))
}
