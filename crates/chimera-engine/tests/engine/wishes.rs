//! What a conversation was let run for outlives whoever performs it: the one turn that was asked for stays one turn,
//! however late a person comes back to it.

use chimera_core::{ConversationState::*, ErrorClass, StateReason};
use chimera_engine::Command;

use crate::support::{Seating, Table, Twins};

impl Table {
    /// Nobody has asked anything of it for a while: it is put away, and woken from the log.
    pub fn falls_asleep(&mut self) {
        assert!(!self.dialogue.is_under_way() && self.asked.is_empty(), "somebody is at it");
        self.dialogue = Twins::replay(self.dialogue.id(), &self.log);
        self.alarm = None;
    }
}

fn step_that_nobody_answered() -> Table {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.step();
    assert_eq!((table.state(), table.reason()), (Running, StateReason::Stepping));
    table.fails(ErrorClass::BadRequest);
    assert_eq!(table.state(), NeedsAttention);
    table
}

#[test]
fn a_step_that_nobody_answered_is_still_one_step_when_it_is_tried_again_tomorrow() {
    let mut table = step_that_nobody_answered();
    table.falls_asleep();

    table.does(Command::Retry);
    table.answers("One.");

    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Stepped));
    assert_eq!(table.speaker(), None, "and nobody else is paid for");
}

#[test]
fn the_same_when_the_speaker_is_passed_over() {
    let mut table = step_that_nobody_answered();
    table.falls_asleep();

    table.does(Command::Skip);
    assert_eq!(table.speaker(), Some("Ben"));
    table.answers("One.");

    assert_eq!((table.state(), table.speaker()), (Paused, None));
}

#[test]
fn a_talk_that_nobody_answered_goes_on_as_a_talk() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.fails(ErrorClass::BadRequest);
    table.falls_asleep();

    table.does(Command::Retry);
    table.answers("One.");

    assert_eq!((table.state(), table.speaker()), (Running, Some("Ben")));
}

/// Two turns, and an alternative to the first that nobody could give.
fn failed_alternative() -> Table {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(2).table();
    table.start();
    table.answers("One.");
    table.answers("Two.");
    table.regenerate(0);
    table.fails(ErrorClass::BadRequest);
    assert_eq!(table.state(), NeedsAttention);
    table
}

#[test]
fn an_alternative_that_nobody_gave_can_be_tried_again_tomorrow() {
    let mut table = failed_alternative();
    table.falls_asleep();

    table.does(Command::Retry);
    assert_eq!((table.speaker(), table.reason()), (Some("Ada"), StateReason::Regenerating));
    table.fails(ErrorClass::BadRequest);
    table.falls_asleep();
    table.does(Command::Retry);
    table.answers("Another one.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 2 }));
    assert_eq!(table.transcript(), ["Ada: Another one."]);
}

#[test]
fn an_alternative_that_nobody_gave_can_be_left_be_and_everything_is_as_it_was() {
    for asleep in [false, true] {
        let mut table = failed_alternative();
        if asleep {
            table.falls_asleep();
        }

        table.does(Command::Skip);

        assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two."]);
        assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 2 }));
        assert_eq!(table.conversation().lines.branches().len(), 1);
        assert_eq!(table.speaker(), None);
    }
}

#[test]
fn whoever_is_nudged_after_it_speaks_behind_what_was_said_and_not_in_its_place() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("One.");
    table.says("Two");
    table.pause();
    table.answers(".");
    table.regenerate(0);
    table.fails(ErrorClass::BadRequest);

    let participant = table.id("Ben");
    table.does(Command::Nudge { participant });
    table.answers("Three.");

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ben: Three."]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Stepped));
}

#[test]
fn leaving_the_branch_of_a_failed_alternative_leads_back_to_how_it_ended() {
    let mut table = failed_alternative();
    table.falls_asleep();

    table.does(Command::Undo);

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 2 }));
    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two."]);
}

#[test]
fn another_alternative_after_a_failed_one_leads_back_to_the_talk_and_not_to_what_failed() {
    for asleep in [false, true] {
        let mut table = failed_alternative();
        if asleep {
            table.falls_asleep();
        }

        table.regenerate(1);
        assert_eq!(table.speaker(), Some("Ben"));
        table.does(Command::Skip);

        assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two."]);
        assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 2 }));
        assert_eq!(table.conversation().lines.branches().len(), 1);
    }
}
