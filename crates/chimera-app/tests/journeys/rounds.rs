//! The policy `parallel`: all answer at once, and are shown together.

use std::fs;

use chimera_core::{
    AttemptOutcome, ConversationState, Delta, Event, EventKind, FeedItem, InterruptCause, MessageStatus,
    NewConversation, Policy, StateReason, TurnOutcome,
};

use crate::house::{House, demo, panel, speakers};

fn round(turns: u32) -> NewConversation {
    NewConversation { policy: Policy::Parallel, ..panel(turns) }
}

#[tokio::test]
async fn nobody_is_shown_a_word_of_a_round_before_all_are_through() {
    let house = House::new().await;
    let mut feed = house.feed();

    let id = house.start(round(6)).await;
    let (mut events, mut deltas): (Vec<Event>, Vec<Delta>) = (Vec::new(), Vec::new());
    loop {
        match feed.next().await.unwrap().expect("the feed goes on").item() {
            FeedItem::Event(event) => events.push(event.clone()),
            FeedItem::Delta(delta) => deltas.push(delta.clone()),
            FeedItem::Snapshot(_) => {}
        }
        let is_end = |event: &Event| {
            matches!(&event.kind, EventKind::ConversationStateChanged { state: ConversationState::Completed, .. })
        };
        if events.last().is_some_and(is_end) {
            break;
        }
    }

    assert!(deltas.is_empty(), "{deltas:?}");
    let (mut answered, mut in_round) = (0, 0);
    for event in &events {
        match &event.kind {
            EventKind::RoundStarted { members, .. } => (answered, in_round) = (0, members.len()),
            EventKind::AttemptEnded { .. } => answered += 1,
            EventKind::MessageStarted { .. } => assert_eq!(answered, in_round),
            _ => {}
        }
    }
    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!(speakers(&view), ["sceptic", "poet", "engineer", "sceptic", "poet", "engineer"]);
    assert!(view.messages.iter().all(|message| message.round.is_some() && message.parts.len() == 1));
    assert_eq!(view.messages[0].round, view.messages[2].round);
    assert_ne!(view.messages[2].round, view.messages[3].round);
    assert!(view.turns.is_empty());
    assert_eq!(house.chimera.rebuild().await.unwrap(), None, "the tables are what the log says");
}

#[tokio::test]
async fn one_that_fails_is_told_beside_the_answers_of_the_others() {
    let house = House::new().await;
    let mut new = round(9);
    new.participants[1].route = vec![demo("poet!unauthorized")];
    let id = house.chimera.create_conversation(new).await.unwrap().id;

    house.chimera.step(id).await.unwrap();
    let view = house.until(id, ConversationState::Paused).await;

    assert_eq!(speakers(&view), ["sceptic", "engineer"]);
    assert!(view.turns.is_empty(), "nobody waits for it: the others have spoken");
    let failed: Vec<_> = view.passed_over.iter().map(|turn| (turn.participant, turn.outcome)).collect();
    assert_eq!(failed, [(view.participants[1].id, Some(TurnOutcome::Failed))]);
    assert!(matches!(view.passed_over[0].attempts[0].outcome, Some(AttemptOutcome::Failed { .. })));
}

#[tokio::test]
async fn a_round_that_the_app_did_not_survive_is_shown_as_far_as_it_had_come() {
    let house = House::new().await;
    let mut new = round(3);
    new.participants[1].route = vec![demo("poet!hang")];
    let mut feed = house.feed();
    let id = house.start(new).await;
    for _ in 0..2 {
        let has_answered = |event: &Event| {
            matches!(event.kind, EventKind::AttemptEnded { outcome: AttemptOutcome::Answered { .. }, .. })
        };
        house.wait_for(&mut feed, has_answered).await;
    }
    let open = house.chimera.conversation(id).await.unwrap();
    assert_eq!((open.messages.len(), open.turns.len()), (0, 3), "nobody is shown what is there already");

    // What a killed process leaves behind is what is on disk.
    let left = tempfile::tempdir().unwrap();
    fs::create_dir(left.path().join("data")).unwrap();
    for file in fs::read_dir(house.chimera.data_dir()).unwrap().map(Result::unwrap) {
        if file.file_name().to_string_lossy().starts_with("chimera.db") {
            fs::copy(file.path(), left.path().join("data").join(file.file_name())).unwrap();
        }
    }
    let next = crate::house::open(&left, chimera_app::Pace::Instant).await;

    let view = next.conversation(id).await.unwrap();
    assert_eq!(view.reason, Some(StateReason::Restarted));
    assert_eq!(speakers(&view), ["sceptic", "engineer"]);
    assert!(view.messages.iter().all(|message| message.status == MessageStatus::Complete && !message.text.is_empty()));
    assert_eq!(view.turn, None, "nobody is waited for");
    let outcomes: Vec<_> = view.passed_over.iter().map(|turn| turn.outcome).collect();
    assert_eq!(outcomes, [Some(TurnOutcome::Cancelled)], "and who had said nothing is seen to have been of the round");
    assert_eq!(next.rebuild().await.unwrap(), None);
}

#[tokio::test]
async fn a_round_that_is_closed_in_the_middle_keeps_what_was_said_and_goes_on_after_it() {
    let house = House::new().await;
    let mut new = round(5);
    new.participants[1].route = vec![demo("poet!hang@0"), demo("poet")];
    let mut feed = house.feed();
    let id = house.start(new).await;
    house.wait_for(&mut feed, |event| matches!(event.kind, EventKind::AttemptEnded { .. })).await;
    house.wait_for(&mut feed, |event| matches!(event.kind, EventKind::AttemptEnded { .. })).await;

    let house = house.reopened().await;
    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!(speakers(&view), ["sceptic", "engineer"]);
    assert!(view.messages.iter().all(|message| message.interrupted != Some(InterruptCause::Restarted)));
}
