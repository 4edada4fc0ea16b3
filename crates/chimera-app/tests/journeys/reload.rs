use chimera_app::{Chimera, ErrorCode, Keyring, Options, Pace};
use chimera_core::{ConversationState, EventKind, InterruptCause, MessageStatus, StateReason};

use crate::house::{House, open, panel, panel_in_mid_sentence};

#[tokio::test]
async fn a_finished_conversation_is_found_again_word_for_word() {
    let house = House::new().await;
    let id = house.start(panel(4)).await;
    let before = house.until(id, ConversationState::Completed).await;

    let house = house.reopened().await;

    assert_eq!(house.chimera.conversation(id).await.unwrap(), before);
    let list = house.chimera.conversations(None, 10).await.unwrap();
    assert_eq!(list.items.len(), 1);
    assert_eq!((list.items[0].id, list.items[0].messages), (id, 4));
}

#[tokio::test]
async fn closed_in_mid_sentence_it_comes_back_paused_with_the_words_that_were_said() {
    let house = House::new().await;
    let mut feed = house.feed();
    let id = house.start(panel_in_mid_sentence(4)).await;
    house.wait_for(&mut feed, |event| matches!(event.kind, EventKind::MessageStarted { .. })).await;

    let house = house.reopened().await;

    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!(view.state, ConversationState::Paused);
    assert_eq!(view.reason, Some(StateReason::Restarted));
    let last = view.messages.last().expect("the half-spoken message is there");
    assert_eq!((last.status, &last.interrupted), (MessageStatus::Interrupted, &Some(InterruptCause::Restarted)));
    assert!(!last.text.is_empty(), "its first words are kept");
    house.chimera.resume(id).await.unwrap();
    house.until(id, ConversationState::Completed).await;
}

#[tokio::test]
async fn a_second_chimera_on_the_same_folder_is_refused_and_may_still_read() {
    let house = House::new().await;
    let id = house.start(panel(2)).await;
    house.until(id, ConversationState::Completed).await;
    let again = || Options { keyring: Keyring::in_memory(), ..Options::new(house.folder.path().join("data")) };

    let refused = Chimera::open(again()).await.err().expect("there is one owner");
    let reader = Chimera::open_read_only(again()).await.unwrap();

    assert_eq!(refused.code, ErrorCode::DataFolderInUse);
    assert_eq!(reader.conversation(id).await.unwrap().messages.len(), 2);
    assert_eq!(reader.start(id).await.unwrap_err().code, ErrorCode::ReadOnly);
}

#[tokio::test]
async fn a_closed_chimera_leaves_its_folder_to_the_next_though_clones_of_it_live_on() {
    let house = House::new().await;
    let clone = house.chimera.clone();

    house.chimera.close().await.unwrap();
    let next = open(&house.folder, Pace::Instant).await;

    assert!(next.conversations(None, 10).await.unwrap().items.is_empty());
    assert!(clone.conversations(None, 10).await.is_err(), "what is closed stays closed");
}

#[tokio::test]
async fn a_conversation_can_be_continued_after_its_end() {
    let house = House::new().await;
    let id = house.start(panel(2)).await;
    house.until(id, ConversationState::Completed).await;

    let house = house.reopened().await;
    let mut feed = house.chimera.subscribe(chimera_app::Subscription::default()).unwrap();
    house.chimera.start(id).await.unwrap();
    house
        .wait_for(&mut feed, |event| {
            matches!(event.kind, EventKind::ConversationStateChanged { state: ConversationState::Completed, .. })
        })
        .await;

    assert_eq!(house.chimera.conversation(id).await.unwrap().messages.len(), 4);
}
