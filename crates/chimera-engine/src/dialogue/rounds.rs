//! A round: several turns at once. Each goes its own way to its answer; what is said is shown to nobody, and to none of
//! the others, before all are through. Then it stands in the order of the turns, in one piece.

use chimera_core::{
    AttemptOutcome, Author, Choice, ChoiceReason, EventKind, Finish, InterruptCause, ParticipantId, Share, StateReason,
    TurnId, TurnOutcome, Withheld,
};

use super::turns::Then;
use super::voice::Stage;
use super::{Dialogue, Step, Voice};
use crate::Effect;

/// Calls of one conversation at once: more would run into the limits that most providers set for one key, and make a
/// wrong click three times as dear instead of ten times.
pub const CALLS_AT_ONCE: usize = 3;

/// What has become known of an open round beside its answers.
#[derive(Debug, Default)]
pub(super) struct SoFar {
    /// Why the conversation is to end, or to wait, after it.
    rule: Option<StateReason>,
    /// What is told if nobody answers.
    failure: Option<StateReason>,
    /// What models really wrote, and thought, to be told at its end.
    untold: Vec<EventKind>,
}

/// How an answer ended that nobody has been shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ended {
    Whole(Finish),
    Cut(InterruptCause),
}

/// An answer that is about to be shown.
struct Answer {
    turn: TurnId,
    text: String,
    shares: Vec<Share>,
    ended: Ended,
}

impl Dialogue {
    /// All of these speak at once; one alone just speaks. Nobody is asked unless the budget has room for all of them, but
    /// in the closing round, where those have their last word that it has room for.
    pub(super) fn begin_round(&mut self, step: &mut Step, mut members: Vec<ParticipantId>, reason: ChoiceReason) {
        members.truncate(self.turns_left());
        let members = match self.room_for(&members) {
            Ok(members) => members,
            Err(reason) => {
                self.take_back_alternative(step, TurnOutcome::Cancelled);
                return self.end_by(step, reason);
            }
        };
        let choice = Choice::because(self.conversation.policy, reason);
        if let [alone] = members.as_slice() {
            return self.begin_turn(step, *alone, choice);
        }
        // That of what was asked before the round, if anything was, is its first.
        let mut asked = self.conversation.aside.as_ref().map(|aside| aside.turn);
        let (round, head) = (self.new_round_id(step), self.conversation.lines.head());
        self.record(step, EventKind::RoundStarted { round, head, members: members.clone() });
        for participant in members {
            let turn = asked.take().unwrap_or_else(|| self.new_turn_id(step));
            let (number, choice) = (self.conversation.past.begun + 1, choice.clone());
            let started = EventKind::TurnStarted { turn, participant, number, choice, route: None, round: Some(round) };
            self.record(step, started);
            self.voices.insert(turn, Voice::in_line(step.at.elapsed));
        }
        self.go_round(step);
    }

    /// Asks those in line as far as there is room, and ends the round when all are through.
    pub(super) fn go_round(&mut self, step: &mut Step) {
        let round = self.conversation.round.clone();
        // To ask may be to fail at once, and that may already be the end of the round.
        while round.is_some() && self.conversation.round == round {
            let speaking = self.voices.values().filter(|voice| voice.is_speaking()).count();
            let in_line = self.conversation.turns.iter().map(|turn| turn.id).find(|turn| self.is_in_line(*turn));
            match in_line {
                Some(turn) if speaking < CALLS_AT_ONCE => {
                    self.voices.insert(turn, Voice::new(step.at.elapsed));
                    self.ask(step, turn);
                }
                Some(_) => return,
                None if speaking > 0 => return,
                None => {
                    let said = self.reveal(step);
                    return self.after_round(step, said);
                }
            }
        }
    }

    pub(super) fn is_in_line(&self, turn: TurnId) -> bool {
        self.voices.get(&turn).is_some_and(|voice| matches!(voice.stage, Stage::InLine))
    }

    /// A turn of the round has come to its end; its words wait, if there are any.
    pub(super) fn is_through(&mut self, step: &mut Step, turn: TurnId, outcome: TurnOutcome, then: Then) {
        self.keep_or_end(step, turn, outcome);
        match then {
            Then::Turn => {}
            Then::Failure(class) => {
                self.so_far.failure = self.so_far.failure.take().or_else(|| self.no_model_answered(class));
            }
            Then::Rule(reason) => _ = self.so_far.rule.get_or_insert(reason),
        }
        self.go_round(step);
    }

    fn keep_or_end(&mut self, step: &mut Step, turn: TurnId, outcome: TurnOutcome) {
        match self.voices.get_mut(&turn) {
            Some(voice) if voice.ended.is_some() => voice.stage = Stage::Through,
            Some(_) | None => self.end_turn(step, turn, outcome),
        }
    }

    /// The end of an answer is not told yet. What was said is on disk before anybody learns that it is whole.
    pub(super) fn withhold(&mut self, step: &mut Step, turn: TurnId, ended: Ended) {
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.ended = Some(ended);
            step.effects.push(Effect::Keep { turn });
        }
    }

    /// What would give away something of the words is told with them.
    pub(super) fn tell_at_the_end(&mut self, untold: impl Iterator<Item = EventKind>) {
        self.so_far.untold.extend(untold);
    }

    /// One of the round falls silent, and the others go on.
    pub(super) fn fall_out(&mut self, step: &mut Step, turn: TurnId, cause: &InterruptCause) {
        if self.voices.get(&turn).is_some_and(|voice| matches!(voice.stage, Stage::Through)) {
            return;
        }
        self.fall_silent(step, turn, cause);
        self.keep_or_end(step, turn, TurnOutcome::Cancelled);
    }

    /// Cuts off all who are not through, and shows what has been said.
    pub(super) fn cut_round(&mut self, step: &mut Step, cause: &InterruptCause) -> TurnOutcome {
        let turns: Vec<TurnId> = self.conversation.turns.iter().map(|turn| turn.id).collect();
        for turn in turns {
            self.fall_out(step, turn, cause);
        }
        let said = self.reveal(step);
        self.so_far = SoFar::default();
        if said { TurnOutcome::Interrupted } else { TurnOutcome::Cancelled }
    }

    /// Shows everything that was said, and ends the round. Whether there was anything.
    fn reveal(&mut self, step: &mut Step) -> bool {
        let answers = self.conversation.turns.iter().map(|turn| turn.id).collect::<Vec<_>>();
        let answers = answers.into_iter().filter_map(|turn| {
            let Voice { said, shares, ended, .. } = self.voices.remove(&turn)?;
            Some(Answer { turn, text: said.text().to_owned(), shares, ended: ended? })
        });
        let answers = answers.collect();
        self.show_answers(step, answers)
    }

    fn show_answers(&mut self, step: &mut Step, answers: Vec<Answer>) -> bool {
        let Some(round) = self.conversation.round.clone() else { return false };
        let (meanwhile, newest) = (self.conversation.said_meanwhile(), self.conversation.lines.head());
        let mut parent = round.head;
        let said = !answers.is_empty();
        for answer in answers {
            parent = Some(self.show_answer(step, answer, parent));
        }
        for untold in std::mem::take(&mut self.so_far.untold) {
            self.record(step, untold);
        }
        if let (true, Some(message), Some(parent), Some(head)) = (said, meanwhile, parent, newest) {
            self.record(step, EventKind::MessageMoved { message, parent, head });
        }
        self.record(step, EventKind::RoundEnded { round: round.id });
        if !said {
            self.take_back_alternative(step, TurnOutcome::Cancelled);
        }
        said
    }

    fn show_answer(
        &mut self,
        step: &mut Step,
        answer: Answer,
        parent: Option<chimera_core::MessageId>,
    ) -> chimera_core::MessageId {
        let Answer { turn, text, shares, ended } = answer;
        let message = self.new_message_id(step);
        let Some(participant) = self.conversation.turn(turn).map(|turn| turn.participant) else { return message };
        let attempt = shares.first().map(|share| share.attempt);
        self.record(step, EventKind::MessageStarted { message, turn, participant, parent, attempt });
        for Share { attempt, from_char } in shares.into_iter().skip(1) {
            self.record(step, EventKind::MessageTakenOver { message, turn, attempt, from_char });
        }
        let outcome = match ended {
            Ended::Whole(finish) => {
                let completed = EventKind::MessageCompleted {
                    message,
                    turn: Some(turn),
                    author: Author::Participant { participant },
                    parent,
                    text,
                    finish: Some(finish),
                    audience: None,
                    images: Vec::new(),
                };
                self.record(step, completed);
                TurnOutcome::Completed
            }
            Ended::Cut(cause) => {
                self.record(step, EventKind::MessageInterrupted { message, turn, text, cause });
                TurnOutcome::Interrupted
            }
        };
        self.end_turn(step, turn, outcome);
        message
    }

    /// What a round is followed by. It counts as a turn: as one that failed if nobody answered and somebody tried to.
    fn after_round(&mut self, step: &mut Step, said: bool) {
        let SoFar { rule, failure, untold: _ } = std::mem::take(&mut self.so_far);
        match (rule, failure) {
            (Some(reason), _) => self.end_by(step, reason),
            (None, Some(reason)) if !said => self.after_failure(step, Some(reason)),
            (None, _) => self.after_turn(step),
        }
    }

    /// After a crash: what was kept of a round is shown as it was left, whole where it was whole.
    pub(super) fn recover_round(&mut self, step: &mut Step, kept: &[Withheld]) {
        let mut answers = Vec::new();
        for turn in self.conversation.turns.clone() {
            self.end_attempt(step, turn.id, AttemptOutcome::Cancelled);
            match kept.iter().find(|kept| kept.turn == turn.id && !kept.text.is_empty()) {
                Some(Withheld { text, shares, .. }) => {
                    let ended = turn.answered.map_or(Ended::Cut(InterruptCause::Restarted), Ended::Whole);
                    answers.push(Answer { turn: turn.id, text: text.clone(), shares: shares.clone(), ended });
                }
                None => self.end_turn(step, turn.id, TurnOutcome::Cancelled),
            }
        }
        self.show_answers(step, answers);
    }

    /// What a crash must not lose of this turn, if its words wait.
    pub fn withheld(&self, turn: TurnId) -> Option<Withheld> {
        let voice = self.voices.get(&turn).filter(|voice| !voice.shares.is_empty())?;
        Some(Withheld { turn, text: voice.said.text().to_owned(), shares: voice.shares.clone() })
    }
}
