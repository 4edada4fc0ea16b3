use std::sync::Arc;
use std::time::Duration;

use chimera_core::{Clock, Event};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::voices::{Heard, Voices};
use super::words::Words;
use super::{CommandError, Letter};
use crate::{Dialogue, Effect, Input, Journal, JournalError, Models, Moment, WakeToken};

/// A crash loses no more than this much of what was being said.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(250);
/// With nothing under way for this long the task ends; the next command wakes another from the log.
const IDLE: Duration = Duration::from_secs(60);

/// Everything one live conversation needs: the machine, and what its effects are performed with.
pub struct Task {
    dialogue: Dialogue,
    journal: Arc<dyn Journal>,
    models: Arc<dyn Models>,
    clock: Arc<dyn Clock>,
    voices: Voices,
    words: Words,
    alarm: Option<(WakeToken, Instant)>,
    checkpoint: Checkpoints,
}

/// One checkpoint at a time, while the words go on.
#[derive(Default)]
struct Checkpoints {
    /// There are words that no checkpoint holds yet.
    stale: bool,
    begun_at: Option<Instant>,
    writing: Option<BoxFuture<'static, Result<(), JournalError>>>,
}

enum Happened {
    Letter(Option<Letter>),
    Heard(Input),
    AlarmRang(WakeToken),
    WordsDue,
    CheckpointDue,
    CheckpointWritten(Result<(), JournalError>),
    NothingForLong,
}

impl Task {
    pub fn new(dialogue: Dialogue, journal: Arc<dyn Journal>, models: Arc<dyn Models>, clock: Arc<dyn Clock>) -> Self {
        let (voices, words) = (Voices::default(), Words::default());
        Self { dialogue, journal, models, clock, voices, words, alarm: None, checkpoint: Checkpoints::default() }
    }

    /// The letters are dropped last: when their senders see the task gone, nothing of it is left that could write.
    pub async fn run(mut self, mut letters: mpsc::Receiver<Letter>) {
        if let Err(error) = self.attend(&mut letters).await {
            tracing::error!(conversation = %self.dialogue.id(), %error, "the conversation stops here");
        }
        drop(self);
    }

    async fn attend(&mut self, letters: &mut mpsc::Receiver<Letter>) -> Result<(), JournalError> {
        loop {
            match self.happened(letters).await {
                Happened::Letter(Some(Letter::Command { command, answer })) => {
                    let done = self.command(Input::Command(command)).await;
                    let failed = matches!(done, Err(CommandError::Journal(_)));
                    // Whoever asked may have gone; what it asked for is done all the same.
                    let _ = answer.send(done);
                    if failed {
                        return Ok(());
                    }
                }
                Happened::Letter(Some(Letter::ShutDown) | None) => {
                    return self.happens(Input::ShutDown).await;
                }
                Happened::Heard(input) => self.happens(input).await?,
                Happened::AlarmRang(token) => {
                    self.alarm = None;
                    self.happens(Input::Wake(token)).await?;
                }
                Happened::WordsDue => self.show_words(),
                Happened::CheckpointDue => self.begin_checkpoint(),
                Happened::CheckpointWritten(result) => {
                    self.checkpoint.writing = None;
                    result?;
                }
                Happened::NothingForLong => {
                    letters.close();
                    return Ok(());
                }
            }
        }
    }

    /// Waits for the next thing. What is asked for here is asked in this order, so that neither a person nor a reader
    /// has to wait behind a model that floods us with words.
    async fn happened(&mut self, letters: &mut mpsc::Receiver<Letter>) -> Happened {
        // A stream that is always ready would otherwise keep the thread from everybody else.
        tokio::task::coop::consume_budget().await;

        let alarm = self.alarm;
        let words_due = self.words.due();
        let checkpoint_due = self.checkpoint.due();
        let idle = !self.dialogue.is_under_way() && self.checkpoint.writing.is_none();
        tokio::select! {
            biased;
            letter = letters.recv() => Happened::Letter(letter),
            result = self.checkpoint.written() => Happened::CheckpointWritten(result),
            () = at(words_due) => Happened::WordsDue,
            () = at(checkpoint_due) => Happened::CheckpointDue,
            token = rings(alarm) => Happened::AlarmRang(token),
            (attempt, heard) = self.voices.next() => Happened::Heard(match heard {
                Heard::Patience(patience) => Input::Patience { attempt, patience },
                Heard::Reply(heard) => Input::Reply { attempt, heard },
            }),
            () = tokio::time::sleep(IDLE), if idle => Happened::NothingForLong,
        }
    }

    async fn command(&mut self, input: Input) -> Result<Vec<Event>, CommandError> {
        let moment = self.moment();
        match self.dialogue.handle(moment, input) {
            Ok(effects) => Ok(self.perform(moment, effects).await?),
            Err(refusal) => Err(CommandError::Refused { message: refusal.message }),
        }
    }

    async fn happens(&mut self, input: Input) -> Result<(), JournalError> {
        match self.command(input).await {
            Ok(_) => Ok(()),
            Err(CommandError::Journal(error)) => Err(error),
            Err(CommandError::Refused { .. } | CommandError::Gone) => Ok(()),
        }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.clock.now(), elapsed: self.clock.elapsed() }
    }

    /// In order: what is recorded is durable before anything after it is done.
    async fn perform(&mut self, moment: Moment, effects: Vec<Effect>) -> Result<Vec<Event>, JournalError> {
        let mut recorded = Vec::new();
        for effect in effects {
            match effect {
                Effect::Record(events) => {
                    // Words said before something happened are shown before it, and a checkpoint that came after the
                    // end of its message would bring it back to life.
                    self.show_words();
                    self.checkpoint.written_now().await?;
                    let id = self.dialogue.id();
                    recorded.extend(self.journal.append(id, moment.now, events).await?);
                }
                Effect::Ask { attempt, model, request } => {
                    self.voices.ask(attempt, self.models.clone(), model, request);
                }
                Effect::Cancel { attempt } => self.voices.cancel(attempt),
                Effect::Show(delta) => {
                    if let Some(due) = self.words.add(delta) {
                        self.journal.show(due);
                    }
                    self.checkpoint.stale = true;
                }
                Effect::WakeAt { token, at } => {
                    self.alarm = Some((token, Instant::now() + at.saturating_sub(self.clock.elapsed())));
                }
            }
        }
        Ok(recorded)
    }

    fn show_words(&mut self) {
        if let Some(delta) = self.words.take() {
            self.journal.show(delta);
        }
    }

    fn begin_checkpoint(&mut self) {
        self.checkpoint.stale = false;
        let Some((message, text)) = self.dialogue.words_so_far() else { return };
        let (journal, id, text) = (self.journal.clone(), self.dialogue.id(), text.to_owned());
        self.checkpoint.begun_at = Some(Instant::now());
        self.checkpoint.writing = Some(async move { journal.checkpoint(id, message, text).await }.boxed());
    }
}

impl Checkpoints {
    fn due(&self) -> Option<Instant> {
        let wanted = self.stale && self.writing.is_none();
        wanted.then(|| self.begun_at.map_or_else(Instant::now, |begun| begun + CHECKPOINT_EVERY))
    }

    /// Waits for ever when none is being written.
    async fn written(&mut self) -> Result<(), JournalError> {
        match &mut self.writing {
            Some(writing) => writing.await,
            None => std::future::pending().await,
        }
    }

    async fn written_now(&mut self) -> Result<(), JournalError> {
        match self.writing.take() {
            Some(writing) => writing.await,
            None => Ok(()),
        }
    }
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn rings(alarm: Option<(WakeToken, Instant)>) -> WakeToken {
    match alarm {
        Some((token, at)) => {
            sleep_until(at).await;
            token
        }
        None => std::future::pending().await,
    }
}
