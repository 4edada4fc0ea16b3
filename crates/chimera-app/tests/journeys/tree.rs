//! Alternatives, versions and branches, as a person uses them, over restarts too.

use chimera_app::{EditAs, ErrorCode};
use chimera_core::{ConversationState, ConversationView, EventKind, StateReason};

use crate::house::{House, demo, panel, panel_in_mid_sentence, speakers};

fn texts(view: &ConversationView) -> Vec<String> {
    view.messages.iter().map(|message| message.text.clone()).collect()
}

/// A conversation of three turns that has ended.
async fn ended(house: &House) -> ConversationView {
    let id = house.start(panel(3)).await;
    house.until(id, ConversationState::Completed).await
}

/// Waits for the end of the alternative that was asked for.
async fn regenerated(house: &House, before: &ConversationView) -> ConversationView {
    let mut feed = house.feed();
    house
        .wait_for(&mut feed, |event| {
            event.seq > before.seq
                && matches!(event.kind, EventKind::ConversationStateChanged { state: ConversationState::Completed, .. })
        })
        .await;
    house.chimera.conversation(before.id).await.unwrap()
}

#[tokio::test]
async fn an_alternative_takes_the_place_of_a_message_and_the_old_talk_is_still_there_tomorrow() {
    let house = House::new().await;
    let before = ended(&house).await;
    let message = before.messages[1].id;

    house.chimera.regenerate(before.id, message, Some(demo("host"))).await.unwrap();
    let after = regenerated(&house, &before).await;

    assert_eq!(after.messages.len(), 2);
    assert_eq!(after.reason, Some(StateReason::TurnsReached { turns: 3 }));
    assert_eq!(after.messages[1].alternatives, [message, after.messages[1].id]);
    assert_eq!(after.messages[1].author, before.messages[1].author);
    assert_eq!(after.messages[1].attempts[0].model, demo("host"));

    let house = house.reopened().await;
    house.chimera.choose_alternative(before.id, message).await.unwrap();
    let view = house.chimera.conversation(before.id).await.unwrap();
    assert_eq!(texts(&view), texts(&before));
    house.chimera.undo(before.id).await.unwrap();
    assert_eq!(texts(&house.chimera.conversation(before.id).await.unwrap()), texts(&after));
    let compared = house.chimera.compare_branches(before.id, before.branch, after.branch).await.unwrap();
    assert_eq!((compared.fork, compared.common, compared.rows.len()), (Some(before.messages[0].id), 1, 2));
    assert_eq!(compared.rows[0].right.as_ref(), Some(&after.messages[1]));
    assert_eq!(compared.rows[1].right, None, "the alternative was followed by nothing yet");
}

#[tokio::test]
async fn the_talk_goes_on_from_an_earlier_message_on_a_branch_of_its_own() {
    let house = House::new().await;
    let before = ended(&house).await;
    let id = before.id;

    let branch = house.chimera.branch(id, before.messages[0].id, Some("What if")).await.unwrap();
    house.chimera.say(id, "But what if nobody had come?", Default::default()).await.unwrap();
    let mark = house.chimera.conversation(id).await.unwrap();
    house.chimera.start(id).await.unwrap();
    let after = regenerated(&house, &mark).await;

    assert_eq!((after.branch, after.messages.len()), (branch, 5));
    assert_eq!(speakers(&after)[1], "you");
    assert_eq!(after.messages[0], {
        let mut first = before.messages[0].clone();
        first.alternatives = after.messages[0].alternatives.clone();
        first
    });
    let main = house.chimera.conversation_on(id, before.branch).await.unwrap();
    assert_eq!(texts(&main), texts(&before));
    let names: Vec<_> = after.branches.iter().map(|branch| (branch.name.as_str(), branch.messages)).collect();
    assert_eq!(names, [("Main", 3), ("What if", 5)]);
}

#[tokio::test]
async fn what_was_edited_and_deleted_is_kept_and_comes_back_over_a_restart() {
    let house = House::new().await;
    let before = ended(&house).await;
    let (id, first, second) = (before.id, before.messages[0].id, before.messages[1].id);

    house.chimera.edit_message(id, first, "  In short: yes. ", EditAs::Version).await.unwrap();
    house.chimera.delete_message(id, second).await.unwrap();
    let house = house.reopened().await;
    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!((view.messages[0].text.as_str(), view.messages[0].versions), ("In short: yes.", 2));
    assert_eq!((view.messages[1].deleted, view.undoable), (true, 2));
    let versions = house.chimera.versions(id, first).await.unwrap();
    assert_eq!(versions[0].text, before.messages[0].text);

    for _ in 0..2 {
        house.chimera.undo(id).await.unwrap();
    }

    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!(texts(&view), texts(&before));
    assert!(!view.messages[1].deleted);
    assert_eq!((view.undoable, view.redoable), (0, 2));
    assert_eq!(house.chimera.undo(id).await.unwrap_err().code, ErrorCode::WrongState);
}

#[tokio::test]
async fn while_somebody_speaks_nothing_is_regenerated_and_the_refusal_says_what_to_do() {
    let house = House::new().await;
    let mut feed = house.feed();
    let id = house.start(panel_in_mid_sentence(9)).await;
    house.wait_for(&mut feed, |event| matches!(event.kind, EventKind::MessageStarted { .. })).await;
    house.chimera.say(id, "Wait.", Default::default()).await.unwrap();
    let view = house.chimera.conversation(id).await.unwrap();

    let own = view.messages.iter().find(|message| message.text == "Wait.").unwrap().id;
    let refused = house.chimera.branch(id, own, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongState);
    assert!(refused.message.contains("pause and let the turn end"), "{refused}");
    house.chimera.edit_message(id, own, "Please wait.", EditAs::Version).await.unwrap();
    let streaming = view.messages[0].id;
    let refused = house.chimera.delete_message(id, streaming).await.unwrap_err();
    assert!(refused.message.contains("still being said"), "{refused}");
}
