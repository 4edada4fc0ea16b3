//! Questions that are put before a turn and are not for its words: each is an attempt of its own, booked apart, through
//! the same fallback as all others. What is done with the answer is said where it is asked for.

use chimera_core::{
    AttemptId, AttemptOutcome, EventKind, Finish, ModelRef, PromptStamp, ProviderError, ReplyEvent, ReplyRequest,
};

use super::aside::{About, Aside, Without};
use super::booking::{Call, failed};
use super::reply::Reply;
use super::timers::impatience;
use super::voice::Stage;
use super::{Dialogue, Step};
use crate::fallback::{self, Decision, Failure};
use crate::guard::Guard;
use crate::health::{Closed, Ending};
use crate::prompt::Tokens;
use crate::{Effect, dice};

impl Dialogue {
    /// Puts the question to the model that is next on the route.
    pub(super) fn put_aside(&mut self, step: &mut Step) {
        let Some(aside) = &self.aside else { return };
        let Some(model) = aside.route.get(aside.position).cloned() else {
            return self.without_aside(step, Without::NoModel);
        };
        let question = match &aside.about {
            About::Choice { .. } => self.question_to_moderator(&model),
            About::Summary { .. } => self.question_for_summary(&model),
        };
        match question {
            Some((stamp, request)) => self.put_question(step, model, stamp, request),
            None => self.aside_is_moot(step),
        }
    }

    fn put_question(&mut self, step: &mut Step, model: ModelRef, stamp: PromptStamp, request: ReplyRequest) {
        let Ok(reserve) = self.has_room_for(&model, &request) else {
            return self.without_aside(step, Without::NoRoom);
        };
        let size = Tokens(stamp.size_tokens as usize);
        let number = self.conversation.aside.as_ref().map_or(0, |aside| aside.attempts) + 1;
        let Some(aside) = &self.aside else { return };
        let others = aside.route.get(aside.position + 1..).unwrap_or_default().to_vec();
        let call = Call {
            turn: aside.turn,
            number,
            purpose: aside.about.purpose(),
            prompt: Some(stamp),
            reserved: Some(reserve),
            retry: aside.tries,
        };
        let attempt = self.begin_attempt(step, &model, call);
        if let Some(aside) = &mut self.aside {
            aside.asked(Reply::new(attempt, model.clone(), Guard::new("", []), step.at.elapsed, size));
        }
        step.effects.push(Effect::Ask { attempt, model, others, request });
    }

    pub(super) fn is_aside(&self, attempt: AttemptId) -> bool {
        self.aside.as_ref().and_then(Aside::reply).is_some_and(|reply| reply.attempt == attempt)
    }

    pub(super) fn hear_aside(&mut self, step: &mut Step, heard: Result<ReplyEvent, ProviderError>) {
        let now = step.at.elapsed;
        let Some(aside) = &mut self.aside else { return };
        let Stage::Asked(reply) = &mut aside.stage else { return };
        match heard {
            Ok(ReplyEvent::Repaired(repair)) => reply.repairs.push(repair),
            Ok(ReplyEvent::Opened { request_id, status }) => reply.opened(now, request_id, status),
            Ok(ReplyEvent::Alive) => reply.sign_of_life(now),
            Ok(ReplyEvent::Model(name)) => reply.answered_by = Some(name),
            Ok(ReplyEvent::Usage(usage)) => reply.count(usage),
            Ok(ReplyEvent::Reasoning(thought)) => {
                if reply.think(now, &thought) {
                    let (attempt, turn) = (reply.attempt, aside.turn);
                    self.record(step, EventKind::AttemptThinking { attempt, turn });
                }
            }
            Ok(ReplyEvent::Text(text)) => {
                reply.progress(now, &text);
                reply.first_word(now);
                aside.hear(&text);
            }
            Ok(ReplyEvent::Finished(finish)) => {
                reply.ended();
                self.aside_answered(step, finish);
            }
            Err(error) => self.aside_failed(step, error),
        }
    }

    fn aside_answered(&mut self, step: &mut Step, finish: Finish) {
        match self.aside.as_ref().map(|aside| &aside.about) {
            Some(About::Choice { .. }) => self.chosen(step, finish),
            Some(About::Summary { .. }) => self.summed_up(step, finish),
            None => {}
        }
    }

    pub(super) fn aside_failed(&mut self, step: &mut Step, error: ProviderError) {
        if let Some(Aside { stage: Stage::Asked(reply), .. }) = &mut self.aside {
            reply.failed(&error);
        }
        self.report_aside(step, Ending::Failed(error.clone()));
        let decision = self.decide_aside(step, &error);
        self.end_aside(step, failed(&error));
        match decision {
            Some(Decision::Again { after }) => {
                if let Some(aside) = &mut self.aside {
                    aside.stage = Stage::Waiting { until: step.at.elapsed + after };
                }
            }
            Some(Decision::Shorter) if self.may_sum_up_less() => self.put_aside(step),
            // What a moderator is shown is short already, and there are images in neither.
            Some(Decision::Shorter | Decision::WithoutImages | Decision::Next) => self.ask_next_aside(step),
            Some(Decision::GiveUp) | None => self.without_aside(step, Without::Unanswered(error.class)),
        }
    }

    fn decide_aside(&self, step: &Step, error: &ProviderError) -> Option<Decision> {
        let (aside, open) = (self.aside.as_ref()?, self.conversation.aside.as_ref()?);
        let failure = Failure {
            class: error.class,
            retry_after: error.retry_after,
            advice: error.advice,
            tries: aside.tries,
            attempts: open.attempts - open.skipped,
            left: u32::try_from(aside.route.len().saturating_sub(aside.position + 1)).unwrap_or(u32::MAX),
            lasted: step.at.elapsed.saturating_sub(aside.began),
            thought: aside.reply().is_some_and(|reply| reply.thoughts.has_begun()),
            remapped: false,
            saw: false,
            rules: self.conversation.fallback,
        };
        let number = self.conversation.past.begun + 1;
        let jitter = dice::of_attempt(self.conversation.seed, number, open.attempts).throw();
        Some(fallback::decide(failure, jitter))
    }

    /// Limited, down or off just now: nobody waits for it.
    pub(super) fn pass_over_aside(&mut self, step: &mut Step, closed: Closed) {
        let Closed { class, until, detail } = closed;
        self.end_aside(step, AttemptOutcome::Skipped { class, until, detail });
        let is_last = self.aside.as_ref().is_none_or(|aside| aside.position + 1 >= aside.route.len());
        if is_last { self.without_aside(step, Without::Unanswered(class)) } else { self.ask_next_aside(step) }
    }

    fn ask_next_aside(&mut self, step: &mut Step) {
        if let Some(aside) = &mut self.aside {
            aside.position += 1;
            aside.tries = 0;
        }
        self.put_aside(step);
    }

    pub(super) fn wake_aside(&mut self, step: &mut Step) {
        let now = step.at.elapsed;
        match self.aside.as_ref().map(|aside| &aside.stage) {
            Some(Stage::Waiting { until }) if *until <= now => self.put_aside(step),
            Some(Stage::Asked(reply)) if reply.deadline() <= now => {
                let (attempt, error) = (reply.attempt, impatience(reply, now));
                step.effects.push(Effect::Cancel { attempt });
                self.aside_failed(step, error);
            }
            Some(Stage::InLine | Stage::Waiting { .. } | Stage::Asked(_) | Stage::Through) | None => {}
        }
    }

    /// Goes on without an answer, and says why.
    pub(super) fn without_aside(&mut self, step: &mut Step, why: Without) {
        let Some((why, skipped)) = self.aside.as_ref().map(|aside| (aside.about.without(why), aside.skipped.clone()))
        else {
            return;
        };
        match self.stop_aside(step) {
            Some(About::Choice { .. }) => match self.rule_met(step) {
                Some(reason) => self.end_by(step, reason),
                None => self.choose_by_score(step, &skipped, &why),
            },
            Some(About::Summary { next, .. }) => self.go_on_unsummed(step, next, &skipped, why),
            None => {}
        }
    }

    /// Nobody needs the answer any more.
    fn aside_is_moot(&mut self, step: &mut Step) {
        let skipped = self.aside.as_ref().map(|aside| aside.skipped.clone()).unwrap_or_default();
        match self.stop_aside(step) {
            Some(About::Choice { .. }) => self.follow_now(step, &skipped),
            Some(About::Summary { next, .. }) => self.go_on_after_summary(step, next, &skipped),
            None => {}
        }
    }

    /// Nobody listens to the question any more; what it was about, if one was asked.
    pub(super) fn stop_aside(&mut self, step: &mut Step) -> Option<About> {
        let open = self.conversation.aside.as_ref().and_then(|aside| aside.attempt);
        if let Some(attempt) = open.filter(|attempt| self.is_aside(*attempt)) {
            step.effects.push(Effect::Cancel { attempt });
            self.report_aside(step, Ending::Cancelled);
            self.end_aside(step, AttemptOutcome::Cancelled);
        }
        self.aside.take().map(|aside| aside.about)
    }

    pub(super) fn report_aside(&self, step: &mut Step, ending: Ending) {
        if let Some(reply) = self.aside.as_ref().and_then(Aside::reply) {
            let (attempt, model, asked) = (reply.attempt, reply.model.clone(), reply.admitted_at);
            step.reports.push(Effect::Report { attempt, model, asked, ending });
        }
    }

    /// Ends the open attempt at it, if one is open.
    pub(super) fn end_aside(&mut self, step: &mut Step, outcome: AttemptOutcome) {
        self.end_aside_with(step, outcome, None);
    }

    /// The same, with what the model wrote if that stands nowhere else.
    pub(super) fn end_aside_with(&mut self, step: &mut Step, outcome: AttemptOutcome, raw: Option<String>) {
        let Some(open) = &self.conversation.aside else { return };
        let (Some(attempt), turn) = (open.attempt, open.turn) else { return };
        let reply = self.aside.as_ref().and_then(Aside::reply).filter(|reply| reply.attempt == attempt);
        let ended = self.ended(step, (attempt, turn), reply, outcome, raw);
        if let Some(thought) = reply.and_then(|reply| reply.thought(turn)) {
            self.record(step, thought);
        }
        self.record(step, ended);
    }
}
