//! A talk whose models hold little of it, so that what falls out of their sight is summed up.

use chimera_app::{NewModelFacts, Recording, SayWhen, replay_recording};
use chimera_core::{
    AttemptPurpose, ConversationChange, ConversationId, ConversationState, EndRules, EventKind, ModelRef, Seq,
    SummaryRules, Topic,
};
use chimera_testkit::FakeLlm;

use crate::house::{House, panel, seat};

const SUMMARY: &str = "They agree that the river decides.";

fn long() -> String {
    "It holds as long as the river lets it stand. ".repeat(6)
}

/// Two seats and a scribe at one server, of which all hold little.
async fn talk(house: &House, server: &FakeLlm) -> (ConversationId, ModelRef) {
    server.always().says(&long());
    let spec = format!("compatible@{}/v1#talker", server.url()).parse().unwrap();
    let route = house.chimera.route(&spec, None).await.unwrap();
    let scribe = ModelRef { model: "scribe".into(), ..route[0].clone() };
    for model in [&route[0], &scribe] {
        let little = NewModelFacts { context_tokens: Some(1_400), ..NewModelFacts::default() };
        house.chimera.set_model_facts(model.clone(), little).await.unwrap();
    }
    let mut new = panel(12);
    new.participants = vec![seat("Ada", route.clone()), seat("Bob", route)];
    new.end = EndRules { turns: Some(12), loops: false, ..EndRules::default() };
    new.summary = SummaryRules { on: true, route: vec![scribe.clone()] };
    (house.chimera.create_conversation(new).await.unwrap().id, scribe)
}

#[tokio::test]
async fn it_is_told_counted_shown_to_the_next_speakers_and_can_be_put_better() {
    let (house, server) = (House::new().await, FakeLlm::start().await);
    server.on("scribe").says(SUMMARY);
    server.on("scribe").says(SUMMARY);
    server.on("scribe").says(SUMMARY);
    let (id, scribe) = talk(&house, &server).await;
    let bob = house.chimera.conversation(id).await.unwrap().participants[1].id;
    house.chimera.whisper(id, "The word is heron.", SayWhen::After, vec![bob]).await.unwrap();
    house.chimera.start(id).await.unwrap();
    let view = house.until(id, ConversationState::Completed).await;

    let summary = view.summaries.first().expect("something was summed up");
    assert_eq!((summary.text.as_str(), &summary.model, summary.edited), (SUMMARY, &scribe, false));
    let log = house.chimera.events(Seq::START, Some(Topic::Conversation(id)), 1_000).await.unwrap();
    let is_booked =
        |kind: &EventKind| matches!(kind, EventKind::AttemptStarted { purpose: AttemptPurpose::Summarise, .. });
    let booked = log.iter().filter(|event| is_booked(&event.kind)).count();
    assert_eq!(booked, view.summaries.len());
    assert_eq!(view.spent.attempts as usize, 12 + booked);
    let asked = |model: &str| {
        let of = |asked: &chimera_testkit::Asked| asked.model() == model;
        server.requests().into_iter().filter(of).map(|asked| asked.body().to_string()).collect::<Vec<_>>()
    };
    assert!(asked("talker").last().unwrap().contains(SUMMARY));
    assert!(asked("scribe").iter().all(|prompt| !prompt.contains("heron")), "a whisper is not summed up");

    let newest = view.summaries.last().unwrap().id;
    house.chimera.edit_summary(id, newest, "Mostly herons, they say.").await.unwrap();
    let end = EndRules { turns: Some(1), loops: false, ..EndRules::default() };
    let change = ConversationChange { end: Some(end), ..ConversationChange::default() };
    house.chimera.change(id, change).await.unwrap();
    house.chimera.start(id).await.unwrap();
    house.until(id, ConversationState::Completed).await;
    let refused = house.chimera.edit_summary(id, newest, " ").await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("text"));

    let house = house.reopened().await;
    let view = house.chimera.conversation(id).await.unwrap();
    let edited = view.summaries.iter().find(|summary| summary.id == newest).unwrap();
    assert_eq!((edited.text.as_str(), edited.edited), ("Mostly herons, they say.", true));
    assert_eq!(house.chimera.rebuild().await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_cannot_costs_the_talk_nothing_and_is_named() {
    let (house, server) = (House::new().await, FakeLlm::start().await);
    server.on("scribe").fails(404, r#"{"error":{"message":"no such model"}}"#);
    let (id, _) = talk(&house, &server).await;
    house.chimera.start(id).await.unwrap();
    let view = house.until(id, ConversationState::Completed).await;

    assert_eq!(view.messages.len(), 12);
    assert!(view.summaries.is_empty());
    assert!(view.summary_failure.unwrap().starts_with("no model summed it up"));
}

#[tokio::test]
async fn a_recorded_talk_with_a_summary_happens_again() {
    let (house, server) = (House::new().await, FakeLlm::start().await);
    for _ in 0..3 {
        server.on("scribe").says(SUMMARY);
    }
    let file = house.folder.path().join("talk.jsonl");
    house.chimera.record(Recording::Next(file.clone()));
    let (id, _) = talk(&house, &server).await;
    house.chimera.start(id).await.unwrap();
    house.until(id, ConversationState::Completed).await;
    house.chimera.close().await.unwrap();

    let mut written = 0;
    let difference = replay_recording(&file, |event| {
        written += u32::from(matches!(event.kind, EventKind::SummaryWritten { .. }));
        Ok(())
    });

    assert_eq!(difference.unwrap(), None);
    assert!(written > 0);
}
