//! A Chimera on a folder of its own, and the words in which the stories are told.

use std::time::Duration;

use chimera_app::{CallLimits, Chimera, FeedReader, Keyring, Options, Pace, Subscription};
use chimera_core::{
    Author, ConversationId, ConversationState, ConversationView, EndRules, Event, EventKind, FeedItem, ModelRef,
    NewConversation, NewParticipant, Policy, Seq,
};
use tempfile::TempDir;

/// Nothing in these stories takes this long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct House {
    pub chimera: Chimera,
    pub folder: TempDir,
}

impl House {
    pub async fn new() -> Self {
        Self::at_pace(Pace::Instant).await
    }

    pub async fn at_pace(pace: Pace) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let chimera = open(&folder, pace).await;
        Self { chimera, folder }
    }

    /// With fewer calls at once than usual.
    pub async fn within(calls: CallLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let chimera = open_within(&folder, Pace::Instant, calls).await;
        Self { chimera, folder }
    }

    /// Closed and opened again, as when the user comes back the next day.
    pub async fn reopened(self) -> Self {
        self.chimera.close().await.unwrap();
        let Self { chimera, folder } = self;
        drop(chimera);
        let chimera = open(&folder, Pace::Instant).await;
        Self { chimera, folder }
    }

    pub fn feed(&self) -> FeedReader {
        self.chimera.subscribe(Subscription { topics: None, after: Some(Seq::START) }).unwrap()
    }

    pub async fn start(&self, new: NewConversation) -> ConversationId {
        let created = self.chimera.create_conversation(new).await.unwrap();
        self.chimera.start(created.id).await.unwrap();
        created.id
    }

    /// Follows the feed until the conversation is in this state.
    pub async fn until(&self, id: ConversationId, wanted: ConversationState) -> ConversationView {
        let mut feed = self.feed();
        self.wait_for(&mut feed, |event| {
            event.conversation() == Some(id)
                && matches!(&event.kind, EventKind::ConversationStateChanged { state, .. } if *state == wanted)
        })
        .await;
        self.chimera.conversation(id).await.unwrap()
    }

    pub async fn wait_for(&self, feed: &mut FeedReader, is_it: impl Fn(&Event) -> bool) -> Event {
        let found = async {
            loop {
                let frame = feed.next().await.unwrap().expect("the feed goes on");
                if let FeedItem::Event(event) = frame.item()
                    && is_it(event)
                {
                    return event.clone();
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.expect("it happens in time")
    }
}

pub async fn open(folder: &TempDir, pace: Pace) -> Chimera {
    open_within(folder, pace, ROOMY).await
}

/// The servers of these stories are all on this machine, and stand for servers anywhere.
const ROOMY: CallLimits = CallLimits { elsewhere: 16, nearby: 16 };

pub async fn open_within(folder: &TempDir, pace: Pace, calls: CallLimits) -> Chimera {
    let options = Options { keyring: Keyring::in_memory(), pace, calls, ..Options::new(folder.path().join("data")) };
    Chimera::open(options).await.unwrap()
}

pub fn demo(voice: &str) -> ModelRef {
    ModelRef { connection: "demo".parse().unwrap(), model: voice.into() }
}

pub fn seat(name: &str, route: Vec<ModelRef>) -> NewParticipant {
    NewParticipant { name: Some(name.into()), route, ..NewParticipant::default() }
}

/// Three demo voices around a topic.
pub fn panel(turns: u32) -> NewConversation {
    NewConversation {
        topic: "Should a library keep books that nobody has borrowed for fifty years?".into(),
        participants: ["sceptic", "poet", "engineer"].map(|voice| seat(voice, vec![demo(voice)])).into(),
        policy: Policy::Balanced,
        end: EndRules { turns: Some(turns), ..EndRules::default() },
        seed: Some(7),
        ..NewConversation::default()
    }
}

/// The same in turn, but whoever has the first word never comes to its last: there is all the time to do something
/// meanwhile.
pub fn panel_in_mid_sentence(turns: u32) -> NewConversation {
    let mut panel = NewConversation { policy: Policy::RoundRobin, ..panel(turns) };
    panel.participants[0].route = vec![demo("sceptic!pause@0")];
    panel
}

/// Who spoke, in order; the user as `you`.
pub fn speakers(view: &ConversationView) -> Vec<String> {
    let name = |author: Author| match author {
        Author::User => "you".to_owned(),
        Author::Participant { participant } => view
            .participants
            .iter()
            .chain(&view.left)
            .find(|seat| seat.id == participant)
            .expect("a speaker sits at the table")
            .name
            .clone(),
    };
    view.messages.iter().map(|message| name(message.author)).collect()
}
