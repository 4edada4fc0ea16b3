use chimera_core::{
    AttemptId, AttemptOutcome, AttemptPurpose, ErrorClass, EventKind, ModelRef, Participant, PromptStamp,
    ProviderError, ReplyRequest, Reserve, StateReason, TurnId, TurnOutcome,
};

use super::booking::{Call, failed};
use super::reply::Reply;
use super::said::Mend;
use super::turns::Then;
use super::voice::{Stage, Voice};
use super::{Dialogue, Frame, Step, budget};
use crate::fallback::{self, Decision, Failure, How, limits};
use crate::guard::Guard;
use crate::health::{Closed, Ending};
use crate::prompt::{Extent, Misfit, Tokens};
use crate::seam::Seam;
use crate::{Effect, dice, prompt};

impl Dialogue {
    /// Asks the model of this turn that is next on the route.
    pub(super) fn ask(&mut self, step: &mut Step, turn: TurnId) {
        let Some((speaker, model)) = self.asked_next(turn) else {
            return self.conclude(step, turn, TurnOutcome::Failed, Then::Failure(ErrorClass::NotConfigured));
        };
        let number = self.next_number(turn);
        if let Some(reason) = self.time_is_up_between_attempts(step).filter(|_| number > 1) {
            return self.end_before_a_word(step, turn, reason);
        }
        if self.waits_for_sight(turn, &speaker, &model) {
            return self.set_aside(step, turn, model);
        }
        let window = self.window_of(&speaker, &model);
        let (request, reserve) = self.question(&speaker, &model, self.voices.get(&turn));
        let goes_on = self.voices.get(&turn).filter(|voice| voice.goes_on());
        let continues_chars = goes_on.map(|voice| voice.said.chars());
        let stamp = PromptStamp { continues_chars, ..prompt::stamp(&request, window) };
        if let Some(reason) = self.forbids(speaker.id, &model, &reserve) {
            return self.hold_back(step, turn, (&speaker, &model), stamp, &reserve, reason);
        }
        if let Some(misfit) = prompt::fit(&self.facts(&model), Tokens(stamp.size_tokens as usize)) {
            return self.leave_out(step, turn, misfit);
        }
        let guard = match self.frame {
            Frame::Table => Guard::at_table(&self.conversation, &speaker),
            Frame::Plain => Guard::open(),
        };
        let left = self.left(turn);
        let (size, saw) = (Tokens(stamp.size_tokens as usize), stamp.sees_images);
        let retry = self.voices.get(&turn).map_or(0, |voice| voice.tries);
        let (purpose, prompt, reserved) = (AttemptPurpose::Speak, Some(stamp), Some(reserve));
        let attempt = self.begin_attempt(step, &model, Call { turn, number, purpose, prompt, reserved, retry });
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.tries += 1;
            voice.called.push(model.connection.clone());
            let mut reply = Reply::new(attempt, model.clone(), guard, step.at.elapsed, size);
            reply.saw = saw;
            if let Some(Mend { how: How::Continue, blank, .. }) = &voice.mend {
                reply.seam = Some(Seam::behind(voice.said.text(), blank));
            }
            if voice.position > 0 && !left.is_empty() {
                reply.by = Some(voice.began + limits::FIRST_TOKEN);
            }
            voice.stage = Stage::Asked(Box::new(reply));
        }
        let others = left.iter().filter_map(|place| speaker.route.get(*place).cloned()).collect();
        step.effects.push(Effect::Ask { attempt, model, others, request });
    }

    /// The budget has no room for this model: another on the route may be cheaper.
    fn hold_back(
        &mut self,
        step: &mut Step,
        turn: TurnId,
        (speaker, model): (&Participant, &ModelRef),
        stamp: PromptStamp,
        reserve: &Reserve,
        reason: StateReason,
    ) {
        let voice = self.voices.get(&turn);
        let fits =
            |model: &ModelRef| self.forbids(speaker.id, model, &self.question(speaker, model, voice).1).is_none();
        let left = self.left(turn);
        if !left.iter().filter_map(|place| speaker.route.get(*place)).any(fits) {
            return self.end_before_a_word(step, turn, reason);
        }
        let (class, detail) = budget::passed_over(&reason, reserve);
        let error = ProviderError::new(class, detail.clone());
        self.begin_attempt(step, model, Call::not_made(turn, self.next_number(turn), Some(stamp)));
        self.end_attempt(step, turn, AttemptOutcome::Skipped { class, until: None, detail });
        self.switch(step, turn, &error);
    }

    /// What the model is asked: for the speaker's turn, or to go on with it where another broke off.
    pub(super) fn words_for(&self, speaker: &Participant, model: &ModelRef, voice: Option<&Voice>) -> ReplyRequest {
        let window = self.window_of(speaker, model);
        let sight = self.sight_of(model, voice);
        let said = voice.filter(|voice| voice.goes_on()).map(|voice| voice.said.text());
        self.shown(speaker, model, Extent { window, sight, said })
    }

    pub(super) fn shown(&self, speaker: &Participant, model: &ModelRef, extent: Extent<'_>) -> ReplyRequest {
        match self.frame {
            Frame::Table => prompt::request(&self.conversation, speaker, model, extent),
            Frame::Plain => prompt::plain(&self.conversation, speaker, model, extent),
        }
    }

    /// The model could not take the question, so it is not put to it. That costs nothing and is not a try.
    fn leave_out(&mut self, step: &mut Step, turn: TurnId, misfit: Misfit) {
        let Some((_, model)) = self.asked_next(turn) else { return };
        self.wait_until(turn, step.at.elapsed);
        self.begin_attempt(step, &model, Call::not_made(turn, self.next_number(turn), None));
        let error = ProviderError::new(misfit.class, misfit.detail.clone());
        let outcome = AttemptOutcome::Skipped { class: misfit.class, until: None, detail: misfit.detail };
        self.end_attempt(step, turn, outcome);
        self.ask_another(step, turn, &error);
    }

    fn ask_another(&mut self, step: &mut Step, turn: TurnId, error: &ProviderError) {
        match self.left(turn).as_slice() {
            [] if self.comes_back(step, turn, error) => {}
            [] => self.give_up(step, turn, error.class),
            _ => self.switch(step, turn, error),
        }
    }

    pub(super) fn asked_next(&self, turn: TurnId) -> Option<(Participant, ModelRef)> {
        let speaker = self.conversation.turn(turn)?.speaker.as_ref()?;
        let model = speaker.route.get(self.voices.get(&turn)?.position)?;
        Some((speaker.clone(), model.clone()))
    }

    pub(super) fn next_number(&self, turn: TurnId) -> u32 {
        self.conversation.turn(turn).map_or(0, |turn| turn.attempts) + 1
    }

    /// The places on the speaker's route that may still be asked.
    pub(super) fn left(&self, turn: TurnId) -> Vec<usize> {
        let (Some(voice), Some(turn)) = (self.voices.get(&turn), self.conversation.turn(turn)) else {
            return Vec::new();
        };
        let Some(speaker) = &turn.speaker else { return Vec::new() };
        let places = voice.places_left(speaker.route.len());
        limits::left(&speaker.route, places, &voice.called, turn.attempts - turn.skipped)
    }

    /// The model was not asked: it is limited, down or off just now. That costs nothing and is not a try.
    pub(super) fn pass_over(&mut self, step: &mut Step, attempt: AttemptId, closed: Closed) {
        let Some(turn) = self.turn_of(attempt) else { return };
        let Closed { class, until, detail } = closed;
        let error = ProviderError::new(class, detail.clone());
        self.end_attempt(step, turn, AttemptOutcome::Skipped { class, until, detail });
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.called.pop();
        }
        self.ask_another(step, turn, &error);
    }

    /// The turn that is waiting for this attempt; anything else comes too late.
    pub(super) fn turn_of(&self, attempt: AttemptId) -> Option<TurnId> {
        let waits = |voice: &Voice| voice.reply().is_some_and(|reply| reply.attempt == attempt);
        self.voices.iter().find(|(_, voice)| waits(voice)).map(|(turn, _)| *turn)
    }

    pub(super) fn reply(&self, turn: TurnId) -> Option<&Reply> {
        self.voices.get(&turn)?.reply()
    }

    /// Says how the reply ended that is being heard, if one is.
    pub(super) fn report(&self, step: &mut Step, turn: TurnId, ending: Ending) {
        if let Some(reply) = self.reply(turn) {
            let (attempt, model, asked) = (reply.attempt, reply.model.clone(), reply.admitted_at);
            step.reports.push(Effect::Report { attempt, model, asked, ending });
        }
    }

    /// The reply broke off. Before its first word another try may follow; after it, what was said stands.
    pub(super) fn fail(&mut self, step: &mut Step, turn: TurnId, error: ProviderError) {
        if let Some(reply) = self.voices.get_mut(&turn).and_then(Voice::reply_mut) {
            reply.failed(&error);
        }
        self.report(step, turn, Ending::Failed(error.clone()));
        if self.reply(turn).is_some_and(|reply| reply.from_char.is_some()) {
            self.break_off(step, turn, &error);
        } else {
            self.end_attempt(step, turn, failed(&error));
            self.fall_back(step, turn, &error);
        }
    }

    fn fall_back(&mut self, step: &mut Step, turn: TurnId, error: &ProviderError) {
        match self.decide(step, turn, error) {
            Some(Decision::Again { after }) => self.wait_until(turn, step.at.elapsed + after),
            Some(Decision::Shorter) => {
                if let Some((speaker, model)) = self.asked_next(turn) {
                    // It may be that not even the window was full.
                    let sent = self.reply(turn).map(Reply::size);
                    let window = self.window_of(&speaker, &model);
                    let shorter = sent.map_or(window, |sent| sent.min(window)).third();
                    self.windows.insert(model, shorter.max(prompt::SHORTEST));
                }
                self.ask(step, turn);
            }
            Some(Decision::WithoutImages) => self.ask_without_images(step, turn, error.class),
            Some(Decision::Next) => {
                self.remember_to_come_back(step, turn, error);
                self.switch(step, turn, error);
            }
            Some(Decision::GiveUp) if fallback::is_anothers(error.class) && self.comes_back(step, turn, error) => {}
            Some(Decision::GiveUp) | None => self.give_up(step, turn, error.class),
        }
    }

    fn decide(&self, step: &Step, turn: TurnId, error: &ProviderError) -> Option<Decision> {
        Some(fallback::decide(self.failure(step, turn, error)?, self.jitter(turn)))
    }

    pub(super) fn failure(&self, step: &Step, id: TurnId, error: &ProviderError) -> Option<Failure> {
        let (voice, turn) = (self.voices.get(&id)?, self.conversation.turn(id)?);
        Some(Failure {
            class: error.class,
            retry_after: error.retry_after,
            advice: error.advice,
            tries: voice.tries,
            attempts: turn.attempts - turn.skipped,
            left: u32::try_from(self.left(id).len()).unwrap_or(u32::MAX),
            lasted: step.at.elapsed.saturating_sub(voice.began),
            thought: voice.reply().is_some_and(|reply| reply.thoughts.has_begun()),
            remapped: voice.is_remapped(),
            saw: voice.reply().is_some_and(|reply| reply.saw),
            rules: self.conversation.fallback,
        })
    }

    /// A throw from 0 to 1, another for each attempt.
    pub(super) fn jitter(&self, turn: TurnId) -> f32 {
        let (turn, attempt) = self.conversation.turn(turn).map_or((0, 0), |turn| (turn.number, turn.attempts));
        dice::of_attempt(self.conversation.seed, turn, attempt).throw()
    }

    /// On to the next model of the route, which is told about.
    pub(super) fn switch(&mut self, step: &mut Step, turn: TurnId, error: &ProviderError) {
        let from = self.asked_next(turn);
        let left = self.left(turn);
        if let Some(voice) = self.voices.get_mut(&turn) {
            let lasted = step.at.elapsed.saturating_sub(voice.began);
            voice.move_to(limits::next(&left, lasted).unwrap_or(voice.position + 1));
        }
        if let (Some((_, from)), Some((_, to))) = (from, self.asked_next(turn)) {
            self.tell_switch(step, turn, (from, to), error);
        }
        self.ask(step, turn);
    }

    /// How much of the past the model is shown: what it can hold, and less once it has said that it was too much.
    pub(super) fn window_of(&self, speaker: &Participant, model: &ModelRef) -> Tokens {
        let facts = self.facts(model);
        let known = match self.frame {
            Frame::Table => prompt::window(&self.conversation, speaker, &facts),
            Frame::Plain => prompt::plain_window(&self.conversation, speaker, &facts),
        };
        self.windows.get(model).map_or(known, |learned| known.min(*learned))
    }

    pub(super) fn wait_until(&mut self, turn: TurnId, until: std::time::Duration) {
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.stage = Stage::Waiting { until };
        }
    }

    /// Ends the open attempt, if one is open.
    pub(super) fn end_attempt(&mut self, step: &mut Step, turn: TurnId, outcome: AttemptOutcome) {
        let Some(attempt) = self.conversation.turn(turn).and_then(|turn| turn.attempt) else { return };
        let reply = self.reply(turn).filter(|reply| reply.attempt == attempt);
        let thought = reply.and_then(|reply| reply.thought(turn));
        let raw = reply.and_then(|reply| reply.raw_beside(self.stands_of(turn, reply)));
        let mut ended = self.ended(step, (attempt, turn), reply, outcome, None);
        if self.conversation.is_withheld(turn) {
            let revealed = raw.map(|raw| EventKind::AttemptRevealed { attempt, turn, raw });
            self.tell_at_the_end(thought.into_iter().chain(revealed));
        } else {
            if let EventKind::AttemptEnded { raw: told, .. } = &mut ended {
                *told = raw;
            }
            if let Some(thought) = thought {
                self.record(step, thought);
            }
        }
        self.record(step, ended);
    }
}
