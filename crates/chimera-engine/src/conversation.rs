//! What the log says: the durable part of a conversation.

mod acts;
mod apply;
mod asides;
mod branches;
mod calls;
mod ledger;
mod lines;
mod rounds;
mod seats;
mod summaries;
mod tally;
mod tree;
mod wish;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chimera_core::{
    AttemptId, ChoiceReason, ConversationState, EndRules, ErrorClass, FallbackRules, Finish, MessageId, ModelRef,
    Moderator, Participant, ParticipantId, Policy, RoundId, StateReason, SummaryRules, Timestamp, TurnId,
};

pub use acts::{Act, Acts};
pub use asides::OpenAside;
pub use branches::Branch;
pub use calls::Served;
pub use ledger::Ledger;
pub use lines::{Line, Lines};
pub use rounds::OpenRound;
pub use seats::{Note, Passage};
pub use summaries::{Summaries, Summed};
pub use tally::{Closing, Tally};
pub use wish::Wish;

/// A conversation as its events tell it. Only [`Conversation::apply`] changes it, live and in a replay alike; what is
/// not a consequence of an event has no place here.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    pub title: String,
    pub topic: String,
    /// Who sits at the table, in the seated order.
    pub participants: Vec<Participant>,
    /// Who has left it.
    pub left: Vec<Participant>,
    /// Comings and goings, in their order.
    pub notes: Vec<Note>,
    pub policy: Policy,
    pub end: EndRules,
    pub fallback: FallbackRules,
    pub seed: u32,
    /// How long a speaker may be without a new word.
    pub stall_after_s: Option<u32>,
    pub moderator: Option<Moderator>,
    pub summary: SummaryRules,
    pub summaries: Summaries,
    pub state: ConversationState,
    pub reason: Option<StateReason>,
    /// What it was last let run for.
    pub wish: Wish,
    /// Put away. Such a one does not run.
    pub archived: bool,
    /// In the trash: nobody speaks, and nothing can be done but to take it out.
    pub trashed: bool,
    pub lines: Lines,
    /// What the user did to the shape of the conversation, to be undone and done again.
    pub acts: Acts,
    /// What stands in every prompt, however long ago it was said.
    pub pins: BTreeSet<MessageId>,
    /// The turns that have begun and not ended, in the order they began.
    pub turns: Vec<OpenTurn>,
    /// Several speak at once, and nobody is shown what they say before all are through.
    pub round: Option<OpenRound>,
    /// The conversation as the open round found it, once something in it has been told otherwise.
    pub as_round_began: Option<Arc<Conversation>>,
    /// Every round there was, with the newest message that those who spoke in it were shown.
    pub rounds: BTreeMap<RoundId, Option<MessageId>>,
    /// A model is being asked for something that has to be known before the next turn.
    pub aside: Option<OpenAside>,
    pub past: Past,
    /// Participants the user called by @name who have not had their turn yet, in the order of the call.
    pub called: Vec<ParticipantId>,
    /// The message that called them.
    pub called_in: Option<MessageId>,
    /// Who has had its turn for which call.
    pub served: Vec<Served>,
    /// Whom the user nudged and who has not had its turn yet.
    pub nudged: Option<ParticipantId>,
    /// The budget is nearly used up: everybody has one last turn.
    pub closing: Option<Closing>,
    /// How many events made this, and when the newest was.
    pub events: u64,
    pub changed_at: Timestamp,
}

/// A turn that has begun and not ended.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenTurn {
    pub id: TurnId,
    pub participant: ParticipantId,
    /// The participant as it was when the turn began: what changes about it counts from its next turn.
    pub speaker: Option<Participant>,
    pub number: u32,
    /// The models to ask in this one turn, where they are not the speaker's own.
    pub route: Option<Vec<ModelRef>>,
    pub reason: ChoiceReason,
    /// Attempts begun so far.
    pub attempts: u32,
    /// How many of them ended without the model being asked.
    pub skipped: u32,
    pub attempt: Option<AttemptId>,
    /// Why the newest of them came to nothing.
    pub failed: Option<ErrorClass>,
    pub message: Option<MessageId>,
    /// What it is shown of the talk ends with this round's head.
    pub round: Option<RoundId>,
    /// Set once its answer is whole, though it may have to wait for those of the others.
    pub answered: Option<Finish>,
}

/// What is remembered of the turns that are over.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Past {
    /// Turns ever begun: the number of the newest.
    pub begun: u32,
    pub tally: Tally,
    pub ledger: Ledger,
    /// Who took the newest turns, newest last. A turn that was cancelled before a word was not taken.
    pub takers: Vec<ParticipantId>,
    /// Who had the newest turn, when no model answered for it: no line tells of it.
    pub unheard: Option<ParticipantId>,
    pub spoken: BTreeMap<ParticipantId, Spoken>,
    /// Why the newest turns were cut, one after the other; a whole answer or a person's hand clears it.
    pub cuts: Vec<ErrorClass>,
    pub last: Option<(TurnId, ParticipantId)>,
    /// The models that were to be asked in it instead of the participant's own.
    pub last_route: Option<Vec<ModelRef>>,
    /// Who had a turn in the newest round, unless somebody has had one for itself since.
    pub round: Vec<ParticipantId>,
    /// The round that turn was an alternative in.
    pub last_round: Option<RoundId>,
}

/// What one participant has contributed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Spoken {
    pub turns: u32,
    pub words: u64,
    /// The number of the turn in which it last spoke.
    pub last_turn: u32,
}

impl Conversation {
    /// Whoever sits at the table under this id.
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.id == id)
    }

    /// Every model that may be asked as things stand, more than once if it has more than one part in it.
    pub fn models(&self) -> impl Iterator<Item = &ModelRef> {
        let moderator = match &self.moderator {
            Some(Moderator::Model { model }) => Some(model),
            Some(Moderator::Participant { .. }) | None => None,
        };
        let seated = self.participants.iter().flat_map(|participant| &participant.route);
        seated.chain(moderator).chain(&self.summary.route)
    }

    /// The open turn of this id.
    pub fn turn(&self, id: TurnId) -> Option<&OpenTurn> {
        self.turns.iter().find(|turn| turn.id == id)
    }

    pub(crate) fn turn_mut(&mut self, id: TurnId) -> Option<&mut OpenTurn> {
        self.turns.iter_mut().find(|turn| turn.id == id)
    }

    /// The participant who said the newest words that are not the user's.
    pub fn last_speaker(&self) -> Option<ParticipantId> {
        self.lines.iter().rev().find_map(Line::participant)
    }

    pub fn spoken(&self, id: ParticipantId) -> Spoken {
        self.past.spoken.get(&id).copied().unwrap_or_default()
    }
}
