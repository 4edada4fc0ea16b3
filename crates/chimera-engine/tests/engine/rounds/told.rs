//! What those of a round are told who are asked later than the first.

use chimera_core::{ParticipantChange, Policy};
use chimera_engine::{Command, Dialogue};

use crate::support::{Seating, Table, cast};

/// Three of them are asked, and two wait.
fn five() -> Table {
    let mut table = Seating::of(&["Ada", "Ben", "Cleo", "Dora", "Eve"]).policy(Policy::Parallel).table();
    table.user_says("The old words.");
    table.user_says("And more.");
    table.start();
    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);
    table
}

#[test]
fn those_in_line_are_told_what_the_first_were_whatever_is_changed_meanwhile() {
    let mut table = five();
    let newcomer = chimera_core::Participant {
        id: chimera_core::ParticipantId::new(chimera_core::Timestamp::from_millis(1), [77; 10]),
        ..cast(&["Fay"]).remove(0)
    };
    table.edit(0, "Other words.");
    let message = table.message(1);
    table.does(Command::Delete { message });
    table.does(Command::Join { participant: newcomer, seat: None });
    let change = ParticipantChange { name: Some("Cleopatra".into()), ..ParticipantChange::default() };
    table.does(Command::ChangeParticipant { participant: table.id("Cleo"), change });
    table.user_says("Said meanwhile.");

    table.turns_to("Ada");
    table.answers("One.");
    table.turns_to("Ben");
    table.answers("Two.");

    let (first, last) = (&table.requests[0], table.requests.last().unwrap());
    assert_eq!((first.scene.speaker.as_str(), last.scene.speaker.as_str()), ("Ada", "Eve"));
    assert_eq!(first.messages, last.messages);
    assert!(last.system.contains("Cleo,") && !last.system.contains("Fay"), "{}", last.system);
    for attempt in table.asked.iter().map(|asked| asked.attempt) {
        let view = Dialogue::prompt_of(table.dialogue.id(), &table.log, attempt).unwrap();
        assert!(view.exact, "the log tells it");
    }
}

#[test]
fn the_next_round_is_told_what_has_become_of_it() {
    let mut table = five();
    table.edit(0, "Other words.");

    table.everybody_answers("So it is");

    assert!(table.prompted().contains("User: Other words."), "{}", table.prompted());
}
