//! Images lie beside the log: here before an event names them, and as long as a message shows them.

use chimera_core::{EventKind, ImageDigest, ImageRef, ImageType, Timestamp};
use chimera_store::Error;

use crate::house::{House, Talk, now};

fn image(letter: u8) -> ImageRef {
    let digest = ImageDigest::of_hash([letter; 32]);
    ImageRef { digest, media_type: ImageType::Webp, bytes: 3, width: 640, height: 480, alt: None }
}

fn described(letter: u8) -> ImageRef {
    ImageRef { alt: Some("a lighthouse".into()), ..image(letter) }
}

fn shows(talk: Talk, message: u128, parent: Option<u128>, letter: u8) -> EventKind {
    let EventKind::MessageCompleted { message, turn, author, parent, text, finish, audience, .. } =
        talk.user_said(message, parent, "")
    else {
        unreachable!("what is said is a message")
    };
    EventKind::MessageCompleted {
        message,
        turn,
        author,
        parent,
        text,
        finish,
        audience,
        images: vec![described(letter)],
    }
}

async fn keep(house: &House, letter: u8, at: Timestamp) {
    house.store.keep_image(image(letter), vec![letter; 3], at).await.unwrap();
}

async fn is_kept(house: &House, letter: u8) -> bool {
    house.store.image(&image(letter).digest).await.unwrap().is_some()
}

fn later(millis: i64) -> Timestamp {
    Timestamp::from_millis(now().as_millis() + millis)
}

#[tokio::test]
async fn an_image_is_kept_once_and_given_back_after_a_rebuild_and_another_start() {
    let house = House::new().await;
    let talk = Talk::new(1);
    keep(&house, 7, now()).await;
    keep(&house, 7, later(1)).await;
    house.happens(talk.id, vec![talk.created(), shows(talk, 1, None, 7)]).await;

    assert_eq!(house.store.rebuild().await.unwrap(), None);
    let house = house.reopened().await;

    assert_eq!(house.store.image(&image(7).digest).await.unwrap(), Some(image(7)));
    assert_eq!(house.store.image_bytes(&image(7).digest).await.unwrap(), Some(vec![7; 3]));
    assert_eq!(house.view(talk.id).await.messages[0].images, [described(7)]);
    let listed = house.store.conversations(None, 1).await.unwrap().items.remove(0);
    assert_eq!(listed.preview.as_deref(), Some("You: [image: a lighthouse, 640×480]"));
}

#[tokio::test]
async fn nothing_names_an_image_that_is_not_kept() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    let topic = chimera_core::Topic::Conversation(talk.id);

    let refused = house.store.append(topic, now(), vec![shows(talk, 1, None, 7)]).await.unwrap_err();

    assert!(matches!(refused, Error::DoesNotFit { .. }), "{refused}");
    assert!(house.view(talk.id).await.messages.is_empty());
}

#[tokio::test]
async fn only_what_no_message_shows_and_nobody_brought_lately_is_let_go_of() {
    let house = House::new().await;
    let talk = Talk::new(1);
    for letter in 1..=4 {
        keep(&house, letter, now()).await;
    }
    // One is shown, one was shown and is deleted, one was brought again a moment ago.
    let told = vec![talk.created(), shows(talk, 1, None, 1), shows(talk, 2, Some(1), 2), talk.deleted(2)];
    house.happens(talk.id, told).await;
    keep(&house, 3, later(10)).await;
    assert_eq!(house.store.unused_image_bytes().await.unwrap(), 6);

    house.store.collect_images(later(5)).await.unwrap();

    let mut kept = Vec::new();
    for letter in 1..=4 {
        kept.push(is_kept(&house, letter).await);
    }
    assert_eq!(kept, [true, true, true, false]);
    assert_eq!(house.store.unused_image_bytes().await.unwrap(), 3);
}
