use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chimera_core::{
    Clock, ConversationId, ConversationState, ErrorClass, Event, ModelRef, Provider, ProviderError, Timestamp,
};
use chimera_engine::{Checkpoint, Command, CommandError, Dialogue, Models, Patience, Runner};
use chimera_testkit::{Script, ScriptedProvider};
use futures::future::{BoxFuture, FutureExt};
use tokio::time::Instant;

use super::{MemoryJournal, Seating};

/// A runner with everything it is plugged into: scripted models by name, a journal in memory, and tokio's clock.
pub struct House {
    pub runner: Runner,
    pub journal: Arc<MemoryJournal>,
    pub clock: Arc<TokioClock>,
    models: Arc<ScriptedModels>,
    id: ConversationId,
}

impl House {
    /// Every participant has one model that is called like it and plays these scripts, and after them hangs.
    pub fn with<const N: usize>(seating: Seating, models: [(&str, Vec<Script>); N]) -> Self {
        Self::with_journal(MemoryJournal::default(), seating, models)
    }

    pub fn with_journal<const N: usize>(
        journal: MemoryJournal,
        seating: Seating,
        models: [(&str, Vec<Script>); N],
    ) -> Self {
        let id = ConversationId::new(Timestamp::from_millis(0), [3; 10]);
        let journal = Arc::new(journal);
        journal.write(id, Timestamp::from_millis(0), seating.created());
        let provider = |scripts| Arc::new(ScriptedProvider::playing(scripts).otherwise(Script::default().hangs()));
        let models = models.into_iter().map(|(name, scripts)| (name.to_owned(), provider(scripts))).collect();
        let models = Arc::new(ScriptedModels(models));
        let clock = Arc::new(TokioClock { began: Instant::now(), slept: Mutex::default() });
        let runner = wake(id, &journal, &models, &clock);
        Self { runner, journal, clock, models, id }
    }

    pub async fn does(&self, command: Command) -> Vec<Event> {
        self.runner.command(command).await.unwrap()
    }

    pub async fn tries(&self, command: Command) -> Result<Vec<Event>, CommandError> {
        self.runner.command(command).await
    }

    /// A new runner from the log, as the app makes one after the old has gone.
    pub async fn wakes(&mut self) {
        self.runner = wake(self.id, &self.journal, &self.models, &self.clock);
        let kept = self.journal.checkpoints().into_iter();
        let unfinished = kept.map(|(message, text)| Checkpoint { message, text }).collect();
        let withheld = self.journal.withheld();
        self.does(Command::Recover { unfinished, withheld }).await;
    }

    pub async fn until_state(&self, state: ConversationState) {
        self.journal.until(|_| self.replayed().conversation().state == state).await;
    }

    /// Waits until the readers have been shown this.
    pub async fn until_shown(&self, text: &str) {
        self.journal.until(|journal| journal.shown().contains(text)).await;
    }

    pub fn transcript(&self) -> Vec<String> {
        let dialogue = self.replayed();
        let conversation = dialogue.conversation();
        let name = |line: &chimera_engine::Line| {
            let participant = line.participant().and_then(|id| conversation.participant(id));
            participant.map_or("User".to_owned(), |participant| participant.name.clone())
        };
        let line = |line| format!("{}: {}", name(line), line.text);
        conversation.lines.iter().map(line).collect()
    }

    pub fn state(&self) -> ConversationState {
        self.replayed().conversation().state
    }

    pub fn model(&self, name: &str) -> &ScriptedProvider {
        &self.models.0[name]
    }

    fn replayed(&self) -> Dialogue {
        Dialogue::replay(self.id, &self.journal.events())
    }
}

fn wake(
    id: ConversationId,
    journal: &Arc<MemoryJournal>,
    models: &Arc<ScriptedModels>,
    clock: &Arc<TokioClock>,
) -> Runner {
    let dialogue = Dialogue::replay(id, &journal.events());
    Runner::spawn(dialogue, journal.clone(), models.clone(), clock.clone())
}

struct ScriptedModels(BTreeMap<String, Arc<ScriptedProvider>>);

impl Models for ScriptedModels {
    fn provider<'a>(&'a self, model: &'a ModelRef) -> BoxFuture<'a, Result<Arc<dyn Provider>, ProviderError>> {
        let provider = self.0.get(&model.model).cloned();
        let found = provider.map(|provider| provider as Arc<dyn Provider>);
        let missing = || ProviderError::new(ErrorClass::NotConfigured, format!("nobody plays {}", model.model));
        async move { found.ok_or_else(missing) }.boxed()
    }

    fn patience<'a>(&'a self, model: &'a ModelRef) -> BoxFuture<'a, Patience> {
        let local = model.connection.as_str() == "local";
        async move { if local { Patience::LOCAL } else { Patience::CLOUD } }.boxed()
    }
}

/// Goes with tokio's time, which tests can stop and let jump.
pub struct TokioClock {
    began: Instant,
    slept: Mutex<Duration>,
}

impl TokioClock {
    /// Wall time goes on without the program.
    pub fn sleeps(&self, span: Duration) {
        *self.slept.lock().unwrap() += span;
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let passed = self.elapsed() + *self.slept.lock().unwrap();
        Timestamp::from_millis(1_795_376_782_101 + i64::try_from(passed.as_millis()).unwrap())
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
