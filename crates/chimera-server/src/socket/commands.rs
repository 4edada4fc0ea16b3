//! The commands of the socket: the same use-cases as the routes, under the same scopes.

mod casts;

use chimera_app::{Access, Chimera, SayWhen, Scope, StopWhen, once, receipt};
use chimera_core::{Attachment, ConversationId, MessageId, ParticipantId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::message::Command;
use crate::problem::{Answer, Problem};
use crate::routes::conversations::{Retry, Said, at_once};
use crate::routes::seats::{Change, Join, Order, Seated};
use crate::routes::tree::{Branched, Edit, EditSummary, NewBranch, Regenerate, RenameBranch, Switch};

/// Which conversation, or which cast; every command that makes neither names one.
#[derive(Deserialize)]
struct Of<I> {
    id: I,
}

#[derive(Deserialize)]
struct Stop {
    id: ConversationId,
    #[serde(default = "at_once")]
    when: StopWhen,
}

#[derive(Deserialize)]
struct Say {
    id: ConversationId,
    #[serde(default)]
    text: String,
    #[serde(default)]
    when: SayWhen,
    #[serde(default)]
    to: Vec<ParticipantId>,
    #[serde(default)]
    images: Vec<Attachment>,
}

#[derive(Deserialize)]
struct OfMessage {
    id: ConversationId,
    message: MessageId,
}

#[derive(Deserialize)]
struct Rename {
    id: ConversationId,
    title: String,
}

/// A seat of a conversation.
#[derive(Deserialize)]
struct Seat {
    id: ConversationId,
    participant: ParticipantId,
}

#[derive(Debug, Clone, Copy)]
enum Name {
    Create,
    Start,
    Pause,
    Resume,
    Step,
    Stop,
    Say,
    Retry,
    Skip,
    SkipParticipant,
    Nudge,
    Rename,
    Mute,
    Unmute,
    Change,
    Join,
    Leave,
    Reorder,
    ChangeParticipant,
    Pin,
    Unpin,
    Regenerate,
    ChooseAlternative,
    EditMessage,
    DeleteMessage,
    RestoreMessage,
    Undo,
    Redo,
    Branch,
    SwitchBranch,
    RenameBranch,
    ContinueFrom,
    EditSummary,
    Archive,
    Unarchive,
    Trash,
    Restore,
    Delete,
    EmptyTrash,
    Cast(casts::Name),
}

/// Every command by its name.
const NAMES: [(&str, Name); 47] = [
    ("conversation.create", Name::Create),
    ("conversation.start", Name::Start),
    ("conversation.pause", Name::Pause),
    ("conversation.resume", Name::Resume),
    ("conversation.step", Name::Step),
    ("conversation.stop", Name::Stop),
    ("conversation.say", Name::Say),
    ("conversation.retry", Name::Retry),
    ("conversation.skip", Name::Skip),
    ("conversation.skip_participant", Name::SkipParticipant),
    ("conversation.nudge", Name::Nudge),
    ("conversation.rename", Name::Rename),
    ("conversation.mute", Name::Mute),
    ("conversation.unmute", Name::Unmute),
    ("conversation.change", Name::Change),
    ("conversation.join", Name::Join),
    ("conversation.leave", Name::Leave),
    ("conversation.reorder", Name::Reorder),
    ("conversation.change_participant", Name::ChangeParticipant),
    ("conversation.pin", Name::Pin),
    ("conversation.unpin", Name::Unpin),
    ("conversation.regenerate", Name::Regenerate),
    ("conversation.choose_alternative", Name::ChooseAlternative),
    ("conversation.edit_message", Name::EditMessage),
    ("conversation.delete_message", Name::DeleteMessage),
    ("conversation.restore_message", Name::RestoreMessage),
    ("conversation.undo", Name::Undo),
    ("conversation.redo", Name::Redo),
    ("conversation.branch", Name::Branch),
    ("conversation.switch_branch", Name::SwitchBranch),
    ("conversation.rename_branch", Name::RenameBranch),
    ("conversation.continue_from", Name::ContinueFrom),
    ("conversation.edit_summary", Name::EditSummary),
    ("conversation.archive", Name::Archive),
    ("conversation.unarchive", Name::Unarchive),
    ("conversation.trash", Name::Trash),
    ("conversation.restore", Name::Restore),
    ("conversation.delete", Name::Delete),
    ("trash.empty", Name::EmptyTrash),
    ("conversation.save_as_cast", Name::Cast(casts::Name::SaveTable)),
    ("cast.save", Name::Cast(casts::Name::Save)),
    ("cast.change", Name::Cast(casts::Name::Change)),
    ("cast.duplicate", Name::Cast(casts::Name::Duplicate)),
    ("cast.delete", Name::Cast(casts::Name::Delete)),
    ("cast.restore", Name::Cast(casts::Name::Restore)),
    ("cast.import", Name::Cast(casts::Name::Import)),
    ("cast.seat", Name::Cast(casts::Name::Seat)),
];

/// The names of all commands of the socket.
pub const COMMANDS: [&str; NAMES.len()] = {
    let mut names = [""; NAMES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = NAMES[at].0;
        at += 1;
    }
    names
};

impl Name {
    fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, command)| *command)
    }

    fn scope(self) -> Scope {
        match self {
            Name::Start
            | Name::Pause
            | Name::Resume
            | Name::Step
            | Name::Stop
            | Name::Say
            | Name::Retry
            | Name::Skip
            | Name::SkipParticipant
            | Name::Nudge
            | Name::ContinueFrom
            | Name::Regenerate => Scope::Speak,
            Name::Create
            | Name::Rename
            | Name::Mute
            | Name::Unmute
            | Name::Pin
            | Name::Unpin
            | Name::Change
            | Name::Join
            | Name::Leave
            | Name::Reorder
            | Name::ChangeParticipant
            | Name::ChooseAlternative
            | Name::EditMessage
            | Name::DeleteMessage
            | Name::RestoreMessage
            | Name::Undo
            | Name::Redo
            | Name::Branch
            | Name::SwitchBranch
            | Name::RenameBranch
            | Name::EditSummary
            | Name::Archive
            | Name::Unarchive
            | Name::Trash
            | Name::Restore
            | Name::Delete
            | Name::EmptyTrash
            | Name::Cast(_) => Scope::Manage,
        }
    }
}

/// Answers when the command is in the log. Most have nothing to add to what the feed says: their data is null.
pub(super) async fn carry_out(chimera: &Chimera, access: &Access, command: Command) -> Answer<Value> {
    let Some(name) = Name::parse(&command.name) else {
        return Err(Problem::invalid("name", "there is no such command"));
    };
    if !access.allows(name.scope()) {
        return Err(Problem::no_scope(name.scope()));
    }
    match &command.idempotency_key {
        None => obey(chimera, name, command).await,
        Some(key) => {
            let data = value(&command.data).to_string();
            let receipt = receipt(access, key, &[command.name.as_bytes(), data.as_bytes()])?;
            once(receipt, obey(chimera, name, command)).await
        }
    }
}

async fn obey(chimera: &Chimera, name: Name, command: Command) -> Answer<Value> {
    let done = match name {
        Name::Cast(name) => return casts::obey(chimera, name, command).await,
        Name::Create => return Ok(value(&chimera.create_conversation(command.into_data()?).await?)),
        Name::Say => {
            let Say { id, text, when, to, images } = command.into_data()?;
            return Ok(value(&Said { message: chimera.say_with_images(id, &text, images, when, to).await? }));
        }
        Name::Stop => {
            let Stop { id, when } = command.into_data()?;
            chimera.stop(id, when).await
        }
        Name::Rename => {
            let Rename { id, title } = command.into_data()?;
            chimera.rename(id, &title).await
        }
        Name::SkipParticipant => {
            let Seat { id, participant } = command.into_data()?;
            chimera.skip_participant(id, participant).await
        }
        Name::Nudge => {
            let Seat { id, participant } = command.into_data()?;
            chimera.nudge(id, participant).await
        }
        Name::Mute => {
            let Seat { id, participant } = command.into_data()?;
            chimera.mute(id, participant).await
        }
        Name::Unmute => {
            let Seat { id, participant } = command.into_data()?;
            chimera.unmute(id, participant).await
        }
        Name::Pin => {
            let OfMessage { id, message } = command.into_data()?;
            chimera.pin(id, message).await
        }
        Name::Unpin => {
            let OfMessage { id, message } = command.into_data()?;
            chimera.unpin(id, message).await
        }
        Name::Regenerate => {
            let (id, Regenerate { message, model }) = on(command)?;
            chimera.regenerate(id, message, model).await
        }
        Name::ChooseAlternative => {
            let OfMessage { id, message } = command.into_data()?;
            chimera.choose_alternative(id, message).await
        }
        Name::EditMessage => {
            let (id, Edit { message, text, edit }) = on(command)?;
            chimera.edit_message(id, message, &text, edit).await
        }
        Name::EditSummary => {
            let (id, EditSummary { summary, text }) = on(command)?;
            chimera.edit_summary(id, summary, &text).await
        }
        Name::DeleteMessage => {
            let OfMessage { id, message } = command.into_data()?;
            chimera.delete_message(id, message).await
        }
        Name::RestoreMessage => {
            let OfMessage { id, message } = command.into_data()?;
            chimera.restore_message(id, message).await
        }
        Name::Branch => {
            let (id, NewBranch { from, name }) = on(command)?;
            return Ok(value(&Branched { branch: chimera.branch(id, from, name.as_deref()).await? }));
        }
        Name::SwitchBranch => {
            let (id, Switch { branch }) = on(command)?;
            chimera.switch_branch(id, branch).await
        }
        Name::RenameBranch => {
            let (id, RenameBranch { branch, name }) = on(command)?;
            chimera.rename_branch(id, branch, &name).await
        }
        Name::ContinueFrom => {
            let OfMessage { id, message } = command.into_data()?;
            chimera.continue_from(id, message).await
        }
        Name::Undo => chimera.undo(of(command)?).await,
        Name::Redo => chimera.redo(of(command)?).await,
        Name::Join => {
            let (id, Join { participant, seat }) = on(command)?;
            return Ok(value(&Seated { participant: chimera.join(id, participant, seat).await? }));
        }
        Name::Leave => {
            let Seat { id, participant } = command.into_data()?;
            chimera.leave(id, participant).await
        }
        Name::Reorder => {
            let (id, Order { order }) = on(command)?;
            chimera.reorder(id, order).await
        }
        Name::ChangeParticipant => {
            let (id, Change { participant, change }) = on(command)?;
            chimera.change_participant(id, participant, change).await
        }
        Name::Change => {
            let (id, change) = on(command)?;
            chimera.change(id, change).await
        }
        Name::Archive => chimera.archive(of(command)?).await,
        Name::Unarchive => chimera.unarchive(of(command)?).await,
        Name::Trash => chimera.trash(of(command)?).await,
        Name::Restore => chimera.restore(of(command)?).await,
        Name::Delete => chimera.delete_for_good(of(command)?).await,
        Name::EmptyTrash => return Ok(value(&chimera.empty_trash().await?)),
        Name::Start => chimera.start(of(command)?).await,
        Name::Pause => chimera.pause(of(command)?).await,
        Name::Resume => chimera.resume(of(command)?).await,
        Name::Step => chimera.step(of(command)?).await,
        Name::Retry => {
            let (id, Retry { route }) = on(command)?;
            chimera.retry(id, route).await
        }
        Name::Skip => chimera.skip(of(command)?).await,
    };
    done?;
    Ok(Value::Null)
}

fn of(command: Command) -> Answer<ConversationId> {
    let Of { id } = command.into_data()?;
    Ok(id)
}

/// The body of a route, beside the id that stands in the route's path.
fn on<I: DeserializeOwned, T: DeserializeOwned>(command: Command) -> Answer<(I, T)> {
    let Of { id } = Command { name: String::new(), data: command.data.clone(), idempotency_key: None }.into_data()?;
    Ok((id, command.into_data()?))
}

fn value(data: &impl Serialize) -> Value {
    serde_json::to_value(data).expect("plain data with string keys always becomes JSON")
}
