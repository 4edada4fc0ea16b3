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

    /// Where the conversation was when this branch was made.
    pub fn made_from(&self, made: BranchId) -> Option<BranchId> {
        self.done.iter().rev().find_map(|act| match act {
            Act::Branched { from, branch } if branch.id == made => Some(*from),
            _ => None,
        })
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

    /// How many of the acts that could be undone are about this branch.
    pub fn about(&self, branch: BranchId) -> u32 {
        u32::try_from(self.done.iter().filter(|act| act.is_about(branch)).count()).unwrap_or(u32::MAX)
    }

    /// A branch was given up before anything was said on it: it counts for nothing that it was there.
    pub(super) fn forget(&mut self, gone: BranchId) {
        self.done.retain(|act| !act.is_about(gone));
        self.undone.clear();
    }
}

impl Act {
    fn is_about(&self, one: BranchId) -> bool {
        match self {
            Act::Edited { .. } | Act::Deleted { .. } | Act::Restored { .. } => false,
            Act::Switched { from, to } => *from == one || *to == one,
            Act::Branched { from, branch } => *from == one || branch.id == one,
        }
    }
}
