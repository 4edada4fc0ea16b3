use chimera_core::{ConversationState, MessageStatus};
use futures::future::join_all;

use crate::house::{House, panel};

#[tokio::test(flavor = "multi_thread")]
async fn ten_conversations_at_once_end_whole_and_unmixed() {
    let house = House::new().await;

    let ids = join_all((0..10).map(|_| house.start(panel(8)))).await;
    let views = join_all(ids.iter().map(|id| house.until(*id, ConversationState::Completed))).await;

    for view in views {
        assert_eq!(view.messages.len(), 8);
        assert!(view.messages.iter().all(|message| message.status == MessageStatus::Complete));
        let parents: Vec<_> = view.messages.iter().skip(1).map(|message| message.parent).collect();
        let before: Vec<_> = view.messages.iter().map(|message| Some(message.id)).take(7).collect();
        assert_eq!(parents, before, "every message follows one of its own conversation");
    }
}
