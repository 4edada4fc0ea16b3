use chimera_core::{
    AttemptId, AttemptOutcome, AttemptPurpose, ErrorClass, EventKind, ModelRef, Money, Participant, PromptStamp,
    ProviderError, ReplyRequest, Reserve, StateReason, TurnOutcome, Usage,
};

use super::reply::Reply;
use super::said::Mend;
use super::voice::{Stage, Voice};
use super::{Dialogue, Frame, Step, budget};
use crate::fallback::{self, Decision, Failure, How, limits};
use crate::guard::Guard;
use crate::health::{Closed, Ending};
use crate::prompt::{Misfit, Tokens};
use crate::seam::Seam;
use crate::{Effect, dice, prompt};

impl Dialogue {
    /// Asks the model whose turn on the route it is.
    pub(super) fn ask(&mut self, step: &mut Step) {
        let Some((speaker, model)) = self.asked_next() else {
            self.end_turn(step, TurnOutcome::Failed);
            return self.after_failure(step, ErrorClass::NotConfigured);
        };
        let Some(turn) = &self.conversation.turn else { return };
        let (turn, number) = (turn.id, turn.attempts + 1);
        if let Some(reason) = self.time_is_up(step).filter(|_| number > 1) {
            return self.end_before_a_word(step, reason);
        }
        let window = self.window_of(&speaker, &model);
        let (request, reserve) = self.question(&speaker, &model);
        let stamp = prompt::stamp(&request, window);
        if let Some(reason) = self.forbids(speaker.id, &model, &reserve) {
            return self.hold_back(step, (&speaker, &model), stamp, &reserve, reason);
        }
        if let Some(misfit) = prompt::fit(&self.facts(&model), Tokens(stamp.size_tokens as usize)) {
            return self.leave_out(step, misfit);
        }
        let guard = match self.frame {
            Frame::Table => Guard::at_table(&self.conversation, &speaker),
            Frame::Plain => Guard::open(),
        };
        let left = self.left();
        let attempt = self.new_attempt_id(step);

        let size = Tokens(stamp.size_tokens as usize);
        let (prompt, reserved) = (Some(stamp), Some(reserve));
        let retry = self.voice.as_ref().map_or(0, |voice| voice.tries);
        self.record(
            step,
            EventKind::AttemptStarted {
                attempt,
                turn,
                number,
                model: model.clone(),
                purpose: AttemptPurpose::Speak,
                prompt,
                reserved,
                retry,
            },
        );
        if let Some(voice) = &mut self.voice {
            voice.tries += 1;
            voice.called.push(model.connection.clone());
            let mut reply = Reply::new(attempt, model.clone(), guard, step.at.elapsed, size);
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
        (speaker, model): (&Participant, &ModelRef),
        stamp: PromptStamp,
        reserve: &Reserve,
        reason: StateReason,
    ) {
        let Some(turn) = &self.conversation.turn else { return };
        let (turn, number) = (turn.id, turn.attempts + 1);
        let fits = |model: &ModelRef| self.forbids(speaker.id, model, &self.question(speaker, model).1).is_none();
        let left = self.left();
        if !left.iter().filter_map(|place| speaker.route.get(*place)).any(fits) {
            return self.end_before_a_word(step, reason);
        }
        let attempt = self.new_attempt_id(step);
        let (class, detail) = budget::passed_over(&reason, reserve);
        let error = ProviderError::new(class, detail.clone());
        self.record(
            step,
            EventKind::AttemptStarted {
                attempt,
                turn,
                number,
                model: model.clone(),
                purpose: AttemptPurpose::Speak,
                prompt: Some(stamp),
                reserved: None,
                retry: 0,
            },
        );
        self.end_attempt(step, AttemptOutcome::Skipped { class, until: None, detail });
        self.switch(step, &error);
    }

    /// What the model is asked: for the speaker's turn, or to go on with it where another broke off.
    pub(super) fn words_for(&self, speaker: &Participant, model: &ModelRef) -> ReplyRequest {
        let window = self.window_of(speaker, model);
        let request = |window| match self.frame {
            Frame::Table => prompt::request(&self.conversation, speaker, model, window),
            Frame::Plain => prompt::plain(&self.conversation, speaker, model, window),
        };
        let is_continuing = |voice: &&Voice| voice.mend.as_ref().is_some_and(|mend| mend.how == How::Continue);
        let Some(voice) = self.voice.as_ref().filter(is_continuing) else { return request(window) };
        let (left, quoted) = prompt::quoted(voice.said.text(), window);
        prompt::continuation(request(left), &quoted)
    }

    /// The model could not take the question, so it is not put to it. That costs nothing and is not a try.
    fn leave_out(&mut self, step: &mut Step, misfit: Misfit) {
        let Some((_, model)) = self.asked_next() else { return };
        let Some(turn) = &self.conversation.turn else { return };
        let (turn, number) = (turn.id, turn.attempts + 1);
        let attempt = self.new_attempt_id(step);
        self.wait_until(step.at.elapsed);
        self.record(
            step,
            EventKind::AttemptStarted {
                attempt,
                turn,
                number,
                model,
                purpose: AttemptPurpose::Speak,
                prompt: None,
                reserved: None,
                retry: 0,
            },
        );
        let error = ProviderError::new(misfit.class, misfit.detail.clone());
        self.end_attempt(step, AttemptOutcome::Skipped { class: misfit.class, until: None, detail: misfit.detail });
        if self.left().is_empty() { self.give_up(step, error.class) } else { self.switch(step, &error) }
    }

    pub(super) fn asked_next(&self) -> Option<(Participant, ModelRef)> {
        let speaker = self.conversation.turn.as_ref()?.speaker.as_ref()?;
        let model = speaker.route.get(self.voice.as_ref()?.position)?;
        Some((speaker.clone(), model.clone()))
    }

    /// The places on the speaker's route, behind the one whose turn it is, that may still be asked.
    pub(super) fn left(&self) -> Vec<usize> {
        let Some(turn) = &self.conversation.turn else { return Vec::new() };
        let (Some(voice), Some(speaker)) = (&self.voice, &turn.speaker) else { return Vec::new() };
        limits::left(&speaker.route, voice.position, &voice.called, turn.attempts - turn.skipped)
    }

    /// The model was not asked: it is limited, down or off just now. That costs nothing and is not a try.
    pub(super) fn pass_over(&mut self, step: &mut Step, attempt: AttemptId, closed: Closed) {
        if self.voice.as_mut().and_then(|voice| voice.reply_of(attempt)).is_none() {
            return;
        }
        let Closed { class, until, detail } = closed;
        let error = ProviderError::new(class, detail.clone());
        self.end_attempt(step, AttemptOutcome::Skipped { class, until, detail });
        if let Some(voice) = &mut self.voice {
            voice.called.pop();
        }
        if self.left().is_empty() { self.give_up(step, class) } else { self.switch(step, &error) }
    }

    /// Says how the reply ended that is being heard, if one is.
    pub(super) fn report(&self, step: &mut Step, ending: Ending) {
        if let Some(reply) = self.voice.as_ref().and_then(|voice| voice.reply()) {
            let (attempt, model) = (reply.attempt, reply.model.clone());
            step.reports.push(Effect::Report { attempt, model, ending });
        }
    }

    /// The reply broke off. Before its first word another try may follow; after it, what was said stands.
    pub(super) fn fail(&mut self, step: &mut Step, mut error: ProviderError) {
        if let Some(reply) = self.voice.as_ref().and_then(|voice| voice.reply()) {
            error.request_id = error.request_id.or_else(|| reply.request_id.clone());
        }
        self.report(step, Ending::Failed(error.clone()));
        if self.voice.as_ref().and_then(|voice| voice.reply()).is_some_and(|reply| reply.from_char.is_some()) {
            self.break_off(step, &error);
        } else {
            self.end_attempt(step, failed(&error));
            self.fall_back(step, &error);
        }
    }

    fn fall_back(&mut self, step: &mut Step, error: &ProviderError) {
        match self.decide(step, error) {
            Some(Decision::Again { after }) => self.wait_until(step.at.elapsed + after),
            Some(Decision::Shorter) => {
                if let Some((speaker, model)) = self.asked_next() {
                    // It may be that not even the window was full.
                    let sent = self.voice.as_ref().and_then(|voice| voice.reply()).map(Reply::size);
                    let window = self.window_of(&speaker, &model);
                    let shorter = sent.map_or(window, |sent| sent.min(window)).third();
                    self.windows.insert(model, shorter.max(prompt::SHORTEST));
                }
                self.ask(step);
            }
            Some(Decision::Next) => self.switch(step, error),
            Some(Decision::GiveUp) | None => self.give_up(step, error.class),
        }
    }

    fn decide(&self, step: &Step, error: &ProviderError) -> Option<Decision> {
        let voice = self.voice.as_ref()?;
        let turn = self.conversation.turn.as_ref()?;
        let failure = Failure {
            class: error.class,
            retry_after: error.retry_after,
            tries: voice.tries,
            attempts: turn.attempts - turn.skipped,
            left: u32::try_from(self.left().len()).unwrap_or(u32::MAX),
            lasted: step.at.elapsed.saturating_sub(voice.began),
            thought: voice.reply().is_some_and(|reply| reply.thought),
            remapped: voice.called.windows(2).any(|two| two[0] != two[1]),
            rules: self.conversation.fallback,
        };
        Some(fallback::decide(failure, self.jitter()))
    }

    /// A throw from 0 to 1, another for each attempt.
    pub(super) fn jitter(&self) -> f32 {
        let (turn, attempt) = self.conversation.turn.as_ref().map_or((0, 0), |turn| (turn.number, turn.attempts));
        dice::of_attempt(self.conversation.seed, turn, attempt).throw()
    }

    /// On to the next model of the route, which is told about.
    pub(super) fn switch(&mut self, step: &mut Step, error: &ProviderError) {
        let from = self.asked_next();
        let left = self.left();
        if let Some(voice) = &mut self.voice {
            let lasted = step.at.elapsed.saturating_sub(voice.began);
            voice.position = limits::next(&left, lasted).unwrap_or(voice.position + 1);
            voice.tries = 0;
        }
        if let (Some((_, from)), Some((_, to))) = (from, self.asked_next()) {
            self.tell_switch(step, from, to, error);
        }
        self.ask(step);
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

    pub(super) fn wait_until(&mut self, until: std::time::Duration) {
        if let Some(voice) = &mut self.voice {
            voice.stage = Stage::Waiting { until };
        }
    }

    /// Ends the open attempt, if one is open.
    pub(super) fn end_attempt(&mut self, step: &mut Step, outcome: AttemptOutcome) {
        let Some(turn) = &self.conversation.turn else { return };
        let Some(attempt) = turn.attempt else { return };
        let turn = turn.id;
        let reply = self.voice.as_ref().and_then(|voice| voice.reply());
        let (usage, cost) = self.came_to(reply.filter(|reply| reply.attempt == attempt), &outcome);
        let ended = EventKind::AttemptEnded {
            attempt,
            turn,
            outcome,
            answered_by: reply.and_then(|reply| reply.answered_by.clone()),
            timings: reply.map(|reply| reply.timings(step.at.elapsed)).unwrap_or_default(),
            usage,
            cost,
            raw: reply.and_then(|reply| reply.raw_beside(self.stands_of(reply))),
        };
        self.record(step, ended);
    }

    /// What an attempt used and cost. Nobody bills for a question that was not asked, or was refused; what a call came
    /// to of which nobody heard the end is not known.
    pub(super) fn came_to(&self, reply: Option<&Reply>, outcome: &AttemptOutcome) -> (Option<Usage>, Option<Money>) {
        match (outcome, reply) {
            (AttemptOutcome::Skipped { .. }, _) => (None, Some(Money::ZERO)),
            (_, None) => (None, None),
            (AttemptOutcome::Failed { class, .. }, Some(reply))
                if reply.is_silent() && fallback::is_refusal(*class) =>
            {
                (None, Some(Money::ZERO))
            }
            (_, Some(reply)) => {
                let usage = reply.usage();
                (Some(usage), self.facts(&reply.model).price.and_then(|price| price.cost(&usage)))
            }
        }
    }
}

pub(super) fn failed(error: &ProviderError) -> AttemptOutcome {
    AttemptOutcome::Failed {
        class: error.class,
        detail: error.detail.clone(),
        status: error.status,
        request_id: error.request_id.clone(),
    }
}
