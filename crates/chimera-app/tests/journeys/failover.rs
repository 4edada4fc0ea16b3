use chimera_app::{ErrorCode, SayWhen};
use chimera_core::{
    AfterCut, AttemptOutcome, ConversationId, ConversationState, ErrorClass, EventKind, FeedItem, InterruptCause,
    MessageStatus, ModelRef, Seq,
};
use chimera_testkit::{FakeLlm, Reply};

use crate::house::{House, panel, seat};

async fn at(house: &House, server: &FakeLlm, model: &str) -> ModelRef {
    let spec = format!("compatible@{}/v1#{model}", server.url()).parse().unwrap();
    house.chimera.route(&spec, None).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_provider_that_fails_before_its_first_word_is_replaced_and_the_attempts_are_kept_on_the_message() {
    let house = House::new().await;
    let broken = FakeLlm::start().await;
    broken.always().fails(429, r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#);
    let sound = FakeLlm::start().await;
    sound.always().says("The harbour master disagrees.");
    let mut new = panel(1);
    new.participants = vec![seat("Ada", vec![at(&house, &broken, "a").await, at(&house, &sound, "b").await])];

    let id = house.start(new).await;
    let view = house.until(id, ConversationState::Completed).await;

    let message = &view.messages[0];
    assert_eq!(message.text, "The harbour master disagrees.");
    assert_eq!(message.attempts.len(), 2);
    assert!(matches!(message.attempts[0].outcome, Some(AttemptOutcome::Failed { class: ErrorClass::RateLimited, .. })));
    assert_eq!([message.attempts[0].status, message.attempts[1].status], [Some(429), Some(200)]);
    assert!(matches!(message.attempts[1].outcome, Some(AttemptOutcome::Answered { .. })));
    let log = house.chimera.events(Seq::START, None, 1_000).await.unwrap();
    let switched = log.iter().filter(|event| matches!(event.kind, EventKind::FallbackSwitched { .. })).count();
    assert_eq!(switched, 1);
}

#[tokio::test]
async fn what_a_model_thinks_is_kept_beside_its_words_and_told_to_no_other() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    for _ in 0..2 {
        server.next().replies(Reply::stream().reasoning("Who ").reasoning("was it?").text("Nobody.").ends());
    }
    let mut new = panel(2);
    new.participants =
        vec![seat("Ada", vec![at(&house, &server, "a").await]), seat("Bob", vec![at(&house, &server, "b").await])];

    let id = house.start(new).await;
    let view = house.until(id, ConversationState::Completed).await;

    let attempts: Vec<_> = view.messages.iter().map(|message| &message.attempts[0]).collect();
    assert_eq!(attempts.iter().map(|attempt| attempt.thought_chars).collect::<Vec<_>>(), [Some(11), Some(11)]);
    let thoughts = house.chimera.thoughts_of(id, attempts[0].id).await.unwrap();
    assert_eq!((thoughts.text.as_str(), thoughts.attempt), ("Who was it?", attempts[0].id));
    assert_eq!(house.chimera.thoughts_of_turn(id, Some(2)).await.unwrap().attempt, attempts[1].id);
    assert!(!server.requests()[1].body().to_string().contains("was it"), "what was said is all that it is shown");
    let other = house.start(panel(1)).await;
    let refused = house.chimera.thoughts_of(other, attempts[0].id).await.unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::AttemptNotFound, Some("attempt")));
}

/// Ada alone, whose first server breaks off behind these words, and whose second then says those.
async fn broken_off(first: &str, second: &str, rule: AfterCut) -> (House, ConversationId, FakeLlm) {
    let house = House::new().await;
    let broken = FakeLlm::start().await;
    let words = first.split_inclusive(' ').fold(Reply::stream(), Reply::text);
    broken.always().replies(words.breaks_off());
    let sound = FakeLlm::start().await;
    sound.always().says(second);
    let mut new = panel(1);
    new.fallback.after_cut = rule;
    new.participants = vec![seat("Ada", vec![at(&house, &broken, "a").await, at(&house, &sound, "b").await])];
    let id = house.start(new).await;
    house.until(id, ConversationState::Completed).await;
    (house, id, sound)
}

/// The text of the only message as a reader of the feed puts it together, told of everything that was struck.
async fn as_read(house: &House, until: ConversationState) -> String {
    let mut feed = house.feed();
    let mut text = String::new();
    while let Some(frame) = feed.next().await.unwrap() {
        let FeedItem::Event(event) = frame.item() else { continue };
        match &event.kind {
            EventKind::MessageTakenOver { from_char, .. } => text = text.chars().take(*from_char as usize).collect(),
            EventKind::MessageCompleted { text: whole, .. } => text.clone_from(whole),
            EventKind::ConversationStateChanged { state, .. } if *state == until => break,
            _ => {}
        }
    }
    text
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_gone_on_with_by_the_next_and_the_message_says_who_wrote_what() {
    let (house, id, sound) = broken_off("The keeper climbed the", "climbed the stairs.", AfterCut::Continue).await;

    let view = house.chimera.conversation(id).await.unwrap();

    let message = &view.messages[0];
    assert_eq!((message.text.as_str(), message.status), ("The keeper climbed the stairs.", MessageStatus::Complete));
    let parts: Vec<_> =
        message.parts.iter().map(|part| (part.model.model.as_str(), part.from_char, part.to_char)).collect();
    assert_eq!(parts, [("a", 0, 22), ("b", 22, 30)]);
    assert!(sound.requests()[0].body().to_string().contains("The keeper climbed the"), "it was shown what stands");
    assert_eq!(as_read(&house, ConversationState::Completed).await, message.text);
}

#[tokio::test]
async fn a_short_beginning_is_struck_and_answered_anew_and_every_reader_is_told() {
    let (house, id, _) = broken_off("The keeper", "Nobody climbed.", AfterCut::Auto).await;

    let view = house.chimera.conversation(id).await.unwrap();

    let message = &view.messages[0];
    assert_eq!(message.text, "Nobody climbed.");
    assert_eq!(message.attempts[0].raw.as_deref(), Some("The keeper"), "what was struck is not lost");
    assert_eq!(message.parts.len(), 1);
    assert_eq!(as_read(&house, ConversationState::Completed).await, message.text);
}

#[tokio::test]
async fn where_nobody_is_to_go_on_a_broken_answer_stands_interrupted() {
    let (house, id, sound) = broken_off("The keeper climbed the", "the stairs.", AfterCut::Stop).await;

    let view = house.chimera.conversation(id).await.unwrap();

    let message = &view.messages[0];
    assert_eq!((message.text.as_str(), message.status), ("The keeper climbed the", MessageStatus::Interrupted));
    assert!(matches!(message.interrupted, Some(InterruptCause::Provider { .. })));
    assert!(sound.requests().is_empty());
}

#[tokio::test]
async fn when_nobody_answers_the_conversation_waits_and_a_retry_goes_on() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.next().fails(401, r#"{"error":{"message":"no such key"}}"#);
    server.always().says("Back again.");
    let mut new = panel(1);
    new.participants = vec![seat("Ada", vec![at(&house, &server, "m").await])];

    let id = house.start(new).await;
    let waiting = house.until(id, ConversationState::NeedsAttention).await;
    assert!(waiting.messages.is_empty(), "an error's text is never a message");
    assert_eq!(waiting.turn.expect("the failed turn is shown").attempts.len(), 1);

    house.chimera.retry(id, Vec::new()).await.unwrap();
    let view = house.until(id, ConversationState::Completed).await;

    assert_eq!(view.messages[0].text, "Back again.");
}

#[tokio::test]
async fn what_the_user_says_during_a_turn_stands_in_the_very_next_prompt() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.always().says("Noted.");
    let mut new = panel(2);
    let route = vec![at(&house, &server, "m").await];
    new.participants = vec![seat("Ada", route.clone()), seat("Bob", route)];
    let id = house.chimera.create_conversation(new).await.unwrap().id;

    house.chimera.say(id, "Mind the tide.", SayWhen::After).await.unwrap();
    house.chimera.start(id).await.unwrap();
    house.until(id, ConversationState::Completed).await;

    for request in server.requests() {
        assert!(request.body().to_string().contains("Mind the tide."), "the user was not heard: {}", request.body());
    }
}
