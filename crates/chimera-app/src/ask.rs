//! One question without a conversation: asked under the same policy as every turn, told as it comes, written nowhere.

mod answer;
mod asker;
mod notebook;

use std::path::PathBuf;
use std::sync::Arc;

use chimera_core::{
    Author, ConversationId, ConversationState, EndRules, Event, EventKind, FallbackRules, FeedItem, ImageRef,
    MAX_IMAGES_BYTES, MAX_MESSAGE_IMAGES, MessageId, Participant, ParticipantId, Policy, Sampling, Secret, Seq,
    Timestamp, Topic,
};
use chimera_engine::{Command, Dialogue, Runner, StopWhen};
use chimera_providers::{Pace, Providers};
use chimera_secrets::{KeyFile, Keyring};

use crate::facts::FactBook;
use crate::health::Health;
use crate::images::{KeptImage, description};
use crate::keys::Keys;
use crate::line::Lines;
use crate::models::Connections;
use crate::route::Reached;
use crate::{CallLimits, Error, Result, RouteSpec, SystemClock, Timeouts};

pub use answer::{Answer, AttemptReport, Outcome, PartReport};
use asker::Asker;
use notebook::Notebook;

/// What is asked, of whom, and by which rules.
#[derive(Debug)]
pub struct Question {
    pub route: RouteSpec,
    /// One for one server of the route, or one for each of its servers, in its order. They are stored nowhere.
    pub keys: Vec<Secret>,
    pub system: Option<String>,
    pub prompt: String,
    /// Files that are shown with it.
    pub images: Vec<Picture>,
    pub fallback: FallbackRules,
    pub timeouts: Timeouts,
    /// How fast the demo voices speak.
    pub pace: Pace,
}

/// An image as it lies in a file, and what is to be seen in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub bytes: Vec<u8>,
    pub alt: Option<String>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} bytes, {:?})", self.bytes.len(), self.alt)
    }
}

/// A question that is being answered. Dropping it cancels the call.
pub struct Asking {
    runner: Runner,
    told: tokio::sync::mpsc::UnboundedReceiver<FeedItem>,
    events: Vec<Event>,
    reached: Vec<Reached>,
    is_over: bool,
}

/// Asks. No folder is needed and nothing is left behind; the keyring is not touched.
pub async fn ask(question: Question) -> Result<Asking> {
    let reached = question.route.reach(&question.keys)?;
    let clock = Arc::new(SystemClock::default());
    let providers = Providers::new().with_demo_pace(question.pace);
    let health = Health::forgetful(clock.clone());
    // Every key is given along; neither place is ever looked into.
    let keys = Keys { keyring: Keyring::in_memory(), file: KeyFile::at(PathBuf::new()) };
    let book = FactBook::open(Vec::new(), PathBuf::new(), false);
    let lines = Lines::new(CallLimits::default());
    let connections = Connections::new(providers, keys, health, book, lines, Vec::new());
    for Reached { connection, key, .. } in &reached {
        connections.learn(connection.clone(), key.clone());
    }
    begin(question, Arc::new(connections), reached).await
}

/// Puts a question to models that are known already.
pub(crate) async fn begin(question: Question, connections: Arc<Connections>, reached: Vec<Reached>) -> Result<Asking> {
    let prompt = question.prompt.clone();
    if prompt.trim().is_empty() && question.images.is_empty() {
        return Err(Error::invalid("prompt", "the prompt is empty: write something"));
    }
    let images = images(&question.images)?;
    let clock = Arc::new(SystemClock::default());
    let id = ConversationId::new(chimera_core::Clock::now(&*clock), [1; 10]);
    let log = opening(id, chimera_core::Clock::now(&*clock), &question, &images, &reached);
    let (notebook, told) = Notebook::after(&log, images);
    let asker = Asker::new(connections, question.timeouts);
    let dialogue = Dialogue::replay(id, &log).plain();
    let runner = Runner::spawn(dialogue, Arc::new(notebook), Arc::new(asker), clock);
    runner.command(Command::Step).await?;
    Ok(Asking { runner, told, events: log, reached, is_over: false })
}

fn images(given: &[Picture]) -> Result<Vec<KeptImage>> {
    if given.len() > MAX_MESSAGE_IMAGES {
        return Err(Error::invalid("image", format!("a question shows at most {MAX_MESSAGE_IMAGES} images")));
    }
    let read = |(place, Picture { bytes, alt }): (usize, &Picture)| {
        let kept = KeptImage::of(&format!("image[{place}]"), bytes)?;
        let alt = description(&format!("alt[{place}]"), alt.as_deref())?;
        Ok(KeptImage { image: ImageRef { alt, ..kept.image }, ..kept })
    };
    let images: Vec<KeptImage> = given.iter().enumerate().map(read).collect::<Result<_>>()?;
    let bytes: usize = images.iter().map(|kept| kept.bytes.len()).sum();
    if bytes > MAX_IMAGES_BYTES {
        let message = format!("the images have {bytes} bytes together: {MAX_IMAGES_BYTES} fit into a question");
        return Err(Error::invalid("image", message));
    }
    Ok(images)
}

/// The question as the beginning of a log: one seat, and the user's words.
fn opening(
    id: ConversationId,
    ts: Timestamp,
    question: &Question,
    images: &[KeptImage],
    reached: &[Reached],
) -> Vec<Event> {
    let seat = Participant {
        id: ParticipantId::new(ts, [2; 10]),
        name: "Assistant".into(),
        hue: 0,
        persona: None,
        instructions: question.system.clone().unwrap_or_default(),
        talkativeness: 0.5,
        route: reached.iter().map(|reached| reached.model.clone()).collect(),
        sampling: Sampling::default(),
        muted: false,
    };
    let created = EventKind::ConversationCreated {
        title: "A question".into(),
        topic: question.prompt.clone(),
        participants: vec![seat],
        policy: Policy::RoundRobin,
        end: EndRules::NONE,
        fallback: question.fallback,
        seed: 0,
        stall_after_s: None,
        moderator: None,
        summary: Default::default(),
    };
    let said = EventKind::MessageCompleted {
        message: MessageId::new(ts, [3; 10]),
        turn: None,
        author: Author::User,
        parent: None,
        text: question.prompt.clone(),
        finish: None,
        audience: None,
        images: images.iter().map(|kept| kept.image.clone()).collect(),
    };
    let event = |(seq, kind)| Event { seq: Seq(seq), topic: Topic::Conversation(id), ts, kind };
    (1..).zip([created, said]).map(event).collect()
}

impl Asking {
    /// What happens next; none when the turn is over.
    pub async fn next(&mut self) -> Option<FeedItem> {
        if self.is_over {
            return None;
        }
        let item = self.told.recv().await?;
        if let FeedItem::Event(event) = &item {
            self.events.push(event.clone());
            self.is_over = matches!(
                &event.kind,
                EventKind::ConversationStateChanged { state, .. } if *state != ConversationState::Running
            );
        }
        Some(item)
    }

    /// Cuts the answer off: the call is cancelled at once, and what was said stands.
    pub async fn stop(&self) {
        // It may have ended in this very moment.
        let _ = self.runner.command(Command::Stop(StopWhen::Now)).await;
    }

    /// How it came out, when nothing comes any more.
    pub fn answer(&self) -> Answer {
        answer::of(&self.events, &self.reached)
    }

    /// A model of the route as people wrote it.
    pub fn name_of(&self, model: &chimera_core::ModelRef) -> String {
        let reached = self.reached.iter().find(|reached| reached.model == *model);
        reached.map_or_else(|| model.to_string(), Reached::written)
    }
}
