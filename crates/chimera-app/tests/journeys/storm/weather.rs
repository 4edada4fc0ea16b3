//! What servers, people and chance do.

use std::collections::HashSet;

use chimera_app::{Chimera, SayWhen, StopWhen, Subscription};
use chimera_core::{ConversationId, ConversationState, EventKind, FeedItem, ModelRef};
use chimera_testkit::{Asked, FakeLlm, Reply};

/// Events of one life of the app, at most.
const LONGEST: u32 = 600;

/// The same throws for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// From nought to one less than the sides.
    pub fn throw(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % u64::from(sides)) as u32
    }
}

/// One that answers, one that breaks off, one that is broken, and one that falls silent in mid-sentence.
pub struct Servers {
    steady: FakeLlm,
    cut: FakeLlm,
    broken: FakeLlm,
    silent: FakeLlm,
}

/// What a steady server says a call came to.
pub const INPUT: u32 = 120;
pub const OUTPUT: u32 = 9;

impl Servers {
    pub async fn open() -> Self {
        let servers = Self {
            steady: FakeLlm::start().await,
            cut: FakeLlm::start().await,
            broken: FakeLlm::start().await,
            silent: FakeLlm::start().await,
        };
        let words = |reply: Reply| "The sea takes back whatever ".split_inclusive(' ').fold(reply, Reply::text);
        let steady = words(Reply::stream()).text("it likes.").finish("stop").usage(INPUT, OUTPUT).done();
        servers.steady.always().replies(steady);
        servers.cut.always().replies(words(Reply::stream()).breaks_off());
        servers.broken.always().fails(500, r#"{"error":{"message":"out of order"}}"#);
        servers.silent.always().replies(words(Reply::stream()).hangs());
        servers
    }

    /// The steady one stands by behind each of the others.
    pub async fn routes(&self, app: &Chimera) -> Vec<Vec<ModelRef>> {
        let mut routes = Vec::new();
        for server in [&self.steady, &self.steady, &self.cut, &self.broken, &self.silent] {
            let urls = [server.url(), self.steady.url()].map(|url| format!("compatible@{url}/v1#m"));
            routes.push(app.route(&urls.join(",").parse().unwrap(), None).await.unwrap());
        }
        routes
    }

    /// Every request that was put to any of them, in words.
    pub fn requests(&self) -> Vec<(String, Asked)> {
        let all = [&self.steady, &self.cut, &self.broken, &self.silent].map(FakeLlm::requests);
        all.into_iter().flatten().map(|asked| (asked.body().to_string(), asked)).collect()
    }
}

/// People start what stands still, and act at random on what they see, until nothing moves any more or they have seen
/// enough.
pub async fn talk(app: &Chimera, talks: &[ConversationId], dice: &mut Dice) {
    let mut feed = app.subscribe(Subscription { topics: None, after: None }).unwrap();
    let mut running = HashSet::new();
    // Nothing need follow of its own accord: a server may have fallen silent, or stand before a line of those who wait.
    let mut still = HashSet::new();
    // Of a round nothing is shown before all are through, and one of them may never be.
    let mut together = HashSet::new();
    for id in talks {
        if begin(app, *id, dice).await {
            running.insert(*id);
        }
    }
    for _ in 0..1 + dice.throw(LONGEST) {
        if running.is_subset(&still) {
            return;
        }
        let Some(frame) = feed.next().await.unwrap() else { return };
        let FeedItem::Event(event) = frame.item() else { continue };
        let Some(id) = event.conversation() else { continue };
        still.remove(&id);
        match &event.kind {
            EventKind::ConversationStateChanged { state: ConversationState::Running, .. } => _ = running.insert(id),
            EventKind::ConversationStateChanged { .. } => _ = running.remove(&id),
            EventKind::AttemptQueued { .. } => _ = still.insert(id),
            EventKind::RoundEnded { .. } => _ = together.remove(&id),
            EventKind::RoundStarted { .. } | EventKind::MessageStarted { .. } => {
                still.insert(id);
                if matches!(event.kind, EventKind::RoundStarted { .. }) {
                    together.insert(id);
                }
                match dice.throw(8) {
                    0 => _ = app.stop(id, StopWhen::Now).await,
                    1..4 => _ = app.skip(id).await,
                    _ => {}
                }
            }
            _ if dice.throw(30) == 0 => act(app, talks[dice.throw(talks.len() as u32) as usize], dice).await,
            _ => {}
        }
        if together.contains(&id) {
            still.insert(id);
        }
    }
}

async fn begin(app: &Chimera, id: ConversationId, dice: &mut Dice) -> bool {
    let begun = match app.conversation(id).await.unwrap().state {
        ConversationState::Draft => app.start(id).await,
        ConversationState::Completed if dice.throw(2) == 0 => app.start(id).await,
        ConversationState::Paused => app.resume(id).await,
        ConversationState::NeedsAttention if dice.throw(2) == 0 => app.retry(id, Vec::new()).await,
        ConversationState::NeedsAttention => app.skip(id).await,
        ConversationState::Completed | ConversationState::Running => return false,
    };
    begun.is_ok() && app.conversation(id).await.unwrap().state == ConversationState::Running
}

/// What is not possible just now is refused, as it should be.
async fn act(app: &Chimera, id: ConversationId, dice: &mut Dice) {
    match dice.throw(6) {
        0 => _ = app.stop(id, StopWhen::Now).await,
        1 => _ = app.stop(id, StopWhen::AfterTurn).await,
        2 => _ = app.pause(id).await,
        3 => _ = app.resume(id).await,
        4 => _ = app.skip(id).await,
        _ => _ = app.say(id, "And the tide?", SayWhen::Now).await,
    }
}
