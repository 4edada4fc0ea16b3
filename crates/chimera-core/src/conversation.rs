use serde::{Deserialize, Serialize};
use specta::Type;

use crate::end_rules::asked_for;
use crate::{
    EndRules, ErrorClass, FallbackRules, LoopSign, MessageId, ModelRef, Money, NewModerator, ParticipantId, PersonaId,
    PersonaRef, SummaryRules, TurnId,
};

/// Where a conversation stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    /// Created, nobody has spoken yet.
    Draft,
    Running,
    /// Held by the user, after a step, or by a restart. A turn that was under way may still be finishing.
    Paused,
    /// Ended by a rule or by the user; it can be continued.
    Completed,
    /// No model on a route could answer. Nothing is lost; retry, skip or stop lead on.
    NeedsAttention,
}

/// Why the state changed: the rule that ended a conversation is stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum StateReason {
    /// The user started, paused, resumed or stopped it.
    User,
    /// A single step was asked for, and is being taken.
    Stepping,
    /// A single step was asked for and has been taken.
    Stepped,
    /// The app was closed or died while it ran.
    Restarted,
    /// The computer slept while it ran.
    Slept,
    /// The end rule: so many turns.
    TurnsReached { turns: u32 },
    /// The end rule: so many turns of everybody who is not muted.
    TurnsPerParticipantReached { turns: u32 },
    /// The end rule: so many turns without a word or a hand of the user's.
    TurnsWithoutUserReached { turns: u32 },
    /// The end rule: so many minutes in which it ran.
    MinutesReached { minutes: u32 },
    /// The end rule: beside those `used`, the next call could have led past so many tokens. It would have reserved
    /// `reserve`.
    TokensReached { tokens: u32, used: u32, reserve: u32 },
    /// The end rule: beside what is `spent`, the next call could have cost more than so much. It would have reserved
    /// `reserve`.
    MoneyReached { money: Money, spent: Money, reserve: Money },
    /// The end rule: the phrase was said in this message.
    PhraseSaid { phrase: String, message: MessageId },
    /// The AIs go round in circles: that is what was measured over the newest turns.
    LoopDetected { sign: LoopSign, turns: u32, percent: u32 },
    /// There is a limit on money, and nobody knows what this model costs: set its price, take the limit away or allow
    /// models without a price.
    Unpriced { participant: ParticipantId, model: ModelRef },
    /// Every model on the speaker's route failed; the attempts are stored on the turn.
    NoModelAnswered { turn: TurnId, participant: ParticipantId, class: ErrorClass },
    /// Nobody is left who could speak.
    NobodyToSpeak,
    /// Everybody at the table is muted: unmute or nudge one.
    EverybodyMuted,
    /// The user asked for an alternative to a message; after it the conversation is as it was before.
    Regenerating,
    /// The policy is manual: it waits until the user nudges a speaker.
    AwaitingNudge,
}

/// How the next speaker is chosen.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// The seated order, over and over.
    RoundRobin,
    /// A score per candidate that costs no tokens: addressed, asked, silent for long, short of its share, dice.
    #[default]
    Balanced,
    /// Drawn by seeded dice; whoever likes to talk is drawn more often.
    Random,
    /// Nobody speaks until the user nudges it; after each turn the conversation waits.
    Manual,
    /// The conversation's moderator is asked before each turn; where it fails the balanced score decides.
    Moderator,
    /// All answer the same talk at once and do not see each other's words; the answers are shown together. Whom the user
    /// calls by @name answers alone.
    Parallel,
}

/// What is asked of a model beside the prompt. `None` leaves the provider's own default.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Sampling {
    pub temperature: Option<f32>,
    pub max_output_tokens: Option<u32>,
}

/// A persona seated in one conversation, as it was when it sat down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Participant {
    pub id: ParticipantId,
    /// Unique in the conversation, whatever the case of the letters.
    pub name: String,
    pub hue: u16,
    pub persona: Option<PersonaRef>,
    pub instructions: String,
    pub talkativeness: f32,
    /// The first is asked, the others are its fallbacks. Never empty.
    pub route: Vec<ModelRef>,
    pub sampling: Sampling,
    /// No policy chooses it and no AI calls it up; the user still can.
    #[serde(default)]
    pub muted: bool,
}

/// What a client gives to create a conversation.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct NewConversation {
    pub topic: String,
    /// Taken from the topic when absent.
    #[serde(default)]
    pub title: Option<String>,
    pub participants: Vec<NewParticipant>,
    #[serde(default)]
    pub policy: Policy,
    #[serde(default, deserialize_with = "asked_for")]
    #[specta(type = EndRules)]
    pub end: EndRules,
    #[serde(default)]
    pub fallback: FallbackRules,
    /// Makes the dice of speaker choice (and of models that take a seed) repeatable; drawn when absent.
    #[serde(default)]
    pub seed: Option<u32>,
    /// Seconds without a new word after which a speaker is passed over. When absent only its provider's own limits
    /// count.
    #[serde(default)]
    pub stall_after_s: Option<u32>,
    /// Needed by the policy `moderator`, and without effect under any other.
    #[serde(default)]
    pub moderator: Option<NewModerator>,
    /// Off when absent.
    #[serde(default)]
    pub summary: SummaryRules,
}

/// One seat of a new conversation: a persona from the library, or one described in place.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct NewParticipant {
    /// A persona of the library; what is given below overrules it.
    #[serde(default)]
    pub persona: Option<PersonaId>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub instructions: Option<String>,
    #[serde(default)]
    pub hue: Option<u16>,
    #[serde(default)]
    pub talkativeness: Option<f32>,
    /// The models to ask, in order.
    #[serde(default)]
    pub route: Vec<ModelRef>,
    #[serde(default)]
    pub sampling: Sampling,
}
