use std::collections::HashMap;

use chimera_core::{
    Author, BranchId, BranchReason, Finish, ImageRef, InterruptCause, MessageId, MessageStatus, ParticipantId, RoundId,
};

use super::branches::{Branch, Branches};

/// One message, as far as the engine cares.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub message: MessageId,
    pub parent: Option<MessageId>,
    pub author: Author,
    /// The version that is shown.
    pub text: String,
    pub status: MessageStatus,
    pub cause: Option<InterruptCause>,
    pub finish: Option<Finish>,
    /// Who heard it, when it was a whisper.
    pub audience: Option<Vec<ParticipantId>>,
    /// What is shown with it, whichever version of the words.
    pub images: Vec<ImageRef>,
    /// The round it was said in, or for which it is an alternative.
    pub round: Option<RoundId>,
}

impl Line {
    /// Who said it, when it was not the user.
    pub fn participant(&self) -> Option<ParticipantId> {
        match self.author {
            Author::User => None,
            Author::Participant { participant } => Some(participant),
        }
    }

    /// Whoever was not meant learns nothing of a whisper: not its words, and not that there was one.
    pub fn is_heard_by(&self, reader: ParticipantId) -> bool {
        self.is_public() || self.participant() == Some(reader) || self.audience.iter().flatten().any(|it| *it == reader)
    }

    /// What may stand before a reader who does not sit at the table.
    pub fn is_public(&self) -> bool {
        self.audience.is_none()
    }
}

/// A line, and what the user did to it.
#[derive(Debug, Clone, PartialEq)]
struct Node {
    line: Line,
    /// Every wording, the first first; empty as long as there is only one.
    versions: Vec<String>,
    /// Which of them is shown, counted from one.
    version: u32,
    is_deleted: bool,
    /// Words of the line, once they have been counted.
    words: Option<u64>,
}

/// Everything said, as a tree: each line's parent is what it was said after. One branch of it is the current one.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    nodes: Vec<Node>,
    index: HashMap<MessageId, usize>,
    /// The current branch, oldest first. What was said later has the higher number, so it can be searched.
    path: Vec<usize>,
    /// Those that not everybody has heard, oldest first.
    whispers: Vec<usize>,
    branches: Branches,
    /// Lines that show something, in the order in which they were said.
    pictured: Vec<usize>,
}

impl Lines {
    /// Nothing said yet, on one branch.
    pub(super) fn on(first: BranchId) -> Self {
        let (nodes, index, path, whispers) = (Vec::new(), HashMap::new(), Vec::new(), Vec::new());
        Self { nodes, index, path, whispers, branches: Branches::of(first), pictured: Vec::new() }
    }

    /// The newest message of the current branch, whole or not, hidden or not: the parent of the next.
    pub fn head(&self) -> Option<MessageId> {
        self.branches.current().head
    }

    /// The current branch without what was deleted, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Line> + Clone {
        self.first(usize::MAX)
    }

    /// The same of no more than so many messages, hidden or not.
    pub fn first(&self, messages: usize) -> impl DoubleEndedIterator<Item = &Line> + Clone {
        self.path[..messages.min(self.path.len())]
            .iter()
            .map(|at| &self.nodes[*at])
            .filter(|node| !node.is_deleted)
            .map(|node| &node.line)
    }

    /// The whole current branch, oldest first: each line's parent is the line before it.
    pub fn path(&self) -> impl DoubleEndedIterator<Item = &Line> + Clone {
        self.path.iter().map(|at| &self.nodes[*at].line)
    }

    /// How many of the current branch's messages, hidden or not, stand before this one; none when it is not on it.
    pub fn place(&self, message: MessageId) -> Option<usize> {
        self.path.binary_search(self.index.get(&message)?).ok()
    }

    /// The message of the current branch that so many stand before, hidden or not.
    pub fn at(&self, place: usize) -> Option<&Line> {
        self.path.get(place).map(|at| &self.nodes[*at].line)
    }

    /// The whispers of the current branch that were not deleted, newest first.
    pub fn whispers(&self) -> impl Iterator<Item = &Line> {
        let on_branch = self.whispers.iter().rev().filter(|at| self.path.binary_search(at).is_ok());
        on_branch.map(|at| &self.nodes[*at]).filter(|node| !node.is_deleted).map(|node| &node.line)
    }

    /// The lines of the current branch that show something and are not deleted, newest first.
    pub fn pictured(&self) -> impl Iterator<Item = &Line> {
        let shown = self.pictured.iter().rev().filter(|at| self.path.binary_search(at).is_ok());
        shown.map(|at| &self.nodes[*at]).filter(|node| !node.is_deleted).map(|node| &node.line)
    }

    /// On whatever branch it is.
    pub fn find(&self, message: MessageId) -> Option<&Line> {
        self.node(message).map(|node| &node.line)
    }

    pub fn is_deleted(&self, message: MessageId) -> bool {
        self.node(message).is_some_and(|node| node.is_deleted)
    }

    /// Which version of a message is shown, and how many there are.
    pub fn version(&self, message: MessageId) -> Option<(u32, u32)> {
        let node = self.node(message)?;
        Some((node.version, u32::try_from(node.versions.len()).unwrap_or(u32::MAX).max(1)))
    }

    /// The wording of a version, counted from one.
    pub fn wording(&self, message: MessageId, version: u32) -> Option<&str> {
        let node = self.node(message)?;
        match node.versions.get(version.checked_sub(1)? as usize) {
            Some(text) => Some(text),
            None => (version == node.version).then_some(node.line.text.as_str()),
        }
    }

    pub fn branches(&self) -> &[Branch] {
        self.branches.all()
    }

    pub fn branch(&self, id: BranchId) -> Option<&Branch> {
        self.branches.find(id)
    }

    pub fn current_branch(&self) -> &Branch {
        self.branches.current()
    }

    /// What a new branch is called when nobody names it.
    pub fn next_branch_name(&self) -> String {
        self.branches.next_name()
    }

    /// The branch that holds a message: the one that was used last, if several do.
    pub fn branch_with(&self, message: MessageId) -> Option<BranchId> {
        let holds = |branch: &&Branch| self.way_up(branch.head).any(|at| self.nodes[at].line.message == message);
        self.branches.latest_first().find(holds).map(|branch| branch.id)
    }

    /// What was not deleted of the current branch from one place to another, both included, oldest first.
    pub fn stretch(&self, from: usize, to: usize) -> impl Iterator<Item = &Line> {
        let stretch = self.path.iter().take(to.saturating_add(1)).skip(from);
        stretch.map(|at| &self.nodes[*at]).filter(|node| !node.is_deleted).map(|node| &node.line)
    }

    /// Whether a message is another, or stands before it on its branch.
    pub fn leads_to(&self, message: MessageId, later: MessageId) -> bool {
        self.way_up(Some(later)).any(|at| self.nodes[at].line.message == message)
    }

    pub(super) fn push(&mut self, line: Line) {
        let (message, parent) = (line.message, line.parent);
        let is_next = parent == self.head();
        let at = self.nodes.len();
        self.nodes.push(Node { line, versions: Vec::new(), version: 1, is_deleted: false, words: None });
        self.index.insert(message, at);
        self.branches.set_head(message);
        if is_next {
            self.path.push(at);
        } else {
            self.find_path();
        }
    }

    /// What the user, and nobody else, has said on a branch that was made for an alternative: what the branch comes after,
    /// and the first of these messages.
    pub(super) fn said_before_alternative(&self) -> Option<(Option<MessageId>, MessageId)> {
        let branch = self.branches.current();
        if !matches!(branch.why, BranchReason::Regenerated { .. }) {
            return None;
        }
        let from = branch.from.map_or(Some(0), |from| Some(self.place(from)? + 1))?;
        let said: Vec<&Line> = (from..).map_while(|place| self.at(place)).collect();
        let is_the_users = |line: &&Line| line.participant().is_none();
        said.first().filter(|_| said.iter().all(is_the_users)).map(|line| (branch.from, line.message))
    }

    /// This message and those after it, up to `head`, come after `parent`. They count as said later than it, and the
    /// branch ends with `head`.
    pub(super) fn move_behind(&mut self, message: MessageId, parent: MessageId, head: MessageId) {
        let (Some(first), Some(last)) = (self.index.get(&message).copied(), self.index.get(&head).copied()) else {
            return;
        };
        let (moved, all) = (last + 1 - first, self.nodes.len());
        self.nodes[first].line.parent = Some(parent);
        self.nodes[first..].rotate_left(moved);
        for (at, node) in self.nodes.iter().enumerate().skip(first) {
            self.index.insert(node.line.message, at);
        }
        for places in [&mut self.whispers, &mut self.pictured] {
            for at in places.iter_mut().filter(|at| **at >= first) {
                *at = if *at <= last { *at + (all - last - 1) } else { *at - moved };
            }
            places.sort_unstable();
        }
        self.branches.set_head(head);
        self.find_path();
    }

    pub(super) fn find_mut(&mut self, message: MessageId) -> Option<&mut Line> {
        self.node_mut(message).map(|node| &mut node.line)
    }

    pub(super) fn keep_among(&mut self, message: MessageId, audience: Option<&[ParticipantId]>) {
        let (Some(at), Some(audience)) = (self.index.get(&message).copied(), audience) else { return };
        self.nodes[at].line.audience = Some(audience.to_vec());
        self.whispers.push(at);
    }

    pub(super) fn show(&mut self, message: MessageId, images: &[ImageRef]) {
        let Some(at) = self.index.get(&message).copied().filter(|_| !images.is_empty()) else { return };
        self.nodes[at].line.images = images.to_vec();
        self.pictured.push(at);
    }

    pub(super) fn reword(&mut self, message: MessageId, version: u32, text: &str) {
        let Some(node) = self.node_mut(message) else { return };
        if node.versions.is_empty() {
            node.versions.push(node.line.text.clone());
        }
        if version as usize == node.versions.len() + 1 {
            node.versions.push(text.to_owned());
        }
        node.version = version;
        node.line.text = text.to_owned();
        node.words = None;
    }

    pub(super) fn set_deleted(&mut self, message: MessageId, deleted: bool) {
        if let Some(node) = self.node_mut(message) {
            node.is_deleted = deleted;
        }
    }

    pub(super) fn add_branch(&mut self, id: BranchId, name: &str, from: Option<MessageId>, why: BranchReason) {
        self.branches.add(Branch { id, name: name.to_owned(), head: from, from, why });
        self.find_path();
    }

    pub(super) fn switch(&mut self, to: BranchId) {
        self.branches.switch(to);
        self.find_path();
    }

    pub(super) fn remove_branch(&mut self, id: BranchId, to: BranchId) {
        self.branches.remove(id);
        self.switch(to);
    }

    pub(super) fn rename_branch(&mut self, id: BranchId, name: &str) {
        self.branches.rename(id, name);
    }

    /// The whole lines of the current branch that are not hidden, and how many words each has, newest first.
    pub(super) fn counted(&mut self) -> impl Iterator<Item = (&Line, u64)> {
        for at in &self.path {
            let node = &mut self.nodes[*at];
            if node.words.is_none() && node.line.status != MessageStatus::Streaming {
                node.words = Some(node.line.text.split_whitespace().count() as u64);
            }
        }
        let shown = self.path.iter().rev().map(|at| &self.nodes[*at]).filter(|node| !node.is_deleted);
        shown.filter_map(|node| Some((&node.line, node.words?)))
    }

    fn find_path(&mut self) {
        let mut path: Vec<usize> = self.way_up(self.head()).collect();
        path.reverse();
        self.path = path;
    }

    /// From a message to the first, newest first.
    fn way_up(&self, from: Option<MessageId>) -> impl Iterator<Item = usize> {
        let place = |message: Option<MessageId>| message.and_then(|message| self.index.get(&message)).copied();
        std::iter::successors(place(from), move |at| place(self.nodes[*at].line.parent))
    }

    fn node(&self, message: MessageId) -> Option<&Node> {
        self.index.get(&message).map(|at| &self.nodes[*at])
    }

    fn node_mut(&mut self, message: MessageId) -> Option<&mut Node> {
        self.index.get(&message).map(|at| &mut self.nodes[*at])
    }
}
