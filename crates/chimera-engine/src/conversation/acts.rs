use chimera_core::{ActedBy, BranchId, MessageId};

use super::branches::Branch;

/// Something the user did to the shape of the conversation, with what is needed to take it back.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Edited {
        message: MessageId,
        from: u32,
        to: u32,
    },
    Deleted {
        message: MessageId,
    },
    Restored {
        message: MessageId,
    },
    Switched {
        from: BranchId,
        to: BranchId,
    },
    /// `branch` as it was made: it is gone if nothing was said on it before the act was undone.
    Branched {
        from: BranchId,
        branch: Branch,
    },
}

/// What can be taken back, and what can be done again; the newest at the end.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Acts {
    done: Vec<Act>,
    undone: Vec<Act>,
}

impl Acts {
    pub fn to_undo(&self) -> Option<&Act> {
        self.done.last()
    }

    pub fn to_redo(&self) -> Option<&Act> {
        self.undone.last()
    }

    /// An act by command is new; one by undo or redo only moves from one pile to the other.
    pub(super) fn note(&mut self, by: ActedBy, act: impl FnOnce() -> Act) {
        match by {
            ActedBy::Command => {
                self.undone.clear();
                self.done.push(act());
            }
            ActedBy::Undo => self.undone.extend(self.done.pop()),
            ActedBy::Redo => self.done.extend(self.undone.pop()),
        }
    }

    /// A branch was given up before anything was said on it: that it was made counts for nothing.
    pub(super) fn forget(&mut self, branch: BranchId) {
        self.done.retain(|act| !matches!(act, Act::Branched { branch: made, .. } if made.id == branch));
    }
}
