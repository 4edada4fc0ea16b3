//! The tree of messages as the tables tell it.

use chimera_core::{ActedBy, BranchReason, ConversationView, MessageVersion};

use crate::house::{House, Talk, now};

/// root ─ first ─ on
///      └ second        (Branch 1)
async fn forked() -> (House, Talk) {
    let (house, talk) = (House::new().await, Talk::new(1));
    let kinds = vec![
        talk.created(),
        talk.user_said(1, None, "root"),
        talk.user_said(2, Some(1), "first"),
        talk.user_said(3, Some(2), "on"),
        talk.branched(1, Some(1)),
        talk.user_said(4, Some(1), "second"),
    ];
    house.happens(talk.id, kinds).await;
    (house, talk)
}

fn texts(view: &ConversationView) -> Vec<&str> {
    view.messages.iter().map(|message| message.text.as_str()).collect()
}

#[tokio::test]
async fn a_conversation_shows_its_current_branch_and_lists_all_of_them() {
    let (house, talk) = forked().await;

    let view = house.view(talk.id).await;

    assert_eq!(texts(&view), ["root", "second"]);
    assert_eq!(view.branch, talk.branch(1));
    let [main, other] = view.branches.as_slice() else { panic!("two branches") };
    assert_eq!((main.id, main.name.as_str(), main.why), (talk.branch(0), "Main", BranchReason::First));
    assert_eq!((main.head, main.from, main.messages, main.current), (Some(talk.message(3)), None, 3, false));
    assert_eq!((other.head, other.from), (Some(talk.message(4)), Some(talk.message(1))));
    assert_eq!((other.messages, other.current, other.created_at), (2, true, now()));
}

#[tokio::test]
async fn another_branch_can_be_read_without_going_there() {
    let (house, talk) = forked().await;

    let main = house.store.conversation_on(talk.id, talk.branch(0)).await.unwrap().unwrap();

    assert_eq!(texts(&main), ["root", "first", "on"]);
    assert_eq!(main.branch, talk.branch(0));
    assert!(main.branches[1].current, "it is still on the other one");
    assert_eq!(house.store.conversation_on(talk.id, talk.branch(9)).await.unwrap(), None);
    let elsewhere = Talk::new(2);
    house.happens(elsewhere.id, vec![elsewhere.created()]).await;
    assert_eq!(house.store.conversation_on(elsewhere.id, talk.branch(1)).await.unwrap(), None);
    assert_eq!(house.store.branches(Talk::new(3).id).await.unwrap(), []);
}

#[tokio::test]
async fn messages_at_one_place_of_the_tree_are_alternatives_in_the_order_they_were_begun() {
    let (house, talk) = forked().await;
    house.happens(talk.id, vec![talk.branched(2, None), talk.user_said(5, None, "another root")]).await;

    let view = house.view(talk.id).await;
    assert_eq!(view.messages[0].alternatives, [talk.message(1), talk.message(5)]);
    house.happens(talk.id, vec![talk.switched(0, ActedBy::Command)]).await;
    let view = house.view(talk.id).await;

    let alternatives: Vec<_> = view.messages.iter().map(|message| message.alternatives.clone()).collect();
    let (roots, seconds) = (vec![talk.message(1), talk.message(5)], vec![talk.message(2), talk.message(4)]);
    assert_eq!(alternatives, [roots, seconds, vec![]]);
}

#[tokio::test]
async fn what_is_said_after_a_switch_belongs_to_that_branch_and_no_other() {
    let (house, talk) = forked().await;

    house.happens(talk.id, vec![talk.switched(0, ActedBy::Command), talk.user_said(5, Some(3), "further")]).await;

    assert_eq!(texts(&house.view(talk.id).await), ["root", "first", "on", "further"]);
    let heads: Vec<_> = house.store.branches(talk.id).await.unwrap().iter().map(|branch| branch.head).collect();
    assert_eq!(heads, [Some(talk.message(5)), Some(talk.message(4))]);
    let listed = &house.store.conversations(None, 1).await.unwrap().items[0];
    assert_eq!((listed.messages, listed.preview.as_deref()), (4, Some("You: further")));
}

#[tokio::test]
async fn every_version_of_a_message_can_be_read_and_the_shown_one_is_marked() {
    let (house, talk) = forked().await;
    let version = |version, text: &str, current| MessageVersion { version, text: text.into(), current, at: now() };
    assert_eq!(
        house.store.versions(talk.id, talk.message(4)).await.unwrap(),
        [version(1, "second", true)],
        "one that was never edited has one"
    );

    house
        .happens(
            talk.id,
            vec![
                talk.edited(4, 2, "a second", ActedBy::Command),
                talk.edited(4, 3, "the second", ActedBy::Command),
                talk.edited(4, 2, "a second", ActedBy::Undo),
            ],
        )
        .await;

    assert_eq!(
        house.store.versions(talk.id, talk.message(4)).await.unwrap(),
        [version(1, "second", false), version(2, "a second", true), version(3, "the second", false)]
    );
    let view = house.view(talk.id).await;
    let message = &view.messages[1];
    assert_eq!((message.text.as_str(), message.version, message.versions), ("a second", 2, 3));
    assert_eq!((view.undoable, view.redoable), (2, 1));
    let listed = &house.store.conversations(None, 1).await.unwrap().items[0];
    assert_eq!(listed.preview.as_deref(), Some("You: a second"));
    assert_eq!(house.store.versions(Talk::new(2).id, talk.message(4)).await.unwrap(), []);
}

#[tokio::test]
async fn a_deleted_message_keeps_its_place_and_its_words_and_is_marked() {
    let (house, talk) = forked().await;

    house.happens(talk.id, vec![talk.deleted(4)]).await;
    let view = house.view(talk.id).await;
    assert_eq!(view.messages.iter().map(|message| message.deleted).collect::<Vec<_>>(), [false, true]);
    assert_eq!(texts(&view), ["root", "second"]);
    let preview = async || house.store.conversations(None, 1).await.unwrap().items[0].preview.clone();
    assert_eq!(preview().await.as_deref(), Some("You: root"), "the list does not show what was deleted");
    house.happens(talk.id, vec![talk.deleted(1)]).await;
    assert_eq!(preview().await, None);

    house.happens(talk.id, vec![talk.restored(4)]).await;
    assert!(!house.view(talk.id).await.messages[1].deleted);
    assert_eq!(preview().await.as_deref(), Some("You: second"));
}

#[tokio::test]
async fn a_branch_that_is_given_up_takes_its_acts_with_it() {
    let (house, talk) = forked().await;
    house.happens(talk.id, vec![talk.deleted(4), talk.branched(2, Some(1))]).await;
    assert_eq!(house.view(talk.id).await.undoable, 3);

    house.happens(talk.id, vec![talk.removed(2, 1)]).await;

    let view = house.view(talk.id).await;
    assert_eq!((view.branch, view.branches.len()), (talk.branch(1), 2));
    assert_eq!((view.undoable, view.redoable), (2, 0));
}

#[tokio::test]
async fn a_branch_or_message_of_another_conversation_is_not_touched() {
    let (house, talk) = forked().await;
    let other = Talk::new(2);
    house.happens(other.id, vec![other.created()]).await;
    let before = house.view(talk.id).await;

    for kind in [
        talk.switched(1, ActedBy::Command),
        talk.removed(1, 0),
        talk.deleted(1),
        talk.edited(1, 2, "stolen", ActedBy::Command),
    ] {
        house.store.append(chimera_core::Topic::Conversation(other.id), now(), vec![kind]).await.unwrap_err();
    }

    assert_eq!(house.view(talk.id).await, before);
}

#[tokio::test]
async fn a_long_conversation_is_read_whole() {
    let (house, talk) = (House::new().await, Talk::new(1));
    let mut kinds = vec![talk.created()];
    kinds.extend((1..=2_000).map(|n| talk.user_said(n, (n > 1).then(|| n - 1), "said")));
    house.happens(talk.id, kinds).await;
    house.happens(talk.id, vec![talk.branched(1, Some(1_000)), talk.user_said(2_001, Some(1_000), "anew")]).await;

    let view = house.view(talk.id).await;

    assert_eq!(view.messages.len(), 1_001);
    assert_eq!(view.messages[1_000].alternatives, [talk.message(1_001), talk.message(2_001)]);
    assert_eq!(view.branches.iter().map(|branch| branch.messages).collect::<Vec<_>>(), [2_000, 1_001]);
}
