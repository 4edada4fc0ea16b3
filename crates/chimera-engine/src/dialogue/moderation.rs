//! Asking the moderator who speaks next. Its call is an attempt of its own, through the same fallback as all others; what
//! it answers is a wish, and where it is of no help the balanced score decides and says so.

use chimera_core::{
    AttemptOutcome, AttemptPurpose, Choice, ChoiceReason, ConversationChange, Finish, ModelRef, Moderator, Participant,
    ParticipantId, Policy, PromptStamp, ReplyRequest,
};

use super::aside::{About, Aside};
use super::{Dialogue, Refusal, Step};
use crate::health::Ending;
use crate::prompt::{self, Choosing};
use crate::turn_taking::{self, Next};
use crate::verdict;

/// What is kept of a moderator's answer.
const MAX_ANSWER_CHARS: usize = 2_000;

impl Dialogue {
    pub(super) fn ask_moderator(&mut self, step: &mut Step, skipped: &[ParticipantId]) {
        let Some(route) = self.moderators_route() else {
            return self.choose_by_score(step, skipped, "the moderator is not at the table");
        };
        let (turn, about) = (self.new_turn_id(step), About::Choice { misfit: None });
        self.aside = Some(Aside::new(about, turn, route, skipped.to_vec(), step.at.elapsed));
        self.put_aside(step);
    }

    fn moderators_route(&self) -> Option<Vec<ModelRef>> {
        match self.conversation.moderator.as_ref()? {
            Moderator::Participant { participant } => Some(self.conversation.participant(*participant)?.route.clone()),
            Moderator::Model { model } => Some(vec![model.clone()]),
        }
    }

    /// None when the moderator has nothing to choose any more.
    pub(super) fn question_to_moderator(&self, model: &ModelRef) -> Option<(PromptStamp, ReplyRequest)> {
        let aside = self.aside.as_ref()?;
        let Next::AskModerator(candidates) = turn_taking::choose(&self.conversation, &aside.skipped) else {
            return None;
        };
        let seat = self.moderating_seat();
        let known = || prompt::room_to_choose(&self.facts(model));
        let window = self.windows.get(model).copied().unwrap_or_else(known);
        let asked = Choosing { conversation: &self.conversation, seat, candidates: &candidates, misfit: self.misfit() };
        let request = prompt::choice(&asked, model, window);
        Some((prompt::stamp(&request, window), request))
    }

    /// Who moderates, if it sits at the table.
    pub(super) fn moderating_seat(&self) -> Option<&Participant> {
        match &self.conversation.moderator {
            Some(Moderator::Participant { participant }) => self.conversation.participant(*participant),
            Some(Moderator::Model { .. }) | None => None,
        }
    }

    /// What the moderator answered first, if that named nobody who may speak.
    fn misfit(&self) -> Option<&str> {
        match &self.aside.as_ref()?.about {
            About::Choice { misfit } => misfit.as_deref(),
            About::Summary { .. } => None,
        }
    }

    /// The answer is here. One that names nobody who may speak is asked for once more.
    pub(super) fn chosen(&mut self, step: &mut Step, finish: Finish) {
        let Some(aside) = &self.aside else { return };
        let (skipped, answer, is_last) = (aside.skipped.clone(), aside.answer().to_owned(), self.misfit().is_some());
        self.report_aside(step, Ending::Answered);
        // It stands nowhere else, and tells what the choice was made of.
        self.end_aside_with(step, AttemptOutcome::Answered { finish }, Some(shortened(&answer)));
        if let Some(reason) = self.rule_met(step) {
            self.aside = None;
            return self.end_by(step, reason);
        }
        // Since the question was put somebody may have left, been muted or been called.
        let candidates = match turn_taking::choose(&self.conversation, &skipped) {
            Next::AskModerator(candidates) => candidates,
            next @ (Next::Speaks(..) | Next::Together(..) | Next::AwaitNudge | Next::Nobody(_)) => {
                self.aside = None;
                return self.follow(step, next, &skipped);
            }
        };
        let seats = self.conversation.participants.iter().filter(|seat| candidates.contains(&seat.id));
        let seats: Vec<Participant> = seats.cloned().collect();
        match verdict::read(&answer, &seats) {
            Some((speaker, why)) => {
                self.aside = None;
                let because = Choice::because(self.conversation.policy, ChoiceReason::Moderated);
                self.follow(step, Next::Speaks(speaker, Choice { note: why, ..because }), &skipped);
            }
            None if is_last => {
                self.aside = None;
                self.choose_by_score(step, &skipped, "the moderator named nobody who may speak");
            }
            None => {
                if let Some(aside) = &mut self.aside {
                    aside.about = About::Choice { misfit: Some(answer) };
                    aside.tries = 0;
                }
                self.put_aside(step);
            }
        }
    }

    pub(super) fn choose_by_score(&mut self, step: &mut Step, skipped: &[ParticipantId], why: &str) {
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

    /// Something has happened that the moderator was not asked about: who is up is seen anew. When a summary is being
    /// made, that is done after it.
    pub(super) fn choose_anew(&mut self, step: &mut Step) {
        if self.aside.as_ref().is_some_and(|aside| aside.about.purpose() == AttemptPurpose::Choose) {
            self.stop_aside(step);
            self.next_turn(step, &[]);
        }
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
}

/// A line was asked for; whoever writes a page is not kept in full.
fn shortened(answer: &str) -> String {
    answer.chars().take(MAX_ANSWER_CHARS).collect()
}
