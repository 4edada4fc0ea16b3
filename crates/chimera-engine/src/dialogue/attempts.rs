use chimera_core::{
    AttemptId, AttemptOutcome, AttemptPurpose, ErrorClass, EventKind, ModelRef, Money, Participant, ProviderError,
    ReplyRequest, Reserve, StateReason, TurnOutcome, Usage,
};

use super::reply::Reply;
use super::said::Mend;
use super::voice::{Stage, Voice};
use super::{Dialogue, Step, budget};
use crate::fallback::{self, Decision, Failure, How};
use crate::guard::Guard;
use crate::health::{Closed, Ending};
use crate::prompt::Tokens;
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
        if let Some(reason) = self.forbids(speaker.id, &model, &reserve) {
            return self.hold_back(step, &speaker, &model, &reserve, reason);
        }
        let stamp = prompt::stamp(&request, window);
        let guard = Guard::at_table(&self.conversation, &speaker);
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
            let mut reply = Reply::new(attempt, model.clone(), guard, step.at.elapsed, size);
            if let Some(Mend { how: How::Continue, blank, .. }) = &voice.mend {
                reply.seam = Some(Seam::behind(voice.said.text(), blank));
            }
            voice.stage = Stage::Asked(Box::new(reply));
        }
        let others = self.left_after(&speaker).to_vec();
        step.effects.push(Effect::Ask { attempt, model, others, request });
    }

    /// The budget has no room for this model: another on the route may be cheaper.
    fn hold_back(
        &mut self,
        step: &mut Step,
        speaker: &Participant,
        model: &ModelRef,
        reserve: &Reserve,
        reason: StateReason,
    ) {
        let Some(turn) = &self.conversation.turn else { return };
        let (turn, number) = (turn.id, turn.attempts + 1);
        let fits = |model: &ModelRef| self.forbids(speaker.id, model, &self.question(speaker, model).1).is_none();
        if !self.left_after(speaker).iter().any(fits) {
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
                prompt: None,
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
        let is_continuing = |voice: &&Voice| voice.mend.as_ref().is_some_and(|mend| mend.how == How::Continue);
        let Some(voice) = self.voice.as_ref().filter(is_continuing) else {
            return prompt::request(&self.conversation, speaker, model, window);
        };
        let (left, quoted) = prompt::quoted(voice.said.text(), window);
        prompt::continuation(prompt::request(&self.conversation, speaker, model, left), &quoted)
    }

    pub(super) fn asked_next(&self) -> Option<(Participant, ModelRef)> {
        let speaker = self.conversation.turn.as_ref()?.speaker.as_ref()?;
        let model = speaker.route.get(self.voice.as_ref()?.position)?;
        Some((speaker.clone(), model.clone()))
    }

    /// The models on the speaker's route after the one whose turn it is.
    pub(super) fn left_after<'s>(&self, speaker: &'s Participant) -> &'s [ModelRef] {
        let next = self.voice.as_ref().map_or(0, |voice| voice.position + 1);
        speaker.route.get(next..).unwrap_or_default()
    }

    /// The model was not asked: it is limited, down or off just now. That costs nothing and is not a try.
    pub(super) fn pass_over(&mut self, step: &mut Step, attempt: AttemptId, closed: Closed) {
        if self.voice.as_mut().and_then(|voice| voice.reply_of(attempt)).is_none() {
            return;
        }
        let Closed { class, until, detail } = closed;
        let error = ProviderError::new(class, detail.clone());
        self.end_attempt(step, AttemptOutcome::Skipped { class, until, detail });
        if self.asked_next().is_some_and(|(speaker, _)| !self.left_after(&speaker).is_empty()) {
            self.switch(step, &error);
        } else {
            self.give_up(step, class);
        }
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
        let models = turn.speaker.as_ref()?.route.len();
        let failure = Failure {
            class: error.class,
            retry_after: error.retry_after,
            tries: voice.tries,
            attempts: turn.attempts - turn.skipped,
            left: u32::try_from(models.saturating_sub(voice.position + 1)).unwrap_or(u32::MAX),
            lasted: step.at.elapsed.saturating_sub(voice.began),
            thought: voice.reply().is_some_and(|reply| reply.thought),
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
        if let Some(voice) = &mut self.voice {
            voice.position += 1;
            voice.tries = 0;
        }
        if let (Some((_, from)), Some((_, to))) = (from, self.asked_next()) {
            self.tell_switch(step, from, to, error);
        }
        self.ask(step);
    }

    /// How much of the past the model is shown: what it can hold, and less once it has said that it was too much.
    pub(super) fn window_of(&self, speaker: &Participant, model: &ModelRef) -> Tokens {
        let known = prompt::window(&self.conversation, speaker, &self.facts(model));
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
