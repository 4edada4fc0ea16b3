//! Conversations that are put away, thrown away, taken back, and deleted for good.

use chimera_app::{ErrorCode, Recording, StopWhen, Subscription};
use chimera_core::{ConversationId, ConversationState, EventKind, FeedItem, MessageStatus, Seq, Shelf, Topic};

use crate::house::{House, panel, panel_in_mid_sentence};

async fn on(house: &House, shelf: Shelf) -> Vec<ConversationId> {
    let page = house.chimera.conversations_on(shelf, None, 10).await.unwrap();
    page.items.into_iter().map(|item| item.id).collect()
}

/// A talk that has ended.
async fn talk(house: &House) -> ConversationId {
    let id = house.start(panel(2)).await;
    house.until(id, ConversationState::Completed).await;
    id
}

#[tokio::test]
async fn what_is_archived_is_out_of_the_list_and_comes_back_when_it_is_set_going() {
    let house = House::new().await;
    let (kept, away) = (talk(&house).await, talk(&house).await);

    house.chimera.archive(away).await.unwrap();
    house.chimera.archive(away).await.unwrap();

    assert_eq!((on(&house, Shelf::Current).await, on(&house, Shelf::Archived).await), (vec![kept], vec![away]));
    house.chimera.rename(away, "Put away").await.unwrap();
    assert!(house.chimera.conversation(away).await.unwrap().archived);
    house.chimera.start(away).await.unwrap();
    assert_eq!(on(&house, Shelf::Archived).await, []);
    assert_eq!(on(&house, Shelf::Current).await[0], away);
}

#[tokio::test]
async fn thrown_away_in_mid_sentence_it_falls_silent_keeps_its_words_and_comes_back_as_it_was() {
    let house = House::new().await;
    let mut feed = house.feed();
    let id = house.start(panel_in_mid_sentence(9)).await;
    house.wait_for(&mut feed, |event| matches!(event.kind, EventKind::MessageStarted { .. })).await;

    house.chimera.trash(id).await.unwrap();

    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!((view.state, view.trashed), (ConversationState::Paused, true));
    assert_eq!(view.messages.last().map(|message| message.status), Some(MessageStatus::Interrupted));
    let refused = house.chimera.resume(id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState);
    assert_eq!(refused.message, "the conversation is in the trash; restore it first");
    assert!(house.chimera.usage(id).await.is_ok() && house.chimera.prompt_of_turn(id, None).await.is_ok());

    house.chimera.restore(id).await.unwrap();
    assert_eq!(on(&house, Shelf::Current).await, [id]);
    house.chimera.resume(id).await.unwrap();
    house.chimera.stop(id, StopWhen::Now).await.unwrap();
}

#[tokio::test]
async fn deleted_for_good_it_is_gone_and_every_reader_is_told() {
    let house = House::new().await;
    let (kept, gone) = (talk(&house).await, talk(&house).await);
    let seen = house.chimera.conversation(kept).await.unwrap().seq;
    let refused = house.chimera.delete_for_good(gone).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState);
    assert_eq!(refused.message, "only what is in the trash can be deleted for good; move it there first");
    house.chimera.trash(gone).await.unwrap();
    let mut live = house.chimera.subscribe(Subscription { topics: Some(vec![Topic::Library]), after: None }).unwrap();

    house.chimera.delete_for_good(gone).await.unwrap();

    let is_told = |kind: &EventKind| *kind == EventKind::ConversationDeleted { conversation: gone };
    let told = house.wait_for(&mut live, |_| true).await;
    assert!(is_told(&told.kind), "{told:?}");
    assert_eq!(house.chimera.conversation(gone).await.unwrap_err().code, ErrorCode::ConversationNotFound);
    assert_eq!(house.chimera.start(gone).await.unwrap_err().code, ErrorCode::ConversationNotFound);
    assert_eq!(house.chimera.delete_for_good(gone).await.unwrap_err().code, ErrorCode::ConversationNotFound);
    // Whoever comes back with a cursor from the middle of it reads on behind it.
    let mut back = house.chimera.subscribe(Subscription { topics: None, after: Some(Seq(seen.0 + 1)) }).unwrap();
    let FeedItem::Event(first) = back.next().await.unwrap().unwrap().item().clone() else { panic!("not an event") };
    assert!(is_told(&first.kind), "{first:?}");

    let house = house.reopened().await;
    assert_eq!(house.chimera.rebuild().await.unwrap(), None);
    assert_eq!(on(&house, Shelf::All).await, [kept]);
}

#[tokio::test]
async fn emptying_the_trash_leaves_what_is_not_in_it() {
    let house = House::new().await;
    let (kept, away, one, two) = (talk(&house).await, talk(&house).await, talk(&house).await, talk(&house).await);
    house.chimera.archive(away).await.unwrap();
    for id in [one, two] {
        house.chimera.trash(id).await.unwrap();
    }

    assert_eq!(house.chimera.empty_trash().await.unwrap().deleted, 2);

    assert_eq!(house.chimera.empty_trash().await.unwrap().deleted, 0);
    let counts = house.chimera.conversations_on(Shelf::All, None, 10).await.unwrap().counts;
    assert_eq!((counts.current, counts.archived, counts.trashed), (1, 1, 0));
    assert_eq!(on(&house, Shelf::All).await.len(), 2);
    assert!(house.chimera.conversation(kept).await.is_ok());
}

#[tokio::test]
async fn its_recordings_go_with_it_and_those_of_others_stay() {
    let house = House::new().await;
    house.chimera.record(Recording::All);
    let (kept, gone) = (talk(&house).await, talk(&house).await);
    house.chimera.trash(gone).await.unwrap();

    house.chimera.delete_for_good(gone).await.unwrap();

    let files = std::fs::read_dir(house.chimera.data_dir().join("recordings")).unwrap();
    let names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.is_empty() && names.iter().all(|name| name.starts_with(&kept.to_string())), "{names:?}");
}
