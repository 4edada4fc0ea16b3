//! The next turn as it would begin: the machine itself decides it, on a copy, and nobody is asked.

use std::collections::BTreeMap;
use std::time::Duration;

use chimera_core::{AttemptId, ConversationState, EventKind, ModelRef, ParticipantId, PromptStamp, PromptView, TurnId};

use super::rounds::SoFar;
use super::timers::Alarm;
use super::{Afterwards, Dialogue, Step, Voice};
use crate::loops::Measured;
use crate::{Effect, Moment};

/// A question that was not put to anybody.
struct Question {
    turn: TurnId,
    model: ModelRef,
    prompt: PromptStamp,
}

impl Dialogue {
    /// What would be asked next for this participant, or for whoever is up alone. None where that hangs on what is not
    /// known yet: somebody speaks, something is asked before the turn, or a rule ends the conversation.
    pub(super) fn rehearse(&self, participant: Option<ParticipantId>) -> Option<PromptView> {
        // Whoever turns away from an alternative that failed is on another branch before anybody is asked.
        let gives_up =
            self.conversation.state == ConversationState::NeedsAttention && self.afterwards == Afterwards::AsBefore;
        if self.is_under_way() || self.needs_recovery() || self.conversation.trashed || gives_up {
            return None;
        }
        let Some(participant) = participant else {
            let (mut next, mut step) = self.rehearsal();
            next.run(&mut step, Afterwards::Pause);
            let [asked] = next.questions(&step).try_into().ok()?;
            return next.seen(asked).filter(|_| next.conversation.round.is_none());
        };
        self.rehearse_seat(participant, false).or_else(|| self.rehearse_seat(participant, true))
    }

    /// Its part in what comes next, or in what would if the user called it.
    fn rehearse_seat(&self, participant: ParticipantId, is_nudged: bool) -> Option<PromptView> {
        let (mut next, mut step) = self.rehearsal();
        if is_nudged {
            next.conversation.participant(participant)?;
            next.record(&mut step, EventKind::ParticipantNudged { participant });
        }
        next.run(&mut step, Afterwards::Pause);
        let turn = next.turn_taken_by(participant)?;
        let is_in_line = next.is_in_line(turn);
        if is_in_line {
            next.voices.insert(turn, Voice::new(step.at.elapsed));
            next.ask(&mut step, turn);
        }
        let asked = next.questions(&step).into_iter().find(|asked| asked.turn == turn)?;
        // What the others will have cost by then decides which model there is room for.
        let is_open = is_in_line && next.has_budget();
        next.seen(asked).map(|view| PromptView { exact: view.exact && !is_open, ..view })
    }

    fn rehearsal(&self) -> (Dialogue, Step) {
        let dialogue = Dialogue {
            id: self.id,
            conversation: self.conversation.clone(),
            voices: BTreeMap::new(),
            so_far: SoFar::default(),
            aside: None,
            afterwards: Afterwards::GoOn,
            alarm: Alarm::default(),
            running: self.running.clone(),
            windows: self.windows.clone(),
            blind: self.blind.clone(),
            facts: self.facts.clone(),
            frame: self.frame,
            measured: Measured::default(),
        };
        let at = Moment { now: self.conversation.changed_at, elapsed: Duration::ZERO };
        (dialogue, Step { at, effects: Vec::new(), reports: Vec::new() })
    }

    /// What would be put to models for the words of turns, in its order.
    fn questions(&self, step: &Step) -> Vec<Question> {
        let asked = step.effects.iter().filter_map(|effect| match effect {
            Effect::Ask { attempt, .. } => question(step, *attempt),
            _ => None,
        });
        asked.collect()
    }

    fn seen(&self, asked: Question) -> Option<PromptView> {
        self.speakers_prompt(asked.turn, &asked.model, Some(&asked.prompt), None)
    }
}

/// How an attempt stands in what would be recorded.
fn question(step: &Step, this: AttemptId) -> Option<Question> {
    let recorded = step.effects.iter().filter_map(|effect| match effect {
        Effect::Record(events) => Some(events),
        _ => None,
    });
    recorded.flatten().find_map(|event| match event {
        EventKind::AttemptStarted { attempt, turn, model, purpose, prompt, .. }
            if *attempt == this && purpose.is_speak() =>
        {
            Some(Question { turn: *turn, model: model.clone(), prompt: prompt.clone()? })
        }
        _ => None,
    })
}
