//! How the providers stand, as all conversations see it.

use std::sync::Arc;
use std::time::Duration;

use chimera_app::{Chimera, ConnectionChanges, KeyInput, Keyring, Options, Pace};
use chimera_core::{
    AttemptOutcome, ConversationId, ConversationState, ErrorClass, EventKind, HealthState, Message, ModelRef,
    ProviderHealth, Secret, Seq,
};
use chimera_testkit::{FakeLlm, FixedClock, Reply};
use tempfile::TempDir;

use crate::house::{House, panel, seat};

async fn at_time(clock: &Arc<FixedClock>, folder: TempDir) -> House {
    let (keyring, pace) = (Keyring::in_memory(), Pace::Instant);
    let options = Options { keyring, pace, clock: clock.clone(), ..Options::new(folder.path().join("data")) };
    House { chimera: Chimera::open(options).await.unwrap(), folder }
}

async fn model(house: &House, server: &FakeLlm) -> ModelRef {
    let spec = format!("compatible@{}/v1#m", server.url()).parse().unwrap();
    house.chimera.route(&spec, None).await.unwrap().remove(0)
}

/// One seat, one turn, this route: how it was answered.
async fn one_turn(house: &House, route: &[ModelRef]) -> (ConversationId, Vec<Message>) {
    let mut new = panel(1);
    new.participants = vec![seat("Ada", route.to_vec())];
    let id = house.start(new).await;
    (id, house.until(id, ConversationState::Completed).await.messages)
}

fn slow_down(seconds: u32) -> Reply {
    Reply::fails(429, r#"{"error":{"message":"slow down"}}"#).header("retry-after", &seconds.to_string())
}

async fn told(house: &House) -> Vec<ProviderHealth> {
    let log = house.chimera.events(Seq::START, None, 1_000).await.unwrap();
    let health = log.into_iter().filter_map(|event| match event.kind {
        EventKind::ProviderHealthChanged(health) => Some(health),
        _ => None,
    });
    health.collect()
}

#[tokio::test]
async fn a_model_that_asked_for_time_is_left_alone_by_every_conversation_until_it_has_passed() {
    let clock = Arc::new(FixedClock::default());
    let house = at_time(&clock, tempfile::tempdir().unwrap()).await;
    let (limited, sound) = (FakeLlm::start().await, FakeLlm::start().await);
    limited.next().replies(slow_down(30));
    limited.always().says("Rested.");
    sound.always().says("Standing in.");
    let route = [model(&house, &limited).await, model(&house, &sound).await];

    one_turn(&house, &route).await;
    clock.advance(Duration::from_secs(10));
    let (_, standing_in) = one_turn(&house, &route).await;

    assert_eq!(standing_in[0].text, "Standing in.");
    assert_eq!(limited.requests().len(), 1, "it was asked before its time");
    let Some(AttemptOutcome::Skipped { class, until, detail }) = &standing_in[0].attempts[0].outcome else {
        panic!("the message does not say that a model was passed over")
    };
    assert_eq!(*class, ErrorClass::RateLimited);
    assert_eq!(detail, "not asked: limited for another 20 s");
    let changes = told(&house).await;
    assert_eq!(changes[0].state, HealthState::Limited);
    assert_eq!(changes[0].until, *until);
    assert_eq!(changes[1].state, HealthState::Healthy);
    assert_eq!(changes.len(), 2, "only changes are told");

    clock.advance(Duration::from_secs(20));
    let (_, rested) = one_turn(&house, &route).await;

    assert_eq!(rested[0].text, "Rested.");
    assert!(house.chimera.health().iter().all(|health| health.state == HealthState::Healthy));
}

#[tokio::test]
async fn what_is_still_due_outlives_the_process_and_ends_with_its_connection() {
    let clock = Arc::new(FixedClock::default());
    let house = at_time(&clock, tempfile::tempdir().unwrap()).await;
    let (limited, sound) = (FakeLlm::start().await, FakeLlm::start().await);
    limited.always().replies(slow_down(600));
    sound.always().says("Standing in.");
    let route = [model(&house, &limited).await, model(&house, &sound).await];
    one_turn(&house, &route).await;

    house.chimera.close().await.unwrap();
    let House { folder, .. } = house;
    let house = at_time(&clock, folder).await;
    one_turn(&house, &route).await;

    assert_eq!(limited.requests().len(), 1, "the restart forgot that it is limited");
    house.chimera.remove_connection(&route[0].connection).await.unwrap();
    assert!(house.chimera.health().iter().all(|health| health.connection != route[0].connection));
}

#[tokio::test]
async fn a_refused_key_is_not_tried_again_until_somebody_says_so() {
    let clock = Arc::new(FixedClock::default());
    let house = at_time(&clock, tempfile::tempdir().unwrap()).await;
    let server = FakeLlm::start().await;
    server.next().fails(401, r#"{"error":{"message":"no such key"}}"#);
    server.always().says("Back again.");
    let route = [model(&house, &server).await];
    let mut new = panel(1);
    new.participants = vec![seat("Ada", route.to_vec())];
    let first = house.start(new.clone()).await;
    house.until(first, ConversationState::NeedsAttention).await;

    let second = house.start(new).await;
    house.until(second, ConversationState::NeedsAttention).await;
    assert_eq!(server.requests().len(), 1, "a bad key was sent again by itself");
    house.chimera.retry(second, Vec::new()).await.unwrap();
    let view = house.until(second, ConversationState::Completed).await;

    assert_eq!(view.messages[0].text, "Back again.");
    let states: Vec<_> = told(&house).await.into_iter().map(|health| health.state).collect();
    assert_eq!(states, [HealthState::Off, HealthState::Untested, HealthState::Healthy]);
}

#[tokio::test]
async fn another_key_for_a_server_that_refused_the_first_is_tried_at_once() {
    let clock = Arc::new(FixedClock::default());
    let house = at_time(&clock, tempfile::tempdir().unwrap()).await;
    let server = FakeLlm::start().await;
    let route = async |house: &House, key: &str| {
        let spec = format!("compatible@{}/v1#m", server.url()).parse().unwrap();
        house.chimera.route(&spec, Some(Secret::new(key))).await.unwrap()
    };
    let talk = |route: Vec<ModelRef>| {
        let mut new = panel(1);
        new.participants = vec![seat("Ada", route)];
        new
    };
    for _ in 0..2 {
        server.next().fails(401, r#"{"error":{"message":"no such key"}}"#);
    }
    server.always().says("Good.");
    let first = house.start(talk(route(&house, "bad").await)).await;
    house.until(first, ConversationState::NeedsAttention).await;
    house.chimera.close().await.unwrap();

    let House { folder, .. } = house;
    let house = at_time(&clock, folder).await;
    let second = house.start(talk(route(&house, "worse").await)).await;
    house.until(second, ConversationState::NeedsAttention).await;
    house.chimera.lend_key(second, Secret::new("good")).await.unwrap();
    let third =
        house.start(talk(house.chimera.conversation(second).await.unwrap().participants[0].route.clone())).await;

    assert_eq!(house.until(third, ConversationState::Completed).await.messages[0].text, "Good.");
    let shown: Vec<_> =
        server.requests().iter().map(|asked| asked.header("authorization").map(str::to_owned)).collect();
    assert_eq!(shown, ["Bearer bad", "Bearer worse", "Bearer good"].map(|key| Some(key.to_owned())));
}

#[tokio::test]
async fn a_connection_that_was_mended_is_asked_at_once_though_its_old_key_or_address_was_limited() {
    let clock = Arc::new(FixedClock::default());
    let house = at_time(&clock, tempfile::tempdir().unwrap()).await;
    let (limited, sound) = (FakeLlm::start().await, FakeLlm::start().await);
    limited.next().replies(slow_down(600));
    limited.next().says("With the new key.");
    limited.next().replies(slow_down(600));
    sound.always().says("Standing in.");
    let route = [model(&house, &limited).await, model(&house, &sound).await];
    let id = &route[0].connection;
    let speaks = async || one_turn(&house, &route).await.1.remove(0).text;
    assert_eq!(speaks().await, "Standing in.");

    let key = Some(KeyInput(Secret::new("sk-new")));
    house.chimera.update_connection(id, ConnectionChanges { key, ..Default::default() }).await.unwrap();
    assert_eq!(speaks().await, "With the new key.");

    assert_eq!(speaks().await, "Standing in.", "it is limited once more");
    let elsewhere = FakeLlm::start().await;
    elsewhere.always().says("From the new address.");
    let base_url = Some(format!("{}/v1", elsewhere.url()));
    let key = Some(KeyInput(Secret::new("sk-newer")));
    house.chimera.update_connection(id, ConnectionChanges { base_url, key, ..Default::default() }).await.unwrap();
    assert_eq!(speaks().await, "From the new address.");
}
