use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chimera_core::{ErrorClass, Finish, Provider, ProviderError, ReplyEvent, ReplyRequest, ReplyStream};
use futures::stream::{self, StreamExt};

/// What a scripted provider does in answer to one question, beat by beat.
///
/// ```
/// # use chimera_testkit::script;
/// script().says("Half a ").says("story.").finishes();
/// script().says("Half a ").hangs();
/// ```
#[derive(Debug, Clone, Default)]
pub struct Script(Vec<Beat>);

#[derive(Debug, Clone)]
enum Beat {
    Event(ReplyEvent),
    Error(ProviderError),
    Wait(Duration),
    Hang,
    Panic,
}

/// An empty script: its stream ends without having said anything.
pub fn script() -> Script {
    Script::default()
}

impl Script {
    /// The whole of one answer.
    pub fn answer(text: &str) -> Self {
        script().says(text).finishes()
    }

    pub fn says(self, text: &str) -> Self {
        self.event(ReplyEvent::Text(text.to_owned()))
    }

    pub fn thinks(self, text: &str) -> Self {
        self.event(ReplyEvent::Reasoning(text.to_owned()))
    }

    pub fn finishes(self) -> Self {
        self.event(ReplyEvent::Finished(Finish::Stop))
    }

    pub fn event(mut self, event: ReplyEvent) -> Self {
        self.0.push(Beat::Event(event));
        self
    }

    pub fn fails(self, class: ErrorClass) -> Self {
        self.fails_with(ProviderError::new(class, "as the script says"))
    }

    pub fn fails_with(mut self, error: ProviderError) -> Self {
        self.0.push(Beat::Error(error));
        self
    }

    /// Nothing comes for so long, by tokio's clock.
    pub fn waits(mut self, span: Duration) -> Self {
        self.0.push(Beat::Wait(span));
        self
    }

    /// Nothing comes any more.
    pub fn hangs(mut self) -> Self {
        self.0.push(Beat::Hang);
        self
    }

    pub fn panics(mut self) -> Self {
        self.0.push(Beat::Panic);
        self
    }

    fn play(self, listener: Listener) -> ReplyStream {
        let beats = stream::iter(self.0).filter_map(|beat| async {
            match beat {
                Beat::Event(event) => Some(Ok(event)),
                Beat::Error(error) => Some(Err(error)),
                Beat::Wait(span) => {
                    tokio::time::sleep(span).await;
                    None
                }
                Beat::Hang => std::future::pending().await,
                Beat::Panic => panic!("as the script says"),
            }
        });
        // The stream owns the listener, so that dropping the one ends the other.
        beats.inspect(move |_| _ = &listener).boxed()
    }
}

/// Somebody who holds a stream.
#[derive(Debug)]
struct Listener(Arc<AtomicUsize>);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A provider that plays its scripts in order, one for each question, and remembers what it was asked.
#[derive(Debug, Default)]
pub struct ScriptedProvider {
    scripts: Mutex<VecDeque<Script>>,
    otherwise: Option<Script>,
    requests: Mutex<Vec<ReplyRequest>>,
    listeners: Arc<AtomicUsize>,
}

impl ScriptedProvider {
    pub fn playing(scripts: impl IntoIterator<Item = Script>) -> Self {
        Self { scripts: Mutex::new(scripts.into_iter().collect()), ..Self::default() }
    }

    /// What is played to every question after the scripts; without it no model is found for such a question.
    pub fn otherwise(mut self, script: Script) -> Self {
        self.otherwise = Some(script);
        self
    }

    pub fn requests(&self) -> Vec<ReplyRequest> {
        lock(&self.requests).clone()
    }

    /// How many of its streams somebody still holds.
    pub fn listeners(&self) -> usize {
        self.listeners.load(Ordering::SeqCst)
    }
}

impl Provider for ScriptedProvider {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        lock(&self.requests).push(request);
        let next = lock(&self.scripts).pop_front().or_else(|| self.otherwise.clone());
        let script = next.unwrap_or_else(|| script().fails(ErrorClass::ModelNotFound));
        self.listeners.fetch_add(1, Ordering::SeqCst);
        script.play(Listener(self.listeners.clone()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
