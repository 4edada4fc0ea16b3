//! What a model shows of its thinking: kept beside its words, and told to no model.

use chimera_core::{ErrorClass, EventKind, MAX_THOUGHT_BYTES, Policy, ReplyEvent};
use chimera_engine::StopWhen;

use crate::support::{Seating, Table};

impl Table {
    fn thinks(&mut self, thought: &str) {
        self.hears(ReplyEvent::Reasoning(thought.to_owned()));
    }

    fn thoughts(&self) -> Vec<&str> {
        fn told(kind: &EventKind) -> Option<&str> {
            match kind {
                EventKind::AttemptThought { thoughts, .. } => Some(thoughts),
                _ => None,
            }
        }
        self.kinds().filter_map(told).collect()
    }

    /// How often somebody was said to think, and to have thought, so far.
    fn told(&self) -> (usize, usize) {
        let thinking = self.kinds().filter(|kind| matches!(kind, EventKind::AttemptThinking { .. })).count();
        (thinking, self.thoughts().len())
    }
}

fn thinking() -> Table {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.thinks("Who ");
    table.thinks("was it?");
    table
}

#[test]
fn that_a_model_thinks_is_told_once_and_what_it_thought_when_it_has_ended() {
    let mut table = thinking();
    assert_eq!(table.told(), (1, 0));

    table.says("Nobody.");
    table.thinks(" Or was it?");
    assert_eq!(table.told(), (1, 0));
    table.finishes();

    assert_eq!(table.thoughts(), ["Who was it? Or was it?"]);
    assert_eq!(table.transcript(), ["Ada: Nobody."]);
    assert!(!format!("{:?}", table.requests).contains("was it?"), "it stands in no prompt");
}

#[test]
fn thoughts_are_kept_however_the_attempt_ends() {
    let ends: [&dyn Fn(&mut Table); 4] = [
        &|table| table.answers("Nobody."),
        &|table| table.stop(StopWhen::Now),
        &|table| table.fails(ErrorClass::Truncated),
        &|table| {
            table.says("Half of it");
            table.fails(ErrorClass::Truncated);
        },
    ];

    for (place, end) in ends.iter().enumerate() {
        let mut table = thinking();
        end(&mut table);
        assert_eq!(table.thoughts(), ["Who was it?"], "{place}");
    }
}

#[test]
fn whoever_shows_no_thoughts_is_not_said_to_have_any() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("Nobody.");
    table.thinks("\n");
    table.answers("Somebody.");

    assert_eq!(table.thoughts(), [""; 0]);
}

#[test]
fn thoughts_without_end_are_cut_between_two_characters_and_that_is_seen() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.thinks("a");
    for _ in 0..MAX_THOUGHT_BYTES / 2 + 10 {
        table.thinks("ä");
    }
    table.thinks("a");
    table.answers("So.");

    let [kept] = table.thoughts()[..] else { panic!("they were told once") };
    assert_eq!(kept.strip_suffix("ä…").map(str::len), Some(MAX_THOUGHT_BYTES - 3));
}

#[test]
fn what_was_thought_in_a_round_is_told_when_it_is_over() {
    let mut table = Seating::of(&["Ada", "Ben"]).policy(Policy::Parallel).ends_after(2).table();
    table.start();
    table.turns_to("Ada");
    table.thinks("It is Ben.");
    table.answers("I pass.");
    assert_eq!(table.told(), (1, 0), "its thoughts would give its words away");

    table.turns_to("Ben");
    table.thinks("It is Ada.");
    table.answers("So do I.");

    assert_eq!(table.thoughts(), ["It is Ben.", "It is Ada."]);
    assert!(!format!("{:?}", table.requests).contains("It is"));
}

#[test]
fn what_a_moderator_thought_is_kept_too() {
    let mut table = Seating::of(&["Ada", "Ben"]).moderated_by("judge").table();
    table.start();
    table.thinks("Ben has been silent.");
    table.answers(r#"{"next": "Ben"}"#);

    assert_eq!(table.thoughts(), ["Ben has been silent."]);
    assert_eq!(table.speaker(), Some("Ben"));
}
