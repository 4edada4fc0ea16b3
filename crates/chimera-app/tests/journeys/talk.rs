use std::collections::HashSet;

use chimera_app::{SayWhen, StopWhen};
use chimera_core::{Author, ConversationState, EventKind, MessageStatus, Policy, StateReason};
use chimera_testkit::{FakeLlm, Gate, Reply};

use crate::house::{House, panel, seat, speakers};

#[tokio::test]
async fn created_started_spoken_and_completed() {
    let house = House::new().await;

    let created = house.chimera.create_conversation(panel(6)).await.unwrap();
    assert_eq!(created.state, ConversationState::Draft);
    house.chimera.start(created.id).await.unwrap();
    let view = house.until(created.id, ConversationState::Completed).await;

    assert_eq!(view.reason, Some(StateReason::TurnsReached { turns: 6 }));
    assert_eq!(view.messages.len(), 6);
    for message in &view.messages {
        assert_eq!(message.status, MessageStatus::Complete);
        assert!(!message.text.is_empty());
        assert_eq!(message.attempts.len(), 1, "one call is enough when nothing fails");
    }
}

#[tokio::test]
async fn the_first_demo_seats_three_and_shows_a_fallback() {
    let house = House::new().await;

    let demo = house.chimera.start_demo().await.unwrap();
    let view = house.until(demo.id, ConversationState::Completed).await;

    assert_eq!(view.messages.len(), 9);
    assert_eq!(speakers(&view).into_iter().collect::<HashSet<_>>().len(), 3);
    let helped_out = view.messages.iter().filter(|message| message.attempts.len() > 1).count();
    assert_eq!(helped_out, 1, "one staged failure, and one model that stood in");
}

#[tokio::test]
async fn the_first_and_the_second_speaker_differ_and_both_sit_at_the_table() {
    for policy in [Policy::Balanced, Policy::RoundRobin] {
        for seed in 0..20 {
            let house = House::new().await;
            let mut new = panel(2);
            (new.policy, new.seed) = (policy, Some(seed));

            let id = house.start(new).await;
            let view = house.until(id, ConversationState::Completed).await;

            let speakers = speakers(&view);
            assert_ne!(speakers[0], speakers[1], "{policy:?} with seed {seed}");
        }
    }
}

#[tokio::test]
async fn round_robin_keeps_the_seated_order() {
    let house = House::new().await;
    let mut new = panel(6);
    new.policy = Policy::RoundRobin;

    let id = house.start(new).await;
    let view = house.until(id, ConversationState::Completed).await;

    assert_eq!(speakers(&view), ["sceptic", "poet", "engineer", "sceptic", "poet", "engineer"]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_conversation() {
    let mut texts = Vec::new();
    for _ in 0..2 {
        let house = House::new().await;
        let id = house.start(panel(5)).await;
        let view = house.until(id, ConversationState::Completed).await;
        texts.push(view.messages.into_iter().map(|message| message.text).collect::<Vec<_>>());
    }

    assert_eq!(texts[0], texts[1]);
}

#[tokio::test]
async fn steps_take_one_turn_each_and_wait() {
    let house = House::new().await;
    let id = house.chimera.create_conversation(panel(9)).await.unwrap().id;
    let mut feed = house.feed();

    for turns in 1..=3 {
        house.chimera.step(id).await.unwrap();
        house
            .wait_for(&mut feed, |event| {
                matches!(event.kind, EventKind::ConversationStateChanged { reason: StateReason::Stepped, .. })
            })
            .await;
        let view = house.chimera.conversation(id).await.unwrap();
        assert_eq!((view.messages.len(), view.state), (turns, ConversationState::Paused));
    }
}

#[tokio::test]
async fn a_pause_lets_the_speaker_finish_and_a_stop_does_not() {
    let (house, server, gate) = (House::new().await, FakeLlm::start().await, Gate::closed());
    server.next().replies(Reply::stream().text("Half ").waits_for(&gate).text("a word.").ends());
    server.next().replies(Reply::stream().text("Half ").hangs());
    let route = format!("compatible@{}/v1#m", server.url()).parse().unwrap();
    let model = house.chimera.route(&route, None).await.unwrap().remove(0);
    let mut new = panel(9);
    new.participants = ["Ada", "Bob"].map(|name| seat(name, vec![model.clone()])).into();
    let mut feed = house.feed();
    let id = house.start(new).await;
    house.wait_for(&mut feed, |event| matches!(event.kind, EventKind::MessageStarted { .. })).await;

    house.chimera.pause(id).await.unwrap();
    gate.open();
    let finished = house.wait_for(&mut feed, |event| matches!(event.kind, EventKind::MessageCompleted { .. })).await;
    assert_eq!(house.chimera.conversation(id).await.unwrap().state, ConversationState::Paused);

    house.chimera.resume(id).await.unwrap();
    house
        .wait_for(&mut feed, |event| event.seq > finished.seq && matches!(event.kind, EventKind::MessageStarted { .. }))
        .await;
    house.chimera.stop(id, StopWhen::Now).await.unwrap();
    let view = house.chimera.conversation(id).await.unwrap();

    let statuses: Vec<_> = view.messages.iter().map(|message| message.status).collect();
    assert_eq!(statuses, [MessageStatus::Complete, MessageStatus::Interrupted]);
    assert_eq!(view.state, ConversationState::Completed);
}

#[tokio::test]
async fn what_the_user_says_is_a_line_of_the_script_at_once() {
    let house = House::new().await;
    let id = house.chimera.create_conversation(panel(2)).await.unwrap().id;

    let said = house.chimera.say(id, "  Think of the mice, too.  ", SayWhen::After).await.unwrap();

    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!((view.messages[0].id, view.messages[0].author), (said, Author::User));
    assert_eq!(view.messages[0].text, "Think of the mice, too.");
    assert_eq!(view.state, ConversationState::Draft, "saying something starts nothing");
}
