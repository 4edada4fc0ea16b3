use chimera_core::{Author, Finish, InterruptCause, MessageId, MessageStatus, ParticipantId};

/// One message of the current branch, as far as the engine cares.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub message: MessageId,
    pub parent: Option<MessageId>,
    pub author: Author,
    pub text: String,
    pub status: MessageStatus,
    pub cause: Option<InterruptCause>,
    pub finish: Option<Finish>,
}

impl Line {
    /// Who said it, when it was not the user.
    pub fn participant(&self) -> Option<ParticipantId> {
        match self.author {
            Author::User => None,
            Author::Participant { participant } => Some(participant),
        }
    }
}

/// The current branch, oldest first: each line's parent is the line before it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Lines(Vec<Line>);

impl Lines {
    /// The newest message, whole or not: the parent of the next.
    pub fn head(&self) -> Option<MessageId> {
        self.0.last().map(|line| line.message)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Line> {
        self.0.iter()
    }

    pub(super) fn push(&mut self, line: Line) {
        self.0.push(line);
    }

    pub fn find(&self, message: MessageId) -> Option<&Line> {
        self.0.iter().rev().find(|line| line.message == message)
    }

    /// A message that ends is among the newest: only what was said during it can stand after it.
    pub(super) fn find_mut(&mut self, message: MessageId) -> Option<&mut Line> {
        self.0.iter_mut().rev().find(|line| line.message == message)
    }
}
