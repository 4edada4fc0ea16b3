//! Who wrote which part of a message, and what is kept of it while it is being written.

use chimera_core::{AttemptPurpose, EventKind, Repair, TurnOutcome};

use crate::house::{House, Talk};

fn taken_over(talk: Talk, attempt: u128, from_char: u32) -> EventKind {
    EventKind::MessageTakenOver {
        message: talk.message(1),
        turn: talk.turn(1),
        attempt: talk.attempt(attempt),
        from_char,
    }
}

/// A message of which the first attempt has said "Half a ".
async fn half_said() -> (House, Talk) {
    let (house, talk) = (House::new().await, Talk::new(1));
    let begun = vec![
        talk.created(),
        talk.turn_started(1),
        talk.attempt_started(1, 1),
        talk.message_started(1, 1, None),
        talk.attempt_failed(1, 1),
        talk.attempt_started(2, 1),
    ];
    house.happens(talk.id, begun).await;
    house.store.checkpoint(talk.id, talk.message(1), "Hälf a ").await.unwrap();
    (house, talk)
}

fn parts(view: &chimera_core::ConversationView) -> Vec<(chimera_core::AttemptId, u32, u32)> {
    view.messages[0].parts.iter().map(|part| (part.attempt, part.from_char, part.to_char)).collect()
}

#[tokio::test]
async fn an_answer_that_another_goes_on_with_has_two_parts() {
    let (house, talk) = half_said().await;

    house.happens(talk.id, vec![taken_over(talk, 2, 7)]).await;
    let unfinished = house.view(talk.id).await;
    let ends = vec![
        talk.message_completed(1, 1, None, "Hälf a story."),
        talk.attempt_answered(2, 1),
        talk.turn_ended(1, TurnOutcome::Completed),
    ];
    house.happens(talk.id, ends).await;

    assert_eq!(parts(&unfinished), [(talk.attempt(1), 0, 7)], "the second has not said anything yet");
    assert_eq!(parts(&house.view(talk.id).await), [(talk.attempt(1), 0, 7), (talk.attempt(2), 7, 13)]);
}

#[tokio::test]
async fn what_was_changed_of_a_question_stands_with_its_attempt_in_every_view() {
    let (house, talk) = half_said().await;
    let repaired = |attempt, turn| {
        let mut ended = talk.attempt_answered(attempt, turn);
        if let EventKind::AttemptEnded { repairs, .. } = &mut ended {
            *repairs = vec![Repair::NoTemperature, Repair::NoStop];
        }
        ended
    };
    let mut choosing = talk.attempt_started(3, 2);
    if let EventKind::AttemptStarted { purpose, .. } = &mut choosing {
        *purpose = AttemptPurpose::Choose;
    }

    let ends = vec![
        taken_over(talk, 2, 7),
        talk.message_completed(1, 1, None, "Hälf a story."),
        repaired(2, 1),
        talk.turn_ended(1, TurnOutcome::Completed),
        choosing,
        repaired(3, 2),
        talk.turn_started(2),
    ];
    house.happens(talk.id, ends).await;

    let view = house.view(talk.id).await;
    let told: Vec<_> = view.messages[0].attempts.iter().map(|attempt| attempt.repairs.as_slice()).collect();
    assert_eq!(told, [[].as_slice(), &[Repair::NoTemperature, Repair::NoStop]]);
    assert_eq!(view.turns[0].asides[0].repairs, [Repair::NoTemperature, Repair::NoStop]);
    house.store.rebuild().await.unwrap();
    assert_eq!(house.view(talk.id).await, view);
}

#[tokio::test]
async fn thoughts_are_told_by_their_size_and_read_by_themselves() {
    let (house, talk) = half_said().await;
    let mut choosing = talk.attempt_started(3, 2);
    if let EventKind::AttemptStarted { purpose, .. } = &mut choosing {
        *purpose = AttemptPurpose::Choose;
    }
    let thinking = EventKind::AttemptThinking { attempt: talk.attempt(2), turn: talk.turn(1) };
    house.happens(talk.id, vec![taken_over(talk, 2, 7), thinking]).await;
    let sizes = async || {
        let view = house.view(talk.id).await;
        view.messages[0].attempts.iter().map(|attempt| attempt.thought_chars).collect::<Vec<_>>()
    };
    assert_eq!(sizes().await, [None, Some(0)], "it thinks");

    let ends = vec![
        talk.thought(2, 1, "Who? Möwen."),
        talk.message_completed(1, 1, None, "Hälf a story."),
        talk.attempt_answered(2, 1),
        talk.turn_ended(1, TurnOutcome::Completed),
        choosing,
        talk.thought(3, 2, "Ada."),
        talk.attempt_answered(3, 2),
        talk.turn_started(2),
    ];
    house.happens(talk.id, ends).await;

    assert_eq!(sizes().await, [None, Some(11)]);
    let view = house.view(talk.id).await;
    assert_eq!(view.turns[0].asides[0].thought_chars, Some(4));
    let told = async |n, attempt| house.store.thoughts(Talk::new(n).id, talk.attempt(attempt)).await.unwrap();
    assert_eq!(told(1, 2).await.as_deref(), Some("Who? Möwen."));
    assert_eq!(told(1, 3).await.as_deref(), Some("Ada."));
    assert_eq!((told(1, 1).await, told(2, 2).await), (None, None));
    house.store.rebuild().await.unwrap();
    assert_eq!(house.view(talk.id).await, view);
}

#[tokio::test]
async fn an_answer_that_was_begun_anew_is_all_of_the_second_and_nothing_struck_is_kept() {
    let (house, talk) = half_said().await;

    house.happens(talk.id, vec![taken_over(talk, 2, 0)]).await;

    assert_eq!(house.view(talk.id).await.messages[0].text, "");
    assert_eq!(house.store.unfinished().await.unwrap()[0].checkpoints, [(talk.message(1), String::new())]);
    house.happens(talk.id, vec![talk.message_completed(1, 1, None, "Whole.")]).await;
    assert_eq!(parts(&house.view(talk.id).await), [(talk.attempt(2), 0, 6)]);
}
