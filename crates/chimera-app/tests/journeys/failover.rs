use chimera_app::SayWhen;
use chimera_core::{
    AttemptOutcome, ConversationState, ErrorClass, EventKind, InterruptCause, MessageStatus, ModelRef, Seq,
};
use chimera_testkit::FakeLlm;

use crate::house::{House, demo, panel, seat};

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
    assert!(matches!(
        message.attempts[0].outcome,
        Some(AttemptOutcome::Failed { class: ErrorClass::RateLimited, status: Some(429), .. })
    ));
    assert!(matches!(message.attempts[1].outcome, Some(AttemptOutcome::Answered { .. })));
    let log = house.chimera.events(Seq::START, None, 1_000).await.unwrap();
    let switched = log.iter().filter(|event| matches!(event.kind, EventKind::FallbackSwitched { .. })).count();
    assert_eq!(switched, 1);
}

#[tokio::test]
async fn an_answer_that_breaks_off_keeps_its_words_and_is_never_restarted_silently() {
    let house = House::new().await;
    let id = {
        let mut new = panel(1);
        new.participants =
            vec![seat("Ada", vec![demo("poet!cut"), demo("engineer")]), seat("Bob", vec![demo("sceptic")])];
        house.start(new).await
    };

    let mut feed = house.feed();
    let cut = house.wait_for(&mut feed, |event| match &event.kind {
        EventKind::MessageInterrupted { .. } => true,
        EventKind::ConversationStateChanged { state, .. } => *state == ConversationState::Completed,
        _ => false,
    });
    cut.await;

    let view = house.chimera.conversation(id).await.unwrap();
    for message in view.messages.iter().filter(|message| message.status == MessageStatus::Interrupted) {
        assert!(matches!(message.interrupted, Some(InterruptCause::Provider { .. })));
        assert!(!message.text.is_empty());
        assert_eq!(message.attempts.len(), 1, "a started answer is not asked for again");
    }
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

    house.chimera.retry(id).await.unwrap();
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
