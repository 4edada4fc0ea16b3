use chimera_core::{BranchId, BranchReason, MessageId};

/// One way through the tree of lines. Its head only ever moves to what was said after it, so every line stays on the
/// branch it was said on.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub id: BranchId,
    pub name: String,
    pub head: Option<MessageId>,
    /// Where its head was when it was made.
    pub from: Option<MessageId>,
    pub why: BranchReason,
}

impl Branch {
    /// Whether nothing was ever said on it.
    pub fn is_bare(&self) -> bool {
        self.head == self.from
    }
}

/// What a conversation's first branch is called until somebody renames it.
pub const FIRST_NAME: &str = "Main";

/// All branches of a conversation. There is always a current one.
#[derive(Debug, Clone, PartialEq)]
pub struct Branches {
    all: Vec<Branch>,
    /// Their places in `all`, the one used last at the end.
    used: Vec<BranchId>,
    /// How many there have ever been: no name is given twice.
    made: u32,
}

impl Branches {
    pub fn of(first: BranchId) -> Self {
        let branch =
            Branch { id: first, name: FIRST_NAME.to_owned(), head: None, from: None, why: BranchReason::First };
        Self { all: vec![branch], used: vec![first], made: 1 }
    }

    /// In the order they were made.
    pub fn all(&self) -> &[Branch] {
        &self.all
    }

    pub fn find(&self, id: BranchId) -> Option<&Branch> {
        self.all.iter().find(|branch| branch.id == id)
    }

    pub fn current(&self) -> &Branch {
        self.used.last().and_then(|id| self.find(*id)).expect("there is always a current branch")
    }

    pub fn latest_first(&self) -> impl Iterator<Item = &Branch> {
        self.used.iter().rev().filter_map(|id| self.find(*id))
    }

    pub fn next_name(&self) -> String {
        format!("Branch {}", self.made + 1)
    }

    pub fn add(&mut self, branch: Branch) {
        self.used.push(branch.id);
        self.all.push(branch);
        self.made += 1;
    }

    pub fn set_head(&mut self, head: MessageId) {
        let Some(current) = self.used.last().copied() else { return };
        if let Some(branch) = self.find_mut(current) {
            branch.head = Some(head);
        }
    }

    pub fn switch(&mut self, to: BranchId) {
        if self.find(to).is_some() {
            self.used.retain(|used| *used != to);
            self.used.push(to);
        }
    }

    /// The last one stays, whatever happens.
    pub fn remove(&mut self, id: BranchId) {
        if self.all.len() > 1 {
            self.all.retain(|branch| branch.id != id);
            self.used.retain(|used| *used != id);
        }
    }

    pub fn rename(&mut self, id: BranchId, name: &str) {
        if let Some(branch) = self.find_mut(id) {
            name.clone_into(&mut branch.name);
        }
    }

    fn find_mut(&mut self, id: BranchId) -> Option<&mut Branch> {
        self.all.iter_mut().find(|branch| branch.id == id)
    }
}
