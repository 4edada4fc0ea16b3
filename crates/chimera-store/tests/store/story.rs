//! What can happen in a conversation, at random, as far as the tables are concerned.

use chimera_core::{
    ActedBy, Connection, ConnectionId, ConnectionLimits, ConversationState, EventKind, InterruptCause, KeyPlace,
    ProviderKind, StateReason, Topic, TurnOutcome,
};
use proptest::prelude::*;

use crate::casts::cast_event;
use crate::house::{House, Talk, now};
use crate::recaps::summed_up;

#[derive(Debug, Clone, Copy)]
pub enum Step {
    Say,
    Whisper,
    Pin,
    Unpin,
    BeginTurn,
    Round,
    FailAttempt,
    Speak,
    TakeOver,
    Checkpoint,
    Complete,
    Interrupt,
    FailTurn,
    Rename,
    Pause,
    Start,
    Mute,
    Unmute,
    Nudge,
    Leave,
    Reseat,
    Swap,
    Change,
    Edit(u128),
    EditBack(u128),
    Delete(u128),
    Restore(u128),
    Branch(u128),
    Switch(usize),
    RemoveBranch,
    RenameBranch(usize),
    SumUp(u128),
    AddConnection(u8),
    ChangeConnection(u8),
    RemoveConnection(u8),
    Cast(u8, u8),
    Shelve(u8),
    Refused,
}

pub fn step() -> impl Strategy<Value = (usize, Step)> {
    let step = prop_oneof![
        Just(Step::Say),
        Just(Step::Whisper),
        Just(Step::Pin),
        Just(Step::Unpin),
        Just(Step::BeginTurn),
        Just(Step::Round),
        Just(Step::FailAttempt),
        Just(Step::Speak),
        Just(Step::TakeOver),
        Just(Step::Checkpoint),
        Just(Step::Complete),
        Just(Step::Interrupt),
        Just(Step::FailTurn),
        Just(Step::Rename),
        Just(Step::Pause),
        Just(Step::Start),
        Just(Step::Mute),
        Just(Step::Unmute),
        Just(Step::Nudge),
        Just(Step::Leave),
        Just(Step::Reseat),
        Just(Step::Swap),
        Just(Step::Change),
        (0..9_u128).prop_map(Step::Edit),
        (0..9_u128).prop_map(Step::EditBack),
        (0..9_u128).prop_map(Step::Delete),
        (0..9_u128).prop_map(Step::Restore),
        (0..9_u128).prop_map(Step::Branch),
        (0..9_usize).prop_map(Step::Switch),
        Just(Step::RemoveBranch),
        (0..9_usize).prop_map(Step::RenameBranch),
        (0..9_u128).prop_map(Step::SumUp),
        (0..3_u8).prop_map(Step::AddConnection),
        (0..3_u8).prop_map(Step::ChangeConnection),
        (0..3_u8).prop_map(Step::RemoveConnection),
        (0..3_u8, 0..4_u8).prop_map(|(which, act)| Step::Cast(which, act)),
        (0..4_u8).prop_map(Step::Shelve),
        Just(Step::Refused),
    ];
    (0..3_usize, step)
}

/// Three conversations in which this happens, each step in one of them.
pub async fn three_talks(house: &House, steps: Vec<(usize, Step)>) -> [Talk; 3] {
    let talks = [1, 2, 3].map(Talk::new);
    let mut stories = talks.map(Story::new);
    for talk in talks {
        house.happens(talk.id, vec![talk.created()]).await;
    }
    for (who, step) in steps {
        stories[who].take(house, step).await;
    }
    talks
}

/// Follows one conversation far enough to let only happen what could.
struct Story {
    talk: Talk,
    turn: u128,
    is_open: bool,
    attempt: u128,
    message: u128,
    summaries: u128,
    streaming: Option<u128>,
    /// The newest message of each branch, and which branch it goes on with.
    heads: Vec<Option<u128>>,
    branch: usize,
}

impl Story {
    fn new(talk: Talk) -> Self {
        Self {
            talk,
            turn: 0,
            is_open: false,
            attempt: 0,
            message: 0,
            summaries: 0,
            streaming: None,
            heads: vec![None],
            branch: 0,
        }
    }

    /// Two answer at once, and the user says something meanwhile.
    async fn round(&mut self, house: &House, head: Option<u128>) {
        let talk = self.talk;
        let (turn, attempt, message) = (self.turn + 1, self.attempt + 1, self.message + 1);
        (self.turn, self.attempt, self.message) = (self.turn + 2, self.attempt + 2, self.message + 3);
        self.heads[self.branch] = Some(message);
        house.happens(talk.id, talk.round_started(turn, [turn, turn + 1], head)).await;
        house
            .happens(talk.id, vec![talk.attempt_started(attempt, turn), talk.attempt_started(attempt + 1, turn + 1)])
            .await;
        house.store.withhold(talk.id, talk.withheld(turn, attempt, "half a ")).await.unwrap();
        house.happens(talk.id, vec![talk.user_said(message, head, "meanwhile")]).await;
        let mut end = vec![talk.attempt_answered(attempt, turn), talk.attempt_answered(attempt + 1, turn + 1)];
        end.extend(talk.shown(message + 1, turn, attempt, head));
        end.extend(talk.shown(message + 2, turn + 1, attempt + 1, Some(message + 1)));
        end.extend(talk.round_ended(turn, attempt, message, message + 2));
        house.happens(talk.id, end).await;
    }

    async fn take(&mut self, house: &House, step: Step) {
        let talk = self.talk;
        let parent = self.heads[self.branch];
        let some = |n: u128| n % self.message.max(1) + 1;
        let is_whole = |n: u128| self.message > 0 && self.streaming != Some(some(n));
        let kinds = match step {
            Step::Say => {
                self.message += 1;
                self.heads[self.branch] = Some(self.message);
                vec![talk.user_said(self.message, parent, &format!("said {} ✓", self.message))]
            }
            Step::Whisper => {
                self.message += 1;
                self.heads[self.branch] = Some(self.message);
                vec![talk.user_whispered(self.message, parent, "psst", vec![talk.ada()])]
            }
            Step::Pin if self.message > 0 => vec![EventKind::MessagePinned { message: talk.message(self.message) }],
            Step::Unpin if self.message > 0 => {
                vec![EventKind::MessageUnpinned { message: talk.message(self.message) }]
            }
            Step::BeginTurn if !self.is_open => {
                self.turn += 1;
                self.attempt += 1;
                self.is_open = true;
                vec![talk.turn_started(self.turn), talk.attempt_started(self.attempt, self.turn)]
            }
            Step::Round if !self.is_open => return self.round(house, parent).await,
            Step::FailAttempt if self.is_open && self.streaming.is_none() => {
                self.attempt += 1;
                vec![talk.attempt_failed(self.attempt - 1, self.turn), talk.attempt_started(self.attempt, self.turn)]
            }
            Step::Speak if self.is_open && self.streaming.is_none() => {
                self.message += 1;
                self.heads[self.branch] = Some(self.message);
                self.streaming = Some(self.message);
                vec![talk.message_started(self.message, self.turn, parent)]
            }
            Step::TakeOver if self.is_open && self.streaming.is_some() => {
                self.attempt += 1;
                let (message, turn) = (talk.message(self.streaming.unwrap_or_default()), talk.turn(self.turn));
                let (attempt, from_char) = (talk.attempt(self.attempt), u32::try_from(self.attempt % 3).unwrap());
                vec![
                    talk.attempt_failed(self.attempt - 1, self.turn),
                    talk.attempt_started(self.attempt, self.turn),
                    EventKind::MessageTakenOver { message, turn, attempt, from_char },
                ]
            }
            Step::Checkpoint => {
                let message = talk.message(self.streaming.unwrap_or(self.message));
                house.store.checkpoint(talk.id, message, "half a ").await.unwrap();
                return;
            }
            Step::Complete => match self.streaming.take() {
                Some(message) => {
                    self.is_open = false;
                    vec![
                        talk.message_completed(message, self.turn, None, "whole"),
                        talk.attempt_answered(self.attempt, self.turn),
                        talk.turn_ended(self.turn, TurnOutcome::Completed),
                    ]
                }
                None => return,
            },
            Step::Interrupt => match self.streaming.take() {
                Some(message) => {
                    self.is_open = false;
                    let (message, turn) = (talk.message(message), talk.turn(self.turn));
                    let cause = InterruptCause::Restarted;
                    vec![
                        EventKind::MessageInterrupted { message, turn, text: "half".into(), cause },
                        talk.turn_ended(self.turn, TurnOutcome::Interrupted),
                    ]
                }
                None => return,
            },
            Step::FailTurn if self.is_open && self.streaming.is_none() => {
                self.is_open = false;
                vec![
                    talk.attempt_failed(self.attempt, self.turn),
                    talk.turn_ended(self.turn, TurnOutcome::Failed),
                    state(ConversationState::NeedsAttention),
                ]
            }
            Step::Rename => vec![EventKind::ConversationRenamed { title: format!("after {}", self.message) }],
            Step::Pause => vec![state(ConversationState::Paused)],
            Step::Start => vec![state(ConversationState::Running)],
            Step::Shelve(0) => vec![EventKind::ConversationArchived {}],
            Step::Shelve(1) => vec![EventKind::ConversationUnarchived {}],
            Step::Shelve(2) => vec![EventKind::ConversationTrashed {}],
            Step::Shelve(_) => vec![EventKind::ConversationRestored {}],
            Step::Mute => vec![EventKind::ParticipantMuted { participant: talk.ada() }],
            Step::Unmute => vec![EventKind::ParticipantUnmuted { participant: talk.ada() }],
            Step::Nudge => vec![EventKind::ParticipantNudged { participant: talk.bob() }],
            Step::Leave => vec![EventKind::ParticipantLeft { participant: talk.bob() }],
            Step::Reseat => talk.bob_moves_to(0),
            Step::Swap => vec![EventKind::ParticipantsReordered { order: vec![talk.bob(), talk.ada()] }],
            Step::Change => vec![talk.ada_changes()],
            Step::Edit(n) if is_whole(n) => vec![talk.edited(some(n), 2, &format!("edited {n}"), ActedBy::Command)],
            Step::EditBack(n) if is_whole(n) => vec![
                talk.edited(some(n), 3, "once more", ActedBy::Command),
                talk.edited(some(n), 1, "as it was", ActedBy::Undo),
            ],
            Step::Delete(n) if is_whole(n) => vec![talk.deleted(some(n))],
            Step::Restore(n) if is_whole(n) => vec![talk.restored(some(n))],
            Step::Branch(n) if is_whole(n) && !self.is_open => {
                let from = Some(some(n));
                self.branch = self.heads.len();
                self.heads.push(from);
                vec![talk.branched(self.branch, from)]
            }
            Step::Switch(n) if !self.is_open => {
                self.branch = n % self.heads.len();
                vec![talk.switched(self.branch, ActedBy::Command)]
            }
            Step::RemoveBranch if !self.is_open => {
                let bare = self.heads.len();
                vec![talk.branched(bare, parent), talk.removed(bare, self.branch)]
            }
            Step::RenameBranch(n) => {
                let branch = talk.branch(n % self.heads.len());
                vec![EventKind::BranchRenamed { branch, name: format!("after {}", self.message) }]
            }
            Step::SumUp(n) if self.message > 0 => summed_up(&talk, &mut self.summaries, some(n)),
            Step::AddConnection(n) => {
                let added = EventKind::ConnectionAdded { connection: connection(n, self.message) };
                house.store.append(Topic::Providers, now(), vec![added]).await.unwrap();
                return;
            }
            Step::ChangeConnection(n) => {
                let changed = Connection { name: format!("renamed {}", self.message), ..connection(n, self.message) };
                let changed = EventKind::ConnectionChanged { connection: changed };
                let _ = house.store.append(Topic::Providers, now(), vec![changed]).await;
                return;
            }
            Step::RemoveConnection(n) => {
                // Refused when there is none: that must leave no trace either.
                let removed = EventKind::ConnectionRemoved { connection: connection_id(n) };
                let _ = house.store.append(Topic::Providers, now(), vec![removed]).await;
                return;
            }
            Step::Cast(which, act) => {
                // Refused where it does not fit what there is: that must leave no trace either.
                let _ = house.store.append(Topic::Library, now(), vec![cast_event(which, act, self.message)]).await;
                return;
            }
            Step::Refused => {
                let kinds =
                    vec![talk.user_said(self.message + 1, parent, "gone"), talk.turn_ended(999, TurnOutcome::Failed)];
                house.store.append(Topic::Conversation(talk.id), now(), kinds).await.unwrap_err();
                return;
            }
            Step::Pin
            | Step::Unpin
            | Step::BeginTurn
            | Step::Round
            | Step::FailAttempt
            | Step::Speak
            | Step::TakeOver
            | Step::FailTurn => return,
            Step::Edit(_) | Step::EditBack(_) | Step::Delete(_) | Step::Restore(_) => return,
            Step::Branch(_) | Step::Switch(_) | Step::RemoveBranch | Step::SumUp(_) => return,
        };
        house.happens(talk.id, kinds).await;
    }
}

fn state(state: ConversationState) -> EventKind {
    EventKind::ConversationStateChanged { state, reason: StateReason::User }
}

fn connection_id(n: u8) -> ConnectionId {
    format!("server-{n}").parse().unwrap()
}

fn connection(n: u8, version: u128) -> Connection {
    Connection {
        id: connection_id(n),
        kind: ProviderKind::Compatible,
        name: format!("version {version}"),
        base_url: Some("http://localhost:1/v1".into()),
        local: true,
        key: KeyPlace::Keyring,
        limits: ConnectionLimits { idle_s: (version % 2 == 1).then_some(9), ..Default::default() },
    }
}
