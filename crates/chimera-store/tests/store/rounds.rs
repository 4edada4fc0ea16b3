//! Several turns at once, of which nobody is shown a word before all are through.

use chimera_core::{
    Choice, ChoiceReason, ConversationState, EventKind, Policy, RoundId, StateReason, TurnOutcome, TurnView, Withheld,
};

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
    assert_eq!(
        (view.turn, view.turns, view.passed_over),
        (None, vec![], vec![]),
        "nobody was heard, nobody is missing"
    );
}

#[tokio::test]
async fn whoever_was_skipped_in_a_round_stands_beside_what_the_others_said_until_it_is_tried_again() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let round = half_answered(&house, &talk, TurnOutcome::Cancelled).await;

    let view = house.view(talk.id).await;
    assert_eq!((view.turns, ids(&view.passed_over)), (vec![], vec![talk.turn(2)]));
    assert_eq!(view.passed_over[0].after, Some(talk.message(1)));

    house.happens(talk.id, vec![again(&talk, 3, ChoiceReason::Regenerated, round)]).await;
    let given_up = vec![talk.turn_ended(3, TurnOutcome::Cancelled), is(ConversationState::Paused)];
    house.happens(talk.id, given_up).await;
    let view = house.view(talk.id).await;
    assert_eq!(ids(&view.passed_over), [talk.turn(2)], "an alternative that was given up is missed by nobody");
    house.store.rebuild().await.unwrap();
    assert_eq!(house.view(talk.id).await, view);
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
    end.push(EventKind::MessageMoved { message: talk.message(1), parent: talk.message(4), head: talk.message(2) });
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

/// One turn more of whoever spoke in the round, for this reason.
fn again(talk: &Talk, turn: u128, because: ChoiceReason, of: Option<RoundId>) -> EventKind {
    match talk.turn_started(turn) {
        EventKind::TurnStarted { turn, participant, number, route, .. } => {
            let choice = Choice::because(Policy::Balanced, because);
            EventKind::TurnStarted { turn, participant, number, choice, route, round: of }
        }
        other => other,
    }
}

fn is(state: ConversationState) -> EventKind {
    EventKind::ConversationStateChanged { state, reason: StateReason::User }
}

fn ids(turns: &[TurnView]) -> Vec<chimera_core::TurnId> {
    turns.iter().map(|turn| turn.id).collect()
}

/// A round of two, of whom the second ended so without a word; and what round it was.
async fn half_answered(house: &House, talk: &Talk, second: TurnOutcome) -> Option<RoundId> {
    let begun = talk.round_started(1, [1, 2], Some(1));
    let round = begun.iter().find_map(|kind| match kind {
        EventKind::RoundStarted { round, .. } => Some(*round),
        _ => None,
    });
    house.happens(talk.id, vec![talk.created(), talk.user_said(1, None, "Well?")]).await;
    house.happens(talk.id, begun).await;
    house.happens(talk.id, vec![talk.attempt_started(1, 1), talk.turn_ended(2, second)]).await;
    assert_eq!(ids(&house.view(talk.id).await.turns), [talk.turn(1), talk.turn(2)], "the round is open");
    let mut end = vec![talk.attempt_answered(1, 1)];
    end.extend(talk.shown(3, 1, 1, Some(1)));
    house.happens(talk.id, end).await;
    round
}

#[tokio::test]
async fn who_fell_out_of_a_round_was_passed_over_when_it_is_through() {
    let house = House::new().await;
    let talk = Talk::new(1);
    half_answered(&house, &talk, TurnOutcome::Failed).await;
    house.happens(talk.id, vec![is(ConversationState::Completed)]).await;

    let view = house.reopened().await.view(talk.id).await;

    assert_eq!(ids(&view.passed_over), [talk.turn(2)]);
    assert_eq!((view.turns, view.passed_over[0].after), (vec![], Some(talk.message(1))));
}

#[tokio::test]
async fn an_alternative_to_an_answer_of_a_round_is_no_round_and_leaves_nothing_when_it_is_given_up() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let round = half_answered(&house, &talk, TurnOutcome::Failed).await;

    house.happens(talk.id, vec![again(&talk, 3, ChoiceReason::Regenerated, round)]).await;
    let view = house.view(talk.id).await;
    assert_eq!((ids(&view.turns), ids(&view.passed_over)), (vec![talk.turn(3)], vec![talk.turn(2)]));

    let failed = |turn| vec![talk.turn_ended(turn, TurnOutcome::Failed), is(ConversationState::NeedsAttention)];
    house.happens(talk.id, failed(3)).await;
    house.happens(talk.id, vec![again(&talk, 4, ChoiceReason::Retried, round)]).await;
    assert_eq!(ids(&house.view(talk.id).await.turns), [talk.turn(4)]);
    house.happens(talk.id, failed(4)).await;
    let view = house.view(talk.id).await;
    assert_eq!((ids(&view.turns), ids(&view.passed_over)), (vec![talk.turn(4)], vec![talk.turn(2)]));

    house.happens(talk.id, vec![is(ConversationState::Paused)]).await;
    let view = house.view(talk.id).await;
    assert_eq!((ids(&view.turns), ids(&view.passed_over)), (vec![], vec![talk.turn(2)]), "nobody's turn in the talk");
}
