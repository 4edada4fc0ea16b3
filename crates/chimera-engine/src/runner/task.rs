use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chimera_core::{Clock, Event, ModelRef, Receipt, Timestamp};
use futures::FutureExt;
use futures::future::try_join_all;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::checkpoints::Checkpoints;
use super::voices::{Heard, Question, Voices};
use super::words::Words;
use super::{CommandError, Letter};
use crate::recording::{Recorder, Step};
use crate::{Command, Dialogue, Effect, Input, Journal, JournalError, Models, Moment, Refusal, WakeToken};

/// With nothing under way for this long the task ends; the next command wakes another from the log.
const IDLE: Duration = Duration::from_secs(60);

/// Whoever speaks is looked after at least this often: so soon after its computer has woken up it is known that it slept.
const WATCH: Duration = Duration::from_secs(2);
/// Nobody waits so long for a watch of two seconds, but one who sleeps. (Or one whose clock was put forward: the two cannot
/// be told apart by a clock that every system has.) Connections outlive shorter naps.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// Everything one live conversation needs: the machine, and what its effects are performed with.
pub struct Task {
    dialogue: Dialogue,
    journal: Arc<dyn Journal>,
    models: Arc<dyn Models>,
    clock: Arc<dyn Clock>,
    voices: Voices,
    words: Words,
    alarm: Option<(WakeToken, Instant)>,
    checkpoints: Checkpoints,
    recorder: Option<Box<dyn Recorder>>,
}

enum Happened {
    Letter(Option<Letter>),
    Heard(Input),
    AlarmRang(WakeToken),
    WordsDue,
    CheckpointDue,
    CheckpointWritten(Result<(), JournalError>),
    StillAwake,
    NothingForLong,
}

impl Task {
    pub fn new(
        dialogue: Dialogue,
        journal: Arc<dyn Journal>,
        models: Arc<dyn Models>,
        clock: Arc<dyn Clock>,
        recorder: Option<Box<dyn Recorder>>,
    ) -> Self {
        let (voices, words, checkpoints) = (Voices::default(), Words::default(), Checkpoints::default());
        Self { dialogue, journal, models, clock, voices, words, alarm: None, checkpoints, recorder }
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
            let before = self.clock.now();
            let happened = self.happened(letters).await;
            // Before what has happened is heard: a connection that did not outlive the night is no fault of the model's,
            // and nobody shall be asked again because of it.
            if slept_between(before, self.clock.now()) {
                self.happens(Input::Slept).await?;
            }
            match happened {
                Happened::Letter(Some(Letter::Command { command, receipt, answer })) => {
                    let done = self.command(command, receipt).await;
                    let failed = matches!(done, Err(CommandError::Journal(_)));
                    // Whoever asked may have gone; what it asked for is done all the same.
                    let _ = answer.send(done);
                    if failed {
                        return Ok(());
                    }
                }
                Happened::Letter(Some(Letter::Preview { participant, answer })) => {
                    self.learn();
                    let _ = answer.send(self.dialogue.preview(participant).map_err(CommandError::from));
                }
                Happened::Letter(Some(Letter::ShutDown) | None) => {
                    return self.happens(Input::ShutDown).await;
                }
                Happened::Heard(input) => {
                    if matches!(input, Input::Patience { .. }) {
                        self.learn();
                    }
                    self.happens(input).await?;
                }
                Happened::AlarmRang(token) => {
                    self.alarm = None;
                    self.happens(Input::Wake(token)).await?;
                }
                Happened::WordsDue => self.show_words(),
                Happened::CheckpointDue => self.begin_checkpoint(),
                Happened::CheckpointWritten(result) => result?,
                Happened::StillAwake => {}
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
        let checkpoint_due = self.checkpoints.due();
        let idle = !self.dialogue.is_under_way() && !self.checkpoints.is_writing();
        tokio::select! {
            biased;
            letter = letters.recv() => Happened::Letter(letter),
            result = self.checkpoints.written() => Happened::CheckpointWritten(result),
            () = at(words_due) => Happened::WordsDue,
            () = at(checkpoint_due) => Happened::CheckpointDue,
            token = rings(alarm) => Happened::AlarmRang(token),
            (attempt, heard) = self.voices.next() => Happened::Heard(match heard {
                Heard::Queued => Input::Queued { attempt },
                Heard::Patience { patience, protocol } => Input::Patience { attempt, patience, protocol },
                Heard::NotAsked(closed) => Input::NotAsked { attempt, closed },
                Heard::Reply(heard) => Input::Reply { attempt, heard },
            }),
            () = sleep(WATCH), if self.dialogue.is_under_way() => Happened::StillAwake,
            () = sleep(IDLE), if idle => Happened::NothingForLong,
        }
    }

    async fn command(&mut self, command: Command, receipt: Option<Receipt>) -> Result<Vec<Event>, CommandError> {
        // Asked here, where nothing else is decided meanwhile: of twenty at once only the first finds nothing.
        if let Some(receipt) = &receipt
            && let Some(events) = self.journal.done(receipt).await?
        {
            return Ok(events);
        }
        self.learn();
        let moment = self.moment();
        let decided = self.handle(moment, Input::Command(command.clone()));
        let effects = decided?;
        let receipt = receipt.and_then(|receipt| Some((place_of(&command, &effects)?, receipt)));
        Ok(self.perform(moment, effects, receipt).await?)
    }

    /// Tells the machine what has become known of the models at its table. It is asked for at every command and every
    /// question, so that each turn is decided on what was known when the one before it began, or later.
    fn learn(&mut self) {
        let models: BTreeSet<ModelRef> = self.dialogue.conversation().models().cloned().collect();
        let moment = self.moment();
        for model in models {
            let facts = self.models.facts(&model);
            if self.dialogue.facts(&model) != facts {
                // Facts decide nothing by themselves: nothing is to be performed.
                let _ = self.handle(moment, Input::Facts { model, facts });
            }
        }
    }

    async fn happens(&mut self, input: Input) -> Result<(), JournalError> {
        let moment = self.moment();
        // Only commands can be refused.
        let effects = self.handle(moment, input).unwrap_or_default();
        self.perform(moment, effects, None).await.map(drop)
    }

    fn handle(&mut self, at: Moment, input: Input) -> Result<Vec<Effect>, Refusal> {
        let Some(recorder) = &mut self.recorder else { return self.dialogue.handle(at, input) };
        let made = self.dialogue.handle(at, input.clone());
        recorder.record(&Step::of(at, input, &made));
        made
    }

    fn moment(&self) -> Moment {
        Moment { now: self.clock.now(), elapsed: self.clock.elapsed() }
    }

    /// In order: what is recorded is durable before anything after it is done. The receipt is kept with what stands at
    /// its place.
    async fn perform(
        &mut self,
        moment: Moment,
        effects: Vec<Effect>,
        mut receipt: Option<(usize, Receipt)>,
    ) -> Result<Vec<Event>, JournalError> {
        let mut recorded = Vec::new();
        for (place, effect) in effects.into_iter().enumerate() {
            match effect {
                Effect::Record(events) => {
                    // Words said before something happened are shown before it, and a checkpoint that came after the
                    // end of its message would bring it back to life.
                    self.show_words();
                    self.checkpoints.settled().await?;
                    let id = self.dialogue.id();
                    recorded.extend(match receipt.take_if(|(at, _)| *at == place) {
                        Some((_, receipt)) => self.journal.append_once(id, moment.now, events, receipt).await?,
                        None => self.journal.append(id, moment.now, events).await?,
                    });
                }
                Effect::Ask { attempt, model, others, request } => {
                    let question = Question { model, others, request, images: self.journal.clone() };
                    self.voices.ask(attempt, self.models.clone(), question);
                }
                Effect::Report { attempt, model, asked, ending } => {
                    // Nothing more is expected of it, and whoever asks next should find its permit given back.
                    self.voices.cancel(attempt);
                    self.models.ended(&model, asked, ending).await;
                }
                Effect::Cancel { attempt } => self.voices.cancel(attempt),
                Effect::Show(delta) => {
                    if let Some(due) = self.words.add(delta) {
                        self.journal.show(due);
                    }
                    self.checkpoints.outdate();
                }
                Effect::Withhold { .. } => self.checkpoints.outdate(),
                Effect::Keep { turn } => {
                    // Otherwise fewer words, on their way since before, could come after all of them.
                    self.checkpoints.settled().await?;
                    if let Some(withheld) = self.dialogue.withheld(turn) {
                        self.journal.withhold(self.dialogue.id(), withheld).await?;
                    }
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
        let shown = self.dialogue.words_so_far().map(|(message, text)| (message, text.to_owned()));
        let withheld = self.dialogue.withheld_so_far();
        let (journal, id) = (self.journal.clone(), self.dialogue.id());
        let any = shown.is_some() || !withheld.is_empty();
        let writing = async move {
            if let Some((message, text)) = shown {
                journal.checkpoint(id, message, text).await?;
            }
            // All are written at once: the store commits together what comes together.
            let withheld = withheld.into_iter().map(|withheld| journal.withhold(id, withheld));
            try_join_all(withheld).await.map(drop)
        };
        self.checkpoints.begin(any.then(|| writing.boxed()));
    }
}

/// Where what the command is about is recorded: a key is used up by that, or by nothing.
fn place_of(command: &Command, effects: &[Effect]) -> Option<usize> {
    effects.iter().position(
        |effect| matches!(effect, Effect::Record(events) if events.iter().any(|event| command.is_about(event))),
    )
}

fn slept_between(before: Timestamp, after: Timestamp) -> bool {
    u128::try_from(after.as_millis() - before.as_millis()).is_ok_and(|millis| millis > LONGEST_NAP.as_millis())
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
