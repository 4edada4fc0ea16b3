//! A conversation that was recorded happens again, offline, to the same events: now, and in every later version.
//!
//! What is kept in `tests/recordings` was written by these very stories. When the engine decides otherwise on purpose
//! (another prompt, another field of an event), they are written anew: `CHIMERA_KEEP_RECORDINGS=1 cargo test -p
//! chimera-app --test journeys a_recorded`.

use std::fs;
use std::path::{Path, PathBuf};

use chimera_app::{Recording, SayWhen, replay_recording};
use chimera_core::{ConversationState, Event, NewConversation, Policy, ProviderKind, Secret, Seq, Topic};
use chimera_testkit::{FakeLlm, Reply};

use crate::house::{House, demo, panel, seat};

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings")
}

/// Tells the story with a recorder beside it, and replays what it wrote.
async fn is_replayed(house: House, name: &str, new: NewConversation) {
    let file = house.folder.path().join(format!("{name}.jsonl"));
    house.chimera.record(Recording::Next(file.clone()));
    let id = house.chimera.create_conversation(new).await.unwrap().id;
    let whom = house.chimera.conversation(id).await.unwrap().participants[0].id;
    house.chimera.whisper(id, "Be brief.", SayWhen::After, vec![whom]).await.unwrap();
    house.chimera.start(id).await.unwrap();
    house.until(id, ConversationState::Completed).await;
    let log = house.chimera.events(Seq::START, Some(Topic::Conversation(id)), 1_000).await.unwrap();
    house.chimera.close().await.unwrap();

    let mut replayed: Vec<Event> = Vec::new();
    let difference = replay_recording(&file, |event| {
        replayed.push(event.clone());
        Ok(())
    });

    assert_eq!(difference.unwrap(), None);
    let story = |events: &[Event]| events.iter().map(|event| (event.ts, event.kind.clone())).collect::<Vec<_>>();
    assert_eq!(story(&replayed), story(&log));
    if std::env::var_os("CHIMERA_KEEP_RECORDINGS").is_some() {
        fs::create_dir_all(kept()).unwrap();
        fs::copy(&file, kept().join(format!("{name}.jsonl"))).unwrap();
    }
}

#[tokio::test]
async fn a_recorded_talk_of_the_demo_voices_happens_again() {
    let mut new = panel(4);
    new.participants[1].route = vec![demo("poet!cut"), demo("poet")];
    new.participants[2].route = vec![demo("engineer!rate-limit"), demo("engineer")];

    is_replayed(House::new().await, "demo", new).await;
}

#[tokio::test]
async fn a_recorded_round_of_the_demo_voices_happens_again() {
    let mut new = panel(7);
    new.policy = Policy::Parallel;
    new.participants.push(seat("Historian", vec![demo("historian")]));
    new.participants[1].route = vec![demo("poet!cut"), demo("poet")];
    new.participants[2].route = vec![demo("engineer!rate-limit"), demo("engineer")];

    is_replayed(House::new().await, "parallel", new).await;
}

#[tokio::test]
async fn a_recorded_talk_with_a_faulty_server_happens_again_in_every_dialect() {
    for (word, kind) in [
        ("compatible", ProviderKind::Compatible),
        ("openai", ProviderKind::Openai),
        ("openai-responses", ProviderKind::OpenaiResponses),
        ("anthropic", ProviderKind::Anthropic),
        ("gemini", ProviderKind::Gemini),
    ] {
        let house = House::new().await;
        let server = FakeLlm::start().await;
        server.next().replies(Reply::fails(500, r#"{"error":{"message":"not today"}}"#));
        server.next().replies(Reply::says_in(kind, "The tide is out."));
        server.next().replies(Reply::begins_in(kind, "And it will be back ").breaks_off());
        server.always().replies(Reply::says_in(kind, "So it goes."));
        let spec = format!("{word}@{}/v1#m", server.url()).parse().unwrap();
        let route = house.chimera.route(&spec, Some(Secret::new("a-key-that-is-in-no-recording"))).await.unwrap();
        let mut new = panel(3);
        new.participants = vec![seat("Ada", route.clone()), seat("Bob", route)];

        is_replayed(house, word, new).await;
    }
}

#[test]
fn what_earlier_versions_recorded_happens_again_to_the_letter() {
    let mut recordings: Vec<_> = fs::read_dir(kept()).unwrap().map(|entry| entry.unwrap().path()).collect();
    recordings.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    assert!(recordings.len() >= 7, "the recordings are gone: {recordings:?}");
    for recording in recordings {
        let text = fs::read_to_string(&recording).unwrap();
        assert!(!text.contains("a-key-that-is-in-no-recording"), "{}", recording.display());

        let difference = replay_recording(&recording, |_| Ok(())).unwrap();

        if let Some(difference) = difference {
            panic!("{}: {difference}", recording.display());
        }
    }
}

#[tokio::test]
async fn a_recording_that_was_tampered_with_differs_at_that_event() {
    let house = House::new().await;
    let file = house.folder.path().join("talk.jsonl");
    house.chimera.record(Recording::Next(file.clone()));
    let id = house.start(panel(1)).await;
    house.until(id, ConversationState::Completed).await;
    house.chimera.close().await.unwrap();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("\"number\":1", "\"number\":2", 1)).unwrap();

    let difference = replay_recording(&file, |_| Ok(())).unwrap().unwrap();

    assert!(difference.to_string().starts_with(&format!("event {} differs", difference.seq)), "{difference}");
    assert!(difference.expected.is_some() && difference.got.is_some());
}

#[tokio::test]
async fn all_conversations_are_recorded_into_the_data_folder_when_that_is_asked_for() {
    let house = House::new().await;
    house.chimera.record(Recording::All);
    let id = house.start(panel(1)).await;
    house.until(id, ConversationState::Completed).await;
    house.chimera.close().await.unwrap();

    let files: Vec<_> = fs::read_dir(house.chimera.data_dir().join("recordings")).unwrap().collect();

    assert_eq!(files.len(), 1);
    assert_eq!(replay_recording(&files[0].as_ref().unwrap().path(), |_| Ok(())).unwrap(), None);
}
