//! Several turns at once, of which nobody is shown a word before all are through.

use chimera_core::{TurnOutcome, Withheld};

use crate::house::{House, Talk};

#[tokio::test]
async fn what_is_withheld_is_found_after_a_crash_and_goes_with_its_turn() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    house.happens(talk.id, talk.round_started(1, [1, 2], None)).await;
    house.happens(talk.id, vec![talk.attempt_started(1, 1), talk.attempt_started(2, 2)]).await;
    house.store.withhold(talk.id, talk.withheld(2, 2, "Half a ")).await.unwrap();
    house.store.withhold(talk.id, talk.withheld(2, 2, "Half a word")).await.unwrap();

    let house = house.reopened().await;
    let view = house.view(talk.id).await;
    assert!(view.messages.is_empty());
    assert_eq!(view.turns.iter().map(|turn| turn.outcome).collect::<Vec<_>>(), [None, None]);
    let kept = |unfinished: Vec<chimera_store::Unfinished>| -> Vec<Withheld> {
        unfinished.into_iter().flat_map(|left| left.withheld).collect()
    };
    assert_eq!(kept(house.store.unfinished().await.unwrap()), [talk.withheld(2, 2, "Half a word")]);

    house.happens(talk.id, vec![talk.turn_ended(2, TurnOutcome::Cancelled)]).await;
    house.store.withhold(talk.id, talk.withheld(2, 2, "too late")).await.unwrap();
    assert_eq!(kept(house.store.unfinished().await.unwrap()), []);
}

#[tokio::test]
async fn whoever_is_skipped_in_a_round_is_seen_to_have_been_of_it() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    house.happens(talk.id, talk.round_started(1, [1, 2], None)).await;

    house.happens(talk.id, vec![talk.turn_ended(1, TurnOutcome::Cancelled)]).await;

    let view = house.view(talk.id).await;
    let outcomes: Vec<_> = view.turns.iter().map(|turn| turn.outcome).collect();
    assert_eq!(outcomes, [Some(TurnOutcome::Cancelled), None]);
    assert_eq!(view.turn.map(|turn| turn.id), Some(talk.turn(2)), "the other one is under way");

    house.happens(talk.id, vec![talk.turn_ended(2, TurnOutcome::Cancelled)]).await;
    let view = house.view(talk.id).await;
    assert_eq!((view.turn, view.passed_over), (None, vec![]), "nobody waits, and a skipped one was not passed over");
}

#[tokio::test]
async fn what_the_user_said_meanwhile_stands_behind_the_round() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    house.happens(talk.id, talk.round_started(1, [1, 2], None)).await;
    house.happens(talk.id, vec![talk.attempt_started(1, 1), talk.attempt_started(2, 2)]).await;
    house.happens(talk.id, vec![talk.user_said(1, None, "First."), talk.user_said(2, Some(1), "Second.")]).await;
    let mut end = vec![talk.attempt_answered(1, 1), talk.attempt_answered(2, 2)];
    end.extend(talk.shown(3, 1, 1, None));
    end.extend(talk.shown(4, 2, 2, Some(3)));
    end.push(chimera_core::EventKind::MessageMoved {
        message: talk.message(1),
        parent: talk.message(4),
        head: talk.message(2),
    });
    house.happens(talk.id, end).await;

    let view = house.view(talk.id).await;

    let order: Vec<_> = view.messages.iter().map(|message| message.id).collect();
    assert_eq!(order, [3, 4, 1, 2].map(|n| talk.message(n)));
    assert_eq!(view.branches[0].messages, 4);
    assert!(view.messages[0].round.is_some() && view.messages[0].round == view.messages[1].round);
    assert_eq!(view.messages[2].round, None);
    assert_eq!(view.messages[0].parts.len(), 1, "its words are those of the attempt that is named");
    assert!(view.messages.iter().all(|message| message.alternatives.is_empty()));
}
