//! What the window makes of events is what the store makes of them.
//!
//! The page folds events into the same view that Rust reads from its tables, in another language. A real talk in which
//! nearly everything happens is kept in `ui/src/test/talk.json`, with the store's view of it at several moments; here
//! the store is held to that, and in `ui/src/lib/state/golden.test.ts` the page is. When events or views change on
//! purpose, it is written anew: `CHIMERA_KEEP_GOLDEN=1 cargo test -p chimera-app --test journeys golden`.

use std::fs;
use std::path::{Path, PathBuf};

use chimera_app::{EditAs, NewModelFacts, SayWhen};
use chimera_core::{
    AttemptPurpose, ConversationChange, ConversationId, ConversationState, ConversationView, EndRules, Event,
    EventKind, ModelRef, Moderator, ParticipantChange, Policy, Seq, SummaryRules, Topic,
};
use chimera_store::Store;
use serde::{Deserialize, Serialize};

use crate::house::{House, demo, panel, seat};

/// A talk and what it looked like after some of its events.
#[derive(Serialize, Deserialize)]
struct Golden {
    events: Vec<Event>,
    views: Vec<ConversationView>,
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/test/talk.json")
}

#[tokio::test]
async fn a_talk_looks_the_same_however_often_its_events_are_told() {
    let house = House::new().await;
    let id = talk(&house).await;
    let events = house.chimera.events(Seq::START, Some(Topic::Conversation(id)), 5_000).await.unwrap();
    let seen = house.chimera.conversation(id).await.unwrap();

    let golden = retold(&events).await;

    assert_eq!(golden.views.last(), Some(&ConversationView { seq: Seq(events.len() as u64), ..seen }));
    if std::env::var_os("CHIMERA_KEEP_GOLDEN").is_some() {
        fs::create_dir_all(kept().parent().unwrap()).unwrap();
        fs::write(kept(), serde_json::to_string(&golden).unwrap() + "\n").unwrap();
    }
}

#[tokio::test]
async fn the_talk_that_is_kept_looks_as_it_did() {
    let golden: Golden = serde_json::from_str(&fs::read_to_string(kept()).unwrap()).unwrap();

    let retold = retold(&golden.events).await;

    for (now, then) in retold.views.iter().zip(&golden.views) {
        assert!(now == then, "the view after event {} is another than was kept: {now:#?}", now.seq.0);
    }
    assert_eq!(retold.views.len(), golden.views.len());
}

/// The same things happen in a new house, where nothing else does, so that the numbers begin at one.
async fn retold(events: &[Event]) -> Golden {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("history.db"), Box::new(|_| {})).await.unwrap();
    let mut golden = Golden { events: Vec::new(), views: Vec::new() };
    for (place, event) in events.iter().enumerate() {
        golden.events.extend(store.append(event.topic, event.ts, vec![event.kind.clone()]).await.unwrap());
        if is_telling(&event.kind) || place + 1 == events.len() {
            golden.views.push(store.conversation(event.conversation().unwrap()).await.unwrap().unwrap());
        }
    }
    store.close().await.unwrap();
    golden
}

/// After these the view is compared: where most can go wrong, and not so many that the file grows out of hand.
fn is_telling(event: &EventKind) -> bool {
    matches!(
        event,
        EventKind::MessageTakenOver { .. }
            | EventKind::BranchCreated { .. }
            | EventKind::AttemptStarted { purpose: AttemptPurpose::Choose, .. }
            | EventKind::RoundStarted { .. }
            | EventKind::MessageMoved { .. }
            | EventKind::RoundEnded { .. }
            | EventKind::SummaryWritten { .. }
            | EventKind::SummaryOutdated { .. }
            | EventKind::ParticipantLeft { .. }
            | EventKind::ConversationUnarchived {}
            | EventKind::ConversationTrashed {}
            | EventKind::ConversationStateChanged { state: ConversationState::NeedsAttention, .. }
    )
}

async fn until(house: &House, id: ConversationId, after: Seq, wanted: ConversationState) -> ConversationView {
    let mut feed = house.feed();
    house
        .wait_for(&mut feed, |event| {
            let state = match &event.kind {
                EventKind::ConversationStateChanged { state, .. } => Some(*state),
                _ => None,
            };
            event.seq > after && event.conversation() == Some(id) && state == Some(wanted)
        })
        .await;
    house.chimera.conversation(id).await.unwrap()
}

/// Nearly everything that can happen to a conversation.
async fn talk(house: &House) -> ConversationId {
    let chimera = &house.chimera;
    let mut new = panel(4);
    new.policy = Policy::RoundRobin;
    new.participants[1].route = vec![demo("poet!think!cut"), demo("poet")];
    new.participants[2].route = vec![demo("engineer!rate-limit"), demo("engineer!think")];
    let view = chimera.create_conversation(new).await.unwrap();
    let (id, [sceptic, poet, engineer]) = (view.id, [0, 1, 2].map(|seat: usize| view.participants[seat].id));
    chimera.whisper(id, "Be brief.", SayWhen::After, vec![poet]).await.unwrap();
    chimera.start(id).await.unwrap();
    let view = until(house, id, view.seq, ConversationState::Completed).await;

    said_is_changed(house, &view).await;

    chimera.mute(id, engineer).await.unwrap();
    let host = chimera.join(id, seat("Host", vec![demo("host")]), Some(1)).await.unwrap();
    let change = ParticipantChange { name: Some("Guest".into()), talkativeness: Some(0.9), ..Default::default() };
    chimera.change_participant(id, host, change).await.unwrap();
    chimera.reorder(id, vec![engineer, host, poet, sceptic]).await.unwrap();
    chimera.leave(id, sceptic).await.unwrap();
    chimera.unmute(id, engineer).await.unwrap();
    chimera.rename(id, "Books and dust").await.unwrap();
    lead(house, id, |change| {
        change.policy = Some(Policy::Moderator);
        change.moderator = Some(Moderator::Participant { participant: host });
        change.end = Some(EndRules { turns: Some(2), minutes: Some(5), ..EndRules::default() });
    })
    .await;
    // Put away, it comes back when it is set going.
    chimera.archive(id).await.unwrap();
    let mark = chimera.conversation(id).await.unwrap().seq;
    chimera.start(id).await.unwrap();
    until(house, id, mark, ConversationState::Completed).await;

    together(house, id).await;
    summed_up(house, id).await;
    fails(house, id, poet).await;
    chimera.stop(id, chimera_app::StopWhen::Now).await.unwrap();
    chimera.archive(id).await.unwrap();
    chimera.trash(id).await.unwrap();
    chimera.restore(id).await.unwrap();
    id
}

/// Edits, deletions, alternatives, branches, pins, and what takes them back.
async fn said_is_changed(house: &House, view: &ConversationView) {
    let (chimera, id) = (&house.chimera, view.id);
    let [first, second] = [1, 2].map(|place: usize| view.messages[place].id);
    let last = view.messages.last().unwrap().id;
    chimera.pin(id, first).await.unwrap();
    chimera.edit_message(id, second, "In other words.", EditAs::Version).await.unwrap();
    chimera.delete_message(id, second).await.unwrap();
    chimera.undo(id).await.unwrap();
    chimera.redo(id).await.unwrap();
    chimera.restore_message(id, second).await.unwrap();
    let mark = chimera.conversation(id).await.unwrap().seq;
    chimera.regenerate(id, last, None).await.unwrap();
    until(house, id, mark, ConversationState::Completed).await;
    chimera.choose_alternative(id, last).await.unwrap();
    chimera.undo(id).await.unwrap();
    let what_if = chimera.branch(id, first, Some("What if")).await.unwrap();
    chimera.say(id, "But what if nobody had come?", SayWhen::After).await.unwrap();
    chimera.rename_branch(id, what_if, "Nobody came").await.unwrap();
    chimera.switch_branch(id, view.branch).await.unwrap();
    chimera.unpin(id, first).await.unwrap();
    chimera.switch_branch(id, what_if).await.unwrap();
}

/// A round, and what the user says in the middle of it.
async fn together(house: &House, id: ConversationId) {
    let chimera = &house.chimera;
    lead(house, id, |change| {
        change.policy = Some(Policy::Parallel);
        change.end = Some(EndRules { turns: Some(3), ..EndRules::default() });
    })
    .await;
    let before = chimera.conversation(id).await.unwrap();
    let mut feed = house.feed();
    chimera.start(id).await.unwrap();
    house
        .wait_for(&mut feed, |event| event.seq > before.seq && matches!(event.kind, EventKind::RoundStarted { .. }))
        .await;
    chimera.say(id, "And what of the mice?", SayWhen::After).await.unwrap();
    until(house, id, before.seq, ConversationState::Completed).await;
    let message = before.messages.last().unwrap().id;
    lead(house, id, |change| change.policy = Some(Policy::RoundRobin)).await;
    let mark = chimera.conversation(id).await.unwrap().seq;
    chimera.continue_from(id, message).await.unwrap();
    until(house, id, mark, ConversationState::Completed).await;
}

/// A model with little room: what falls out of it is summed up, and put into better words.
async fn summed_up(house: &House, id: ConversationId) {
    let chimera = &house.chimera;
    let small = NewModelFacts { context_tokens: Some(1_400), ..NewModelFacts::default() };
    for voice in ["poet!cut", "poet", "engineer!rate-limit", "engineer", "host"] {
        chimera.set_model_facts(demo(voice), small.clone()).await.unwrap();
    }
    lead(house, id, |change| {
        change.summary = Some(SummaryRules { on: true, route: vec![demo("sceptic")] });
        change.end = Some(EndRules { turns: Some(12), ..EndRules::default() });
    })
    .await;
    let mark = chimera.conversation(id).await.unwrap().seq;
    chimera.start(id).await.unwrap();
    let view = until(house, id, mark, ConversationState::Completed).await;
    let summary = view.summaries.first().expect("something has fallen out of sight").id;
    chimera.edit_summary(id, summary, "They spoke of books, and of dust.").await.unwrap();
    let message = view.messages[0].id;
    chimera.delete_message(id, message).await.unwrap();
    chimera.undo(id).await.unwrap();
}

/// No model answers for it.
async fn fails(house: &House, id: ConversationId, participant: chimera_core::ParticipantId) {
    let chimera = &house.chimera;
    let route: Option<Vec<ModelRef>> = Some(vec![demo("poet!overloaded")]);
    chimera.change_participant(id, participant, ParticipantChange { route, ..Default::default() }).await.unwrap();
    let mark = chimera.conversation(id).await.unwrap().seq;
    chimera.nudge(id, participant).await.unwrap();
    until(house, id, mark, ConversationState::NeedsAttention).await;
}

async fn lead(house: &House, id: ConversationId, lead: impl FnOnce(&mut ConversationChange)) {
    let mut change = ConversationChange::default();
    lead(&mut change);
    house.chimera.change(id, change).await.unwrap();
}
