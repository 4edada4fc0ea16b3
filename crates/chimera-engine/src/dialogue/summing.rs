//! Summing up what has fallen out of the next speaker's sight, when the user wants it. It is asked for before the turn,
//! of the conversation's own route for it or of the speaker's, a good piece at a time; where it fails the turn goes on
//! as it would have without, and says so.

use chimera_core::{
    AttemptOutcome, Choice, ChoiceReason, EventKind, Finish, MAX_SUMMARY_CHARS, MessageId, ModelRef, Participant,
    ParticipantId, PromptStamp, ReplyRequest, SummaryId, SummaryStamp,
};

use super::aside::{About, Aside};
use super::booking::wordless;
use super::{Dialogue, Frame, Refusal, Step};
use crate::health::Ending;
use crate::prompt::{self, Batch, Tokens};
use crate::turn_taking::{self, Next};

/// The message of which something is told otherwise from now on.
pub(super) fn retold(event: &EventKind) -> Option<MessageId> {
    match event {
        EventKind::MessageEdited { message, .. }
        | EventKind::MessageDeleted { message, .. }
        | EventKind::MessageRestored { message, .. } => Some(*message),
        _ => None,
    }
}

impl Dialogue {
    /// For whom something is to be summed up before this follows.
    pub(super) fn reader_to_sum_up_for(&self, next: &Next) -> Option<ParticipantId> {
        let is_wanted = self.conversation.summary.on && self.frame == Frame::Table;
        // The budget's last words are not spent on it.
        if !is_wanted || self.conversation.closing.is_some() || self.conversation.rests_from_summing_up() {
            return None;
        }
        let is_due = |reader: &&ParticipantId| {
            let reader = self.conversation.participant(**reader);
            reader.is_some_and(|reader| {
                let model = self.route_to_sum_up(reader).first();
                model.is_some_and(|model| self.batch(reader, model).is_some())
            })
        };
        // One for all who speak together: the next round is early enough for another.
        let reader = next.speakers().iter().find(is_due).copied()?;
        self.calls_for_closing(next.speakers()).is_none().then_some(reader)
    }

    fn route_to_sum_up<'s>(&'s self, reader: &'s Participant) -> &'s [ModelRef] {
        let own = &self.conversation.summary.route;
        if own.is_empty() { &reader.route } else { own }
    }

    /// What this model is to sum up for the reader.
    fn batch(&self, reader: &Participant, model: &ModelRef) -> Option<Batch> {
        let speaks = reader.route.first()?;
        let shown = (self.window_of(reader, speaks), self.sight_of(speaks, None));
        prompt::batch(&self.conversation, reader.id, shown, self.room_to_sum_up(model))
    }

    /// How much a model can be given to sum up at once.
    fn room_to_sum_up(&self, model: &ModelRef) -> Tokens {
        let known = prompt::room_to_sum_up(&self.facts(model));
        self.windows.get(model).map_or(known, |learned| known.min(*learned))
    }

    pub(super) fn sum_up_first(
        &mut self,
        step: &mut Step,
        reader: ParticipantId,
        next: Next,
        skipped: &[ParticipantId],
    ) {
        let route = self.conversation.participant(reader).map(|reader| self.route_to_sum_up(reader).to_vec());
        let asked = self.conversation.aside.as_ref().map(|aside| aside.turn);
        let turn = asked.unwrap_or_else(|| self.new_turn_id(step));
        let about = About::Summary { reader, next, batch: None };
        self.aside = Some(Aside::new(about, turn, route.unwrap_or_default(), skipped.to_vec(), step.at.elapsed));
        self.put_aside(step);
    }

    /// None when there is nothing to sum up any more.
    pub(super) fn question_for_summary(&mut self, model: &ModelRef) -> Option<(PromptStamp, ReplyRequest)> {
        let About::Summary { reader, .. } = self.aside.as_ref()?.about else { return None };
        let reader = self.conversation.participant(reader)?;
        let (room, batch) = (self.room_to_sum_up(model), self.batch(reader, model)?);
        let shown = self.window_of(reader, reader.route.first()?);
        let words = prompt::words_for(shown);
        let request = prompt::summary(&self.conversation, &batch, model, words, room);
        let asked = SummaryStamp { extends: batch.extends, through: batch.through, words };
        let stamp = PromptStamp { summary: Some(asked), ..prompt::stamp(&request, room) };
        let basis = self.conversation.summaries.basis();
        if let Some(About::Summary { batch: asked, .. }) = self.aside.as_mut().map(|aside| &mut aside.about) {
            *asked = Some((batch, basis));
        }
        Some((stamp, request))
    }

    /// Whether the model that found it too much can be given less.
    pub(super) fn may_sum_up_less(&mut self) -> bool {
        let Some(aside) = self.aside.as_ref().filter(|aside| matches!(aside.about, About::Summary { .. })) else {
            return false;
        };
        let Some(model) = aside.route.get(aside.position).cloned() else { return false };
        let room = self.room_to_sum_up(&model);
        self.windows.insert(model, room.third().max(prompt::SHORTEST));
        room > prompt::SHORTEST
    }

    /// The answer is here.
    pub(super) fn summed_up(&mut self, step: &mut Step, finish: Finish) {
        let Some(aside) = &self.aside else { return };
        let text: String = aside.answer().trim().chars().take(MAX_SUMMARY_CHARS).collect();
        if text.is_empty() || matches!(finish, Finish::ContentFilter | Finish::Refusal) {
            return self.aside_failed(step, wordless(finish));
        }
        self.report_aside(step, Ending::Answered);
        self.end_aside(step, AttemptOutcome::Answered { finish });
        let Some(aside) = self.aside.take() else { return };
        let skipped = aside.skipped.clone();
        let asked = aside.reply().map(|reply| (reply.attempt, reply.model.clone()));
        let About::Summary { next, batch, .. } = aside.about else { return };
        // Of words that are others by now it would tell what nobody said.
        let current = batch.filter(|(_, basis)| *basis == self.conversation.summaries.basis());
        if let (Some((attempt, model)), Some((Batch { extends, through, .. }, _))) = (asked, current) {
            let summary = self.new_summary_id(step);
            self.record(step, EventKind::SummaryWritten { summary, attempt, model, through, extends, text });
        }
        self.go_on_after_summary(step, next, &skipped);
    }

    /// None was made: the turn goes on, and for a while it is not tried again.
    pub(super) fn go_on_unsummed(&mut self, step: &mut Step, next: Next, skipped: &[ParticipantId], note: String) {
        self.record(step, EventKind::SummaryFailed { note });
        self.go_on_after_summary(step, next, skipped);
    }

    /// Meanwhile somebody may have left, been muted or been called, or a rule may be met.
    pub(super) fn go_on_after_summary(&mut self, step: &mut Step, next: Next, skipped: &[ParticipantId]) {
        if let Some(reason) = self.rule_met(step) {
            return self.end_by(step, reason);
        }
        let next = match (turn_taking::choose(&self.conversation, skipped), next) {
            (Next::AskModerator(candidates), Next::Speaks(chosen, choice))
                if candidates.contains(&chosen) && is_the_moderators(&choice) =>
            {
                Next::Speaks(chosen, choice)
            }
            (now, _) => now,
        };
        self.go_on(step, next, skipped);
    }

    /// What has to be told otherwise now is told by none of them any more.
    pub(super) fn outdate_summaries(&mut self, step: &mut Step, message: MessageId) {
        for summary in self.conversation.summaries_of(message) {
            self.record(step, EventKind::SummaryOutdated { summary });
        }
    }

    pub(super) fn edit_summary(&mut self, step: &mut Step, summary: SummaryId, text: &str) -> Result<(), Refusal> {
        let Some(before) = self.conversation.summaries.find(summary) else {
            let message = "there is no summary of that id, or what it covers was changed and it is not shown any more";
            return Err(Refusal::on("summary", message));
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::on("text", "there are no words left; turn summaries off to be without them"));
        }
        if text.chars().count() > MAX_SUMMARY_CHARS {
            return Err(Refusal::on("text", format!("that is too long; {MAX_SUMMARY_CHARS} characters are allowed")));
        }
        if before.text != text {
            self.record(step, EventKind::SummaryEdited { summary, text: text.to_owned() });
        }
        Ok(())
    }
}

fn is_the_moderators(choice: &Choice) -> bool {
    matches!(choice.reason, ChoiceReason::Moderated | ChoiceReason::ModeratorFailed)
}
