use std::collections::BTreeMap;
use std::time::Duration;

use chimera_core::{
    AttemptId, Author, ConversationChange, ConversationId, ConversationState, EndRules, ErrorClass, Event, EventKind,
    Finish, MessageId, ModelFacts, ModelRef, ParticipantId, ProviderError, ReplyEvent, ReplyRequest, RoundId, Seq,
    StateReason, Timestamp, Topic, TurnId, Withheld,
};
use chimera_engine::{
    CALLS_AT_ONCE, Checkpoint, Command, Conversation, Dialogue, Effect, Input, Moment, Patience, Refusal, SayWhen,
    StopWhen, WakeToken,
};

use chimera_engine::health::{Closed, Ending};

use super::{Seating, Twins};

/// What the machine has asked for and nobody has answered yet.
pub struct Asked {
    pub attempt: AttemptId,
    pub model: ModelRef,
    pub request: ReplyRequest,
    /// Whether it has said or thought anything.
    pub heard: bool,
    pub in_line: bool,
}

/// The machine on a bench: effects are performed at once, time goes on by hand, and after every input the log is
/// replayed and has to lead to the same state.
pub struct Table {
    pub dialogue: Twins,
    /// What a replay of the log leads to: it sees the events and nothing else.
    replayed: Dialogue,
    pub log: Vec<Event>,
    /// How long the log was before each write since the first.
    writes: Vec<usize>,
    pub asked: Vec<Asked>,
    /// Every request that was ever put to a model.
    pub requests: Vec<ReplyRequest>,
    /// What was said of models, by name.
    pub reports: Vec<(ModelRef, Ending)>,
    pub shown: BTreeMap<MessageId, String>,
    /// What was said in rounds: in which, by whom, and a word that nobody else ever says.
    pub said_in_rounds: Vec<(RoundId, String, String)>,
    /// What the disk holds of turns that nobody is shown.
    pub kept: BTreeMap<TurnId, Withheld>,
    /// The newest wake-up that was asked for and has not come.
    pub alarm: Option<(WakeToken, Duration)>,
    elapsed: Duration,
    /// By how much the wall clock was set back.
    set_back: Duration,
}

const START: i64 = 1_795_376_782_101;

impl Table {
    pub fn with(names: &[&str]) -> Self {
        Seating::of(names).table()
    }

    pub fn new(created: EventKind) -> Self {
        let id = ConversationId::new(Timestamp::from_millis(START), [9; 10]);
        let mut table = Self {
            dialogue: Twins::replay(id, &[]),
            replayed: Dialogue::replay(id, []),
            log: Vec::new(),
            writes: Vec::new(),
            asked: Vec::new(),
            requests: Vec::new(),
            reports: Vec::new(),
            shown: BTreeMap::new(),
            said_in_rounds: Vec::new(),
            kept: BTreeMap::new(),
            alarm: None,
            elapsed: Duration::ZERO,
            set_back: Duration::ZERO,
        };
        table.write(created);
        table.dialogue = Twins::replay(id, &table.log);
        table
    }

    /// The same as a plain question, without a table around it.
    pub fn plain(mut self) -> Self {
        self.dialogue = self.dialogue.plain();
        self
    }

    // What people do.

    pub fn start(&mut self) {
        self.does(Command::Start);
    }

    pub fn pause(&mut self) {
        self.does(Command::Pause);
    }

    pub fn resume(&mut self) {
        self.does(Command::Resume);
    }

    pub fn step(&mut self) {
        self.does(Command::Step);
    }

    pub fn stop(&mut self, when: StopWhen) {
        self.does(Command::Stop(when));
    }

    pub fn user_says(&mut self, text: &str) {
        self.says_to(text, SayWhen::After, Vec::new());
    }

    pub fn user_cuts_in(&mut self, text: &str) {
        self.says_to(text, SayWhen::Now, Vec::new());
    }

    /// Only these hear it.
    pub fn user_whispers(&mut self, text: &str, to: &[&str]) {
        let to = to.iter().map(|name| self.id(name)).collect();
        self.says_to(text, SayWhen::After, to);
    }

    fn says_to(&mut self, text: &str, when: SayWhen, to: Vec<ParticipantId>) {
        self.does(Command::Say { text: text.to_owned(), when, to, images: Vec::new() });
    }

    /// Pins the newest message.
    pub fn user_pins_that(&mut self) {
        let message = self.conversation().lines.head().unwrap();
        self.does(Command::Pin { message });
    }

    pub fn sets(&mut self, end: EndRules) {
        let change = ConversationChange { end: Some(end), ..ConversationChange::default() };
        self.does(Command::ChangeConversation { change });
    }

    pub fn does(&mut self, command: Command) {
        self.tries(command).unwrap();
    }

    pub fn tries(&mut self, command: Command) -> Result<(), Refusal> {
        self.handle(Input::Command(command))
    }

    // What models do.

    pub fn says(&mut self, text: &str) {
        self.hears(ReplyEvent::Text(text.to_owned()));
    }

    pub fn finishes(&mut self) {
        self.hears(ReplyEvent::Finished(Finish::Stop));
    }

    pub fn answers(&mut self, text: &str) {
        self.says(text);
        self.finishes();
    }

    pub fn fails(&mut self, class: ErrorClass) {
        self.fails_with(ProviderError::new(class, "in a test"));
    }

    pub fn fails_with(&mut self, error: ProviderError) {
        self.goes_out();
        let attempt = self.present().attempt;
        self.asked.retain(|asked| asked.attempt != attempt);
        self.handle(Input::Reply { attempt, heard: Err(error) }).unwrap();
    }

    pub fn hears(&mut self, event: ReplyEvent) {
        self.goes_out();
        let attempt = self.present().attempt;
        if let Some(asked) = self.asked.last_mut() {
            asked.heard = true;
        }
        if matches!(event, ReplyEvent::Finished(_)) {
            self.asked.retain(|asked| asked.attempt != attempt);
        }
        self.handle(Input::Reply { attempt, heard: Ok(event) }).unwrap();
    }

    /// Too many are being asked just now: the question waits.
    pub fn is_queued(&mut self) {
        let attempt = self.present().attempt;
        if let Some(asked) = self.asked.last_mut() {
            asked.in_line = true;
        }
        self.handle(Input::Queued { attempt }).unwrap();
    }

    /// Nobody answers who still waits in line.
    fn goes_out(&mut self) {
        if self.asked.last().is_some_and(|asked| asked.in_line) {
            self.is_patient(Patience::CLOUD);
        }
    }

    /// The model is not asked: it is closed just now.
    pub fn is_closed(&mut self, class: ErrorClass) {
        let attempt = self.present().attempt;
        self.asked.retain(|asked| asked.attempt != attempt);
        let closed = Closed { class, until: None, detail: "not asked in a test".to_owned() };
        self.handle(Input::NotAsked { attempt, closed }).unwrap();
    }

    pub fn is_patient(&mut self, patience: Patience) {
        let attempt = self.present().attempt;
        if let Some(asked) = self.asked.last_mut() {
            asked.in_line = false;
        }
        self.handle(Input::Patience { attempt, patience, protocol: None }).unwrap();
    }

    /// In which protocol whoever is asked now is asked.
    pub fn is_asked_in(&mut self, protocol: &str) {
        let (attempt, protocol) = (self.present().attempt, Some(protocol.to_owned()));
        self.handle(Input::Patience { attempt, patience: Patience::CLOUD, protocol }).unwrap();
    }

    /// What is known of everybody's models.
    pub fn is_known(&mut self, facts: &ModelFacts) {
        let models: Vec<ModelRef> = self.conversation().models().cloned().collect();
        for model in models {
            self.handle(Input::Facts { model, facts: facts.clone() }).unwrap();
        }
    }

    // What time does.

    /// Time goes by, and the machine is woken whenever it asked to be.
    pub fn waits(&mut self, span: Duration) {
        let until = self.elapsed + span;
        while let Some((token, at)) = self.alarm.filter(|(_, at)| *at <= until) {
            self.elapsed = self.elapsed.max(at);
            self.alarm = None;
            self.handle(Input::Wake(token)).unwrap();
        }
        self.elapsed = until;
    }

    pub fn clock_is_set_back(&mut self, by: Duration) {
        self.set_back += by;
    }

    /// The process dies; a new one reads the log, and closes what was open with the words that were kept.
    pub fn crashes(&mut self) -> Vec<Checkpoint> {
        self.elapsed += Duration::from_secs(1);
        let kept = self.dialogue.words_so_far();
        let unfinished =
            kept.map(|(message, text)| Checkpoint { message, text: text.to_owned() }).into_iter().collect();
        self.keep(self.dialogue.withheld_so_far());
        self.dialogue = Twins::replay(self.dialogue.id(), &self.log);
        self.asked.clear();
        self.alarm = None;
        unfinished
    }

    /// The journal fails at its last write: the process never saw it succeed, and dies.
    pub fn loses_its_last_write(&mut self) -> Vec<Checkpoint> {
        // Without the first write there is no conversation.
        if let Some(write) = self.writes.pop() {
            self.log.truncate(write);
            self.replayed = Dialogue::replay(self.dialogue.id(), &self.log);
        }
        self.crashes()
    }

    // What can be seen.

    pub fn state(&self) -> ConversationState {
        self.conversation().state
    }

    pub fn reason(&self) -> StateReason {
        self.conversation().reason.clone().unwrap()
    }

    pub fn conversation(&self) -> &Conversation {
        self.dialogue.conversation()
    }

    /// Who is being asked, if somebody is.
    pub fn speaker(&self) -> Option<&str> {
        Some(self.asked.last()?.request.scene.speaker.as_str())
    }

    pub fn asked_model(&self) -> Option<String> {
        Some(self.asked.last()?.model.model.clone())
    }

    /// The prompt that stands before the model that is being asked.
    pub fn prompt(&self) -> &ReplyRequest {
        &self.present().request
    }

    pub fn mark(&self) -> usize {
        self.log.len()
    }

    pub fn kinds(&self) -> impl DoubleEndedIterator<Item = &EventKind> {
        self.log.iter().map(|event| &event.kind)
    }

    pub fn name(&self, id: ParticipantId) -> &str {
        &self.conversation().present_or_left(id).unwrap().name
    }

    pub fn id(&self, name: &str) -> ParticipantId {
        self.conversation().participants.iter().find(|seat| seat.name == name).unwrap().id
    }

    /// Whether the one who is asked has not said or thought anything.
    pub fn is_silent(&self) -> bool {
        self.asked.last().is_some_and(|asked| !asked.heard)
    }

    fn present(&self) -> &Asked {
        self.asked.last().expect("nobody is being asked")
    }

    pub fn handle(&mut self, input: Input) -> Result<(), Refusal> {
        let effects = self.dialogue.handle(self.moment(), input)?;
        for effect in effects {
            match effect {
                Effect::Record(kinds) => {
                    self.writes.push(self.log.len());
                    kinds.into_iter().for_each(|kind| self.write(kind));
                }
                Effect::Ask { attempt, model, others: _, request } => {
                    let most = if self.conversation().round.is_some() { CALLS_AT_ONCE } else { 1 };
                    assert!(self.asked.len() < most, "too many voices at a time");
                    self.hears_nobody_of_its_round(attempt, &request);
                    self.requests.push(request.clone());
                    self.asked.push(Asked { attempt, model, request, heard: false, in_line: false });
                }
                Effect::Cancel { attempt } => self.asked.retain(|asked| asked.attempt != attempt),
                Effect::Show(delta) => {
                    let shown = self.shown.entry(delta.message).or_default();
                    assert_eq!(delta.offset as usize, shown.chars().count(), "a delta repeats words or leaves a gap");
                    shown.push_str(&delta.text);
                }
                // By now the round may be over.
                Effect::Withhold { .. } => {}
                Effect::Keep { turn } => self.keep(self.dialogue.withheld(turn)),
                Effect::Report { model, ending, .. } => self.reports.push((model, ending)),
                Effect::WakeAt { token, at } => self.alarm = Some((token, at)),
            }
        }
        assert_eq!(self.replayed.conversation(), self.dialogue.conversation(), "the log tells another story");
        Ok(())
    }

    fn write(&mut self, kind: EventKind) {
        match &kind {
            EventKind::MessageCompleted { message, author: Author::Participant { .. }, text, .. } => {
                if self.conversation_as_written().round.is_some() {
                    assert_eq!(self.shown.insert(*message, text.clone()), None, "nobody may have been shown it before");
                }
                assert_eq!(self.shown.get(message), Some(text), "what was recorded is not what was shown");
            }
            EventKind::MessageTakenOver { .. } if self.conversation_as_written().round.is_some() => {}
            EventKind::TurnEnded { turn, .. } => _ = self.kept.remove(turn),
            EventKind::MessageTakenOver { message, from_char, .. } => {
                let shown = self.shown.get_mut(message).expect("what is taken over has been begun");
                assert!(*from_char as usize <= shown.chars().count(), "there is a gap");
                *shown = shown.chars().take(*from_char as usize).collect();
            }
            EventKind::MessageInterrupted { message, text, .. } => {
                if self.conversation_as_written().round.is_some() {
                    assert_eq!(self.shown.insert(*message, text.clone()), None, "nobody may have been shown it before");
                }
                let shown = self.shown.get(message).map_or("", String::as_str);
                assert!(shown.starts_with(text.as_str()), "what was recorded had never been shown");
            }
            _ => {}
        }
        let seq = Seq(self.log.len() as u64 + 1);
        let event = Event { seq, topic: Topic::Conversation(self.dialogue.id()), ts: self.moment().now, kind };
        self.replayed.apply(&event.kind, event.ts);
        self.log.push(event);
    }

    /// As the log has it so far.
    fn conversation_as_written(&self) -> &Conversation {
        self.replayed.conversation()
    }

    fn moment(&self) -> Moment {
        let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap();
        let now = Timestamp::from_millis(START + millis(self.elapsed) - millis(self.set_back));
        Moment { now, elapsed: self.elapsed }
    }
}
