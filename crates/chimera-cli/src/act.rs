//! What can be asked of a conversation: each act is one use-case of the app and one command of the socket.

use chimera_app::{Chimera, EditAs, Picture, Result, SayWhen, StopWhen};
use chimera_core::{
    Attachment, BranchId, ConversationChange, ConversationId, MessageId, ModelRef, NewParticipant, ParticipantChange,
    ParticipantId, SummaryId,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Written as the socket takes it: its name, and its data beside the id of the conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "name", content = "data", rename_all = "snake_case")]
pub enum Act {
    Start,
    Resume,
    Step,
    Pause,
    Stop {
        when: StopWhen,
    },
    Say {
        text: String,
        when: SayWhen,
        to: Vec<ParticipantId>,
        /// Kept there already.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        images: Vec<Attachment>,
        /// Files that are still to be brought.
        #[serde(skip)]
        pictures: Vec<Picture>,
    },
    Retry {
        route: Vec<ModelRef>,
    },
    Skip,
    SkipParticipant {
        participant: ParticipantId,
    },
    Nudge {
        participant: ParticipantId,
    },
    Rename {
        title: String,
    },
    Change(Box<ConversationChange>),
    Join {
        participant: Box<NewParticipant>,
        seat: Option<u32>,
    },
    Leave {
        participant: ParticipantId,
    },
    Mute {
        participant: ParticipantId,
    },
    Unmute {
        participant: ParticipantId,
    },
    Reorder {
        order: Vec<ParticipantId>,
    },
    ChangeParticipant {
        participant: ParticipantId,
        change: Box<ParticipantChange>,
    },
    Pin {
        message: MessageId,
    },
    Unpin {
        message: MessageId,
    },
    Regenerate {
        message: MessageId,
        model: Option<ModelRef>,
    },
    ChooseAlternative {
        message: MessageId,
    },
    EditMessage {
        message: MessageId,
        text: String,
        #[serde(rename = "as")]
        edit: EditAs,
    },
    DeleteMessage {
        message: MessageId,
    },
    RestoreMessage {
        message: MessageId,
    },
    Undo,
    Redo,
    Branch {
        from: MessageId,
        name: Option<String>,
    },
    ContinueFrom {
        message: MessageId,
    },
    SwitchBranch {
        branch: BranchId,
    },
    RenameBranch {
        branch: BranchId,
        name: String,
    },
    EditSummary {
        summary: SummaryId,
        text: String,
    },
    Archive,
    Unarchive,
    Trash,
    Restore,
    Delete,
}

impl Act {
    pub fn say(text: String, when: SayWhen, to: Vec<ParticipantId>, pictures: Vec<Picture>) -> Self {
        Act::Say { text, when, to, images: Vec::new(), pictures }
    }

    /// Its name on the socket, and its data.
    pub fn as_command(&self, id: ConversationId) -> (String, Map<String, Value>) {
        let written = serde_json::to_value(self).expect("plain data with string keys always becomes JSON");
        let mut data = match written.get("data") {
            Some(Value::Object(data)) => data.clone(),
            Some(_) | None => Map::new(),
        };
        data.insert("id".into(), json!(id));
        (format!("conversation.{}", written["name"].as_str().unwrap_or_default()), data)
    }

    /// Carried out in this process. What it made has an id, as the local API answers it; most make nothing.
    pub async fn carry_out(self, chimera: &Chimera, id: ConversationId) -> Result<Value> {
        match self {
            Act::Start => chimera.start(id).await,
            Act::Resume => chimera.resume(id).await,
            Act::Step => chimera.step(id).await,
            Act::Pause => chimera.pause(id).await,
            Act::Stop { when } => chimera.stop(id, when).await,
            Act::Say { text, when, to, images, pictures: _ } => {
                return Ok(json!({ "message": chimera.say_with_images(id, &text, images, when, to).await? }));
            }
            Act::Retry { route } => chimera.retry(id, route).await,
            Act::Skip => chimera.skip(id).await,
            Act::SkipParticipant { participant } => chimera.skip_participant(id, participant).await,
            Act::Nudge { participant } => chimera.nudge(id, participant).await,
            Act::Rename { title } => chimera.rename(id, &title).await,
            Act::Change(change) => chimera.change(id, *change).await,
            Act::Join { participant, seat } => {
                return Ok(json!({ "participant": chimera.join(id, *participant, seat).await? }));
            }
            Act::Leave { participant } => chimera.leave(id, participant).await,
            Act::Mute { participant } => chimera.mute(id, participant).await,
            Act::Unmute { participant } => chimera.unmute(id, participant).await,
            Act::Reorder { order } => chimera.reorder(id, order).await,
            Act::ChangeParticipant { participant, change } => {
                chimera.change_participant(id, participant, *change).await
            }
            Act::Pin { message } => chimera.pin(id, message).await,
            Act::Unpin { message } => chimera.unpin(id, message).await,
            Act::Regenerate { message, model } => chimera.regenerate(id, message, model).await,
            Act::ChooseAlternative { message } => chimera.choose_alternative(id, message).await,
            Act::EditMessage { message, text, edit } => chimera.edit_message(id, message, &text, edit).await,
            Act::DeleteMessage { message } => chimera.delete_message(id, message).await,
            Act::RestoreMessage { message } => chimera.restore_message(id, message).await,
            Act::Undo => chimera.undo(id).await,
            Act::Redo => chimera.redo(id).await,
            Act::Branch { from, name } => {
                return Ok(json!({ "branch": chimera.branch(id, from, name.as_deref()).await? }));
            }
            Act::ContinueFrom { message } => chimera.continue_from(id, message).await,
            Act::SwitchBranch { branch } => chimera.switch_branch(id, branch).await,
            Act::RenameBranch { branch, name } => chimera.rename_branch(id, branch, &name).await,
            Act::EditSummary { summary, text } => chimera.edit_summary(id, summary, &text).await,
            Act::Archive => chimera.archive(id).await,
            Act::Unarchive => chimera.unarchive(id).await,
            Act::Trash => chimera.trash(id).await,
            Act::Restore => chimera.restore(id).await,
            Act::Delete => chimera.delete_for_good(id).await,
        }?;
        Ok(Value::Null)
    }
}
