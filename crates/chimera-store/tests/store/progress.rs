use chimera_core::{ConversationState, EventKind, Progress, StateReason, Timestamp, Topic, TurnOutcome};

use crate::house::{House, Talk, now};

const SECOND: i64 = 1_000;

fn state(state: ConversationState, reason: StateReason) -> EventKind {
    EventKind::ConversationStateChanged { state, reason }
}

/// Lets things happen at these seconds.
async fn happen(house: &House, talk: Talk, steps: impl IntoIterator<Item = (i64, EventKind)>) -> Progress {
    for (second, kind) in steps {
        let at = Timestamp::from_millis(now().as_millis() + second * SECOND);
        house.store.append(Topic::Conversation(talk.id), at, vec![kind]).await.unwrap();
    }
    house.view(talk.id).await.progress
}

#[tokio::test]
async fn turns_and_time_count_from_the_last_start_and_pauses_do_not() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let begun = [
        (0, talk.created()),
        (5, state(ConversationState::Running, StateReason::User)),
        (6, talk.turn_started(1)),
        (16, talk.turn_ended(1, TurnOutcome::Completed)),
        (17, talk.turn_started(2)),
        (18, talk.turn_ended(2, TurnOutcome::Failed)),
        (20, state(ConversationState::Paused, StateReason::User)),
        (90, state(ConversationState::Running, StateReason::User)),
        (91, talk.turn_started(3)),
        (95, talk.turn_ended(3, TurnOutcome::Interrupted)),
        (95, state(ConversationState::Completed, StateReason::User)),
    ];

    let progress = happen(&house, talk, begun).await;
    assert_eq!(progress, Progress { turns: 2, turns_without_user: 1, ran_ms: 20_000 });

    let anew = [(200, state(ConversationState::Running, StateReason::User))];
    assert_eq!(happen(&house, talk, anew).await, Progress::default());
}

#[tokio::test]
async fn an_alternative_is_no_new_start_and_nobody_counts_the_time_of_a_crash_or_a_night() {
    for gap in [StateReason::Restarted, StateReason::Slept] {
        let house = House::new().await;
        let talk = Talk::new(1);
        let steps = [
            (0, talk.created()),
            (0, state(ConversationState::Running, StateReason::User)),
            (1, talk.turn_started(1)),
            (2, talk.turn_ended(1, TurnOutcome::Completed)),
            (2, state(ConversationState::Completed, StateReason::TurnsReached { turns: 1 })),
            (9, state(ConversationState::Running, StateReason::Regenerating)),
            (60, state(ConversationState::Paused, gap)),
        ];

        let progress = happen(&house, talk, steps).await;

        assert_eq!(progress, Progress { turns: 1, turns_without_user: 0, ran_ms: 2_000 });
    }
}

#[tokio::test]
async fn a_night_that_nobody_noticed_is_not_counted_as_talk() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let steps = [
        (0, talk.created()),
        (0, state(ConversationState::Running, StateReason::User)),
        (36_000, state(ConversationState::Paused, StateReason::User)),
    ];

    assert_eq!(happen(&house, talk, steps).await.ran_ms, 900_000);
}
