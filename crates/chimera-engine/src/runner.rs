//! The only part of the engine that waits: it performs what the machine decides.

mod checkpoints;
mod task;
mod voices;
mod words;

use std::sync::Arc;

use chimera_core::{Clock, Event, ParticipantId, PromptView, Receipt};
use tokio::sync::{mpsc, oneshot};

use crate::recording::Recorder;
use crate::{Command, Dialogue, Journal, JournalError, Models, Refusal};
use task::Task;

impl From<Refusal> for CommandError {
    fn from(Refusal { message, field }: Refusal) -> Self {
        CommandError::Refused { message, field }
    }
}

/// Commands that may wait for the task; whoever comes when it is full waits for room.
const MAILBOX: usize = 32;

/// The hand on one live conversation: one task, the only writer of that conversation's events.
///
/// The task ends by itself when nothing has happened for a while or the journal has failed; then every command answers
/// [`CommandError::Gone`], and a new runner is made from the log. When the last clone of this is dropped the task shuts
/// down as by [`Runner::shut_down`].
#[derive(Debug, Clone)]
pub struct Runner {
    mailbox: mpsc::Sender<Letter>,
}

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It makes no sense as things stand; the message says what would.
    #[error("{message}")]
    Refused {
        message: String,
        /// The input that is wrong, when it is that and not the state.
        field: Option<&'static str>,
    },
    /// The runner has ended with it: what was decided but not written did not happen.
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("nobody attends to the conversation any more")]
    Gone,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all letters are commands, and few wait at a time")]
enum Letter {
    Command { command: Command, receipt: Option<Receipt>, answer: oneshot::Sender<Result<Vec<Event>, CommandError>> },
    Preview { participant: Option<ParticipantId>, answer: oneshot::Sender<Result<PromptView, CommandError>> },
    ShutDown,
}

impl Runner {
    /// Must be called within a tokio runtime.
    pub fn spawn(
        dialogue: Dialogue,
        journal: Arc<dyn Journal>,
        models: Arc<dyn Models>,
        clock: Arc<dyn Clock>,
    ) -> Runner {
        Self::spawn_recorded(dialogue, journal, models, clock, None)
    }

    /// The same, with everything that happens written down as well.
    pub fn spawn_recorded(
        dialogue: Dialogue,
        journal: Arc<dyn Journal>,
        models: Arc<dyn Models>,
        clock: Arc<dyn Clock>,
        recorder: Option<Box<dyn Recorder>>,
    ) -> Runner {
        let (mailbox, letters) = mpsc::channel(MAILBOX);
        tokio::spawn(Task::new(dialogue, journal, models, clock, recorder).run(letters));
        Runner { mailbox }
    }

    /// The events that the command itself recorded, after they are durable.
    pub async fn command(&self, command: Command) -> Result<Vec<Event>, CommandError> {
        self.command_once(command, None).await
    }

    /// A command that its client gave a key: if it has been obeyed before, this gives the events of then.
    pub async fn command_once(&self, command: Command, receipt: Option<Receipt>) -> Result<Vec<Event>, CommandError> {
        let (answer, answered) = oneshot::channel();
        let letter = Letter::Command { command, receipt, answer };
        self.mailbox.send(letter).await.map_err(|_| CommandError::Gone)?;
        answered.await.map_err(|_| CommandError::Gone)?
    }

    /// The prompt of this participant, or of whoever is next, if it spoke now.
    pub async fn preview(&self, participant: Option<ParticipantId>) -> Result<PromptView, CommandError> {
        let (answer, answered) = oneshot::channel();
        let letter = Letter::Preview { participant, answer };
        self.mailbox.send(letter).await.map_err(|_| CommandError::Gone)?;
        answered.await.map_err(|_| CommandError::Gone)?
    }

    /// Whether the task has ended, or is about to and takes no more commands.
    pub fn is_gone(&self) -> bool {
        self.mailbox.is_closed()
    }

    /// Returns when the task has ended, for whatever reason.
    pub async fn gone(&self) {
        self.mailbox.closed().await;
    }

    /// Cuts off whoever speaks, keeps its words, pauses the conversation, and returns when all of it is written.
    pub async fn shut_down(self) {
        // A task that has ended already has nothing left to write.
        if self.mailbox.send(Letter::ShutDown).await.is_ok() {
            self.gone().await;
        }
    }
}
