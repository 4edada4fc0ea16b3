//! What the user says to some and not to all.

use chimera_core::{EventKind, Policy};
use chimera_engine::{Command, SayWhen};

use crate::support::{Seating, Table};

fn prompt_of<'t>(table: &'t mut Table, name: &str) -> &'t str {
    let participant = table.id(name);
    table.does(Command::Nudge { participant });
    if table.speaker() != Some(name) {
        table.answers("Go on.");
    }
    assert_eq!(table.speaker(), Some(name));
    &table.prompt().messages.last().unwrap().text
}

#[test]
fn a_whisper_stands_in_the_prompts_of_its_audience_and_is_marked_there() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.user_says("Welcome.");
    table.user_whispers("Ben will lose.", &["Ada", "Cleo"]);

    assert_eq!(prompt_of(&mut table, "Ada"), "User: Welcome.\n\nUser (whispering to you and Cleo): Ben will lose.");
    assert!(table.prompt().system.contains("What is whispered to you the others have not heard"));
    assert_eq!(prompt_of(&mut table, "Ben"), "User: Welcome.\n\nAda: Go on.");
    assert!(!table.prompt().system.contains("whisper"), "not even that there was one");
}

#[test]
fn what_answers_a_whisper_is_heard_by_all() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_whispers("Say banana.", &["Ada"]);
    table.start();
    table.answers("Banana!");

    assert_eq!(table.speaker(), Some("Ben"));
    assert_eq!(table.prompt().messages[0].text, "Ada: Banana!");
}

#[test]
fn who_hears_nothing_but_a_whisper_that_is_not_for_it_is_told_to_open() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_whispers("Wait for Ben.", &["Ada"]);

    assert_eq!(prompt_of(&mut table, "Ben"), "(Nobody has spoken yet. Open the conversation.)");
}

#[test]
fn a_whisper_calls_nobody_who_does_not_hear_it() {
    for policy in [Policy::RoundRobin, Policy::Balanced] {
        let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(policy).table();
        table.user_says("Hello.");
        table.user_whispers("@Cleo is a bore. Cleo, Cleo, is she not?", &["Ben"]);
        table.start();

        let choice = table.kinds().find_map(|kind| match kind {
            EventKind::TurnStarted { choice, .. } => Some(choice.clone()),
            _ => None,
        });
        let choice = choice.unwrap();
        let cleo = table.id("Cleo");
        assert!(choice.scores.iter().all(|score| score.addressed == 0.0 && score.asked == 0.0), "{choice:?}");
        assert!(table.conversation().called.is_empty());
        assert_ne!(choice.scores.first().map(|score| score.participant), Some(cleo));
    }
}

#[test]
fn a_whisper_is_for_those_at_the_table() {
    let mut table = Table::with(&["Ada"]);
    let stranger = Seating::of(&["Ada", "Ben"]).participants[1].id;

    let refused = table
        .tries(Command::Say { text: "Psst".into(), when: SayWhen::After, to: vec![stranger], images: Vec::new() })
        .unwrap_err();

    assert_eq!(refused.field, Some("to"));
}

#[test]
fn who_is_cut_off_by_a_whisper_gives_it_away_to_nobody() {
    let mut table = Table::with(&["Cleo", "Ben", "Ada"]);
    table.start();
    table.says("As I was about to");
    let to = vec![table.id("Ada")];

    table.does(Command::Say { text: "Cleo is a bore.".into(), when: SayWhen::Now, to, images: Vec::new() });

    assert_eq!(table.speaker(), Some("Ben"));
    assert_eq!(table.prompt().messages.last().unwrap().text, "Cleo: As I was about to (cut off)");
}
