//! An answer that broke off after its first word: who goes on with it, and what stands when nobody does.

use chimera_core::{
    AttemptOutcome, ErrorClass, EventKind, InterruptCause, ModelRef, ProviderError, TurnId, TurnOutcome,
};

use super::booking::failed;
use super::reply::Reply;
use super::said::Mend;
use super::turns::Then;
use super::{Dialogue, Step};
use crate::fallback::{self, Cut, How, Who};

impl Dialogue {
    /// The reply broke off after its first word. Another goes on with it or begins anew, or what was said stands.
    pub(super) fn break_off(&mut self, step: &mut Step, turn: TurnId, error: &ProviderError) {
        let cause = InterruptCause::Provider { class: error.class, detail: error.detail.clone() };
        let blank = self.reply(turn).map(|reply| reply.guard.blank().to_owned());
        // A rest without room is dropped: the message is whole without it, or begun anew.
        let _ = self.speak_the_rest(step, turn);
        let Some((how, who)) = self.mending(turn, error) else {
            self.interrupt(step, turn, cause, failed(error));
            return self.conclude(step, turn, TurnOutcome::Interrupted, Then::Turn);
        };
        let blank = blank.unwrap_or_default();
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.mend = Some(Mend { how, cause, blank });
            voice.began = step.at.elapsed;
        }
        self.end_attempt(step, turn, failed(error));
        match (who, self.asked_next(turn)) {
            (Who::Same, Some((_, same))) => {
                self.tell_switch(step, turn, (same.clone(), same), error);
                let tries = self.voices.get(&turn).map_or(1, |voice| voice.tries);
                self.wait_until(turn, step.at.elapsed + fallback::backoff(tries, self.jitter(turn)));
            }
            (Who::Next | Who::Same, _) => self.switch(step, turn, error),
        }
    }

    fn mending(&self, id: TurnId, error: &ProviderError) -> Option<(How, Who)> {
        let (voice, turn) = (self.voices.get(&id)?, self.conversation.turn(id)?);
        fallback::after_cut(Cut {
            rule: self.conversation.fallback.after_cut,
            class: error.class,
            said: voice.said.chars(),
            tries: voice.tries,
            attempts: turn.attempts - turn.skipped,
            left: u32::try_from(self.left(id).len()).unwrap_or(u32::MAX),
        })
    }

    /// Nobody on the route can be asked any more. What was said before it broke off stands.
    pub(super) fn give_up(&mut self, step: &mut Step, turn: TurnId, class: ErrorClass) {
        if self.give_back(step, turn) {
            self.conclude(step, turn, TurnOutcome::Interrupted, Then::Turn);
        } else {
            self.conclude(step, turn, TurnOutcome::Failed, Then::Failure(class));
        }
    }

    /// Ends the message that nobody goes on with, where it broke off, if there is one.
    pub(super) fn give_back(&mut self, step: &mut Step, turn: TurnId) -> bool {
        match self.voices.get_mut(&turn).and_then(|voice| voice.mend.take()) {
            Some(Mend { cause, .. }) => self.interrupt(step, turn, cause, AttemptOutcome::Cancelled),
            None => false,
        }
    }

    /// What of a reply's words will stand in the message, as things are now.
    pub(super) fn stands_of(&self, turn: TurnId, reply: &Reply) -> &str {
        let struck = |mend: &Mend| mend.how == How::Replace;
        match (self.voices.get(&turn), reply.from_char) {
            (Some(voice), Some(from)) if !voice.mend.as_ref().is_some_and(struck) => voice.said.since(from),
            _ => "",
        }
    }

    pub(super) fn tell_switch(
        &mut self,
        step: &mut Step,
        turn: TurnId,
        (from, to): (ModelRef, ModelRef),
        error: &ProviderError,
    ) {
        let Some(participant) = self.conversation.turn(turn).map(|turn| turn.participant) else { return };
        let after_words = self.has_spoken(turn);
        let (because, detail) = (error.class, error.detail.clone());
        self.record(step, EventKind::FallbackSwitched { turn, participant, from, to, because, detail, after_words });
    }
}
