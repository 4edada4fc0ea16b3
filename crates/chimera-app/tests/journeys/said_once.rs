use chimera_app::{Error, ErrorCode, SayWhen, once, window_receipt};
use chimera_core::{ConversationId, MessageId};

use crate::house::{House, panel};

/// As the window's command does it.
async fn say(house: &House, id: ConversationId, text: &str, key: &str) -> Result<MessageId, Error> {
    let receipt = window_receipt(key, "say", &(id, text))?;
    once(receipt, house.chimera.say(id, text, SayWhen::After)).await
}

async fn said(house: &House, id: ConversationId) -> Vec<String> {
    house.chimera.conversation(id).await.unwrap().messages.into_iter().map(|message| message.text).collect()
}

#[tokio::test]
async fn what_the_window_sends_again_under_its_key_is_said_once_and_over_a_restart() {
    let house = House::new().await;
    let id = house.chimera.create_conversation(panel(2)).await.unwrap().id;

    let first = say(&house, id, "Once.", "k").await.unwrap();
    let again = say(&house, id, "Once.", "k").await.unwrap();
    let house = house.reopened().await;
    let next_day = say(&house, id, "Once.", "k").await.unwrap();

    assert_eq!([again, next_day], [first, first]);
    assert_eq!(said(&house, id).await, ["Once."]);
}

#[tokio::test]
async fn the_same_words_under_another_key_are_said_again() {
    let house = House::new().await;
    let id = house.chimera.create_conversation(panel(2)).await.unwrap().id;

    say(&house, id, "Yes.", "k1").await.unwrap();
    say(&house, id, "Yes.", "k2").await.unwrap();

    assert_eq!(said(&house, id).await, ["Yes.", "Yes."]);
}

#[tokio::test]
async fn other_words_under_a_used_key_are_refused_and_a_refusal_uses_up_no_key() {
    let house = House::new().await;
    let id = house.chimera.create_conversation(panel(2)).await.unwrap().id;

    assert_eq!(say(&house, id, " ", "k").await.unwrap_err().code, ErrorCode::Invalid);
    say(&house, id, "Once.", "k").await.unwrap();
    let other = say(&house, id, "Twice.", "k").await.unwrap_err();
    let unnamed = say(&house, id, "Once.", "").await.unwrap_err();

    assert_eq!((other.code, other.field.as_deref()), (ErrorCode::KeyReused, Some("idempotency_key")));
    assert_eq!((unnamed.code, unnamed.field.as_deref()), (ErrorCode::Invalid, Some("idempotency_key")));
    assert_eq!(said(&house, id).await, ["Once."]);
}
