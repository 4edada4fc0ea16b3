//! What a user does to what has been said: edit, delete, restore, branch, switch, and take all of it back.

use chimera_core::{
    ActedBy, Author, BranchId, BranchReason, ConversationState, EventKind, MAX_NAME_CHARS, MAX_SAY_CHARS, MessageId,
    MessageStatus, StateReason,
};

use super::words::Words;
use super::{Afterwards, Dialogue, Refusal, Step};
use crate::conversation::Act;
use crate::{EditAs, Line};

impl Dialogue {
    pub(super) fn edit(
        &mut self,
        step: &mut Step,
        message: MessageId,
        text: String,
        edit: EditAs,
    ) -> Result<(), Refusal> {
        let line = self.whole_line(message)?;
        let (author, parent, audience, images) = (line.author, line.parent, line.audience.clone(), line.images.clone());
        let is_same = line.text == text;
        if self.conversation.lines.is_deleted(message) {
            return Err(Refusal::on("message", "that message is deleted; restore it first"));
        }
        if text.trim().is_empty() && images.is_empty() {
            return Err(Refusal::on("text", "there are no words left; delete the message instead"));
        }
        if text.chars().count() > MAX_SAY_CHARS {
            return Err(Refusal::on("text", format!("that is too long; {MAX_SAY_CHARS} characters are allowed")));
        }
        match edit {
            EditAs::Version => {
                let versions = self.conversation.lines.version(message).map_or(1, |(_, all)| all);
                if !is_same {
                    let version = versions + 1;
                    self.record(step, EventKind::MessageEdited { message, version, text, by: ActedBy::Command });
                }
            }
            EditAs::Branch => {
                if author != Author::User {
                    let message = "only your own words can be said anew; edit them in place or regenerate them";
                    return Err(Refusal::on("message", message));
                }
                self.nobody_speaks()?;
                self.begin_branch(step, parent, None, BranchReason::Edited { message });
                self.put_user_line(step, Words { text, images }, audience);
                self.leave_failure_behind(step);
            }
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, step: &mut Step, message: MessageId) -> Result<(), Refusal> {
        self.whole_line(message)?;
        if !self.conversation.lines.is_deleted(message) {
            self.record(step, EventKind::MessageDeleted { message, by: ActedBy::Command });
        }
        Ok(())
    }

    pub(super) fn restore(&mut self, step: &mut Step, message: MessageId) -> Result<(), Refusal> {
        self.whole_line(message)?;
        if self.conversation.lines.is_deleted(message) {
            self.record(step, EventKind::MessageRestored { message, by: ActedBy::Command });
        }
        Ok(())
    }

    pub(super) fn branch(&mut self, step: &mut Step, from: MessageId, name: Option<String>) -> Result<(), Refusal> {
        self.whole_line(from).map_err(|refusal| Refusal { field: refusal.field.map(|_| "from"), ..refusal })?;
        let name = name.map(|name| branch_name(&name)).transpose()?;
        self.nobody_speaks()?;
        self.begin_branch(step, Some(from), name, BranchReason::Branched);
        self.leave_failure_behind(step);
        Ok(())
    }

    /// Behind the newest message there is nothing to branch off from.
    pub(super) fn continue_from(&mut self, step: &mut Step, message: MessageId) -> Result<(), Refusal> {
        self.whole_line(message)?;
        self.nobody_speaks()?;
        if self.conversation.lines.head() != Some(message) {
            self.begin_branch(step, Some(message), None, BranchReason::Branched);
        }
        self.leave_failure_behind(step);
        self.run(step, Afterwards::GoOn);
        Ok(())
    }

    pub(super) fn switch_branch(&mut self, step: &mut Step, branch: BranchId) -> Result<(), Refusal> {
        self.known_branch(branch)?;
        if branch == self.conversation.lines.current_branch().id {
            return Ok(());
        }
        self.nobody_speaks()?;
        self.switch_to(step, branch, ActedBy::Command);
        self.leave_failure_behind(step);
        Ok(())
    }

    /// Whatever branch holds the message, the one used last if several do: the present one holds what stands on it.
    pub(super) fn choose_alternative(&mut self, step: &mut Step, message: MessageId) -> Result<(), Refusal> {
        self.line(message)?;
        match self.conversation.lines.branch_with(message) {
            Some(branch) => self.switch_branch(step, branch),
            None => Ok(()),
        }
    }

    pub(super) fn rename_branch(&mut self, step: &mut Step, branch: BranchId, name: &str) -> Result<(), Refusal> {
        let name = branch_name(name)?;
        if self.known_branch(branch)? != name {
            self.record(step, EventKind::BranchRenamed { branch, name });
        }
        Ok(())
    }

    pub(super) fn undo(&mut self, step: &mut Step) -> Result<(), Refusal> {
        let Some(act) = self.conversation.acts.to_undo().cloned() else {
            return Err(Refusal::new("there is nothing to undo"));
        };
        let by = ActedBy::Undo;
        match act {
            Act::Edited { message, from, .. } => self.reword(step, message, from, by),
            Act::Deleted { message } => self.record(step, EventKind::MessageRestored { message, by }),
            Act::Restored { message } => self.record(step, EventKind::MessageDeleted { message, by }),
            Act::Switched { from, .. } => {
                self.nobody_speaks()?;
                self.switch_to(step, from, by);
                self.leave_failure_behind(step);
            }
            Act::Branched { from, branch } => {
                self.nobody_speaks()?;
                if self.conversation.lines.branch(branch.id).is_some_and(|branch| branch.is_bare()) {
                    self.remove_branch(step, branch.id, from, by);
                } else {
                    self.switch_to(step, from, by);
                }
                self.leave_failure_behind(step);
            }
        }
        Ok(())
    }

    pub(super) fn redo(&mut self, step: &mut Step) -> Result<(), Refusal> {
        let Some(act) = self.conversation.acts.to_redo().cloned() else {
            return Err(Refusal::new("there is nothing to do again"));
        };
        let by = ActedBy::Redo;
        match act {
            Act::Edited { message, to, .. } => self.reword(step, message, to, by),
            Act::Deleted { message } => self.record(step, EventKind::MessageDeleted { message, by }),
            Act::Restored { message } => self.record(step, EventKind::MessageRestored { message, by }),
            Act::Switched { to, .. } => {
                self.nobody_speaks()?;
                self.switch_to(step, to, by);
                self.leave_failure_behind(step);
            }
            Act::Branched { branch, .. } => {
                self.nobody_speaks()?;
                if self.conversation.lines.branch(branch.id).is_some() {
                    self.switch_to(step, branch.id, by);
                } else {
                    let (from, why) = (branch.from, branch.why);
                    let created = EventKind::BranchCreated { branch: branch.id, name: branch.name, from, why, by };
                    self.record(step, created);
                }
                self.leave_failure_behind(step);
            }
        }
        Ok(())
    }

    /// Makes a branch that goes on after `from`, and goes on with it.
    pub(super) fn begin_branch(
        &mut self,
        step: &mut Step,
        from: Option<MessageId>,
        name: Option<String>,
        why: BranchReason,
    ) {
        let branch = self.new_branch_id(step);
        let name = name.unwrap_or_else(|| self.conversation.lines.next_branch_name());
        self.record(step, EventKind::BranchCreated { branch, name, from, why, by: ActedBy::Command });
    }

    pub(super) fn remove_branch(&mut self, step: &mut Step, branch: BranchId, to: BranchId, by: ActedBy) {
        let head = self.conversation.lines.branch(to).and_then(|branch| branch.head);
        let forgotten = if by.is_command() { self.conversation.acts.about(branch) } else { 0 };
        self.record(step, EventKind::BranchRemoved { branch, to, head, forgotten, by });
    }

    fn switch_to(&mut self, step: &mut Step, branch: BranchId, by: ActedBy) {
        let head = self.conversation.lines.branch(branch).and_then(|branch| branch.head);
        self.record(step, EventKind::BranchSwitched { branch, head, by });
    }

    fn reword(&mut self, step: &mut Step, message: MessageId, version: u32, by: ActedBy) {
        let text = self.conversation.lines.wording(message, version).unwrap_or_default().to_owned();
        self.record(step, EventKind::MessageEdited { message, version, text, by });
    }

    /// Where nobody answered is no place any more that the conversation is at.
    fn leave_failure_behind(&mut self, step: &mut Step) {
        match (self.conversation.state, self.afterwards) {
            (ConversationState::NeedsAttention, Afterwards::AsBefore) => self.stand_as_before(step),
            (ConversationState::NeedsAttention, _) => {
                self.afterwards = Afterwards::GoOn;
                self.enter(step, ConversationState::Paused, StateReason::User);
            }
            _ => {}
        }
    }

    /// What is being said belongs to the branch it began on, and so does the choice of who says it.
    pub(super) fn nobody_speaks(&self) -> Result<(), Refusal> {
        if !self.conversation.turns.is_empty() || self.is_under_way() {
            return Err(Refusal::new("somebody is speaking; pause and let the turn end, skip the speaker, or stop"));
        }
        Ok(())
    }

    fn line(&self, message: MessageId) -> Result<&Line, Refusal> {
        let line = self.conversation.lines.find(message);
        line.ok_or_else(|| Refusal::on("message", "there is no message of that id in this conversation"))
    }

    /// A message that is not still being said.
    pub(super) fn whole_line(&self, message: MessageId) -> Result<&Line, Refusal> {
        let line = self.line(message)?;
        if line.status == MessageStatus::Streaming {
            return Err(Refusal::new("that message is still being said; wait for its end, or cut it off with skip"));
        }
        Ok(line)
    }

    /// Its name.
    fn known_branch(&self, branch: BranchId) -> Result<&str, Refusal> {
        let found = self.conversation.lines.branch(branch);
        let found = found.ok_or_else(|| Refusal::on("branch", "there is no branch of that id in this conversation"))?;
        Ok(&found.name)
    }
}

fn branch_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::on("name", "a branch's name needs at least one letter"));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(Refusal::on("name", format!("that name is too long; {MAX_NAME_CHARS} characters are allowed")));
    }
    Ok(name.to_owned())
}
