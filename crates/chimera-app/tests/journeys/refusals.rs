use chimera_app::{ErrorCode, SayWhen};
use chimera_core::{ConversationId, EndPhrase, MAX_SAY_CHARS, MAX_TOPIC_CHARS, ModelRef, Money, NewConversation, Seq};

use crate::house::{House, demo, panel, seat};

#[tokio::test]
async fn bad_input_names_its_field_and_leaves_nothing_behind() {
    let house = House::new().await;
    let with = |change: &dyn Fn(&mut NewConversation)| {
        let mut new = panel(4);
        change(&mut new);
        new
    };
    let cases: [(&str, NewConversation); 23] = [
        ("topic", with(&|new| new.topic = "  \n".into())),
        ("topic", with(&|new| new.topic = "x".repeat(MAX_TOPIC_CHARS + 1))),
        ("title", with(&|new| new.title = Some("two\nlines".into()))),
        ("participants", with(&|new| new.participants.clear())),
        ("participants", with(&|new| new.participants = vec![seat("a", vec![demo("poet")]); 13])),
        ("participants[1].route", with(&|new| new.participants[1].route.clear())),
        ("participants[0].name", with(&|new| new.participants[0].name = None)),
        ("participants[2].name", with(&|new| new.participants[2].name = Some("POET".into()))),
        ("participants[2].name", with(&|new| new.participants[2].name = Some("*Poet*.".into()))),
        ("participants[0].name", with(&|new| new.participants[0].name = Some("_*_".into()))),
        ("participants[0].name", with(&|new| new.participants[0].name = Some("User".into()))),
        ("participants[0].name", with(&|new| new.participants[0].name = Some("User.".into()))),
        ("participants[0].persona", with(&|new| new.participants[0].persona = "nobody".parse().ok())),
        ("participants[0].route[1].connection", with(&|new| new.participants[0].route.push(nowhere()))),
        ("end.turns", with(&|new| new.end.turns = Some(0))),
        ("end.turns_per_participant", with(&|new| new.end.turns_per_participant = Some(0))),
        ("end.turns_without_user", with(&|new| new.end.turns_without_user = Some(10_001))),
        ("end.minutes", with(&|new| new.end.minutes = Some(0))),
        ("end.tokens", with(&|new| new.end.tokens = Some(0))),
        ("end.money", with(&|new| new.end.money = Some(Money::ZERO))),
        ("end.phrase.text", with(&|new| new.end.phrase = Some(phrase(" \n", &[])))),
        ("end.phrase.text", with(&|new| new.end.phrase = Some(phrase("…!", &[])))),
        ("end.phrase.by[1]", with(&|new| new.end.phrase = Some(phrase("done", &["Poet", "Nobody"])))),
    ];

    for (field, new) in cases {
        let error = house.chimera.create_conversation(new).await.unwrap_err();
        assert_eq!(error.field.as_deref(), Some(field), "{error}");
    }

    assert!(house.chimera.conversations(None, 10).await.unwrap().items.is_empty());
    assert!(house.chimera.events(Seq::START, None, 10).await.unwrap().is_empty());
}

fn phrase(text: &str, by: &[&str]) -> EndPhrase {
    EndPhrase { text: text.into(), by: by.iter().map(|name| (*name).into()).collect() }
}

#[tokio::test]
async fn an_unknown_conversation_is_named_in_every_refusal() {
    let house = House::new().await;
    let id: ConversationId = "0192f0c1-7e7a-7000-8000-000000000001".parse().unwrap();

    let refusals = [
        house.chimera.conversation(id).await.map(drop),
        house.chimera.start(id).await,
        house.chimera.say(id, "hello", SayWhen::After).await.map(drop),
        house.chimera.rename(id, "new").await,
        house.chimera.usage(id).await.map(drop),
    ];

    for refusal in refusals {
        let error = refusal.unwrap_err();
        assert_eq!(error.code, ErrorCode::ConversationNotFound);
        assert!(error.to_string().contains(&id.to_string()));
    }
}

#[tokio::test]
async fn too_much_text_and_none_are_refused_and_say_how_much_fits() {
    let house = House::new().await;
    let id = house.chimera.create_conversation(panel(2)).await.unwrap().id;

    let too_long = house.chimera.say(id, &"x".repeat(MAX_SAY_CHARS + 1), SayWhen::After).await.unwrap_err();
    let empty = house.chimera.say(id, " \n ", SayWhen::After).await.unwrap_err();

    assert_eq!(too_long.field.as_deref(), Some("text"));
    assert!(too_long.to_string().contains(&MAX_SAY_CHARS.to_string()));
    assert_eq!(empty.field.as_deref(), Some("text"));
    assert!(house.chimera.conversation(id).await.unwrap().messages.is_empty());
}

#[tokio::test]
async fn a_command_that_does_not_fit_the_state_says_which_would() {
    let house = House::new().await;
    let id = house.chimera.create_conversation(panel(2)).await.unwrap().id;

    for refusal in
        [house.chimera.pause(id).await, house.chimera.resume(id).await, house.chimera.retry(id, Vec::new()).await]
    {
        let error = refusal.unwrap_err();
        assert_eq!(error.code, ErrorCode::WrongState);
        assert!(error.to_string().len() > 20, "{error}");
    }
}

fn nowhere() -> ModelRef {
    ModelRef { connection: "nowhere".parse().unwrap(), model: "m".into() }
}
