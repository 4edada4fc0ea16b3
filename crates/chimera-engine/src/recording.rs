//! What happened to a conversation, input by input, so that it can happen again: offline, and to the same events.

use chimera_core::{ConversationId, Event, EventKind, Seq, Topic};
use serde::{Deserialize, Serialize};

use crate::{Dialogue, Effect, Input, Moment, Refusal};

/// The form of recordings that this version writes and reads.
pub const FORMAT: u32 = 1;

/// Where a recording begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Beginning {
    /// [`FORMAT`] of the version that made it.
    pub format: u32,
    /// That version itself, for people.
    pub made_by: String,
    pub conversation: ConversationId,
    /// All that had happened in the conversation before.
    pub events: Vec<Event>,
}

/// One input, and the events that followed from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub at: Moment,
    pub input: Input,
    #[serde(default)]
    pub events: Vec<EventKind>,
    /// Why nothing followed, when it was a command that made no sense.
    #[serde(default)]
    pub refused: Option<String>,
}

impl Step {
    pub(crate) fn of(at: Moment, input: Input, made: &Result<Vec<Effect>, Refusal>) -> Self {
        let (events, refused) = match made {
            Ok(effects) => (recorded(effects), None),
            Err(refusal) => (Vec::new(), Some(refusal.message.clone())),
        };
        Self { at, input, events, refused }
    }
}

/// Writes down what happens. It must not wait long: the conversation waits with it.
pub trait Recorder: Send + 'static {
    fn record(&mut self, step: &Step);
}

/// A recording on its way through the machine again. Nobody is asked, nothing is written.
#[derive(Debug)]
pub struct Replay {
    dialogue: Dialogue,
    last: Seq,
}

/// The first event of a recording that the machine does not make any more.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("event {seq} differs: recorded was {}, made is {}", words(.expected), words(.got))]
pub struct Difference {
    pub seq: Seq,
    /// None where nothing was recorded.
    pub expected: Option<EventKind>,
    /// None where nothing is made.
    pub got: Option<EventKind>,
}

impl Replay {
    pub fn of(beginning: &Beginning) -> Self {
        let last = beginning.events.last().map_or(Seq::START, |event| event.seq);
        Self { dialogue: Dialogue::replay(beginning.conversation, &beginning.events), last }
    }

    /// Gives the events of the step, if they are those that were recorded. They are numbered in a row, as they would be
    /// in a history without another conversation.
    pub fn take(&mut self, step: &Step) -> Result<Vec<Event>, Box<Difference>> {
        let made = self.dialogue.handle(step.at, step.input.clone());
        let made = made.map(|effects| recorded(&effects)).unwrap_or_default();
        let longer = made.len().max(step.events.len());
        for place in 0..longer {
            let (expected, got) = (step.events.get(place), made.get(place));
            if expected != got {
                let seq = Seq(self.last.0 + place as u64 + 1);
                return Err(Box::new(Difference { seq, expected: expected.cloned(), got: got.cloned() }));
            }
        }
        let topic = Topic::Conversation(self.dialogue.id());
        let event = |kind| {
            self.last = Seq(self.last.0 + 1);
            Event { seq: self.last, topic, ts: step.at.now, kind }
        };
        Ok(made.into_iter().map(event).collect())
    }
}

fn recorded(effects: &[Effect]) -> Vec<EventKind> {
    let events = |effect: &Effect| match effect {
        Effect::Record(events) => events.clone(),
        Effect::Ask { .. }
        | Effect::Report { .. }
        | Effect::Show(_)
        | Effect::Withhold { .. }
        | Effect::Keep { .. }
        | Effect::Cancel { .. }
        | Effect::WakeAt { .. } => Vec::new(),
    };
    effects.iter().flat_map(events).collect()
}

fn words(event: &Option<EventKind>) -> String {
    event.as_ref().map_or_else(|| "nothing".to_owned(), |event| format!("{event:?}"))
}
