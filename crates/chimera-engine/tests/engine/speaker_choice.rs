//! Who is up under the balanced policy, and why.

use chimera_core::{Choice, ChoiceReason, EventKind, Policy};

use crate::support::{Seating, Table};

fn balanced(names: &[&str]) -> Table {
    Seating::of(names).policy(Policy::Balanced).table()
}

/// The choice of the newest turn.
fn choice(table: &Table) -> Choice {
    let choice = |kind: &EventKind| match kind {
        EventKind::TurnStarted { choice, .. } => Some(choice.clone()),
        _ => None,
    };
    table.kinds().rev().find_map(choice).unwrap()
}

#[test]
fn whoever_is_named_speaks_next() {
    for name in ["Ben", "Cleo", "Dora"] {
        let mut table = balanced(&["Ada", "Ben", "Cleo", "Dora"]);
        table.user_says("@Ada, begin.");
        table.start();

        table.answers(&format!("I wonder what {name} thinks."));

        assert_eq!(table.speaker(), Some(name));
        assert_eq!(choice(&table).reason, ChoiceReason::Score);
    }
}

#[test]
fn of_two_who_are_named_the_one_that_is_asked_speaks() {
    let mut table = balanced(&["Ada", "Ben", "Cleo"]);
    table.user_says("@Ada, begin.");
    table.start();

    table.answers("Ben is right, I think. Cleo, do you agree?");

    let choice = choice(&table);
    assert_eq!(table.speaker(), Some("Cleo"));
    assert!(choice.scores[0].asked > 0.0 && choice.scores[1].asked == 0.0);
    assert!(choice.scores[0].addressed > 0.0 && choice.scores[1].addressed > 0.0);
}

#[test]
fn every_candidates_score_is_stored_best_first_and_its_parts_add_up() {
    let mut table = balanced(&["Ada", "Ben", "Cleo", "Dora"]);
    table.start();
    table.answers("One, Ben?");
    table.answers("Two.");

    let scores = choice(&table).scores;

    assert_eq!(scores.len(), 3, "everybody but who has just spoken");
    assert!(scores.windows(2).all(|two| two[0].total >= two[1].total));
    for score in &scores {
        let parts = score.addressed + score.asked + score.silence + score.share + score.dice;
        assert!((score.total - parts).abs() < 1e-4, "{score:?}");
    }
    assert_eq!(table.name(scores[0].participant), table.speaker().unwrap());
}

#[test]
fn who_has_been_silent_for_long_is_heard() {
    let mut table = balanced(&["Ada", "Ben", "Cleo", "Dora"]);
    table.start();

    for _ in 0..8 {
        table.answers("Something of the same length.");
    }

    for name in ["Ada", "Ben", "Cleo", "Dora"] {
        assert!(table.turns().contains(&name), "{name} has not been heard in {:?}", table.turns());
    }
}

#[test]
fn two_who_call_each_other_do_not_keep_the_others_out() {
    let mut table = balanced(&["Ada", "Ben", "Cleo"]);
    table.user_says("@Ada, begin.");
    table.start();

    for _ in 0..8 {
        let other = if table.speaker() == Some("Ada") { "Ben" } else { "Ada" };
        table.answers(&format!("@{other}, what do you say?"));
    }

    let first = table.turns().iter().position(|name| *name == "Cleo");
    assert!(first.is_some_and(|turn| turn <= 5), "{:?}", table.turns());
}

#[test]
fn three_who_call_each_other_do_not_keep_the_fourth_out_and_their_calls_count_again_when_it_was_heard() {
    let mut table = balanced(&["Ada", "Ben", "Cleo", "Dora"]);
    table.user_says("@Ada, begin.");
    table.start();

    for _ in 0..24 {
        let other = match table.speaker() {
            Some("Ada") => "Ben",
            Some("Ben") => "Cleo",
            _ => "Ada",
        };
        table.answers(&format!("@{other}, what do you say?"));
    }

    let turns = table.turns();
    let heard = turns.iter().filter(|name| **name == "Dora").count();
    assert!(turns.iter().position(|name| *name == "Dora").is_some_and(|turn| turn <= 9), "{turns:?}");
    assert!((2..=6).contains(&heard), "{turns:?}");
}

#[test]
fn who_likes_to_talk_gets_more_of_the_words() {
    let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Balanced).talkative("Ben", 1.0).table();
    table.start();

    for _ in 0..60 {
        table.answers("Words of the same number.");
    }

    let turns = |name| table.turns().iter().filter(|turn| **turn == name).count();
    assert!(turns("Ben") > turns("Ada") && turns("Ben") > turns("Cleo"), "{:?}", table.turns());
}

#[test]
fn who_speaks_only_when_asked_is_silent_until_then() {
    let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Balanced).talkative("Cleo", 0.0).table();
    table.start();
    for _ in 0..10 {
        table.answers("Nobody in particular.");
    }
    assert!(!table.turns().contains(&"Cleo"), "{:?}", table.turns());

    table.answers("Cleo, what do you say?");

    assert_eq!(table.speaker(), Some("Cleo"));
}

#[test]
fn another_seed_throws_other_dice() {
    let turns = |seed| {
        let mut seating = Seating::of(&["Ada", "Ben", "Cleo", "Dora"]).policy(Policy::Balanced);
        seating.seed = seed;
        let mut table = seating.table();
        table.start();
        for _ in 0..12 {
            table.answers("The same.");
        }
        table.turns().join(" ")
    };

    assert!((1..6).any(|seed| turns(seed) != turns(0)));
    assert_eq!(turns(3), turns(3));
}
