//! The machine: decides what happens next in one conversation.

mod aside;
mod asides;
mod attempts;
mod booking;
mod budget;
mod cast;
mod commands;
mod endings;
mod inspect;
mod keeping;
mod line;
mod mending;
mod moderation;
mod recovery;
mod refusal;
mod regenerate;
mod rehearsal;
mod replies;
mod reply;
mod returning;
mod rounds;
mod said;
mod seats;
mod shelving;
mod sight;
mod stall;
mod structure;
mod summing;
mod thoughts;
mod timers;
mod turns;
mod voice;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use chimera_core::{
    AttemptId, BranchId, ConversationId, ConversationState, Event, EventKind, MessageId, ModelFacts, ModelRef, RoundId,
    StateReason, SummaryId, Timestamp, TurnId, Withheld,
};

pub use refusal::Refusal;
pub use rounds::CALLS_AT_ONCE;

use crate::dice::{self, Draw};
use crate::loops::Measured;
use crate::prompt::Tokens;
use crate::{Conversation, Effect, Input, Moment};
use aside::Aside;
use endings::Running;
use rounds::SoFar;
use timers::Alarm;
use turns::Afterwards;
use voice::Voice;

/// One conversation: what its log says, and what is under way beside it.
#[derive(Debug)]
pub struct Dialogue {
    id: ConversationId,
    conversation: Conversation,
    /// Who speaks. It is in no log: after a crash there is a turn without a voice, and that is how we know.
    voices: BTreeMap<TurnId, Voice>,
    /// What is known of an open round, but for what was said.
    so_far: SoFar,
    /// What is asked before the next turn. It is in no log, either.
    aside: Option<Aside>,
    afterwards: Afterwards,
    alarm: Alarm,
    running: Running,
    /// What was learned of models with little room. Forgetting it costs one refused question.
    windows: BTreeMap<ModelRef, Tokens>,
    /// Models that said of themselves that they do not see images.
    blind: BTreeSet<ModelRef>,
    /// What the runner told of the models at the table. It is in no log: what follows from it is.
    facts: BTreeMap<ModelRef, ModelFacts>,
    frame: Frame,
    measured: Measured,
}

/// How what is said is put before a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// As talk at a table, with everybody's names.
    Table,
    /// As it is: the one seat's instructions, the user's words, and nothing else.
    Plain,
}

/// One run of [`Dialogue::handle`]: when it happens, and what has been decided so far.
struct Step {
    at: Moment,
    effects: Vec<Effect>,
    /// What was learned of models: told before anything is recorded, so that whoever hears of an end can rely on it.
    reports: Vec<Effect>,
}

impl Dialogue {
    /// The state that the events of the log lead to.
    pub fn replay<'a>(id: ConversationId, events: impl IntoIterator<Item = &'a Event>) -> Dialogue {
        let mut dialogue = Dialogue {
            id,
            conversation: Conversation::of(id),
            voices: BTreeMap::new(),
            aside: None,
            so_far: SoFar::default(),
            afterwards: Afterwards::GoOn,
            alarm: Alarm::default(),
            running: Running::default(),
            windows: BTreeMap::new(),
            blind: BTreeSet::new(),
            facts: BTreeMap::new(),
            frame: Frame::Table,
            measured: Measured::default(),
        };
        for event in events {
            dialogue.apply(&event.kind, event.ts);
        }
        if dialogue.conversation.state == ConversationState::NeedsAttention {
            dialogue.afterwards = Afterwards::wished(&dialogue.conversation.wish);
        }
        dialogue.running = Running::after(dialogue.conversation.past.tally.ran);
        dialogue
    }

    /// The same as a plain question and its answer, without a table: nothing is put into the user's mouth or the model's.
    pub fn plain(self) -> Dialogue {
        Dialogue { frame: Frame::Plain, ..self }
    }

    /// Folds one event of the log into the state.
    pub fn apply(&mut self, event: &EventKind, ts: Timestamp) {
        self.conversation.apply(event, ts);
    }

    /// Decides what follows from an input. Only a command can be refused, and a refused one changes nothing.
    pub fn handle(&mut self, at: Moment, input: Input) -> Result<Vec<Effect>, Refusal> {
        let mut step = Step { at, effects: Vec::new(), reports: Vec::new() };
        match input {
            Input::Command(command) => self.obey(&mut step, command)?,
            Input::Facts { model, facts } => self.learn(model, facts),
            Input::Queued { attempt } => self.queue(&mut step, attempt),
            Input::Patience { attempt, patience, protocol } => self.grant(&mut step, attempt, patience, protocol),
            Input::Reply { attempt, heard } if self.is_aside(attempt) => self.hear_aside(&mut step, heard),
            Input::NotAsked { attempt, closed } if self.is_aside(attempt) => self.pass_over_aside(&mut step, closed),
            Input::Reply { attempt, heard } => self.hear(&mut step, attempt, heard),
            Input::NotAsked { attempt, closed } => self.pass_over(&mut step, attempt, closed),
            Input::Wake(token) => self.wake(&mut step, token),
            Input::Slept => self.slept(&mut step),
            Input::ShutDown => self.shut_down(&mut step),
        }
        self.set_alarm(&mut step);
        step.reports.append(&mut step.effects);
        Ok(step.reports)
    }

    /// What is known of a model: nothing, until the runner has told it.
    pub fn facts(&self, model: &ModelRef) -> ModelFacts {
        self.facts.get(model).cloned().unwrap_or_default()
    }

    pub fn id(&self) -> ConversationId {
        self.id
    }

    /// What the log says.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// Whether somebody speaks, thinks, or is about to be asked again.
    pub fn is_under_way(&self) -> bool {
        !self.voices.is_empty() || self.aside.is_some()
    }

    /// Whether the log was left in the middle of something that nobody is doing any more. Until
    /// [`Command::Recover`](crate::Command::Recover) has closed it, the conversation can be spoken into and renamed,
    /// and nothing else.
    pub fn needs_recovery(&self) -> bool {
        let is_open = !self.conversation.turns.is_empty() || self.conversation.round.is_some();
        let unfinished = is_open || self.conversation.state == ConversationState::Running;
        unfinished && !self.is_under_way()
    }

    /// The unfinished message and its words so far: what a checkpoint keeps.
    pub fn words_so_far(&self) -> Option<(MessageId, &str)> {
        let mut shown = self.voices.iter().filter_map(|(turn, voice)| {
            let message = self.conversation.turn(*turn)?.message?;
            Some((message, voice.said.text()))
        });
        shown.next()
    }

    /// The same of those who speak in a round, which nobody is shown.
    pub fn withheld_so_far(&self) -> Vec<Withheld> {
        let speaking = self.voices.iter().filter(|(_, voice)| voice.is_speaking());
        speaking.filter_map(|(turn, _)| self.withheld(*turn)).collect()
    }

    /// Makes it so, and has it written down. Whatever is decided in a row becomes durable together or not at all.
    fn record(&mut self, step: &mut Step, event: EventKind) {
        self.apply(&event, step.at.now);
        let retold = summing::retold(&event);
        match step.effects.last_mut() {
            Some(Effect::Record(events)) => events.push(event),
            _ => step.effects.push(Effect::Record(vec![event])),
        }
        if let Some(message) = retold {
            self.outdate_summaries(step, message);
        }
    }

    fn enter(&mut self, step: &mut Step, state: ConversationState, reason: StateReason) {
        if state == ConversationState::Running {
            self.take_out_of_archive(step);
        }
        self.running.enters(self.conversation.state, state, &reason, step.at.elapsed);
        self.record(step, EventKind::ConversationStateChanged { state, reason });
    }

    fn new_turn_id(&self, step: &Step) -> TurnId {
        TurnId::new(self.id_moment(step), self.id_bits(step, Draw::Turn))
    }

    fn new_attempt_id(&self, step: &Step) -> AttemptId {
        AttemptId::new(self.id_moment(step), self.id_bits(step, Draw::Attempt))
    }

    fn new_message_id(&self, step: &Step) -> MessageId {
        MessageId::new(self.id_moment(step), self.id_bits(step, Draw::Message))
    }

    fn new_branch_id(&self, step: &Step) -> BranchId {
        BranchId::new(self.id_moment(step), self.id_bits(step, Draw::Branch))
    }

    fn new_round_id(&self, step: &Step) -> RoundId {
        RoundId::new(self.id_moment(step), self.id_bits(step, Draw::Round))
    }

    fn new_summary_id(&self, step: &Step) -> SummaryId {
        SummaryId::new(self.id_moment(step), self.id_bits(step, Draw::Summary))
    }

    /// A wall clock that was set back must not make ids that sort before the older ones.
    fn id_moment(&self, step: &Step) -> Timestamp {
        step.at.now.max(self.conversation.changed_at)
    }

    fn id_bits(&self, step: &Step, draw: Draw) -> [u8; 10] {
        dice::id_bits(self.id, self.id_moment(step), self.conversation.events, draw)
    }
}
