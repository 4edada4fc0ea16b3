use chimera_core::{
    Author, Choice, ChoiceReason, ConversationChange, ConversationState, EventKind, InterruptCause, MAX_TITLE_CHARS,
    ModelRef, Participant, ParticipantId, Policy, StateReason, TurnId, TurnOutcome,
};

use super::aside::Without;
use super::words::Words;
use super::{Afterwards, Dialogue, Refusal, Step};
use crate::turn_taking::{self, Next};
use crate::{Command, SayWhen, StopWhen};

impl Dialogue {
    pub(super) fn obey(&mut self, step: &mut Step, command: Command) -> Result<(), Refusal> {
        self.check_trash(&command)?;
        match command {
            Command::Say { text, when, to, images } => self.say(step, Words { text, images }, when, to),
            Command::Pin { message } => self.pin(step, message),
            Command::Unpin { message } => self.unpin(step, message),
            Command::Rename { title } => self.rename(step, title),
            Command::ChangeConversation { change } => self.change_rules(step, change),
            Command::EditSummary { summary, text } => self.edit_summary(step, summary, &text),
            Command::Mute { participant } => self.mute(step, participant),
            Command::Unmute { participant } => self.unmute(step, participant),
            Command::Recover { unfinished, withheld } => {
                self.recover(step, &unfinished, &withheld);
                Ok(())
            }
            _ if self.needs_recovery() => {
                Err(Refusal::new("the conversation was left in the middle of a turn; recover it first"))
            }
            Command::RetryWith { route } => self.retry_with(step, route),
            Command::Archive => self.archive(step),
            Command::Unarchive => {
                self.take_out_of_archive(step);
                Ok(())
            }
            Command::Trash => {
                self.trash(step);
                Ok(())
            }
            Command::TakeOutOfTrash => {
                self.take_out_of_trash(step);
                Ok(())
            }
            Command::SkipParticipant { participant } => self.skip_participant(step, participant),
            Command::Nudge { participant } => self.nudge(step, participant),
            Command::Regenerate { message, model } => self.regenerate(step, message, model),
            Command::ChooseAlternative { message } => self.choose_alternative(step, message),
            Command::Edit { message, text, edit } => self.edit(step, message, text, edit),
            Command::Delete { message } => self.delete(step, message),
            Command::Restore { message } => self.restore(step, message),
            Command::Undo => self.undo(step),
            Command::Redo => self.redo(step),
            Command::ContinueFrom { message } => self.continue_from(step, message),
            Command::Branch { from, name } => self.branch(step, from, name),
            Command::SwitchBranch { branch } => self.switch_branch(step, branch),
            Command::RenameBranch { branch, name } => self.rename_branch(step, branch, &name),
            Command::Join { participant, seat } => self.join(step, participant, seat),
            Command::Leave { participant } => self.leave(step, participant),
            Command::ChangeParticipant { participant, change } => self.change(step, participant, change),
            Command::Reorder { order } => self.reorder(step, order),
            command => self.lead(step, command),
        }
    }

    /// What the commands that move a conversation do in each of its states; whatever is not written here is refused.
    pub(super) fn lead(&mut self, step: &mut Step, command: Command) -> Result<(), Refusal> {
        use ConversationState::{Completed, Draft, NeedsAttention, Paused, Running};

        let state = self.conversation.state;
        match (state, command) {
            (Paused, Command::Resume) | (Draft | Completed | Paused, Command::Step) if self.waits_for_a_nudge() => {
                return Err(Refusal::awaiting_nudge());
            }
            (Draft | Completed, Command::Start) | (Paused, Command::Resume) => self.run(step, Afterwards::GoOn),
            (Draft | Completed | Paused, Command::Step) => self.run(step, Afterwards::Pause),
            (Running, Command::Pause) => {
                self.stop_aside(step);
                // Whoever speaks may finish, and if nobody answers for it, that is the one turn to be tried again.
                self.afterwards = match self.afterwards {
                    Afterwards::AsBefore => Afterwards::AsBefore,
                    _ if self.voices.is_empty() => Afterwards::GoOn,
                    _ => Afterwards::Pause,
                };
                self.enter(step, Paused, StateReason::User);
            }
            (Running | Paused | NeedsAttention, Command::Stop(StopWhen::Now)) => {
                self.afterwards = Afterwards::GoOn;
                self.stop_aside(step);
                if self.cut(step, &InterruptCause::User).is_none() {
                    self.take_back_alternative(step, TurnOutcome::Cancelled);
                }
                self.enter(step, Completed, StateReason::User);
            }
            (Running | Paused | NeedsAttention, Command::Stop(StopWhen::AfterTurn)) => self.stop_after_turn(step),
            (NeedsAttention, Command::Retry) => self.retry(step, None)?,
            (NeedsAttention, Command::Skip) if self.afterwards == Afterwards::AsBefore => {
                self.give_up_alternative(step)
            }
            // A step that failed is still a step.
            (NeedsAttention, Command::Skip) => self.run(step, self.afterwards),
            (Running | Paused, Command::Skip) if !self.voices.is_empty() => self.skip(step),
            (Running, Command::Skip) if self.aside.is_some() => self.without_aside(step, Without::Impatient),
            _ => return Err(Refusal::of(state)),
        }
        Ok(())
    }

    /// A turn that is still under way from before goes on; it is the one a step counts.
    pub(super) fn run(&mut self, step: &mut Step, afterwards: Afterwards) {
        let is_alternative = self.conversation.is_alternative() && self.is_under_way();
        let afterwards = if is_alternative { Afterwards::AsBefore } else { afterwards };
        self.afterwards = afterwards;
        self.enter(step, ConversationState::Running, afterwards.reason());
        if !self.is_under_way() {
            self.next_turn(step, &[]);
        }
    }

    fn skip(&mut self, step: &mut Step) {
        let skipped = self.speaking();
        let outcome = self.cut(step, &InterruptCause::User);
        self.after_cut(step, outcome, &skipped);
    }

    fn speaking(&self) -> Vec<ParticipantId> {
        self.conversation.turns.iter().map(|turn| turn.participant).collect()
    }

    /// Without those who were muted meanwhile; whoever was so before was called by the user.
    fn speaking_unmuted(&self) -> Vec<ParticipantId> {
        let is_muted = |seat: Option<&Participant>| seat.is_some_and(|seat| seat.muted);
        let turns = self.conversation.turns.iter();
        let asked = turns.filter(|turn| {
            is_muted(turn.speaker.as_ref()) || !is_muted(self.conversation.participant(turn.participant))
        });
        asked.map(|turn| turn.participant).collect()
    }

    fn skip_participant(&mut self, step: &mut Step, participant: ParticipantId) -> Result<(), Refusal> {
        self.seated(participant)?;
        let turn = self.turn_taken_by(participant);
        let speaks = |turn: &TurnId| self.voices.get(turn).is_some_and(|voice| voice.ended.is_none());
        let Some(turn) = turn.filter(speaks) else {
            return Err(Refusal::on("participant", "it does not speak just now; there is nothing to skip"));
        };
        if self.conversation.is_withheld(turn) {
            self.fall_out(step, turn, &InterruptCause::User);
            self.go_round(step);
        } else {
            self.skip(step);
        }
        Ok(())
    }

    /// Whoever is cut off before its first word has not had its turn, and still is not who speaks next.
    pub(super) fn after_cut(&mut self, step: &mut Step, outcome: Option<TurnOutcome>, skipped: &[ParticipantId]) {
        if outcome != Some(TurnOutcome::Cancelled) || !self.goes_on() {
            return self.after_turn(step);
        }
        let is_all = |members: &[ParticipantId]| members.iter().all(|member| skipped.contains(member));
        match turn_taking::choose(&self.conversation, skipped) {
            // The same would be asked the same, and paid again, as often as they are skipped.
            Next::Together(members, _) if is_all(&members) => {
                self.enter(step, ConversationState::Paused, StateReason::User);
            }
            _ => self.next_turn(step, skipped),
        }
    }

    /// Whether another turn follows one that was not taken.
    fn goes_on(&self) -> bool {
        self.conversation.state == ConversationState::Running && self.afterwards != Afterwards::AsBefore
    }

    /// Those who are still at the table are asked anew, together if they had been.
    fn try_again(&mut self, step: &mut Step, mut speakers: Vec<ParticipantId>) {
        speakers.retain(|speaker| self.conversation.participant(*speaker).is_some());
        let choice = Choice::because(self.conversation.policy, ChoiceReason::Retried);
        match speakers.as_slice() {
            [] => self.next_turn(step, &[]),
            [alone] => self.begin_turn(step, *alone, choice),
            _ => self.begin_round(step, speakers, ChoiceReason::Retried),
        }
    }

    fn stop_after_turn(&mut self, step: &mut Step) {
        if self.voices.is_empty() {
            self.stop_aside(step);
            self.take_back_alternative(step, TurnOutcome::Cancelled);
            self.enter(step, ConversationState::Completed, StateReason::User);
            return;
        }
        self.afterwards = Afterwards::Complete;
        if self.conversation.state == ConversationState::Running {
            self.enter(step, ConversationState::Paused, StateReason::User);
        }
    }

    fn retry_with(&mut self, step: &mut Step, route: Vec<ModelRef>) -> Result<(), Refusal> {
        if self.conversation.state != ConversationState::NeedsAttention {
            return Err(Refusal::of(self.conversation.state));
        }
        if route.is_empty() {
            return Err(Refusal::on("route", "no model is named: leave the route out to ask the speaker's own"));
        }
        if self.failed().len() > 1 {
            let message = "several are asked again at once, each by its own models: change their routes instead";
            return Err(Refusal::on("route", message));
        }
        self.retry(step, Some(route))
    }

    /// Who is up again: the newest speaker, or everybody of the newest round.
    fn failed(&self) -> Vec<ParticipantId> {
        match self.conversation.past.round.as_slice() {
            [] => self.conversation.past.last.map(|(_, participant)| participant).into_iter().collect(),
            round => round.to_vec(),
        }
    }

    fn retry(&mut self, step: &mut Step, route: Option<Vec<ModelRef>>) -> Result<(), Refusal> {
        let failed = self.failed();
        let is_gone = failed.iter().any(|speaker| self.conversation.participant(*speaker).is_none());
        // Nobody else can say an alternative to what it said.
        if self.afterwards == Afterwards::AsBefore && is_gone {
            return Err(Refusal::new("its speaker has left the table; seat it again first, or skip it"));
        }
        self.enter(step, ConversationState::Running, self.afterwards.reason());
        // An alternative is not measured by the rules: the conversation it belongs to may have ended.
        if let Some(reason) = self.rule_met(step).filter(|_| self.afterwards != Afterwards::AsBefore) {
            self.end_by(step, reason);
            return Ok(());
        }
        match failed.as_slice() {
            // Whom the user had named instead of the speaker's own models is asked again, too.
            [alone] if self.conversation.participant(*alone).is_some() => {
                let route = route.or_else(|| self.conversation.past.last_route.clone());
                let round = self.conversation.past.last_round;
                let choice = Choice::because(self.conversation.policy, ChoiceReason::Retried);
                self.begin_turn_on(step, *alone, choice, route, round);
            }
            _ => self.try_again(step, failed),
        }
        Ok(())
    }

    /// To everybody, or as a whisper to some.
    fn say(&mut self, step: &mut Step, words: Words, when: SayWhen, to: Vec<ParticipantId>) -> Result<(), Refusal> {
        words.check()?;
        let audience = self.audience(to)?;
        let speaking = self.speaking_unmuted();
        let cut = match (when, &audience) {
            (SayWhen::After, _) => None,
            (SayWhen::Now, None) => self.cut(step, &InterruptCause::Interjected),
            // That the user said something just then is for nobody else to know.
            (SayWhen::Now, Some(_)) => self.cut(step, &InterruptCause::User),
        };
        self.put_user_line(step, words, audience);
        let calls_nobody = self.conversation.called.is_empty();
        match cut {
            // Whoever had not begun is asked anew and hears what was said, unless it called somebody else.
            Some(TurnOutcome::Cancelled)
                if self.goes_on() && calls_nobody && self.conversation.nudged.is_none() && !speaking.is_empty() =>
            {
                match self.rule_met(step) {
                    Some(reason) => self.end_by(step, reason),
                    None => self.try_again(step, speaking),
                }
            }
            Some(_) => self.after_cut(step, cut, &[]),
            // Whoever the user called speaks next, whatever the moderator would have said.
            None if !calls_nobody && self.awaits_a_call() => self.run(step, Afterwards::GoOn),
            None if !calls_nobody => self.choose_anew(step),
            None => {}
        }
        Ok(())
    }

    /// Whether it goes on as soon as the user calls somebody, and waits again after those who were called.
    fn awaits_a_call(&self) -> bool {
        let conversation = &self.conversation;
        let is_waiting = conversation.reason == Some(StateReason::AwaitingNudge);
        is_waiting && conversation.state == ConversationState::Paused && conversation.policy == Policy::Manual
    }

    /// At the end of the current branch. What is spoken into is no longer put away.
    pub(super) fn put_user_line(&mut self, step: &mut Step, words: Words, audience: Option<Vec<ParticipantId>>) {
        self.take_out_of_archive(step);
        let Words { text, images } = words;
        let message = self.new_message_id(step);
        let parent = self.conversation.lines.head();
        let (turn, author, finish) = (None, Author::User, None);
        let completed = EventKind::MessageCompleted { message, turn, author, parent, text, finish, audience, images };
        self.record(step, completed);
    }

    fn change_rules(&mut self, step: &mut Step, change: ConversationChange) -> Result<(), Refusal> {
        self.has_moderator(&change)?;
        let change = ConversationChange {
            summary: change.summary.filter(|summary| *summary != self.conversation.summary),
            moderator: change.moderator.filter(|moderator| Some(moderator) != self.conversation.moderator.as_ref()),
            policy: change.policy.filter(|policy| *policy != self.conversation.policy),
            end: change.end.filter(|end| *end != self.conversation.end),
            fallback: change.fallback.filter(|fallback| *fallback != self.conversation.fallback),
            stall_after_s: change.stall_after_s.filter(|s| *s != self.conversation.stall_after_s.unwrap_or(0)),
        };
        if change != ConversationChange::default() {
            self.record(step, EventKind::ConversationChanged(change));
        }
        Ok(())
    }

    fn rename(&mut self, step: &mut Step, title: String) -> Result<(), Refusal> {
        let title = title.trim();
        if title.is_empty() {
            return Err(Refusal::new("a title needs at least one letter"));
        }
        if title.chars().count() > MAX_TITLE_CHARS {
            return Err(Refusal::new(format!("that title is too long; {MAX_TITLE_CHARS} characters are allowed")));
        }
        if title != self.conversation.title {
            self.record(step, EventKind::ConversationRenamed { title: title.to_owned() });
        }
        Ok(())
    }
}
