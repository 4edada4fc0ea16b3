use chimera_app::{Pace, Subscription};
use chimera_core::{ConversationState, EventKind, FeedItem, Seq, Topic};

use crate::house::{House, panel};

#[tokio::test]
async fn a_reader_that_comes_back_with_its_cursor_gets_exactly_what_it_missed() {
    let house = House::new().await;
    let id = house.start(panel(5)).await;
    house.until(id, ConversationState::Completed).await;
    let all = house.chimera.events(Seq::START, None, 1_000).await.unwrap();

    for cursor in [0, 1, all.len() / 2, all.len() - 1] {
        let after = all.get(cursor.wrapping_sub(1)).map_or(Seq::START, |event| event.seq);
        let mut reader = house.chimera.subscribe(Subscription { topics: None, after: Some(after) }).unwrap();
        let mut got = Vec::new();
        while got.len() < all.len() - cursor {
            match reader.next().await.unwrap().unwrap().item() {
                FeedItem::Event(event) => got.push(event.clone()),
                FeedItem::Delta(_) | FeedItem::Snapshot(_) => {}
            }
        }
        assert_eq!(got, all[cursor..], "from {after}");
    }
}

#[tokio::test]
async fn a_reader_that_joins_in_mid_sentence_can_put_the_whole_message_together() {
    let house = House::at_pace(Pace::Brisk).await;
    let mut watcher = house.feed();
    let id = house.start(panel(2)).await;
    house.wait_for(&mut watcher, |event| matches!(event.kind, EventKind::MessageStarted { .. })).await;

    let topics = Some(vec![Topic::Conversation(id)]);
    let mut late = house.chimera.subscribe(Subscription { topics, after: None }).unwrap();
    let mut words = String::new();
    let whole = loop {
        match late.next().await.unwrap().unwrap().item() {
            FeedItem::Snapshot(snapshot) => words.clone_from(&snapshot.text),
            FeedItem::Delta(delta) => {
                assert_eq!(delta.offset as usize, words.chars().count(), "no gap and no repetition");
                words.push_str(&delta.text);
            }
            FeedItem::Event(event) => {
                if let EventKind::MessageCompleted { text, .. } = &event.kind {
                    break text.clone();
                }
            }
        }
    };

    assert_eq!(words, whole);
}

#[tokio::test]
async fn a_reader_hears_only_the_topics_it_asked_for() {
    let house = House::new().await;
    let mine = house.start(panel(2)).await;
    let other = house.start(panel(2)).await;
    house.until(mine, ConversationState::Completed).await;
    house.until(other, ConversationState::Completed).await;

    let topics = Some(vec![Topic::Conversation(mine)]);
    let mut reader = house.chimera.subscribe(Subscription { topics, after: Some(Seq::START) }).unwrap();
    loop {
        let frame = reader.next().await.unwrap().unwrap();
        assert_eq!(frame.item().topic(), Topic::Conversation(mine));
        if frame.json().contains("\"completed\"") && frame.json().contains("state_changed") {
            break;
        }
    }
}

#[tokio::test]
async fn readers_are_told_when_the_app_closes() {
    let house = House::new().await;
    let mut reader = house.chimera.subscribe(Subscription::default()).unwrap();

    house.chimera.close().await.unwrap();

    assert!(reader.next().await.unwrap().is_none());
    assert!(house.chimera.subscribe(Subscription::default()).is_err());
}
