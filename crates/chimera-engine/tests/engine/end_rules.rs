//! When a conversation ends by itself: every rule, its numbers, and that it is kept before it is broken.

use std::time::Duration;

use chimera_core::{ConversationState::*, EndPhrase, EndRules, ErrorClass, ParticipantChange, Policy, StateReason};

use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table};

fn ending(names: &[&str], end: EndRules) -> Table {
    let mut seating = Seating::of(names);
    seating.end = EndRules { turns: None, ..end };
    seating.table()
}

fn minutes(minutes: u32) -> EndRules {
    EndRules { minutes: Some(minutes), ..EndRules::NONE }
}

fn phrase(by: &[&str]) -> EndRules {
    let by = by.iter().map(|name| (*name).to_owned()).collect();
    EndRules { phrase: Some(EndPhrase { text: "That is All".into(), by }), ..EndRules::NONE }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_conversation_that_has_run_for_its_minutes_lets_the_speaker_finish_and_ends() {
    let mut table = ending(&["Ada", "Ben"], minutes(2));
    table.start();
    table.says("I have ");

    for _ in 0..4 {
        table.waits(seconds(40));
        table.says("much ");
    }
    table.answers("to say.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::MinutesReached { minutes: 2 }));
    assert_eq!(table.turns(), ["Ada"]);
}

#[test]
fn a_pause_takes_no_minutes() {
    let mut table = ending(&["Ada", "Ben"], minutes(2));
    table.start();
    table.pause();
    table.answers("One.");
    table.waits(seconds(3600));
    table.resume();

    table.waits(seconds(20));
    table.answers("Two.");

    assert_eq!(table.state(), Running);
}

#[test]
fn minutes_are_measured_whatever_the_wall_clock_says() {
    let mut table = ending(&["Ada", "Ben"], minutes(1));
    table.start();
    table.clock_is_set_back(seconds(3600));
    table.waits(seconds(20));
    table.answers("One.");
    assert_eq!(table.state(), Running);
    table.says("I ");
    table.waits(seconds(41));

    table.answers("take my time.");

    assert_eq!(table.state(), Completed);
}

#[test]
fn minutes_that_are_over_while_a_model_is_waited_for_end_the_wait() {
    let mut table = ending(&["Ada", "Ben"], minutes(1));
    table.start();
    table.says("I ");
    table.waits(seconds(59));
    table.says("hurry.");
    table.finishes();
    let mut failed = chimera_core::ProviderError::new(ErrorClass::RateLimited, "later");
    failed.retry_after = Some(seconds(30));
    table.fails_with(failed);
    assert_eq!((table.state(), table.speaker()), (Running, None), "it waits for the model");

    table.waits(seconds(2));

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::MinutesReached { minutes: 1 }));
    assert!(table.conversation().turns.is_empty());
}

#[test]
fn minutes_of_before_a_crash_count_and_those_of_the_night_after_it_do_not() {
    let mut table = ending(&["Ada", "Ben"], minutes(2));
    table.start();
    table.says("Half ");
    table.waits(seconds(50));
    table.answers("a minute and more.");
    table.waits(seconds(20));

    let unfinished = table.crashes();
    table.waits(seconds(36_000));
    table.recovers(unfinished);
    table.resume();
    table.says("Still ");
    table.waits(seconds(40));
    table.answers("here.");
    assert_eq!(table.state(), Running);
    table.says("And ");
    table.waits(seconds(31));
    table.answers("now no more.");

    assert_eq!(table.state(), Completed);
}

#[test]
fn the_phrase_ends_the_conversation_when_somebody_whose_word_counts_says_it() {
    let mut table = ending(&["Ada", "Ben"], phrase(&["ben"]));
    table.start();
    table.user_says("That is all!");
    table.answers("THAT IS ALL.");
    assert_eq!(table.state(), Running, "neither the user's word counts nor Ada's");
    let said = |table: &Table| table.conversation().lines.head().unwrap();

    table.answers("Well, that is all, I think.");

    let phrase = "That is All".to_owned();
    let message = said(&table);
    assert_eq!((table.state(), table.reason()), (Completed, StateReason::PhraseSaid { phrase, message }));
}

#[test]
fn anybodys_word_counts_when_nobody_is_named_and_only_whole_words_do() {
    let mut table = ending(&["Ada", "Ben"], phrase(&[]));
    table.start();

    table.answers("That is allowed.");
    assert_eq!(table.state(), Running);
    table.answers("That is all");

    assert_eq!(table.state(), Completed);
    table.start();
    assert_eq!(table.state(), Running, "it was said before this start");
}

#[test]
fn everybody_has_its_turns_and_then_it_ends() {
    for policy in [Policy::RoundRobin, Policy::Balanced, Policy::Random] {
        let mut seating = Seating::of(&["Ada", "Ben", "Cleo"]).policy(policy).talkative("Cleo", 0.0);
        seating.end = EndRules { turns: None, turns_per_participant: Some(2), ..EndRules::NONE };
        let mut table = seating.table();
        table.start();

        for _ in 0..6 {
            table.answers("Mine.");
        }

        assert_eq!(
            (table.state(), table.reason()),
            (Completed, StateReason::TurnsPerParticipantReached { turns: 2 }),
            "{policy:?}"
        );
        for name in ["Ada", "Ben", "Cleo"] {
            assert_eq!(table.turns().iter().filter(|turn| **turn == name).count(), 2, "{policy:?}");
        }
    }
}

#[test]
fn after_so_many_turns_without_a_person_it_waits_for_one() {
    let mut table = ending(&["Ada", "Ben"], EndRules { turns_without_user: Some(2), ..EndRules::NONE });
    table.start();
    table.answers("One.");
    table.user_says("Go on.");
    table.answers("Two.");
    assert_eq!(table.state(), Running, "the user has just spoken");

    table.answers("Three.");

    assert_eq!((table.state(), table.reason()), (Paused, StateReason::TurnsWithoutUserReached { turns: 2 }));
    table.resume();
    table.answers("Four.");
    assert_eq!(table.state(), Running, "whoever resumes is there");
}

#[test]
fn rules_that_are_set_while_they_talk_hold_from_the_next_turn_on() {
    let mut table = ending(&["Ada", "Ben"], EndRules::NONE);
    table.start();
    table.answers("One.");
    table.says("Two ");

    table.sets(EndRules { turns: Some(2), ..EndRules::NONE });
    assert_eq!(table.state(), Running);
    table.answers("and no more.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::TurnsReached { turns: 2 }));
}

#[test]
fn of_several_rules_the_one_that_is_met_first_ends_it_and_is_named() {
    let rules = EndRules { turns: Some(3), minutes: Some(1), ..EndRules::NONE };
    let mut table = ending_as_given(&["Ada", "Ben"], rules.clone());
    table.start();
    table.says("I take ");
    table.waits(seconds(59));
    table.says("my ");
    table.waits(seconds(2));
    table.answers("time.");
    assert_eq!(table.reason(), StateReason::MinutesReached { minutes: 1 });

    let mut table = ending_as_given(&["Ada", "Ben"], rules);
    table.start();
    ["One.", "Two.", "Three."].iter().for_each(|line| table.answers(line));
    assert_eq!(table.reason(), StateReason::TurnsReached { turns: 3 });
}

fn ending_as_given(names: &[&str], end: EndRules) -> Table {
    let mut seating = Seating::of(names);
    seating.end = end;
    seating.table()
}

#[test]
fn a_phrase_that_was_said_on_another_branch_ends_nothing_here() {
    let mut table = killed_after_the_phrase(&[]);
    let there = table.first_branch();

    let from = table.message(0);
    table.does(Command::Branch { from, name: None });
    table.resume();

    assert_eq!((table.state(), table.speaker()), (Running, Some("Ben")));
    table.answers("Two.");
    table.does(Command::Stop(StopWhen::Now));

    let mut table = killed_after_the_phrase(&[]);
    table.does(Command::Branch { from, name: None });
    table.does(Command::SwitchBranch { branch: there });
    table.resume();

    assert_eq!((table.state(), table.reason()), (Completed, the_phrase_of(&table)), "back there it was said");
}

/// Ben has said it in his turn, and nobody has looked what follows.
fn killed_after_the_phrase(by: &[&str]) -> Table {
    let mut table = ending(&["Ada", "Ben"], phrase(by));
    table.start();
    table.answers("One.");
    table.says("That is all");
    let unfinished = table.crashes();
    table.recovers(unfinished);
    assert_eq!(table.state(), Paused);
    table
}

fn the_phrase_of(table: &Table) -> StateReason {
    StateReason::PhraseSaid { phrase: "That is All".into(), message: table.message(1) }
}

#[test]
fn a_phrase_is_said_as_long_as_it_stands_there() {
    let mut table = killed_after_the_phrase(&[]);
    let message = table.message(1);
    table.does(Command::Delete { message });
    table.does(Command::Undo);
    table.resume();
    assert_eq!((table.state(), table.reason()), (Completed, the_phrase_of(&table)));

    let mut table = killed_after_the_phrase(&[]);
    table.does(Command::Delete { message });
    table.resume();
    assert_eq!(table.state(), Running, "it is not there any more");

    let mut table = killed_after_the_phrase(&[]);
    table.edit(1, "That is much");
    table.resume();
    assert_eq!(table.state(), Running, "it says something else now");
}

#[test]
fn whoever_may_end_it_with_a_phrase_may_under_another_name_too() {
    let mut table = ending(&["Ada", "Ben"], phrase(&["ada", "Ben"]));
    table.renames("Ada", "Ada Byron");
    table.renames("Ada Byron", "Ada");
    table.renames("Ada", "Countess");
    assert_eq!(table.conversation().end, phrase(&["Countess", "Ben"]));
    table.start();

    table.answers("That is all.");

    assert_eq!(table.state(), Completed);

    let mut table = killed_after_the_phrase(&["Ben"]);
    table.renames("Ben", "Benjamin");
    table.resume();
    assert_eq!((table.state(), table.reason()), (Completed, the_phrase_of(&table)), "it was he who said it");
}

#[test]
fn a_new_name_for_who_may_say_the_phrase_begins_no_other_closing_round() {
    let mut seating = Seating::of(&["Ada", "Ben"]);
    seating.end = EndRules { tokens: Some(6_000), ..phrase(&["Ada"]) };
    let mut table = seating.table();
    table.start();
    let closing = table.conversation().closing.clone();
    assert!(closing.is_some());

    table.renames("Ada", "Countess");

    assert_eq!(table.conversation().closing, closing);
}

impl Table {
    fn renames(&mut self, name: &str, to: &str) {
        let change = ParticipantChange { name: Some(to.to_owned()), ..ParticipantChange::default() };
        self.does(Command::ChangeParticipant { participant: self.id(name), change });
    }
}

#[test]
fn a_new_phrase_is_not_met_by_words_that_met_the_old_one() {
    let mut table = ending(&["Ada", "Ben"], phrase(&[]));
    table.start();
    table.says("That is all");
    table.pause();
    let text = "Amen".to_owned();
    table.sets(EndRules { phrase: Some(EndPhrase { text, by: Vec::new() }), ..EndRules::NONE });
    table.answers(".");
    table.sets(EndRules { phrase: Some(EndPhrase { text: "Basta".into(), by: Vec::new() }), ..EndRules::NONE });

    table.resume();

    assert_eq!((table.state(), table.speaker()), (Running, Some("Ben")));
}

#[test]
fn minutes_that_run_out_while_a_moderator_keeps_everybody_waiting_pay_for_no_turn_more() {
    let mut seating = Seating::of(&["Ada", "Ben", "Cleo"]).moderated_by("judge");
    seating.end = minutes(1);
    let mut table = seating.table();
    table.start();
    table.answers(r#"{"next":"Ada"}"#);
    table.waits(seconds(25));
    table.says("One");
    table.waits(seconds(25));
    table.answers(".");
    assert_eq!(table.speaker(), Some("Moderator"));

    table.waits(seconds(31));

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::MinutesReached { minutes: 1 }));
    assert_eq!(table.turns(), ["Ada"]);
}
