//! A message is said anew, beside the one that is there.

use std::time::Duration;

use chimera_core::{
    ChoiceReason, ConversationState::*, EndRules, ErrorClass, EventKind, ParticipantChange, StateReason,
};
use chimera_engine::{Command, Patience, StopWhen};

use crate::support::{Seating, model, three_turns};

#[test]
fn regenerating_makes_an_alternative_by_the_same_speaker_and_what_followed_stays() {
    let mut table = three_turns();

    table.regenerate(1);
    assert_eq!((table.state(), table.reason()), (Running, StateReason::Regenerating));
    assert_eq!(table.speaker(), Some("Ben"));
    assert!(!table.prompted().contains("Two."), "it sees what it saw the first time");
    table.answers("Another two.");

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Another two."]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::User), "as it was before");
    let message = table.message(1);
    table.does(Command::ChooseAlternative { message });
    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three."]);
    let alternative = table.message(3);
    assert_eq!(table.conversation().lines.find(alternative).unwrap().parent, Some(table.message(0)));
}

#[test]
fn the_very_first_message_can_be_regenerated() {
    let mut table = three_turns();

    table.regenerate(0);
    table.answers("Another one.");

    assert_eq!(table.transcript(), ["Ada: Another one."]);
}

#[test]
fn an_alternative_by_another_model_asks_that_model_and_nobody_else() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.step();
    table.answers("By one.");

    let message = table.message(0);
    table.does(Command::Regenerate { message, model: Some(model("three")) });
    assert_eq!(table.asked_model().as_deref(), Some("three"));
    table.fails(ErrorClass::Unauthorized);

    assert_eq!(table.state(), NeedsAttention, "its own route stands by for its own turns only");
    table.does(Command::Undo);
    assert_eq!(table.transcript(), ["Ada: By one."]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Stepped));
    table.step();
    assert_eq!(table.asked_model().as_deref(), Some("one"));
}

#[test]
fn a_completed_conversation_stays_completed_after_an_alternative_and_its_turns_are_not_counted_anew() {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(2).table();
    table.start();
    table.answers("One.");
    table.answers("Two.");

    table.regenerate(1);
    table.answers("Another two.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 2 }));
    assert_eq!(table.conversation().past.tally.turns, 3);
}

#[test]
fn the_chooser_is_not_asked_for_an_alternative() {
    let mut table = three_turns();

    table.regenerate(1);

    let mut reasons = table.kinds().rev().filter_map(|kind| match kind {
        EventKind::TurnStarted { choice, .. } => Some(choice.reason),
        _ => None,
    });
    assert_eq!(reasons.next(), Some(ChoiceReason::Regenerated));
}

#[test]
fn an_alternative_given_up_before_its_first_word_leaves_nothing_behind() {
    for give_up in [Command::Skip, Command::Stop(StopWhen::Now)] {
        let mut table = three_turns();

        table.regenerate(1);
        table.does(give_up);

        assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three."]);
        assert_eq!(table.conversation().lines.branches().len(), 1);
        assert!(table.tries(Command::Undo).is_err(), "nothing has happened");
    }
}

#[test]
fn an_alternative_that_is_skipped_in_mid_sentence_is_kept_and_nobody_else_speaks() {
    let mut table = three_turns();

    table.regenerate(1);
    table.says("Half a ");
    table.does(Command::Skip);

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Half a —"]);
    assert_eq!((table.state(), table.speaker()), (Paused, None));
}

#[test]
fn a_crash_before_the_first_word_of_an_alternative_leads_back_to_what_was_there() {
    let mut table = three_turns();
    table.regenerate(1);

    let unfinished = table.crashes();
    table.recovers(unfinished);

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three."]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Restarted));
}

#[test]
fn an_alternative_that_nobody_could_give_can_be_tried_again_and_then_all_is_as_before() {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(2).table();
    table.start();
    table.answers("One.");
    table.answers("Two.");

    table.regenerate(0);
    table.fails(ErrorClass::BadRequest);
    assert_eq!(table.state(), NeedsAttention);
    table.does(Command::Retry);
    assert_eq!(table.speaker(), Some("Ada"));
    table.answers("Another one.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 2 }));
    assert_eq!(table.transcript(), ["Ada: Another one."]);
}

#[test]
fn an_alternative_tried_again_asks_the_model_that_was_named_until_the_speaker_gets_another_route() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.step();
    table.answers("By one.");
    let message = table.message(0);
    table.does(Command::Regenerate { message, model: Some(model("three")) });
    table.fails(ErrorClass::Unauthorized);

    table.does(Command::Retry);
    assert_eq!(table.asked_model().as_deref(), Some("three"));
    table.fails(ErrorClass::Unauthorized);
    table.crashes();
    table.does(Command::Retry);
    assert_eq!(table.asked_model().as_deref(), Some("three"), "the log says whom the user had named");
    table.fails(ErrorClass::Unauthorized);

    let participant = table.id("Ada");
    let change = ParticipantChange { route: Some(vec![model("four")]), ..ParticipantChange::default() };
    table.does(Command::ChangeParticipant { participant, change });
    table.does(Command::Retry);
    assert_eq!(table.asked_model().as_deref(), Some("four"), "a changed route leads on");
}

#[test]
fn an_alternative_to_what_was_said_before_the_minutes_were_up_is_asked_of_the_stand_in_also_after_a_sleep() {
    for asleep in [false, true] {
        let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
        table.sets(EndRules { minutes: Some(1), ..EndRules::NONE });
        table.start();
        table.is_patient(Patience::LOCAL);
        table.waits(Duration::from_secs(70));
        table.answers("One.");
        assert_eq!(table.reason(), StateReason::MinutesReached { minutes: 1 });
        table.regenerate(0);
        table.fails(ErrorClass::BadRequest);
        assert_eq!(table.state(), NeedsAttention);
        if asleep {
            table.falls_asleep();
        }

        table.does(Command::Retry);
        table.fails(ErrorClass::ServerError);
        table.waits(Duration::from_secs(5));
        table.fails(ErrorClass::Unauthorized);

        assert_eq!(table.asked_model().as_deref(), Some("two"));
        table.answers("Another one.");
        assert_eq!(table.transcript(), ["Ada: Another one."]);
        assert_eq!((table.state(), table.reason()), (Completed, StateReason::MinutesReached { minutes: 1 }));
    }
}
