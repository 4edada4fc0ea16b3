use std::collections::{BTreeMap, BTreeSet};

use chimera_core::{
    AttemptOutcome, Author, BranchId, ChoiceReason, ConversationChange, ConversationId, ConversationState, EndRules,
    ErrorClass, EventKind, FallbackRules, InterruptCause, MessageId, MessageStatus, ParticipantId, Policy, RoundId,
    StateReason, SummaryRules, Timestamp, TurnId, TurnOutcome,
};

use super::{Acts, Closing, Conversation, Line, Lines, OpenTurn, Past, Summaries, Summed, Tally, Wish};

/// How many past turn-takers are remembered: enough to see two of them play ping-pong.
pub(super) const REMEMBERED_TAKERS: usize = 6;

impl Conversation {
    /// Before its first event, which says who sits at the table.
    pub fn of(id: ConversationId) -> Self {
        Self {
            title: String::new(),
            topic: String::new(),
            participants: Vec::new(),
            left: Vec::new(),
            notes: Vec::new(),
            policy: Policy::default(),
            end: EndRules::default(),
            fallback: FallbackRules::default(),
            seed: 0,
            stall_after_s: None,
            moderator: None,
            summary: SummaryRules::default(),
            summaries: Summaries::default(),
            state: ConversationState::Draft,
            reason: None,
            wish: Wish::default(),
            archived: false,
            trashed: false,
            lines: Lines::on(BranchId::first_of(id)),
            acts: Acts::default(),
            pins: BTreeSet::new(),
            turns: Vec::new(),
            round: None,
            as_round_began: None,
            rounds: BTreeMap::new(),
            aside: None,
            past: Past::default(),
            called: Vec::new(),
            called_in: None,
            served: Vec::new(),
            nudged: None,
            closing: None,
            events: 0,
            changed_at: Timestamp::from_millis(0),
        }
    }

    /// Folds one event into the state. It never judges: what is in the log happened.
    pub fn apply(&mut self, event: &EventKind, ts: Timestamp) {
        self.keep_for_round(event);
        self.events += 1;
        self.run_until(event, ts);
        self.changed_at = self.changed_at.max(ts);
        match event {
            EventKind::ConversationCreated {
                title,
                topic,
                participants,
                policy,
                end,
                fallback,
                moderator,
                seed,
                stall_after_s,
                summary,
            } => {
                self.title.clone_from(title);
                self.topic.clone_from(topic);
                self.participants.clone_from(participants);
                self.policy = *policy;
                self.end = end.clone();
                self.fallback = *fallback;
                self.seed = *seed;
                self.stall_after_s = *stall_after_s;
                self.moderator.clone_from(moderator);
                self.summary.clone_from(summary);
            }
            EventKind::ConversationChanged(change) => self.change_rules(change),
            EventKind::ConversationArchived {} => self.archived = true,
            EventKind::ConversationUnarchived {} => self.archived = false,
            EventKind::ConversationTrashed {} => self.trashed = true,
            EventKind::ConversationRestored {} => self.trashed = false,
            EventKind::ConversationRenamed { title } => self.title.clone_from(title),
            EventKind::ConversationStateChanged { state, reason } => {
                self.enter(*state, reason);
                self.reason = Some(reason.clone());
            }
            EventKind::ConversationClosing { reason } => {
                self.closing = Some(Closing { reason: reason.clone(), closed: Vec::new() });
            }
            EventKind::ParticipantNudged { participant } => {
                self.nudged = Some(*participant);
                self.past.tally.without_user = 0;
            }
            EventKind::ParticipantMuted { participant } => self.set_muted(*participant, true),
            EventKind::ParticipantUnmuted { participant } => self.set_muted(*participant, false),
            EventKind::ParticipantJoined { participant, seat } => self.seat(participant.clone(), *seat),
            EventKind::ParticipantLeft { participant } => self.unseat(*participant),
            EventKind::ParticipantChanged { participant, change } => self.change(*participant, change),
            EventKind::ParticipantsReordered { order } => self.reorder(order),
            EventKind::RoundStarted { round, head, members } => self.begin_round(*round, *head, members),
            EventKind::RoundEnded { round } => self.end_round(*round),
            EventKind::TurnStarted { turn, participant, number, choice, route, round } => {
                self.aside = None;
                if !self.is_in_open_round(*round) {
                    self.past.round.clear();
                }
                self.begin_turn(*turn, *participant, *number, choice.reason, *round);
                if let (Some(route), Some(turn)) = (route, self.turn_mut(*turn)) {
                    turn.route = Some(route.clone());
                    if let Some(speaker) = &mut turn.speaker {
                        speaker.route.clone_from(route);
                    }
                }
            }
            EventKind::AttemptStarted { attempt, turn, purpose, reserved, .. } => {
                self.past.ledger.begin(*attempt, reserved.unwrap_or_default());
                if !purpose.is_speak() {
                    self.begin_aside(*purpose, *turn, *attempt);
                } else if let Some(turn) = self.turn_mut(*turn) {
                    turn.attempts += 1;
                    turn.attempt = Some(*attempt);
                }
            }
            EventKind::AttemptQueued { attempt, .. } => self.past.ledger.queue(*attempt),
            EventKind::AttemptAdmitted { attempt, .. } => self.past.ledger.admit(*attempt),
            EventKind::AttemptEnded { attempt, turn, outcome, usage, cost, .. } => {
                self.past.ledger.end(*attempt, outcome, *usage, *cost);
                if self.is_aside(*attempt) {
                    self.end_aside(outcome);
                } else if let Some(turn) = self.turn_mut(*turn) {
                    turn.attempt = None;
                    (turn.answered, turn.failed) = match outcome {
                        AttemptOutcome::Answered { finish } => (Some(*finish), None),
                        AttemptOutcome::Failed { class, .. } | AttemptOutcome::Skipped { class, .. } => {
                            (None, Some(*class))
                        }
                        AttemptOutcome::Cancelled => (None, None),
                    };
                    turn.skipped += u32::from(matches!(outcome, AttemptOutcome::Skipped { .. }));
                }
            }
            // What was really written, and thought, is for people to look at.
            EventKind::AttemptThinking { .. }
            | EventKind::AttemptThought { .. }
            | EventKind::AttemptRevealed { .. } => {}
            // The attempts around it tell the same.
            EventKind::FallbackSwitched { .. } => {}
            EventKind::MessageStarted { message, turn, participant, parent, .. } => {
                let round = self.turn(*turn).and_then(|turn| turn.round);
                if let Some(turn) = self.turn_mut(*turn) {
                    turn.message = Some(*message);
                }
                let author = Author::Participant { participant: *participant };
                self.lines.push(Line {
                    message: *message,
                    parent: *parent,
                    author,
                    text: String::new(),
                    status: MessageStatus::Streaming,
                    cause: None,
                    finish: None,
                    audience: None,
                    images: Vec::new(),
                    round,
                });
            }
            EventKind::MessageMoved { message, parent, head } => {
                self.lines.move_behind(*message, *parent, *head);
                if self.round.is_none() {
                    self.hear_again(*message);
                }
            }
            // The words stand at the message's end; until then nobody is shown them.
            EventKind::MessageTakenOver { .. } => {}
            EventKind::MessageCompleted { message, author, parent, text, finish, audience, images, .. } => {
                self.complete(*message, *author, *parent, text);
                if let Some(line) = self.lines.find_mut(*message) {
                    line.finish = *finish;
                }
                self.lines.show(*message, images);
                self.lines.keep_among(*message, audience.as_deref());
                if *author == Author::User {
                    self.past.tally.without_user = 0;
                    self.hear_calls(*message, text, audience.as_deref());
                }
            }
            EventKind::MessageInterrupted { message, text, cause, .. } => self.interrupt(*message, text, cause),
            EventKind::MessagePinned { message } => _ = self.pins.insert(*message),
            EventKind::MessageUnpinned { message } => _ = self.pins.remove(message),
            EventKind::SummaryWritten { summary, through, text, .. } => {
                self.summaries.written(Summed { id: *summary, through: *through, text: text.clone() });
            }
            EventKind::SummaryEdited { summary, text } => self.summaries.edited(*summary, text),
            EventKind::SummaryOutdated { summary } => self.summaries.outdated(*summary),
            EventKind::SummaryFailed { .. } => self.summaries.failed(self.past.begun),
            EventKind::TurnEnded { turn, outcome } => self.end_turn(*turn, *outcome),
            EventKind::MessageEdited { .. }
            | EventKind::MessageDeleted { .. }
            | EventKind::MessageRestored { .. }
            | EventKind::BranchCreated { .. }
            | EventKind::BranchSwitched { .. }
            | EventKind::BranchRemoved { .. }
            | EventKind::BranchRenamed { .. } => self.reshape(event),
            // They are of another topic: a conversation's log does not hold them.
            EventKind::ConnectionAdded { .. }
            | EventKind::ConnectionChanged { .. }
            | EventKind::ConnectionRemoved { .. }
            | EventKind::ModelFactsSet { .. }
            | EventKind::ModelFactsCleared { .. }
            | EventKind::ProviderHealthChanged(_)
            | EventKind::CastSaved { .. }
            | EventKind::CastChanged { .. }
            | EventKind::CastDeleted { .. }
            | EventKind::CastRestored { .. }
            | EventKind::ConversationDeleted { .. } => {}
        }
    }

    fn enter(&mut self, state: ConversationState, reason: &StateReason) {
        if state == ConversationState::Running {
            self.past.cuts.clear();
            // An alternative is no new start.
            if *reason != StateReason::Regenerating
                && matches!(self.state, ConversationState::Draft | ConversationState::Completed)
            {
                self.past.tally = Tally::default();
            }
            self.past.tally.without_user = 0;
        }
        self.aside = None;
        self.wish = self.wished(state, reason);
        self.state = state;
    }

    fn change_rules(&mut self, change: &ConversationChange) {
        let ConversationChange { policy, end, fallback, stall_after_s, moderator, summary } = change.clone();
        self.moderator = moderator.or_else(|| self.moderator.take());
        if let Some(summary) = summary {
            self.summary = summary;
            self.summaries.try_again();
        }
        self.policy = policy.unwrap_or(self.policy);
        if let Some(end) = end {
            self.change_end(end);
        }
        self.fallback = fallback.unwrap_or(self.fallback);
        self.stall_after_s = stall_after_s.map_or(self.stall_after_s, |seconds| Some(seconds).filter(|s| *s > 0));
    }

    fn set_muted(&mut self, id: ParticipantId, muted: bool) {
        if let Some(participant) = self.participants.iter_mut().find(|participant| participant.id == id) {
            participant.muted = muted;
        }
    }

    fn begin_turn(
        &mut self,
        id: TurnId,
        participant: ParticipantId,
        number: u32,
        reason: ChoiceReason,
        round: Option<RoundId>,
    ) {
        self.past.begun = number;
        self.serve(participant);
        if reason == ChoiceReason::Nudged {
            self.nudged = None;
        }
        let speaker = self.participant(participant).cloned();
        self.turns.push(OpenTurn {
            id,
            participant,
            speaker,
            number,
            route: None,
            reason,
            attempts: 0,
            skipped: 0,
            attempt: None,
            failed: None,
            message: None,
            round,
            answered: None,
        });
    }

    fn complete(&mut self, message: MessageId, author: Author, parent: Option<MessageId>, text: &str) {
        if let Some(line) = self.lines.find_mut(message) {
            line.text = text.to_owned();
            line.status = MessageStatus::Complete;
        } else {
            self.lines.push(Line {
                message,
                parent,
                author,
                text: text.to_owned(),
                status: MessageStatus::Complete,
                cause: None,
                finish: None,
                audience: None,
                images: Vec::new(),
                round: None,
            });
        }
        if let Author::Participant { participant } = author {
            self.count_words(participant, text);
            self.hear_phrase(participant, message, text);
        }
    }

    fn interrupt(&mut self, message: MessageId, text: &str, cause: &InterruptCause) {
        let Some(line) = self.lines.find_mut(message) else { return };
        line.text = text.to_owned();
        line.status = MessageStatus::Interrupted;
        line.cause = Some(cause.clone());
        let speaker = line.participant();

        if let Some(participant) = speaker {
            self.count_words(participant, text);
            self.hear_phrase(participant, message, text);
        }
        if self.round.is_none() {
            self.past.cuts.extend(cause.failure());
        }
    }

    fn count_words(&mut self, participant: ParticipantId, text: &str) {
        let spoken = self.past.spoken.entry(participant).or_default();
        spoken.turns += 1;
        spoken.words += text.split_whitespace().count() as u64;
        spoken.last_turn = self.past.begun;
    }

    fn end_turn(&mut self, id: TurnId, outcome: TurnOutcome) {
        let Some(place) = self.turns.iter().position(|turn| turn.id == id) else { return };
        let turn = self.turns.remove(place);
        self.past.last = Some((turn.id, turn.participant));
        self.past.last_route = turn.route;
        self.past.last_round = turn.round.filter(|_| self.round.is_none());
        match outcome {
            TurnOutcome::Completed => {
                self.past.cuts.clear();
                self.past.tally.turn(turn.participant);
            }
            TurnOutcome::Interrupted => self.past.tally.turn(turn.participant),
            // A round fails as a whole or not at all.
            TurnOutcome::Failed => self.past.cuts.extend(turn.failed.filter(|_| turn.round.is_none())),
            TurnOutcome::Stalled => {
                self.past.cuts.extend(Some(ErrorClass::IdleTimeout).filter(|_| turn.round.is_none()))
            }
            // Nothing was said: the seat keeps its chance, and so does a call.
            TurnOutcome::Cancelled => {
                if turn.reason == ChoiceReason::Mentioned {
                    self.call_again(turn.participant);
                }
                return;
            }
        }
        let was_heard = matches!(outcome, TurnOutcome::Completed | TurnOutcome::Interrupted);
        self.past.unheard = (!was_heard).then_some(turn.participant);
        if let Some(closing) = &mut self.closing {
            closing.closed.push(turn.participant);
        }
        self.past.takers.push(turn.participant);
        if self.past.takers.len() > REMEMBERED_TAKERS {
            self.past.takers.remove(0);
        }
    }
}
