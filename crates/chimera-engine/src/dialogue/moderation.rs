//! Asking the moderator who speaks next. Its call is an attempt of its own, through the same fallback as all others; what
//! it answers is a wish, and where it is of no help the balanced score decides and says so.

use chimera_core::{
    AttemptId, AttemptOutcome, AttemptPurpose, Choice, ChoiceReason, ConversationChange, ErrorClass, EventKind, Finish,
    ModelRef, Moderator, Participant, ParticipantId, Policy, ProviderError, ReplyEvent,
};

use super::attempts::failed;
use super::chooser::Chooser;
use super::reply::Reply;
use super::timers::impatience;
use super::voice::Stage;
use super::{Dialogue, Refusal, Step};
use crate::fallback::{self, Decision, Failure};
use crate::guard::Guard;
use crate::health::{Closed, Ending};
use crate::prompt::{self, Tokens};
use crate::turn_taking::{self, Next};
use crate::{Effect, dice, verdict};

impl Dialogue {
    pub(super) fn ask_moderator(&mut self, step: &mut Step, skipped: &[ParticipantId]) {
        let Some(route) = self.moderators_route() else {
            return self.choose_by_score(step, skipped, "the moderator is not at the table");
        };
        let turn = self.new_turn_id(step);
        self.chooser = Some(Chooser::new(turn, route, skipped.to_vec(), step.at.elapsed));
        self.put_choice(step);
    }

    fn moderators_route(&self) -> Option<Vec<ModelRef>> {
        match self.conversation.moderator.as_ref()? {
            Moderator::Participant { participant } => Some(self.conversation.participant(*participant)?.route.clone()),
            Moderator::Model { model } => Some(vec![model.clone()]),
        }
    }

    /// Puts the question to the model whose turn it is.
    fn put_choice(&mut self, step: &mut Step) {
        let Some(chooser) = &self.chooser else { return };
        let (turn, skipped, misfit) = (chooser.turn, chooser.skipped.clone(), chooser.misfit.clone());
        let Some(model) = chooser.route.get(chooser.position).cloned() else {
            return self.choose_without(step, "no model is left for the moderator");
        };
        let others = chooser.route.get(chooser.position + 1..).unwrap_or_default().to_vec();
        let candidates = match turn_taking::choose(&self.conversation, &skipped) {
            Next::AskModerator(candidates) => candidates,
            next @ (Next::Speaks(..) | Next::Together(..) | Next::AwaitNudge | Next::Nobody(_)) => {
                self.stop_choosing(step);
                return self.follow(step, next, &skipped);
            }
        };
        let seat = match &self.conversation.moderator {
            Some(Moderator::Participant { participant }) => self.conversation.participant(*participant),
            Some(Moderator::Model { .. }) | None => None,
        };
        let window = self.windows.get(&model).copied().unwrap_or(prompt::WINDOW);
        let request = prompt::choice(&self.conversation, seat, &candidates, &model, window, misfit.as_deref());
        let Ok(reserve) = self.has_room_for(&model, &request) else {
            return self.choose_without(step, "the budget has no room for the moderator");
        };
        let stamp = prompt::stamp(&request, window);
        let size = Tokens(stamp.size_tokens as usize);

        let attempt = self.new_attempt_id(step);
        let retry = self.chooser.as_ref().map_or(0, |chooser| chooser.tries);
        let number = self.conversation.choosing.as_ref().map_or(0, |choosing| choosing.attempts) + 1;
        self.record(
            step,
            EventKind::AttemptStarted {
                attempt,
                turn,
                number,
                model: model.clone(),
                purpose: AttemptPurpose::Choose,
                prompt: Some(stamp),
                reserved: Some(reserve),
                retry,
            },
        );
        if let Some(chooser) = &mut self.chooser {
            chooser.asked(Reply::new(attempt, model.clone(), Guard::new("", []), step.at.elapsed, size));
        }
        step.effects.push(Effect::Ask { attempt, model, others, request });
    }

    pub(super) fn is_chooser(&self, attempt: AttemptId) -> bool {
        self.chooser.as_ref().and_then(Chooser::reply).is_some_and(|reply| reply.attempt == attempt)
    }

    pub(super) fn hear_choice(&mut self, step: &mut Step, heard: Result<ReplyEvent, ProviderError>) {
        let now = step.at.elapsed;
        let Some(chooser) = &mut self.chooser else { return };
        let Stage::Asked(reply) = &mut chooser.stage else { return };
        match heard {
            Ok(ReplyEvent::Opened { request_id, status }) => reply.opened(now, request_id, status),
            Ok(ReplyEvent::Alive) => reply.sign_of_life(now),
            Ok(ReplyEvent::Model(name)) => reply.answered_by = Some(name),
            Ok(ReplyEvent::Usage(usage)) => reply.count(usage),
            Ok(ReplyEvent::Reasoning(thought)) => {
                reply.progress(now, &thought);
                reply.thought = true;
            }
            Ok(ReplyEvent::Text(text)) => {
                reply.progress(now, &text);
                reply.first_word(now);
                chooser.hear(&text);
            }
            Ok(ReplyEvent::Finished(finish)) => self.chosen(step, finish),
            Err(error) => self.choice_failed(step, error),
        }
    }

    /// The answer is here. One that names nobody who may speak is asked for once more.
    fn chosen(&mut self, step: &mut Step, finish: Finish) {
        let Some(chooser) = &self.chooser else { return };
        let (skipped, answer, is_last) =
            (chooser.skipped.clone(), chooser.answer().to_owned(), chooser.misfit.is_some());
        self.report_choice(step, Ending::Answered);
        self.end_choice(step, AttemptOutcome::Answered { finish });
        if let Some(reason) = self.rule_met(step) {
            self.chooser = None;
            return self.end_by(step, reason);
        }
        // Since the question was put somebody may have left, been muted or been called.
        let candidates = match turn_taking::choose(&self.conversation, &skipped) {
            Next::AskModerator(candidates) => candidates,
            next @ (Next::Speaks(..) | Next::Together(..) | Next::AwaitNudge | Next::Nobody(_)) => {
                self.chooser = None;
                return self.follow(step, next, &skipped);
            }
        };
        let seats = self.conversation.participants.iter().filter(|seat| candidates.contains(&seat.id));
        let seats: Vec<Participant> = seats.cloned().collect();
        match verdict::read(&answer, &seats) {
            Some((speaker, why)) => {
                self.chooser = None;
                let because = Choice::because(self.conversation.policy, ChoiceReason::Moderated);
                self.follow(step, Next::Speaks(speaker, Choice { note: why, ..because }), &skipped);
            }
            None if is_last => self.choose_without(step, "the moderator named nobody who may speak"),
            None => {
                if let Some(chooser) = &mut self.chooser {
                    chooser.misfit = Some(answer);
                    chooser.tries = 0;
                }
                self.put_choice(step);
            }
        }
    }

    fn choice_failed(&mut self, step: &mut Step, mut error: ProviderError) {
        if let Some(reply) = self.chooser.as_ref().and_then(Chooser::reply) {
            error = reply.failed(error);
        }
        self.report_choice(step, Ending::Failed(error.clone()));
        let decision = self.decide_choice(step, &error);
        self.end_choice(step, failed(&error));
        match decision {
            Some(Decision::Again { after }) => {
                if let Some(chooser) = &mut self.chooser {
                    chooser.stage = Stage::Waiting { until: step.at.elapsed + after };
                }
            }
            // What it is shown is short already, and there are no images in it.
            Some(Decision::Shorter | Decision::WithoutImages | Decision::Next) => self.ask_next_chooser(step),
            Some(Decision::GiveUp) | None => self.no_chooser_left(step, error.class),
        }
    }

    fn decide_choice(&self, step: &Step, error: &ProviderError) -> Option<Decision> {
        let (chooser, choosing) = (self.chooser.as_ref()?, self.conversation.choosing.as_ref()?);
        let failure = Failure {
            class: error.class,
            retry_after: error.retry_after,
            tries: chooser.tries,
            attempts: choosing.attempts - choosing.skipped,
            left: u32::try_from(chooser.route.len().saturating_sub(chooser.position + 1)).unwrap_or(u32::MAX),
            lasted: step.at.elapsed.saturating_sub(chooser.began),
            thought: chooser.reply().is_some_and(|reply| reply.thought),
            remapped: false,
            saw: false,
            rules: self.conversation.fallback,
        };
        let number = self.conversation.past.begun + 1;
        let jitter = dice::of_attempt(self.conversation.seed, number, choosing.attempts).throw();
        Some(fallback::decide(failure, jitter))
    }

    /// Limited, down or off just now: nobody waits for it.
    pub(super) fn pass_over_chooser(&mut self, step: &mut Step, closed: Closed) {
        let Closed { class, until, detail } = closed;
        self.end_choice(step, AttemptOutcome::Skipped { class, until, detail });
        let is_last = self.chooser.as_ref().is_none_or(|chooser| chooser.position + 1 >= chooser.route.len());
        if is_last { self.no_chooser_left(step, class) } else { self.ask_next_chooser(step) }
    }

    fn ask_next_chooser(&mut self, step: &mut Step) {
        if let Some(chooser) = &mut self.chooser {
            chooser.position += 1;
            chooser.tries = 0;
        }
        self.put_choice(step);
    }

    fn no_chooser_left(&mut self, step: &mut Step, class: ErrorClass) {
        self.choose_without(step, &format!("the moderator did not answer: {class}"));
    }

    pub(super) fn wake_chooser(&mut self, step: &mut Step) {
        let now = step.at.elapsed;
        match self.chooser.as_ref().map(|chooser| &chooser.stage) {
            Some(Stage::Waiting { until }) if *until <= now => self.put_choice(step),
            Some(Stage::Asked(reply)) if reply.deadline() <= now => {
                let (attempt, error) = (reply.attempt, impatience(reply, now));
                step.effects.push(Effect::Cancel { attempt });
                self.choice_failed(step, error);
            }
            Some(Stage::InLine | Stage::Waiting { .. } | Stage::Asked(_) | Stage::Through) | None => {}
        }
    }

    /// Goes on without the moderator's word.
    pub(super) fn choose_without(&mut self, step: &mut Step, why: &str) {
        let skipped = self.chooser.as_ref().map(|chooser| chooser.skipped.clone()).unwrap_or_default();
        self.stop_choosing(step);
        self.choose_by_score(step, &skipped, why);
    }

    fn choose_by_score(&mut self, step: &mut Step, skipped: &[ParticipantId], why: &str) {
        match turn_taking::choose(&self.conversation, skipped) {
            Next::AskModerator(_) => {
                let scored = turn_taking::without_moderator(&self.conversation, skipped, why.to_owned());
                if let Some((speaker, choice)) = scored {
                    self.follow(step, Next::Speaks(speaker, choice), skipped);
                }
            }
            next @ (Next::Speaks(..) | Next::Together(..) | Next::AwaitNudge | Next::Nobody(_)) => {
                self.follow(step, next, skipped)
            }
        }
    }

    /// Something has happened that the moderator was not asked about: who is up is seen anew.
    pub(super) fn choose_anew(&mut self, step: &mut Step) {
        if self.stop_choosing(step) {
            self.next_turn(step, &[]);
        }
    }

    /// Nobody listens to the moderator any more; whether somebody did.
    pub(super) fn stop_choosing(&mut self, step: &mut Step) -> bool {
        let open = self.conversation.choosing.as_ref().and_then(|choosing| choosing.attempt);
        if let Some(attempt) = open.filter(|attempt| self.is_chooser(*attempt)) {
            step.effects.push(Effect::Cancel { attempt });
            self.report_choice(step, Ending::Cancelled);
            self.end_choice(step, AttemptOutcome::Cancelled);
        }
        self.chooser.take().is_some()
    }

    pub(super) fn is_moderated_by(&self, participant: ParticipantId) -> bool {
        self.conversation.moderator == Some(Moderator::Participant { participant })
    }

    /// Whether after this change there is a moderator, should one be needed.
    pub(super) fn has_moderator(&self, change: &ConversationChange) -> Result<(), Refusal> {
        let moderator = change.moderator.as_ref().or(self.conversation.moderator.as_ref());
        if change.policy == Some(Policy::Moderator) && moderator.is_none() {
            return Err(Refusal::on("moderator", "a moderated conversation needs a moderator: name a seat or a model"));
        }
        match &change.moderator {
            Some(Moderator::Participant { participant }) if self.conversation.participant(*participant).is_none() => {
                Err(Refusal::on("moderator.participant", "nobody at this table has that id"))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn report_choice(&self, step: &mut Step, ending: Ending) {
        if let Some(reply) = self.chooser.as_ref().and_then(Chooser::reply) {
            let (attempt, model) = (reply.attempt, reply.model.clone());
            step.reports.push(Effect::Report { attempt, model, ending });
        }
    }

    /// Ends the open attempt at a choice, if one is open.
    pub(super) fn end_choice(&mut self, step: &mut Step, outcome: AttemptOutcome) {
        let Some(choosing) = &self.conversation.choosing else { return };
        let (Some(attempt), turn) = (choosing.attempt, choosing.turn) else { return };
        let reply = self.chooser.as_ref().and_then(Chooser::reply);
        let (usage, cost) = self.came_to(attempt, reply, &outcome);
        let ended = EventKind::AttemptEnded {
            attempt,
            turn,
            outcome,
            answered_by: reply.and_then(|reply| reply.answered_by.clone()),
            timings: reply.map(|reply| reply.timings(step.at.elapsed)).unwrap_or_default(),
            usage,
            cost,
            raw: None,
        };
        self.record(step, ended);
    }
}
