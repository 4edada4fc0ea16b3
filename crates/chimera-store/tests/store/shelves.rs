//! The archive, the trash, and what is deleted for good.

use std::fs;

use chimera_core::{
    ActedBy, ConversationCounts, ConversationId, EventKind, ImageDigest, ImageRef, ImageType, Receipt, Seq, Shelf,
    Topic, TurnOutcome,
};
use chimera_store::{Done, Error};
use proptest::prelude::*;

use crate::house::{House, Talk, now};
use crate::rebuild::dump;
use crate::story::{step, three_talks};

async fn on(house: &House, shelf: Shelf) -> Vec<ConversationId> {
    let page = house.store.conversations_on(shelf, None, 10).await.unwrap();
    page.items.into_iter().map(|item| item.id).collect()
}

async fn throw_away(house: &House, talk: Talk) {
    house.happens(talk.id, vec![EventKind::ConversationTrashed {}]).await;
}

async fn delete(house: &House, talk: Talk) -> Result<(), Error> {
    house.store.delete_for_good(talk.id, now(), None).await
}

fn receipt(key: &str) -> Receipt {
    Receipt { client: 1, key: key.into(), fingerprint: [7; 32] }
}

#[tokio::test]
async fn the_list_shows_what_is_neither_archived_nor_in_the_trash_and_the_others_when_asked() {
    let house = House::new().await;
    let [open, archived, trashed, both] = [1, 2, 3, 4].map(Talk::new);
    for talk in [open, archived, trashed, both] {
        house.happens(talk.id, vec![talk.created()]).await;
    }
    house.happens(archived.id, vec![EventKind::ConversationArchived {}]).await;
    house.happens(trashed.id, vec![EventKind::ConversationTrashed {}]).await;
    house.happens(both.id, vec![EventKind::ConversationArchived {}, EventKind::ConversationTrashed {}]).await;

    assert_eq!(on(&house, Shelf::Current).await, [open.id]);
    assert_eq!(on(&house, Shelf::Archived).await, [archived.id]);
    assert_eq!(on(&house, Shelf::Trashed).await, [both.id, trashed.id]);
    assert_eq!(on(&house, Shelf::All).await.len(), 4);
    let counts = ConversationCounts { current: 1, archived: 1, trashed: 2 };
    assert_eq!(house.store.conversation_counts().await.unwrap(), counts);
    let listed = house.store.conversations_on(Shelf::Trashed, None, 1).await.unwrap();
    assert_eq!((listed.items[0].archived, listed.items[0].trashed), (true, true));
    let next = house.store.conversations_on(Shelf::Trashed, listed.next_cursor.as_deref(), 1).await.unwrap();
    assert_eq!((next.items[0].id, next.next_cursor), (trashed.id, None));

    house.happens(both.id, vec![EventKind::ConversationRestored {}]).await;
    house.happens(archived.id, vec![EventKind::ConversationUnarchived {}]).await;

    let view = house.view(both.id).await;
    assert_eq!((view.archived, view.trashed), (true, false), "it comes back to where it was");
    assert_eq!(on(&house, Shelf::Current).await, [archived.id, open.id]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_left_of_what_is_deleted_for_good_and_nothing_else_is_missing(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new().await;
            let talks = three_talks(&house, steps).await;
            let gone = talks[1];
            throw_away(&house, gone).await;
            let is_of_it = |row: &&str| row.contains("X'0000000000000002") || row.contains("X'00000000000000000000000000000002");
            let others: Vec<String> =
                dump(&house.path()).await.lines().filter(|row| !is_of_it(row)).map(str::to_owned).collect();
            let log: Vec<_> = house.log().await.into_iter().filter(|event| event.conversation() != Some(gone.id)).collect();

            delete(&house, gone).await.unwrap();

            let left = dump(&house.path()).await;
            prop_assert_eq!(left.lines().collect::<Vec<_>>(), others);
            let (told, kept) = house.log().await.split_last().map(|(told, kept)| (told.clone(), kept.to_vec())).unwrap();
            prop_assert_eq!(kept, log);
            prop_assert_eq!(told.kind, EventKind::ConversationDeleted { conversation: gone.id });
            prop_assert_eq!(house.store.rebuild().await.unwrap(), None);
            prop_assert_eq!(dump(&house.path()).await, left);
            house.store.check().await.unwrap();
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn only_what_lies_in_the_trash_is_deleted_and_its_numbers_are_not_given_again() {
    let house = House::new().await;
    let (one, two) = (Talk::new(1), Talk::new(2));
    house.happens(one.id, vec![one.created()]).await;
    house.happens(two.id, vec![two.created()]).await;
    for refused in [delete(&house, two).await, delete(&house, Talk::new(9)).await] {
        assert!(matches!(refused, Err(Error::DoesNotFit { .. })), "{refused:?}");
    }
    throw_away(&house, two).await;

    delete(&house, two).await.unwrap();

    assert!(delete(&house, two).await.is_err(), "it is gone");
    assert_eq!(house.store.conversation(two.id).await.unwrap(), None);
    assert_eq!(house.log().await.iter().map(|event| event.seq.0).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(house.heard().last(), house.log().await.last(), "whoever listens is told");
    let house = house.reopened().await;
    assert_eq!(house.store.last_seq().await.unwrap(), Seq(4));
    let said = house.happens(one.id, vec![one.user_said(1, None, "still here")]).await;
    assert_eq!(said[0].seq, Seq(5));
    assert_eq!(house.store.events(Seq(2), None, 10).await.unwrap().len(), 2, "a cursor from then still reads on");
}

#[tokio::test]
async fn what_was_edited_elsewhere_is_the_same_when_the_tables_are_made_anew() {
    let house = House::new().await;
    let (gone, kept) = (Talk::new(1), Talk::new(2));
    for talk in [gone, kept] {
        let edited = talk.edited(1, 2, "in other words", ActedBy::Command);
        house.happens(talk.id, vec![talk.created(), talk.user_said(1, None, "as it was"), edited]).await;
    }
    throw_away(&house, gone).await;

    delete(&house, gone).await.unwrap();

    assert_eq!(house.store.versions(kept.id, kept.message(1)).await.unwrap().len(), 2);
    assert_eq!(house.store.rebuild().await.unwrap(), None);
}

#[tokio::test]
async fn words_that_come_late_bring_nothing_back() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created(), talk.turn_started(1), talk.message_started(1, 1, None)]).await;
    throw_away(&house, talk).await;
    delete(&house, talk).await.unwrap();

    house.store.checkpoint(talk.id, talk.message(1), "half a ").await.unwrap();
    house.store.withhold(talk.id, talk.withheld(1, 1, "half a ")).await.unwrap();
    let late = vec![talk.turn_ended(1, TurnOutcome::Cancelled)];
    let refused = house.store.append(Topic::Conversation(talk.id), now(), late).await;

    assert!(matches!(refused, Err(Error::DoesNotFit { .. })), "{refused:?}");
    assert!(house.store.unfinished().await.unwrap().is_empty());
    assert_eq!(dump(&house.path()).await, "");
}

#[tokio::test]
async fn images_that_another_conversation_shows_stay() {
    let house = House::new().await;
    let (one, two) = (Talk::new(1), Talk::new(2));
    for letter in 1..=3 {
        house.store.keep_image(image(letter), vec![letter; 3], now()).await.unwrap();
    }
    house.happens(one.id, vec![one.created(), shows(one, 1, None, 1), shows(one, 2, Some(1), 2)]).await;
    house.happens(two.id, vec![two.created(), shows(two, 1, None, 2)]).await;
    throw_away(&house, one).await;

    delete(&house, one).await.unwrap();

    let kept = async |letter| house.store.image(&image(letter).digest).await.unwrap().is_some();
    assert_eq!((kept(1).await, kept(2).await, kept(3).await), (false, true, true), "the third was brought for later");
}

#[tokio::test]
async fn the_keys_it_was_acted_on_with_are_forgotten_and_the_one_it_was_deleted_with_is_not() {
    let house = House::new().await;
    let (one, two) = (Talk::new(1), Talk::new(2));
    for (talk, key) in [(one, "one"), (two, "two")] {
        let topic = Topic::Conversation(talk.id);
        house.store.append_once(topic, now(), vec![talk.created()], receipt(key)).await.unwrap();
    }
    throw_away(&house, one).await;

    house.store.delete_for_good(one.id, now(), Some(receipt("gone"))).await.unwrap();

    assert_eq!(house.store.done(&receipt("one")).await.unwrap(), None);
    assert!(matches!(house.store.done(&receipt("two")).await.unwrap(), Some(Done::Same(events)) if events.len() == 1));
    assert!(matches!(house.store.done(&receipt("gone")).await.unwrap(), Some(Done::Same(events)) if events.len() == 1));
}

#[tokio::test]
async fn the_file_no_longer_holds_the_words() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let long = "an unmistakable secret ".repeat(2_000);
    let said = vec![talk.created(), talk.user_said(1, None, &long), talk.user_said(2, Some(1), "and that was all")];
    house.happens(talk.id, said).await;
    throw_away(&house, talk).await;
    let path = house.path();

    delete(&house, talk).await.unwrap();
    house.store.clone().close().await.unwrap();

    let file = fs::read(&path).unwrap();
    assert!(!file.windows(12).any(|bytes| bytes == b"unmistakable"), "the words are still in the file");
    assert!(fs::metadata(path.with_extension("db-wal")).map_or(true, |wal| wal.len() == 0));
}

fn image(letter: u8) -> ImageRef {
    let digest = ImageDigest::of_hash([letter; 32]);
    ImageRef { digest, media_type: ImageType::Webp, bytes: 3, width: 640, height: 480, alt: None }
}

fn shows(talk: Talk, message: u128, parent: Option<u128>, letter: u8) -> EventKind {
    match talk.user_said(message, parent, "") {
        EventKind::MessageCompleted { message, turn, author, parent, text, finish, audience, .. } => {
            let images = vec![image(letter)];
            EventKind::MessageCompleted { message, turn, author, parent, text, finish, audience, images }
        }
        other => other,
    }
}
