//! Talk that goes round in circles is stopped soon, and talk that does not is left alone.

mod circles;
mod talks;

use chimera_core::{ConversationState::*, EndRules, LoopSign, StateReason};

use crate::support::{Seating, Table};

/// Turns after which a circle has to have been seen.
const SOON: usize = 6;

fn table(names: &[&str], loops: bool) -> Table {
    let mut seating = Seating::of(names);
    seating.end = EndRules { loops, ..EndRules::NONE };
    let mut table = seating.table();
    table.start();
    table
}

/// Says the lines, over and over, until the conversation stops or so many turns were taken; how many it took.
fn turns_until_it_stops(table: &mut Table, lines: &[&str], most: usize) -> Option<usize> {
    (1..=most).zip(lines.iter().cycle()).find_map(|(turn, line)| {
        table.answers(line);
        (table.state() != Running).then_some(turn)
    })
}

#[test]
fn every_circle_is_seen_within_six_turns_and_the_conversation_waits_for_a_person() {
    assert!(circles::ALL.len() >= 20);
    for (names, lines) in circles::ALL {
        let mut table = table(names, true);

        let turns = turns_until_it_stops(&mut table, lines, SOON);

        assert!(turns.is_some(), "not seen: {lines:#?}");
        assert_eq!(table.state(), Paused);
        assert!(matches!(table.reason(), StateReason::LoopDetected { .. }), "{:?}", table.reason());
    }
}

#[test]
fn talk_that_gets_somewhere_is_never_stopped() {
    for (names, lines) in talks::ALL {
        let mut table = table(names, true);

        let stopped = turns_until_it_stops(&mut table, lines, lines.len());

        assert_eq!(stopped, None, "{:?} after {:#?}", table.conversation().reason, &lines[..stopped.unwrap_or(0)]);
    }
}

#[test]
fn what_was_measured_is_told() {
    let mut table = table(&["Ada", "Ben"], true);
    let line = "We should think about what it means to build a bridge at all.";
    turns_until_it_stops(&mut table, &[line], SOON);

    assert_eq!(table.reason(), StateReason::LoopDetected { sign: LoopSign::Repetition, turns: 2, percent: 100 });
}

#[test]
fn whoever_resumes_gets_more_than_one_turn_and_a_word_of_the_users_begins_anew() {
    let mut table = table(&["Ada", "Ben"], true);
    let line = ["We should think about what it means to build a bridge at all."];
    assert_eq!(turns_until_it_stops(&mut table, &line, SOON), Some(3));

    table.resume();
    assert_eq!(turns_until_it_stops(&mut table, &line, SOON), Some(2));
    table.resume();
    table.answers(line[0]);
    table.user_says("Say something else.");
    assert_eq!(table.state(), Running);
    table.answers(line[0]);
    assert_eq!(table.state(), Running, "one turn since the user spoke is no circle");
}

#[test]
fn switched_off_it_lets_them_go_round() {
    let mut table = table(&["Ada", "Ben"], false);
    assert_eq!(turns_until_it_stops(&mut table, &["Same again, word for word, as before and after."], 20), None);

    table.sets(EndRules { loops: true, ..EndRules::NONE });
    table.answers("Same again, word for word, as before and after.");

    assert_eq!(table.state(), Paused, "switched on while they talk");
}
