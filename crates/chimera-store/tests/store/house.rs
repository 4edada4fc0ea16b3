//! A history of the test's own, and short words for what happens in one.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chimera_core::{
    ActedBy, AttemptId, AttemptOutcome, AttemptPurpose, Author, BranchId, BranchReason, Choice, ChoiceReason,
    ConversationId, ConversationView, EndRules, ErrorClass, Event, EventKind, FallbackRules, Finish, MessageId,
    ModelRef, Participant, ParticipantChange, ParticipantId, Policy, RoundId, Sampling, Seq, Share, Timestamp, Timings,
    Topic, TurnId, TurnOutcome, Withheld,
};
use chimera_store::{OnCommit, Store};
use tempfile::TempDir;
use uuid::Uuid;

pub struct House {
    pub store: Store,
    pub folder: TempDir,
    heard: Arc<Mutex<Vec<Event>>>,
}

impl House {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let store = Store::open(&folder.path().join("history.db"), listener(&heard)).await.unwrap();
        Self { store, folder, heard }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("history.db")
    }

    /// Closes the history and opens it again.
    pub async fn reopened(self) -> Self {
        self.store.close().await.unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let store = Store::open(&self.folder.path().join("history.db"), listener(&heard)).await.unwrap();
        Self { store, folder: self.folder, heard }
    }

    /// What the listener was told, in the order it was told.
    pub fn heard(&self) -> Vec<Event> {
        self.heard.lock().unwrap().clone()
    }

    pub async fn happens(&self, conversation: ConversationId, kinds: Vec<EventKind>) -> Vec<Event> {
        self.store.append(Topic::Conversation(conversation), now(), kinds).await.unwrap()
    }

    pub async fn view(&self, conversation: ConversationId) -> ConversationView {
        self.store.conversation(conversation).await.unwrap().expect("the conversation is there")
    }

    pub async fn log(&self) -> Vec<Event> {
        self.store.events(Seq::START, None, u32::MAX).await.unwrap()
    }
}

pub fn listener(heard: &Arc<Mutex<Vec<Event>>>) -> OnCommit {
    let heard = Arc::clone(heard);
    Box::new(move |events| heard.lock().unwrap().extend_from_slice(events))
}

pub fn deaf() -> OnCommit {
    Box::new(|_| {})
}

pub fn now() -> Timestamp {
    Timestamp::from_millis(1_795_376_782_101)
}

/// The id of the n-th thing of its kind.
pub fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

/// A conversation of Ada and Bob, whose ids are made of the conversation's.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    pub id: ConversationId,
    n: u128,
}

impl Talk {
    pub fn new(n: u128) -> Self {
        Self { id: id(n), n }
    }

    pub fn n(&self) -> u128 {
        self.n
    }

    fn own<T: From<Uuid>>(&self, kind: u128, n: u128) -> T {
        id((self.n << 64) + (kind << 32) + n)
    }

    pub fn ada(&self) -> ParticipantId {
        self.own(1, 1)
    }

    pub fn bob(&self) -> ParticipantId {
        self.own(1, 2)
    }

    pub fn message(&self, n: u128) -> MessageId {
        self.own(2, n)
    }

    pub fn turn(&self, n: u128) -> TurnId {
        self.own(3, n)
    }

    pub fn attempt(&self, n: u128) -> AttemptId {
        self.own(4, n)
    }

    pub fn created(&self) -> EventKind {
        EventKind::ConversationCreated {
            title: format!("Talk {}", self.n),
            topic: "Does the sea remember?".into(),
            participants: vec![participant(self.ada(), "Ada", 210), participant(self.bob(), "Bob", 30)],
            policy: Policy::Balanced,
            end: EndRules::default(),
            fallback: FallbackRules::default(),
            seed: 7,
            stall_after_s: None,
            moderator: None,
            summary: Default::default(),
        }
    }

    /// Leaves and comes back.
    pub fn bob_moves_to(&self, seat: u32) -> Vec<EventKind> {
        let bob = participant(self.bob(), "Bob", 31);
        vec![
            EventKind::ParticipantLeft { participant: bob.id },
            EventKind::ParticipantJoined { participant: bob, seat },
        ]
    }

    pub fn ada_changes(&self) -> EventKind {
        let route = vec![ModelRef { connection: "demo".parse().unwrap(), model: "poet".into() }];
        let change = ParticipantChange { name: Some("Eve".into()), route: Some(route), ..ParticipantChange::default() };
        EventKind::ParticipantChanged { participant: self.ada(), change }
    }

    pub fn turn_started(&self, turn: u128) -> EventKind {
        EventKind::TurnStarted {
            turn: self.turn(turn),
            participant: self.ada(),
            number: u32::try_from(turn).unwrap(),
            choice: Choice::because(Policy::Balanced, ChoiceReason::Score),
            route: None,
            round: None,
        }
    }

    pub fn turn_ended(&self, turn: u128, outcome: TurnOutcome) -> EventKind {
        EventKind::TurnEnded { turn: self.turn(turn), outcome }
    }

    pub fn attempt_started(&self, attempt: u128, turn: u128) -> EventKind {
        EventKind::AttemptStarted {
            attempt: self.attempt(attempt),
            turn: self.turn(turn),
            number: 0,
            retry: 0,
            model: ModelRef { connection: "demo".parse().unwrap(), model: "sceptic".into() },
            purpose: AttemptPurpose::Speak,
            prompt: None,
            reserved: None,
        }
    }

    pub fn attempt_failed(&self, attempt: u128, turn: u128) -> EventKind {
        self.attempt_ended(
            attempt,
            turn,
            AttemptOutcome::Failed { class: ErrorClass::Overloaded, detail: "come back later".into() },
        )
    }

    pub fn attempt_answered(&self, attempt: u128, turn: u128) -> EventKind {
        self.attempt_ended(attempt, turn, AttemptOutcome::Answered { finish: Finish::Stop })
    }

    fn attempt_ended(&self, attempt: u128, turn: u128, outcome: AttemptOutcome) -> EventKind {
        let timings =
            Timings { queued_ms: Some(1), first_byte_ms: Some(80), first_token_ms: Some(120), total_ms: Some(900) };
        let (attempt, turn) = (self.attempt(attempt), self.turn(turn));
        EventKind::AttemptEnded {
            attempt,
            turn,
            answered_by: None,
            timings,
            usage: None,
            cost: None,
            raw: None,
            repairs: Vec::new(),
            status: Some(if matches!(outcome, AttemptOutcome::Answered { .. }) { 200 } else { 529 }),
            request_id: Some(format!("req-{attempt}")),
            outcome,
        }
    }

    pub fn message_started(&self, message: u128, turn: u128, parent: Option<u128>) -> EventKind {
        EventKind::MessageStarted {
            message: self.message(message),
            turn: self.turn(turn),
            participant: self.ada(),
            parent: parent.map(|n| self.message(n)),
            attempt: None,
        }
    }

    pub fn message_completed(&self, message: u128, turn: u128, parent: Option<u128>, text: &str) -> EventKind {
        EventKind::MessageCompleted {
            message: self.message(message),
            turn: Some(self.turn(turn)),
            author: Author::Participant { participant: self.ada() },
            parent: parent.map(|n| self.message(n)),
            text: text.into(),
            finish: Some(Finish::Stop),
            audience: None,
            images: Vec::new(),
        }
    }

    /// Ada, so often at once.
    pub fn round_started(&self, round: u128, turns: [u128; 2], head: Option<u128>) -> Vec<EventKind> {
        let id: RoundId = self.own(6, round);
        let (head, members) = (head.map(|n| self.message(n)), vec![self.ada(); turns.len()]);
        let of_round = |turn| match self.turn_started(turn) {
            EventKind::TurnStarted { turn, participant, number, choice, route, .. } => {
                EventKind::TurnStarted { turn, participant, number, choice, route, round: Some(id) }
            }
            other => other,
        };
        let started = EventKind::RoundStarted { round: id, head, members };
        [started].into_iter().chain(turns.map(of_round)).collect()
    }

    /// What was said in a turn of a round.
    pub fn shown(&self, message: u128, turn: u128, attempt: u128, parent: Option<u128>) -> Vec<EventKind> {
        let started = match self.message_started(message, turn, parent) {
            EventKind::MessageStarted { message, turn, participant, parent, .. } => {
                EventKind::MessageStarted { message, turn, participant, parent, attempt: Some(self.attempt(attempt)) }
            }
            other => other,
        };
        let completed = self.message_completed(message, turn, parent, "whole");
        vec![started, completed, self.turn_ended(turn, TurnOutcome::Completed)]
    }

    pub fn round_ended(&self, round: u128, attempt: u128, meanwhile: u128, last: u128) -> Vec<EventKind> {
        let (turn, message) = (self.turn(round), self.message(meanwhile));
        vec![
            self.thought(attempt, round, "It is Ben."),
            EventKind::AttemptRevealed { attempt: self.attempt(attempt), turn, raw: "Ada: whole".into() },
            EventKind::MessageMoved { message, parent: self.message(last), head: message },
            EventKind::RoundEnded { round: self.own(6, round) },
        ]
    }

    pub fn thought(&self, attempt: u128, turn: u128, thoughts: &str) -> EventKind {
        EventKind::AttemptThought {
            attempt: self.attempt(attempt),
            turn: self.turn(turn),
            thoughts: thoughts.to_owned(),
        }
    }

    pub fn withheld(&self, turn: u128, attempt: u128, text: &str) -> Withheld {
        let shares = vec![Share { attempt: self.attempt(attempt), from_char: 0 }];
        Withheld { turn: self.turn(turn), text: text.into(), shares }
    }

    /// The n-th branch; the one that the conversation begins with is 0.
    pub fn branch(&self, n: usize) -> BranchId {
        if n == 0 { BranchId::first_of(self.id) } else { self.own(5, u128::try_from(n).unwrap()) }
    }

    pub fn branched(&self, branch: usize, from: Option<u128>) -> EventKind {
        EventKind::BranchCreated {
            branch: self.branch(branch),
            name: format!("Branch {branch}"),
            from: from.map(|n| self.message(n)),
            why: BranchReason::Branched,
            by: ActedBy::Command,
        }
    }

    pub fn switched(&self, branch: usize, by: ActedBy) -> EventKind {
        EventKind::BranchSwitched { branch: self.branch(branch), head: None, by }
    }

    /// Nothing was said on it.
    pub fn removed(&self, branch: usize, to: usize) -> EventKind {
        let (branch, to) = (self.branch(branch), self.branch(to));
        EventKind::BranchRemoved { branch, to, head: None, forgotten: 1, by: ActedBy::Command }
    }

    pub fn edited(&self, message: u128, version: u32, text: &str, by: ActedBy) -> EventKind {
        EventKind::MessageEdited { message: self.message(message), version, text: text.into(), by }
    }

    pub fn deleted(&self, message: u128) -> EventKind {
        EventKind::MessageDeleted { message: self.message(message), by: ActedBy::Command }
    }

    pub fn restored(&self, message: u128) -> EventKind {
        EventKind::MessageRestored { message: self.message(message), by: ActedBy::Command }
    }

    pub fn user_said(&self, message: u128, parent: Option<u128>, text: &str) -> EventKind {
        self.by_user(message, parent, text, None)
    }

    pub fn user_whispered(&self, n: u128, parent: Option<u128>, text: &str, to: Vec<ParticipantId>) -> EventKind {
        self.by_user(n, parent, text, Some(to))
    }

    fn by_user(
        &self,
        message: u128,
        parent: Option<u128>,
        text: &str,
        audience: Option<Vec<ParticipantId>>,
    ) -> EventKind {
        EventKind::MessageCompleted {
            message: self.message(message),
            turn: None,
            author: Author::User,
            parent: parent.map(|n| self.message(n)),
            text: text.into(),
            finish: None,
            audience,
            images: Vec::new(),
        }
    }
}

fn participant(id: ParticipantId, name: &str, hue: u16) -> Participant {
    Participant {
        id,
        name: name.into(),
        hue,
        persona: None,
        instructions: "Doubt kindly.".into(),
        talkativeness: 0.3,
        route: vec![ModelRef { connection: "demo".parse().unwrap(), model: "sceptic".into() }],
        sampling: Sampling { temperature: Some(0.7), max_output_tokens: None },
        muted: false,
    }
}
