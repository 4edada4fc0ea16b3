use std::time::Duration;

use chimera_core::{
    AttemptId, Author, BranchId, ConversationChange, EventKind, ImageRef, MessageId, ModelFacts, ModelRef, Participant,
    ParticipantChange, ParticipantId, ProviderError, ReplyEvent, SummaryId, Timestamp, Withheld,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::WakeToken;
use crate::health::Closed;

/// The two clocks, read once for one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Wall time: what events are stamped with.
    pub now: Timestamp,
    /// Monotonic time: what waits are measured with.
    pub elapsed: Duration,
}

/// Everything that can happen to a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    Command(Command),
    /// What is known of a model at the table. The runner tells it before it is needed and whenever it changes.
    Facts {
        model: ModelRef,
        facts: ModelFacts,
    },
    /// As many calls as there may be at once are under way. The question waits in line, and is told of again by
    /// [`Input::Patience`] or [`Input::NotAsked`].
    Queued {
        attempt: AttemptId,
    },
    /// The model that is being asked deserves this much patience. Until it is told, it has [`Patience::CLOUD`].
    Patience {
        attempt: AttemptId,
        patience: Patience,
        /// The protocol in which it is asked, by a name that serves comparison alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        protocol: Option<String>,
    },
    /// A model that was asked says something, or fails.
    Reply {
        attempt: AttemptId,
        heard: Result<ReplyEvent, ProviderError>,
    },
    /// A model that was to be asked is limited, down or off, and was not.
    NotAsked {
        attempt: AttemptId,
        closed: Closed,
    },
    /// The time of an [`Effect::WakeAt`](crate::Effect::WakeAt) has come.
    Wake(WakeToken),
    /// The computer slept, and now it is awake again. Who was being listened to has most likely gone; nothing is sent
    /// anew without being asked for.
    Slept,
    /// The app is closing: whoever speaks is cut off and its words are kept.
    ShutDown,
}

/// What a user can do to a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Begins a draft, or continues a completed conversation.
    Start,
    /// No further turn begins; whoever speaks may finish.
    Pause,
    Resume,
    /// Exactly one turn, then paused.
    Step,
    Stop(StopWhen),
    /// The user says something, at any moment: to everybody, or as a whisper to those who are named.
    Say {
        text: String,
        when: SayWhen,
        to: Vec<ParticipantId>,
        /// Shown with the words, or instead of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        images: Vec<ImageRef>,
    },
    /// The message stands in every prompt of those who heard it, however long ago it was said.
    Pin {
        message: MessageId,
    },
    Unpin {
        message: MessageId,
    },
    /// The speaker whom no model answered for is tried again.
    Retry,
    /// The same by these models instead of its own, for this one turn.
    RetryWith {
        route: Vec<ModelRef>,
    },
    /// On to the next speaker: past one that no model answered for, or cutting off the present one; in a round, all who
    /// have not answered yet.
    Skip,
    /// This one is cut off, and what it said is kept; the others of its round go on.
    SkipParticipant {
        participant: ParticipantId,
    },
    /// This participant speaks next, whatever the policy; at once when nobody speaks.
    Nudge {
        participant: ParticipantId,
    },
    /// No policy chooses it and no AI calls it up any more.
    Mute {
        participant: ParticipantId,
    },
    Unmute {
        participant: ParticipantId,
    },
    /// Somebody sits down, before whoever has this seat, or else last. One who left and comes back under its name is
    /// the same one again.
    Join {
        participant: Participant,
        seat: Option<u32>,
    },
    /// It is not asked any more; in mid-sentence it is cut off. The last one cannot leave.
    Leave {
        participant: ParticipantId,
    },
    ChangeParticipant {
        participant: ParticipantId,
        change: ParticipantChange,
    },
    /// The seated order anew: everybody at the table, once.
    Reorder {
        order: Vec<ParticipantId>,
    },
    Rename {
        title: String,
    },
    /// Out of the list, until somebody says something in it or sets it going.
    Archive,
    Unarchive,
    /// Until it is taken out again it can be read, and nothing else.
    Trash,
    TakeOutOfTrash,
    /// Better words for what stands in prompts for the talk before their window.
    EditSummary {
        summary: SummaryId,
        text: String,
    },
    /// The same speaker says it anew: beside the message, on a branch of its own. What followed stays.
    Regenerate {
        message: MessageId,
        /// Asked instead of the speaker's route, for this one turn.
        model: Option<ModelRef>,
    },
    /// On to the branch that holds this message, after the newest message there.
    ChooseAlternative {
        message: MessageId,
    },
    Edit {
        message: MessageId,
        text: String,
        edit: EditAs,
    },
    /// Hides it from people and models.
    Delete {
        message: MessageId,
    },
    Restore {
        message: MessageId,
    },
    /// Takes back the newest edit, deletion, restoration, branch or switch; the one before it when asked again.
    Undo,
    /// Does again what was undone last.
    Redo,
    /// They talk on from this message: on a branch of its own, unless nothing has followed it.
    ContinueFrom {
        message: MessageId,
    },
    /// The conversation goes on after this message, on a branch of its own.
    Branch {
        from: MessageId,
        name: Option<String>,
    },
    SwitchBranch {
        branch: BranchId,
    },
    RenameBranch {
        branch: BranchId,
        name: String,
    },
    /// Another policy, other end rules, more or less patience: from now on.
    ChangeConversation {
        change: ConversationChange,
    },
    /// After a crash: closes what was left open, with the words that the checkpoints kept.
    Recover {
        unfinished: Vec<Checkpoint>,
        /// The same of a round that nobody has been shown.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        withheld: Vec<Withheld>,
    },
}

impl Command {
    /// Whether this is what the command is about: what is recorded before it only makes room, as when whoever speaks is
    /// cut off for it.
    pub fn is_about(&self, event: &EventKind) -> bool {
        match self {
            Command::Say { .. } => matches!(event, EventKind::MessageCompleted { author: Author::User, .. }),
            Command::Stop(_) => matches!(event, EventKind::ConversationStateChanged { .. }),
            Command::Leave { .. } => matches!(event, EventKind::ParticipantLeft { .. }),
            Command::Trash => matches!(event, EventKind::ConversationTrashed {}),
            // They begin with it.
            _ => true,
        }
    }
}

/// Where the new words of a message go.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EditAs {
    /// Into its place; what followed stays.
    #[default]
    Version,
    /// Beside it, as an alternative on a branch of its own: the conversation goes on from there.
    Branch,
}

/// When a stop takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StopWhen {
    /// The speaker is cut off; what was said is kept.
    Now,
    /// The speaker may finish.
    AfterTurn,
}

/// How the user comes in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SayWhen {
    /// Whoever speaks may finish; the next one hears it.
    #[default]
    After,
    /// Whoever speaks is cut off; what it said is kept.
    Now,
}

/// The words of an unfinished message as they were last kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub message: MessageId,
    pub text: String,
}

/// How long a model may keep us waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    /// From the question to the first word or thought; pings and headers do not count.
    pub first_token: Duration,
    /// Between two signs of life, once it has begun; pings are signs too.
    pub idle: Duration,
    /// Between two words or thoughts, however often it pings.
    pub no_progress: Duration,
    /// For the whole answer.
    pub total: Duration,
}

impl Patience {
    pub const CLOUD: Patience = Patience {
        first_token: Duration::from_secs(30),
        idle: Duration::from_secs(60),
        no_progress: Duration::from_secs(180),
        total: Duration::from_secs(15 * 60),
    };

    /// A server on this machine may have to load the model first, which takes minutes and says nothing.
    pub const LOCAL: Patience = Patience {
        first_token: Duration::from_secs(300),
        idle: Duration::from_secs(120),
        no_progress: Duration::from_secs(180),
        total: Duration::from_secs(15 * 60),
    };
}
