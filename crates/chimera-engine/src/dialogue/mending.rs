//! An answer that broke off after its first word: who goes on with it, and what stands when nobody does.

use chimera_core::{AttemptOutcome, ErrorClass, EventKind, InterruptCause, ModelRef, ProviderError, TurnOutcome};

use super::attempts::failed;
use super::reply::Reply;
use super::said::Mend;
use super::{Dialogue, Step};
use crate::fallback::{self, Cut, How, Who};

impl Dialogue {
    /// The reply broke off after its first word. Another goes on with it or begins anew, or what was said stands.
    pub(super) fn break_off(&mut self, step: &mut Step, error: &ProviderError) {
        let cause = InterruptCause::Provider { class: error.class, detail: error.detail.clone() };
        let blank = self.voice.as_ref().and_then(|voice| voice.reply()).map(|reply| reply.guard.blank().to_owned());
        // A rest without room is dropped: the message is whole without it, or begun anew.
        let _ = self.speak_the_rest(step);
        let Some((how, who)) = self.mending(error) else {
            self.interrupt(step, cause, failed(error));
            self.end_turn(step, TurnOutcome::Interrupted);
            return self.after_turn(step);
        };
        let blank = blank.unwrap_or_default();
        if let Some(voice) = &mut self.voice {
            voice.mend = Some(Mend { how, cause, blank });
            voice.began = step.at.elapsed;
        }
        self.end_attempt(step, failed(error));
        match (who, self.asked_next()) {
            (Who::Same, Some((_, same))) => {
                self.tell_switch(step, same.clone(), same, error);
                let tries = self.voice.as_ref().map_or(1, |voice| voice.tries);
                self.wait_until(step.at.elapsed + fallback::backoff(tries, self.jitter()));
            }
            (Who::Next | Who::Same, _) => self.switch(step, error),
        }
    }

    fn mending(&self, error: &ProviderError) -> Option<(How, Who)> {
        let voice = self.voice.as_ref()?;
        let turn = self.conversation.turn.as_ref()?;
        fallback::after_cut(Cut {
            rule: self.conversation.fallback.after_cut,
            class: error.class,
            said: voice.said.chars(),
            tries: voice.tries,
            attempts: turn.attempts - turn.skipped,
            left: u32::try_from(self.left().len()).unwrap_or(u32::MAX),
        })
    }

    /// Nobody on the route can be asked any more. What was said before it broke off stands.
    pub(super) fn give_up(&mut self, step: &mut Step, class: ErrorClass) {
        if self.give_back(step) {
            self.end_turn(step, TurnOutcome::Interrupted);
            self.after_turn(step);
        } else {
            self.end_turn(step, TurnOutcome::Failed);
            self.after_failure(step, class);
        }
    }

    /// Ends the message that nobody goes on with, where it broke off, if there is one.
    pub(super) fn give_back(&mut self, step: &mut Step) -> bool {
        match self.voice.as_mut().and_then(|voice| voice.mend.take()) {
            Some(Mend { cause, .. }) => self.interrupt(step, cause, AttemptOutcome::Cancelled),
            None => false,
        }
    }

    /// What of a reply's words will stand in the message, as things are now.
    pub(super) fn stands_of(&self, reply: &Reply) -> &str {
        let struck = |mend: &Mend| mend.how == How::Replace;
        match (self.voice.as_ref(), reply.from_char) {
            (Some(voice), Some(from)) if !voice.mend.as_ref().is_some_and(struck) => voice.said.since(from),
            _ => "",
        }
    }

    pub(super) fn tell_switch(&mut self, step: &mut Step, from: ModelRef, to: ModelRef, error: &ProviderError) {
        let Some(turn) = &self.conversation.turn else { return };
        let (turn, participant, after_words) = (turn.id, turn.participant, turn.message.is_some());
        let (because, detail) = (error.class, error.detail.clone());
        self.record(step, EventKind::FallbackSwitched { turn, participant, from, to, because, detail, after_words });
    }
}
