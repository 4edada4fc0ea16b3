//! The life of a conversation: draft → running ⇄ paused → completed, needs attention, and back.

use chimera_core::{ConversationState::*, ErrorClass, StateReason};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table};

#[test]
fn a_draft_that_is_started_asks_its_first_speaker() {
    let mut table = Table::with(&["Ada", "Ben"]);
    let mark = table.mark();

    table.start();

    assert_eq!(table.state(), Running);
    assert_eq!(table.speaker(), Some("Ada"));
    assert_eq!(table.happened_since(mark), ["conversation.state_changed", "turn.started", "attempt.started"]);
}

#[test]
fn a_paused_conversation_lets_its_speaker_finish_and_begins_no_other_turn() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a ");

    table.pause();
    assert_eq!(table.state(), Paused, "the state is paused at once");
    table.says("thought.");
    table.finishes();

    assert_eq!(table.transcript(), ["Ada: Half a thought."]);
    assert_eq!(table.speaker(), None);

    table.resume();

    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn a_pause_taken_back_in_mid_sentence_changes_nothing() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a ");

    table.pause();
    table.resume();
    table.says("thought.");
    table.finishes();

    assert_eq!(table.state(), Running);
    assert_eq!(table.turns(), ["Ada", "Ben"]);
}

#[test]
fn a_step_is_exactly_one_turn() {
    let mut table = Table::with(&["Ada", "Ben"]);

    table.step();
    table.answers("One.");
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Stepped));
    table.step();
    table.answers("Two.");

    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Stepped));
    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two."]);
}

#[test]
fn a_step_in_mid_sentence_counts_the_turn_that_is_under_way() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half ");
    table.pause();

    table.step();
    table.answers("whole.");

    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Stepped));
    assert_eq!(table.turns(), ["Ada"]);
}

#[test]
fn a_stop_after_the_turn_pauses_at_once_and_completes_when_the_speaker_has_finished() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a ");

    table.stop(StopWhen::AfterTurn);
    assert_eq!(table.state(), Paused);
    table.answers("thought.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::User));
    assert_eq!(table.transcript(), ["Ada: Half a thought."]);
}

#[test]
fn a_stop_after_the_turn_can_be_taken_back() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.stop(StopWhen::AfterTurn);
    table.resume();
    table.answers("On we go.");

    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn the_end_rule_ends_a_conversation_and_says_which_it_was() {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(2).table();
    table.start();

    table.answers("One.");
    table.answers("Two.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 2 }));
    assert_eq!(table.speaker(), None);
}

#[test]
fn the_end_rule_holds_when_its_last_turn_ends_in_a_pause() {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(1).table();
    table.start();

    table.pause();
    table.answers("The only one.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 1 }));
}

#[test]
fn a_completed_conversation_goes_on_when_it_is_started_and_counts_its_turns_anew() {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(2).table();
    table.start();
    table.answers("One.");
    table.answers("Two.");

    table.start();
    table.answers("Three.");
    assert_eq!(table.state(), Running);
    table.answers("Four.");

    assert_eq!(table.state(), Completed);
    assert_eq!(table.turns(), ["Ada", "Ben", "Ada", "Ben"]);
}

#[test]
fn a_pause_does_not_count_the_turns_anew() {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(2).table();
    table.start();
    table.pause();
    table.answers("One.");

    table.resume();
    table.answers("Two.");

    assert_eq!(table.state(), Completed);
}

#[test]
fn a_table_where_nobody_sits_ends_and_says_so() {
    let mut table = Table::with(&[]);

    table.start();

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::NobodyToSpeak));
}

#[test]
fn renaming_works_in_every_state_and_the_same_name_is_no_news() {
    let mut table = Table::with(&["Ada", "Ben"]);

    table.does(Command::Rename { title: " On bridges ".into() });
    let mark = table.mark();
    table.does(Command::Rename { title: "On bridges".into() });

    assert_eq!(table.conversation().title, "On bridges");
    assert_eq!(table.happened_since(mark), [""; 0]);
    assert!(table.tries(Command::Rename { title: "  ".into() }).is_err());
    assert!(table.tries(Command::Rename { title: "x".repeat(201) }).is_err());
}

#[test]
fn a_command_in_the_wrong_state_is_refused_with_what_to_do_instead() {
    let after_turn = || Command::Stop(StopWhen::AfterTurn);
    let now = || Command::Stop(StopWhen::Now);
    type LeadTo = fn(&mut Table);
    let refused: [(&str, LeadTo, Vec<Command>); 5] = [
        (
            "start it first",
            |_| {},
            vec![Command::Pause, Command::Resume, now(), after_turn(), Command::Retry, Command::Skip],
        ),
        (
            "already running; pause or stop it first",
            Table::start,
            vec![Command::Start, Command::Resume, Command::Step, Command::Retry],
        ),
        (
            "resume, step or stop it",
            |table| table.step_whole(),
            vec![Command::Start, Command::Pause, Command::Retry, Command::Skip],
        ),
        (
            "start it to go on",
            |table| table.stop_at_once(),
            vec![Command::Pause, Command::Resume, now(), after_turn(), Command::Retry, Command::Skip],
        ),
        (
            "retry, skip to the next speaker or stop",
            |table| table.fail_for_good(),
            vec![Command::Start, Command::Pause, Command::Resume, Command::Step],
        ),
    ];

    for (instead, lead_to, commands) in refused {
        let mut table = Table::with(&["Ada", "Ben"]);
        lead_to(&mut table);
        let (state, mark) = (table.state(), table.mark());
        for command in commands {
            let refusal = table.tries(command.clone()).expect_err(&format!("{command:?} was obeyed in {state:?}"));

            assert!(refusal.message.contains(instead), "{command:?} in {state:?}: {refusal}");
            assert_eq!((table.state(), table.mark()), (state, mark), "a refused command changes nothing");
        }
    }
}

impl Table {
    fn step_whole(&mut self) {
        self.step();
        self.answers("One.");
    }

    fn stop_at_once(&mut self) {
        self.start();
        self.stop(StopWhen::Now);
    }

    fn fail_for_good(&mut self) {
        self.start();
        self.fails(ErrorClass::BadRequest);
    }
}
