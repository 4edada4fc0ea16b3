//! What changes the shape of a conversation, and what has to be counted anew then.

use chimera_core::{EventKind, ParticipantId};

use super::apply::REMEMBERED_TAKERS;
use super::{Act, Branch, Conversation, Spoken};

impl Conversation {
    /// Folds the events that are about the tree itself; all others are none of its business.
    pub(super) fn reshape(&mut self, event: &EventKind) {
        match event {
            EventKind::MessageEdited { message, version, text, by } => {
                let (from, to) = (self.lines.version(*message).map_or(1, |(shown, _)| shown), *version);
                self.acts.note(*by, || Act::Edited { message: *message, from, to });
                self.lines.reword(*message, *version, text);
                self.forget_served(*message);
                self.summaries.retold();
            }
            EventKind::MessageDeleted { message, by } => {
                self.acts.note(*by, || Act::Deleted { message: *message });
                self.lines.set_deleted(*message, true);
                self.forget_served(*message);
                self.summaries.retold();
            }
            EventKind::MessageRestored { message, by } => {
                self.acts.note(*by, || Act::Restored { message: *message });
                self.lines.set_deleted(*message, false);
                self.forget_served(*message);
                self.summaries.retold();
            }
            EventKind::BranchCreated { branch, name, from, why, by } => {
                let (id, name, why) = (*branch, name.clone(), *why);
                let before = self.lines.current_branch().id;
                let made = Branch { id, name, head: *from, from: *from, why };
                self.lines.add_branch(id, &made.name, *from, why);
                self.acts.note(*by, || Act::Branched { from: before, branch: made });
                self.leave_failures_behind();
            }
            EventKind::BranchSwitched { branch, by, .. } => {
                let (from, to) = (self.lines.current_branch().id, *branch);
                self.acts.note(*by, || Act::Switched { from, to });
                self.lines.switch(to);
                self.leave_failures_behind();
            }
            EventKind::BranchRemoved { branch, to, by, .. } => {
                if by.is_command() {
                    self.acts.forget(*branch);
                } else {
                    self.acts.note(*by, || Act::Switched { from: *branch, to: *to });
                }
                self.lines.remove_branch(*branch, *to);
                self.leave_failures_behind();
            }
            EventKind::BranchRenamed { branch, name } => {
                self.lines.rename_branch(*branch, name);
                return;
            }
            _ => return,
        }
        self.count_anew();
    }

    /// What failed on another branch is no matter of this one.
    fn leave_failures_behind(&mut self) {
        self.past.cuts.clear();
        self.past.unheard = None;
    }

    /// Who has said how much, whose turn it was, who was called and has not answered, and whether the phrase that ends it
    /// was said: as the current branch tells it. How many turns there have been since the start is a matter of time and money, not of the branch.
    fn count_anew(&mut self) {
        let open: Vec<ParticipantId> = self.turns.iter().map(|turn| turn.participant).collect();
        let newest = self.past.begun.saturating_sub(u32::try_from(open.len()).unwrap_or(u32::MAX));
        self.past.spoken.clear();
        self.past.takers.clear();
        let mut age = 0;
        for (line, words) in self.lines.counted() {
            let Some(speaker) = line.participant() else { continue };
            let spoken = self
                .past
                .spoken
                .entry(speaker)
                .or_insert_with(|| Spoken { last_turn: newest.saturating_sub(age), ..Spoken::default() });
            spoken.turns += 1;
            spoken.words += words;
            if self.past.takers.len() < REMEMBERED_TAKERS {
                self.past.takers.push(speaker);
            }
            age += 1;
        }
        self.past.takers.reverse();
        self.past.takers.extend(self.past.unheard);
        self.count_calls(open);
        self.past.tally.phrase = self.phrase_said();
    }
}
