//! Out of the list and back: what is put away or thrown away never runs.

use chimera_core::{ConversationState, EventKind, InterruptCause, StateReason};

use super::{Afterwards, Dialogue, Refusal, Step};
use crate::Command;

impl Dialogue {
    /// What can be done with a conversation in the trash: get it out, or leave it there.
    pub(super) fn check_trash(&self, command: &Command) -> Result<(), Refusal> {
        let is_fit = matches!(command, Command::Trash | Command::TakeOutOfTrash | Command::Recover { .. });
        if self.conversation.trashed && !is_fit {
            return Err(Refusal::new("the conversation is in the trash; restore it first"));
        }
        Ok(())
    }

    /// Nothing goes on out of sight: one that runs is paused, and who speaks may finish.
    pub(super) fn archive(&mut self, step: &mut Step) -> Result<(), Refusal> {
        if self.conversation.archived {
            return Ok(());
        }
        if self.conversation.state == ConversationState::Running {
            self.lead(step, Command::Pause)?;
        }
        self.record(step, EventKind::ConversationArchived {});
        Ok(())
    }

    pub(super) fn take_out_of_archive(&mut self, step: &mut Step) {
        if self.conversation.archived {
            self.record(step, EventKind::ConversationUnarchived {});
        }
    }

    /// Who speaks is cut off, and its words are kept. Archived or not, it stays what it was.
    pub(super) fn trash(&mut self, step: &mut Step) {
        if self.conversation.trashed {
            return;
        }
        self.fall_quiet(step);
        self.record(step, EventKind::ConversationTrashed {});
    }

    pub(super) fn take_out_of_trash(&mut self, step: &mut Step) {
        if self.conversation.trashed {
            self.record(step, EventKind::ConversationRestored {});
        }
    }

    /// As if paused and cut off, so that it can be resumed where it was; one that was to end with the turn has ended.
    fn fall_quiet(&mut self, step: &mut Step) {
        let is_running = self.conversation.state == ConversationState::Running;
        if !is_running && !self.is_under_way() {
            return;
        }
        self.stop_aside(step);
        self.cut(step, &InterruptCause::User);
        match std::mem::replace(&mut self.afterwards, Afterwards::GoOn) {
            Afterwards::Complete => self.enter(step, ConversationState::Completed, StateReason::User),
            Afterwards::AsBefore => self.stand_as_before(step),
            Afterwards::GoOn | Afterwards::Pause if is_running => {
                self.enter(step, ConversationState::Paused, StateReason::User);
            }
            Afterwards::GoOn | Afterwards::Pause => {}
        }
    }
}
