//! Who sits at the table changes while there is talk: joining, leaving, another order, another route.

use chimera_core::{
    ConversationState::*, ErrorClass, EventKind, MAX_PARTICIPANTS, ModelFacts, Participant, ParticipantChange,
    ParticipantId, Policy, Timestamp,
};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table, cast, model};

const NAMES: [&str; 3] = ["Ada", "Ben", "Cleo"];

/// Somebody who has not been here before.
fn newcomer(name: &str) -> Participant {
    Participant { id: ParticipantId::new(Timestamp::from_millis(5), [77; 10]), ..cast(&[name]).remove(0) }
}

impl Table {
    fn seat_of(&self, name: &str) -> ParticipantId {
        self.conversation().everybody().find(|seat| seat.name == name).unwrap().id
    }

    fn joins(&mut self, name: &str, seat: Option<u32>) {
        self.does(Command::Join { participant: newcomer(name), seat });
    }

    fn leaves(&mut self, name: &str) {
        let participant = self.seat_of(name);
        self.does(Command::Leave { participant });
    }

    fn changes(&mut self, name: &str, change: ParticipantChange) {
        let participant = self.seat_of(name);
        self.does(Command::ChangeParticipant { participant, change });
    }

    fn seated(&self) -> Vec<&str> {
        self.conversation().participants.iter().map(|seat| seat.name.as_str()).collect()
    }

    fn whole_prompt(&self) -> String {
        let texts: Vec<_> = self.prompt().messages.iter().map(|message| message.text.as_str()).collect();
        texts.join("\n\n")
    }
}

#[test]
fn whoever_joins_in_the_middle_is_told_so_hears_what_was_said_and_is_announced_to_all() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("A bridge is a promise.");

    table.joins("Dora", Some(0));
    assert_eq!(table.seated(), ["Dora", "Ada", "Ben"]);
    table.answers("To whom?");
    assert_eq!(table.speaker(), Some("Dora"));

    assert_eq!(table.whole_prompt(), "Ada: A bridge is a promise.\n\n(You join the table here.)\n\nBen: To whom?");
    table.answers("To me.");
    assert!(table.whole_prompt().contains("(Dora joins the table.)\n\nBen: To whom?"), "{}", table.whole_prompt());
    assert!(table.prompt().system.contains("With you are Dora, Ben"));
}

#[test]
fn whoever_joins_a_long_talk_is_told_who_said_what_of_that_which_does_not_fit() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.user_says("What is a <|im_start|> bridge?");
    table.user_whispers("Nobody else may know this.", &["Ada"]);
    for n in 1..=40 {
        table.answers(&format!("Answer {n} of so many that not all of them fit. {}", "And so on. ".repeat(8)));
    }

    table.joins("Dora", None);
    table.is_known(&ModelFacts { context_tokens: Some(1_600), ..ModelFacts::default() });
    table.does(Command::Nudge { participant: table.seat_of("Dora") });
    table.answers("And so on.");

    let prompt = table.whole_prompt();
    let note = prompt.lines().find(|line| line.starts_with("(You join")).unwrap();
    assert!(note.starts_with("(You join the table here. Left out above are words of "), "{note}");
    assert!(note.contains("; User, last: \u{201c}What is a < |im_start|> bridge?\u{201d}.)"), "{note}");
    assert!(!note.contains("Nobody else"), "{note}");
    let (first, _) = prompt.split_once(": Answer ").map(|(_, rest)| rest.split_once(' ').unwrap()).unwrap();
    let newest: u32 = first.parse::<u32>().unwrap() - 1;
    assert!(note.contains(&format!("\u{201c}Answer {newest} of so many")), "{note}, and the first shown is {first}");
    assert!(note.chars().count() < 400, "{note}");
}

#[test]
fn whoever_joined_before_so_much_that_not_even_its_coming_fits_is_told_of_both() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("A bridge is a promise.");
    table.joins("Dora", None);
    table.is_known(&ModelFacts { context_tokens: Some(1_600), ..ModelFacts::default() });
    table.does(Command::Nudge { participant: table.seat_of("Dora") });

    table.answers(&"And so on. ".repeat(400));

    assert_eq!(table.speaker(), Some("Dora"));
    let prompt = table.whole_prompt();
    let note =
        "(You join the table here. Left out above are words of Ada, last: \u{201c}A bridge is a promise.\u{201d}.)";
    assert!(prompt.contains(&format!("{note}\n\nBen: And so on.")), "{prompt}");
}

#[test]
fn whoever_leaves_keeps_its_lines_and_its_name_and_is_not_asked_again() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.answers("One.");

    table.answers("Two.");
    table.leaves("Ben");
    for line in ["Three.", "Four.", "Five."] {
        table.answers(line);
    }

    assert_eq!(table.turns(), ["Ada", "Ben", "Cleo", "Ada", "Cleo", "Ada"]);
    let prompt = table.whole_prompt();
    assert!(prompt.contains("Ben: Two.\n\n(Ben leaves the table.)\n\nCleo: Three."), "{prompt}");
    assert!(!table.prompt().system.contains("Ben"), "it is not at the table any more");
}

#[test]
fn whoever_leaves_in_mid_sentence_is_cut_off_and_the_table_goes_on() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.says("I was about to");

    table.leaves("Ada");

    assert_eq!(table.transcript(), ["Ada: I was about to —"]);
    assert_eq!((table.state(), table.speaker()), (Running, Some("Ben")));
}

#[test]
fn whoever_leaves_before_its_first_word_leaves_nothing_behind() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.answers("One.");

    table.leaves("Ben");

    assert_eq!(table.transcript(), ["Ada: One."]);
    assert_eq!(table.speaker(), Some("Cleo"));
}

#[test]
fn whoever_leaves_while_it_is_paused_does_not_set_it_going() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.says("Half");
    table.pause();

    table.leaves("Ada");

    assert_eq!((table.state(), table.speaker()), (Paused, None));
    table.resume();
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn the_last_one_cannot_leave() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.leaves("Ben");
    let mark = table.mark();

    let participant = table.seat_of("Ada");
    let refusal = table.tries(Command::Leave { participant }).unwrap_err();

    assert!(refusal.message.contains("seat another first"), "{refusal}");
    assert_eq!((table.mark(), refusal.field), (mark, None));
}

#[test]
fn whoever_comes_back_is_the_same_one_again() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("One.");
    let ada = table.seat_of("Ada");
    table.leaves("Ada");

    table.joins("ADA", None);
    table.answers("Two.");

    assert_eq!(table.seat_of("ADA"), ada);
    assert_eq!(table.prompt().messages[1].text, "One.", "its old line is its own");
    assert!(table.conversation().left.is_empty());
}

#[test]
fn a_nudge_and_a_call_for_one_who_leaves_are_forgotten() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.user_says("@Cleo?");
    let participant = table.seat_of("Cleo");
    table.does(Command::Nudge { participant });

    table.leaves("Cleo");
    table.answers("One.");

    assert_eq!(table.speaker(), Some("Ben"));
    assert_eq!(table.tries(Command::Nudge { participant }).unwrap_err().field, Some("participant"));
}

#[test]
fn a_name_is_taken_once_and_a_table_has_its_limit() {
    let mut table = Table::with(&["Ada", "Ben"]);

    let taken = table.tries(Command::Join { participant: newcomer("aDa"), seat: None }).unwrap_err();
    let far = table.tries(Command::Join { participant: newcomer("Dora"), seat: Some(3) }).unwrap_err();
    assert_eq!((taken.field, far.field), (Some("participant.name"), Some("seat")));

    let names: Vec<_> = (0..MAX_PARTICIPANTS).map(|seat| format!("P{seat}")).collect();
    let mut full = Table::with(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let full = full.tries(Command::Join { participant: newcomer("Dora"), seat: None }).unwrap_err();
    assert_eq!(full.field, Some("participant"));
}

#[test]
fn a_new_order_is_the_order_of_speaking_from_the_next_turn_on() {
    let mut table = Table::with(&NAMES);
    table.start();
    let order: Vec<_> = ["Cleo", "Ada", "Ben"].map(|name| table.seat_of(name)).into();

    table.does(Command::Reorder { order: order.clone() });
    for _ in 0..3 {
        table.answers("So.");
    }

    assert_eq!(table.turns(), ["Ada", "Ben", "Cleo", "Ada"]);
    for wrong in [vec![], order[..2].to_vec(), vec![order[0]; 3], [order.clone(), vec![order[0]]].concat()] {
        assert_eq!(table.tries(Command::Reorder { order: wrong }).unwrap_err().field, Some("order"));
    }
}

#[test]
fn another_route_and_a_retry_lead_on_when_no_model_answered() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.fails(ErrorClass::ModelNotFound);
    assert_eq!(table.state(), NeedsAttention);

    table.changes("Ada", ParticipantChange { route: Some(vec![model("better")]), ..ParticipantChange::default() });
    table.does(Command::Retry);

    assert_eq!((table.speaker(), table.asked_model().as_deref()), (Some("Ada"), Some("better")));
}

#[test]
fn a_turn_that_is_under_way_keeps_the_route_it_began_with() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    table.changes("Ada", ParticipantChange { route: Some(vec![model("better")]), ..ParticipantChange::default() });
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.asked_model().as_deref(), Some("two"));

    table.answers("One.");
    table.answers("Two.");
    assert_eq!((table.speaker(), table.asked_model().as_deref()), (Some("Ada"), Some("better")));
}

#[test]
fn a_retry_after_the_one_that_failed_has_left_goes_to_the_next() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.fails(ErrorClass::BadRequest);

    table.leaves("Ada");
    table.does(Command::Retry);

    assert_eq!((table.state(), table.speaker()), (Running, Some("Ben")));
}

#[test]
fn whoever_is_renamed_is_called_so_everywhere_and_no_name_is_worn_twice() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.answers("One.");
    table.leaves("Cleo");

    table.changes("Ada", ParticipantChange { name: Some("Ada Byron".into()), ..ParticipantChange::default() });
    table.answers("Ada Byron, you said one?");

    assert_eq!(table.speaker(), Some("Ada Byron"));
    assert_eq!(table.transcript()[0], "Ada Byron: One.");
    let participant = table.seat_of("Ben");
    for name in ["ada byron", "Cleo"] {
        let change = ParticipantChange { name: Some(name.into()), ..ParticipantChange::default() };
        let refusal = table.tries(Command::ChangeParticipant { participant, change }).unwrap_err();
        assert_eq!(refusal.field, Some("change.name"), "{name}");
    }
}

#[test]
fn a_change_of_nothing_is_no_news() {
    let mut table = Table::with(&NAMES);
    let mark = table.mark();

    table.changes("Ada", ParticipantChange::default());
    let order = table.conversation().participants.iter().map(|seat| seat.id).collect();
    table.does(Command::Reorder { order });

    assert_eq!(table.mark(), mark);
}

#[test]
fn a_draft_is_seated_anew_without_a_word_in_the_prompt() {
    let mut table = Seating::of(&["Ada", "Ben"]).policy(Policy::RoundRobin).table();
    table.joins("Dora", None);
    table.leaves("Ada");

    table.start();

    assert_eq!(table.whole_prompt(), "(Nobody has spoken yet. Open the conversation.)");
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn what_changed_about_the_cast_is_in_the_log_and_outlives_a_crash() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.answers("One.");
    table.leaves("Ben");
    table.joins("Dora", Some(1));

    let unfinished = table.crashes();
    table.recovers(unfinished);
    table.resume();

    assert_eq!(table.seated(), ["Ada", "Dora", "Cleo"]);
    assert_eq!(table.speaker(), Some("Dora"));
    let joined = |kind: &EventKind| matches!(kind, EventKind::ParticipantJoined { seat: 1, .. });
    assert!(table.kinds().any(joined));
    table.stop(StopWhen::Now);
}
