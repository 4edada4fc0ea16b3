use chimera_core::{
    AttemptOutcome, AttemptPurpose, ConversationChange, Cost, EventKind, Finish, Held, ModelRef, Money, Reserve,
    Timings, TurnOutcome, Usage,
};

use crate::house::{House, Talk};

fn answered(talk: &Talk, attempt: u128, turn: u128, usage: Option<Usage>, cost: Option<Money>) -> EventKind {
    EventKind::AttemptEnded {
        attempt: talk.attempt(attempt),
        turn: talk.turn(turn),
        outcome: AttemptOutcome::Answered { finish: Finish::Stop },
        answered_by: None,
        timings: Timings::default(),
        usage,
        cost,
        raw: None,
        repairs: Vec::new(),
        status: None,
        request_id: None,
    }
}

fn tokens(input: u32, output: u32, estimated: bool) -> Option<Usage> {
    let cached_tokens = Some(input / 2);
    Some(Usage { input_tokens: Some(input), output_tokens: Some(output), cached_tokens, estimated, ..Usage::default() })
}

#[tokio::test]
async fn what_calls_came_to_is_summed_by_who_asked_and_who_was_asked_and_hides_nothing() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let cents = |cents| Some(Money::from_cents(cents));
    let mut story = vec![talk.created()];
    for (n, usage, cost) in
        [(1, tokens(100, 10, false), cents(3)), (2, tokens(200, 20, true), cents(4)), (3, None, None)]
    {
        story.extend([
            talk.turn_started(n),
            talk.attempt_started(n, n),
            answered(&talk, n, n, usage, cost),
            talk.turn_ended(n, TurnOutcome::Completed),
        ]);
    }
    story.extend([talk.turn_started(4), talk.attempt_started(4, 4)]);
    house.happens(talk.id, story).await;

    let usage = house.store.usage(talk.id).await.unwrap().unwrap();
    let view = house.store.conversation(talk.id).await.unwrap().unwrap();

    let total = usage.total;
    assert_eq!((total.attempts, total.input_tokens, total.output_tokens, total.cached_tokens), (3, 300, 30, 150));
    assert_eq!(total.cost, Cost { known: Money::from_cents(7), unpriced_attempts: 1, estimated: true });
    assert_eq!(view.spent, total, "the one that goes on has come to nothing yet");
    assert_eq!((usage.participants.len(), usage.participants[0].spent), (1, total));
    assert_eq!((usage.models.len(), usage.models[0].spent), (1, total));
    assert_eq!(usage.models[0].model, ModelRef { connection: "demo".parse().unwrap(), model: "sceptic".into() });
    assert_eq!(house.store.usage(Talk::new(2).id).await.unwrap(), None);
}

#[tokio::test]
async fn what_a_moderator_and_summaries_came_to_is_part_of_the_sum_and_told_apart() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let mut story = vec![talk.created()];
    for (n, purpose) in [(1, AttemptPurpose::Choose), (2, AttemptPurpose::Summarise), (3, AttemptPurpose::Choose)] {
        let EventKind::AttemptStarted { attempt, turn, number, model, prompt, reserved, retry, .. } =
            talk.attempt_started(n, 7)
        else {
            panic!("an attempt begins")
        };
        story.push(EventKind::AttemptStarted { attempt, turn, number, model, purpose, prompt, reserved, retry });
        story.push(answered(&talk, n, 7, tokens(100, 10, false), Some(Money::from_cents(2))));
    }
    story.extend([talk.turn_started(7), talk.attempt_started(4, 7)]);
    story.push(answered(&talk, 4, 7, tokens(300, 30, false), Some(Money::from_cents(5))));
    house.happens(talk.id, story).await;

    let usage = house.store.usage(talk.id).await.unwrap().unwrap();
    let view = house.store.conversation(talk.id).await.unwrap().unwrap();

    assert_eq!((usage.total, usage.total.attempts), (view.spent, 4), "every reader is told the same");
    let asides: Vec<_> = usage.asides.iter().map(|sum| (sum.purpose, sum.spent.cost.known)).collect();
    let cents = Money::from_cents;
    assert_eq!(asides, [(AttemptPurpose::Choose, cents(4)), (AttemptPurpose::Summarise, cents(2))]);
    assert_eq!(usage.participants[0].spent.cost.known, cents(5), "nobody pays for what was not its turn");
    assert_eq!(usage.models[0].spent, usage.total);
}

#[tokio::test]
async fn a_question_before_a_turn_is_in_the_view_until_the_turn_begins() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let asks = |n| match talk.attempt_started(n, 2) {
        EventKind::AttemptStarted { attempt, turn, number, model, prompt, reserved, retry, .. } => {
            let purpose = AttemptPurpose::Choose;
            EventKind::AttemptStarted { attempt, turn, number, model, purpose, prompt, reserved, retry }
        }
        other => other,
    };
    let story = vec![talk.created(), talk.turn_started(1), asks(1), talk.attempt_failed(1, 2), asks(2)];
    house.happens(talk.id, story).await;
    let asked = house.view(talk.id).await.asides;
    house.store.rebuild().await.unwrap();
    let asked_in_rebuilt = house.view(talk.id).await.asides;

    house.happens(talk.id, vec![talk.attempt_answered(2, 2), talk.turn_started(2)]).await;
    let begun = house.view(talk.id).await;

    let is_under_way: Vec<_> = asked.iter().map(|aside| (aside.id, aside.outcome.is_none())).collect();
    assert_eq!(is_under_way, [(talk.attempt(1), false), (talk.attempt(2), true)]);
    assert_eq!(asked_in_rebuilt, asked);
    assert_eq!((begun.asides.len(), begun.turns.last().unwrap().asides.len()), (0, 2), "the turn bears them");
}

#[tokio::test]
async fn costs_and_end_rules_are_the_same_after_a_rebuild() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let end = chimera_core::EndRules { money: Some(Money::from_cents(5)), ..chimera_core::EndRules::NONE };
    let story = vec![
        talk.created(),
        EventKind::ConversationChanged(ConversationChange { end: Some(end.clone()), ..ConversationChange::default() }),
        talk.turn_started(1),
        talk.attempt_started(1, 1),
        answered(&talk, 1, 1, tokens(10, 1, false), Some(Money::from_nanos(u64::from(u32::MAX) * 4))),
    ];
    house.happens(talk.id, story).await;
    let before = house.store.conversation(talk.id).await.unwrap().unwrap();

    house.store.rebuild().await.unwrap();

    let after = house.store.conversation(talk.id).await.unwrap().unwrap();
    assert_eq!((&after, &after.end), (&before, &end));
    assert_eq!(after.spent.cost.known, Money::from_nanos(u64::from(u32::MAX) * 4));
}

#[tokio::test]
async fn what_a_budget_counts_for_calls_that_broke_off_is_told_beside_what_they_came_to() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let cents = |cents| Some(Money::from_cents(cents));
    let reserve = Reserve { input_tokens: 100, output_tokens: 900, cost: cents(10) };
    let asked = |n| match talk.attempt_started(n, 1) {
        EventKind::AttemptStarted { attempt, turn, number, model, purpose, prompt, retry, .. } => {
            let purpose = if n == 3 { AttemptPurpose::Choose } else { purpose };
            EventKind::AttemptStarted { attempt, turn, number, model, purpose, prompt, retry, reserved: Some(reserve) }
        }
        other => other,
    };
    let cut = |n, usage, cost| {
        let mut cut = answered(&talk, n, 1, usage, cost);
        if let EventKind::AttemptEnded { outcome, .. } = &mut cut {
            *outcome = AttemptOutcome::Cancelled;
        }
        cut
    };
    let mut story = vec![talk.created(), talk.turn_started(1)];
    // Cut in mid-answer, lost without a number, answered, and still under way.
    story.extend([asked(1), cut(1, tokens(100, 200, true), cents(4)), asked(3), cut(3, None, None)]);
    story.extend([asked(2), answered(&talk, 2, 1, tokens(100, 50, true), cents(2)), asked(4)]);
    house.happens(talk.id, story).await;

    let view = house.store.conversation(talk.id).await.unwrap().unwrap();

    assert_eq!(
        (view.spent.input_tokens + view.spent.output_tokens, view.spent.cost.known),
        (450, Money::from_cents(6))
    );
    assert_eq!(view.held, Held { tokens: 700 + 1000, money: Money::from_cents(6 + 10) });
    house.store.rebuild().await.unwrap();
    assert_eq!(house.store.conversation(talk.id).await.unwrap().unwrap().held, view.held);
}
