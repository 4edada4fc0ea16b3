use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    ActedBy, AttemptId, AttemptOutcome, AttemptPurpose, Author, BranchId, BranchReason, Cast, CastId, Choice,
    Connection, ConnectionId, ConversationChange, ConversationId, ConversationState, EndRules, ErrorClass,
    FallbackRules, Finish, ImageRef, InterruptCause, MessageId, ModelRef, Moderator, Money, Participant,
    ParticipantChange, ParticipantId, Policy, PromptStamp, ProviderHealth, Repair, Reserve, RoundId, Seq, StateReason,
    SummaryId, SummaryRules, Timestamp, Timings, Topic, TurnId, Usage,
};

/// Something that happened, durable and numbered. The log of events is the truth; everything else is derived from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Event {
    pub seq: Seq,
    pub topic: Topic,
    pub ts: Timestamp,
    #[serde(flatten)]
    pub kind: EventKind,
}

impl Event {
    pub fn conversation(&self) -> Option<ConversationId> {
        self.topic.conversation()
    }
}

/// What happened. The names are those of the log, of the socket and of the command line alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "event", content = "data")]
pub enum EventKind {
    #[serde(rename = "conversation.created")]
    ConversationCreated {
        title: String,
        topic: String,
        participants: Vec<Participant>,
        policy: Policy,
        end: EndRules,
        #[serde(default)]
        fallback: FallbackRules,
        seed: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stall_after_s: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moderator: Option<Moderator>,
        #[serde(default, skip_serializing_if = "SummaryRules::are_usual")]
        summary: SummaryRules,
    },
    /// How it goes was changed, at any time; what is absent stays as it was.
    #[serde(rename = "conversation.changed")]
    ConversationChanged(ConversationChange),
    #[serde(rename = "conversation.renamed")]
    ConversationRenamed { title: String },
    /// Put away: out of the list until it is taken back, spoken into or set going.
    #[serde(rename = "conversation.archived")]
    ConversationArchived {},
    #[serde(rename = "conversation.unarchived")]
    ConversationUnarchived {},
    /// Thrown away: it can be read and restored, and nothing else, until the user empties the trash.
    #[serde(rename = "conversation.trashed")]
    ConversationTrashed {},
    /// Out of the trash, as it was when it came there.
    #[serde(rename = "conversation.restored")]
    ConversationRestored {},
    #[serde(rename = "conversation.state_changed")]
    ConversationStateChanged { state: ConversationState, reason: StateReason },
    /// The budget leaves room for one last turn of everybody: they are told, and then it ends for this reason.
    #[serde(rename = "conversation.closing")]
    ConversationClosing { reason: StateReason },
    /// The user wants it to speak next; the newest nudge counts.
    #[serde(rename = "participant.nudged")]
    ParticipantNudged { participant: ParticipantId },
    #[serde(rename = "participant.muted")]
    ParticipantMuted { participant: ParticipantId },
    #[serde(rename = "participant.unmuted")]
    ParticipantUnmuted { participant: ParticipantId },
    /// Somebody sits down, before whoever has this seat; one who had left comes back under its old id.
    #[serde(rename = "participant.joined")]
    ParticipantJoined { participant: Participant, seat: u32 },
    /// It is not asked any more; what it said stays, under its name.
    #[serde(rename = "participant.left")]
    ParticipantLeft { participant: ParticipantId },
    #[serde(rename = "participant.changed")]
    ParticipantChanged { participant: ParticipantId, change: ParticipantChange },
    /// The seated order; everybody at the table stands in it once.
    #[serde(rename = "participants.reordered")]
    ParticipantsReordered { order: Vec<ParticipantId> },
    /// Several speak at once: each is shown what stands up to `head` and nothing that came after it. Their words stay
    /// hidden until all are through; then they stand one after the other, in the order of their turns.
    #[serde(rename = "round.started")]
    RoundStarted { round: RoundId, head: Option<MessageId>, members: Vec<ParticipantId> },
    /// All of them are through, and all that was said is shown.
    #[serde(rename = "round.ended")]
    RoundEnded { round: RoundId },
    /// A speaker was chosen. Its words may still be far away: models queue, load and fail.
    #[serde(rename = "turn.started")]
    TurnStarted {
        turn: TurnId,
        participant: ParticipantId,
        number: u32,
        choice: Choice,
        /// The models to ask in this one turn, instead of the participant's own route.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        route: Option<Vec<ModelRef>>,
        /// The round it belongs to, or in which an alternative would have been said: it is shown the talk up to that
        /// round's head.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round: Option<RoundId>,
    },
    #[serde(rename = "attempt.started")]
    AttemptStarted {
        attempt: AttemptId,
        /// That of a choice is the turn that may come of it.
        turn: TurnId,
        number: u32,
        model: ModelRef,
        #[serde(default, skip_serializing_if = "AttemptPurpose::is_speak")]
        purpose: AttemptPurpose,
        /// What the model was shown, in numbers; the words themselves follow from the log.
        #[serde(default)]
        prompt: Option<PromptStamp>,
        /// What it may come to at most: set aside until it ends, and counted if what it came to is never known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reserved: Option<Reserve>,
        /// How often this model had been asked before in this turn.
        #[serde(default)]
        retry: u32,
    },
    /// As many calls as there may be at once are under way: its question waits in line.
    #[serde(rename = "attempt.queued")]
    AttemptQueued { attempt: AttemptId, turn: TurnId },
    /// It has waited in line, and its question goes out now.
    #[serde(rename = "attempt.admitted")]
    AttemptAdmitted { attempt: AttemptId, turn: TurnId },
    /// The model shows that it thinks, and has not said a word yet.
    #[serde(rename = "attempt.thinking")]
    AttemptThinking { attempt: AttemptId, turn: TurnId },
    /// What a model showed of its thinking, told when it has ended; in a round, when that is over. For people to look at:
    /// no prompt holds it.
    #[serde(rename = "attempt.thought")]
    AttemptThought { attempt: AttemptId, turn: TurnId, thoughts: String },
    #[serde(rename = "attempt.ended")]
    AttemptEnded {
        attempt: AttemptId,
        turn: TurnId,
        outcome: AttemptOutcome,
        answered_by: Option<String>,
        timings: Timings,
        usage: Option<Usage>,
        /// By the price of that time; none when it is not known.
        #[serde(default)]
        cost: Option<Money>,
        /// What the model really wrote, where the message says something else.
        #[serde(default)]
        raw: Option<String>,
        /// What was changed of the question because the server did not take it, one for each time it was sent once more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        repairs: Vec<Repair>,
        /// The HTTP status under which the server answered, also where that was no answer in the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// The name under which the server's people find the call, as they gave it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
    },
    /// What a model really wrote in a round, where the message says something else: told when the round is over.
    #[serde(rename = "attempt.revealed")]
    AttemptRevealed { attempt: AttemptId, turn: TurnId, raw: String },
    /// The turn goes on with another model, or with the same one anew when words had been said and nobody else is left.
    #[serde(rename = "fallback.switched")]
    FallbackSwitched {
        turn: TurnId,
        participant: ParticipantId,
        from: ModelRef,
        to: ModelRef,
        because: ErrorClass,
        detail: String,
        /// The answer broke off after its first word; what was said stands until `message.taken_over`.
        #[serde(default)]
        after_words: bool,
    },
    /// The first word of an answer is here.
    #[serde(rename = "message.started")]
    MessageStarted {
        message: MessageId,
        turn: TurnId,
        participant: ParticipantId,
        parent: Option<MessageId>,
        /// Whose words begin it; the newest of the turn when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attempt: Option<AttemptId>,
    },
    /// What the user said while a round was open or before an alternative had begun, and what followed it up to `head`,
    /// stands behind them, or behind the talk when nobody gave the alternative: this message now comes after `parent`,
    /// and the branch ends with `head`.
    #[serde(rename = "message.moved")]
    MessageMoved { message: MessageId, parent: MessageId, head: MessageId },
    /// Another attempt goes on with an unfinished message from this character; what stood there and behind is struck.
    #[serde(rename = "message.taken_over")]
    MessageTakenOver { message: MessageId, turn: TurnId, attempt: AttemptId, from_char: u32 },
    /// A message is whole: an answer that ended, or what the user said.
    #[serde(rename = "message.completed")]
    MessageCompleted {
        message: MessageId,
        turn: Option<TurnId>,
        author: Author,
        parent: Option<MessageId>,
        text: String,
        finish: Option<Finish>,
        /// Who heard it, when it was a whisper; everybody at the table otherwise.
        #[serde(default)]
        audience: Option<Vec<ParticipantId>>,
        /// What its author shows with it. Their bytes are kept under their digests, beside the log.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        images: Vec<ImageRef>,
    },
    #[serde(rename = "message.interrupted")]
    MessageInterrupted { message: MessageId, turn: TurnId, text: String, cause: InterruptCause },
    /// The user wants it to stand in every prompt, however long ago it was said.
    #[serde(rename = "message.pinned")]
    MessagePinned { message: MessageId },
    #[serde(rename = "message.unpinned")]
    MessageUnpinned { message: MessageId },
    /// What was said up to a message stands from now on in these words in every prompt that has no room for it.
    #[serde(rename = "summary.written")]
    SummaryWritten {
        summary: SummaryId,
        attempt: AttemptId,
        model: ModelRef,
        /// The last message it covers, with all before it.
        through: MessageId,
        /// The summary it goes on from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        extends: Option<SummaryId>,
        text: String,
    },
    /// The user found better words.
    #[serde(rename = "summary.edited")]
    SummaryEdited { summary: SummaryId, text: String },
    /// Something it covers was edited, deleted or restored: it is shown to nobody any more.
    #[serde(rename = "summary.outdated")]
    SummaryOutdated { summary: SummaryId },
    /// No summary was made, for this reason. Nothing is lost, and it is not tried again at every turn.
    #[serde(rename = "summary.failed")]
    SummaryFailed { note: String },
    #[serde(rename = "turn.ended")]
    TurnEnded { turn: TurnId, outcome: TurnOutcome },
    /// The words of a message are others now: a new version, or an earlier one again. All versions are kept, and what
    /// followed stays.
    #[serde(rename = "message.edited")]
    MessageEdited {
        message: MessageId,
        /// The version that is shown from now on; one is what was said first.
        version: u32,
        text: String,
        #[serde(default, skip_serializing_if = "ActedBy::is_command")]
        by: ActedBy,
    },
    /// Hidden from people and models; nothing is lost.
    #[serde(rename = "message.deleted")]
    MessageDeleted {
        message: MessageId,
        #[serde(default, skip_serializing_if = "ActedBy::is_command")]
        by: ActedBy,
    },
    #[serde(rename = "message.restored")]
    MessageRestored {
        message: MessageId,
        #[serde(default, skip_serializing_if = "ActedBy::is_command")]
        by: ActedBy,
    },
    /// The conversation goes on after `from`, on a branch of its own; what followed there stays on its branches.
    #[serde(rename = "branch.created")]
    BranchCreated {
        branch: BranchId,
        name: String,
        from: Option<MessageId>,
        why: BranchReason,
        #[serde(default, skip_serializing_if = "ActedBy::is_command")]
        by: ActedBy,
    },
    /// The conversation goes on with another branch, after its newest message.
    #[serde(rename = "branch.switched")]
    BranchSwitched {
        branch: BranchId,
        head: Option<MessageId>,
        #[serde(default, skip_serializing_if = "ActedBy::is_command")]
        by: ActedBy,
    },
    /// A branch on which nothing was ever said is gone, and the conversation is back on `to`.
    #[serde(rename = "branch.removed")]
    BranchRemoved {
        branch: BranchId,
        to: BranchId,
        head: Option<MessageId>,
        /// How many acts can no more be undone, because they were about it.
        #[serde(default, skip_serializing_if = "is_zero")]
        forgotten: u32,
        #[serde(default, skip_serializing_if = "ActedBy::is_command")]
        by: ActedBy,
    },
    #[serde(rename = "branch.renamed")]
    BranchRenamed { branch: BranchId, name: String },
    #[serde(rename = "connection.added")]
    ConnectionAdded { connection: Connection },
    /// Its name, address or key place is another now; the id and the kind stay.
    #[serde(rename = "connection.changed")]
    ConnectionChanged { connection: Connection },
    #[serde(rename = "connection.removed")]
    ConnectionRemoved { connection: ConnectionId },
    /// The user said what is true of a model; it wins over every list.
    #[serde(rename = "model.facts_set")]
    ModelFactsSet { model: ModelRef, facts: crate::ModelFacts },
    /// The lists count again.
    #[serde(rename = "model.facts_cleared")]
    ModelFactsCleared { model: ModelRef },
    /// The user keeps a cast, under an id that no cast has had before.
    #[serde(rename = "cast.saved")]
    CastSaved { cast: Cast },
    /// All of it is as this says.
    #[serde(rename = "cast.changed")]
    CastChanged { cast: Cast },
    /// Out of the list; it can be restored.
    #[serde(rename = "cast.deleted")]
    CastDeleted { cast: CastId },
    #[serde(rename = "cast.restored")]
    CastRestored { cast: CastId },
    /// The user emptied it out of the trash: its own events are no longer in the log, and their numbers are not given
    /// again.
    #[serde(rename = "conversation.deleted")]
    ConversationDeleted { conversation: ConversationId },
    /// A model, or a whole connection, stands otherwise than before.
    #[serde(rename = "provider.health")]
    ProviderHealthChanged(ProviderHealth),
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl EventKind {
    /// Version of the shape of this kind's data in the log.
    pub const VERSION: u16 = 2;
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TurnOutcome {
    Completed,
    /// Cut short with words said.
    Interrupted,
    /// No model on the route answered.
    Failed,
    /// Ended by the user before a word was said.
    Cancelled,
    /// Passed over by the conversation's own rule: not a word for too long.
    Stalled,
}

impl TurnOutcome {
    /// Whether something was said in it: such turns are what the end rules count.
    pub fn has_words(self) -> bool {
        match self {
            Self::Completed | Self::Interrupted => true,
            Self::Failed | Self::Cancelled | Self::Stalled => false,
        }
    }
}
