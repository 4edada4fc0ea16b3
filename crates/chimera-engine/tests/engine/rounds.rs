//! The policy `parallel`: all answer the same talk at once, and nobody sees another's words before all are through.

mod ends;
mod kept;
mod recovery;
mod told;

use chimera_core::{ChoiceReason, ConversationState, ErrorClass, EventKind, Policy, StateReason, TurnOutcome};
use chimera_engine::{Command, SayWhen, StopWhen};

use crate::support::{Seating, Table};

fn three() -> Table {
    Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Parallel).table()
}

fn prompts(table: &Table) -> Vec<String> {
    table.asked.iter().map(|asked| format!("{:?}", asked.request.messages)).collect()
}

#[test]
fn all_answer_the_same_talk_at_once() {
    let mut table = three();
    table.user_says("Same for whom?");

    table.start();

    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);
    assert!(prompts(&table).iter().all(|prompt| prompt.contains("User: Same for whom?")));
    assert_eq!(table.turns(), ["Ada", "Ben", "Cleo"]);
}

#[test]
fn nobody_is_shown_a_word_before_all_are_through_and_then_they_stand_in_the_seated_order() {
    let mut table = three();
    table.start();
    let mark = table.mark();

    table.turns_to("Cleo");
    table.answers("From Cleo.");
    table.turns_to("Ada");
    table.answers("From Ada.");
    table.turns_to("Ben");
    table.says("From ");

    assert!(table.shown.is_empty());
    assert_eq!(table.happened_since(mark), ["attempt.ended", "attempt.ended"]);
    assert!(!format!("{:?}", table.log).contains("From"), "not even the log says it");

    table.pause();
    table.answers("Ben.");

    assert_eq!(table.transcript(), ["Ada: From Ada.", "Ben: From Ben.", "Cleo: From Cleo."]);
    let parents: Vec<_> = table.conversation().lines.path().map(|line| line.parent).collect();
    assert_eq!(parents, [None, Some(table.message(0)), Some(table.message(1))]);
    assert_eq!(table.happened_since(mark).last().map(String::as_str), Some("round.ended"));
}

#[test]
fn the_next_round_hears_all_of_the_one_before() {
    let mut table = three();
    table.start();

    table.everybody_answers("First");

    for prompt in prompts(&table) {
        assert!(["Ada", "Ben", "Cleo"].iter().all(|name| prompt.contains(&format!("First from {name}."))), "{prompt}");
    }
    assert_eq!(table.rounds(), 2);
}

#[test]
fn three_are_asked_at_once_and_the_others_wait_their_place() {
    let mut table = Seating::of(&["Ada", "Ben", "Cleo", "Dora", "Eve"]).policy(Policy::Parallel).table();
    table.start();
    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);

    table.turns_to("Ben");
    table.answers("From Ben.");
    assert_eq!(table.asked_at_once(), ["Ada", "Cleo", "Dora"]);
    assert!(!prompts(&table).concat().contains("From Ben."), "who waited hears no more than the others");

    table.turns_to("Ada");
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.asked_at_once(), ["Cleo", "Dora", "Eve"]);
}

#[test]
fn one_that_fails_is_told_on_its_turn_and_the_round_goes_on() {
    let mut table = three();
    table.start();

    table.turns_to("Ben");
    table.fails(ErrorClass::Unauthorized);
    table.turns_to("Ada");
    table.answers("From Ada.");
    table.answers("From Cleo.");

    assert_eq!(table.transcript(), ["Ada: From Ada.", "Cleo: From Cleo."]);
    let failed = |kind: &&EventKind| matches!(kind, EventKind::TurnEnded { outcome: TurnOutcome::Failed, .. });
    assert_eq!(table.kinds().filter(failed).count(), 1);
    assert_eq!((table.state(), table.rounds()), (ConversationState::Running, 2));
}

#[test]
fn where_nobody_answers_a_person_is_asked_and_to_retry_is_to_ask_all_of_them_again() {
    let mut table = three();
    table.start();

    for name in ["Cleo", "Ada", "Ben"] {
        table.turns_to(name);
        table.fails(ErrorClass::Unauthorized);
    }

    assert_eq!(table.state(), ConversationState::NeedsAttention);
    assert!(
        matches!(table.reason(), StateReason::NoModelAnswered { participant, .. } if participant == table.id("Cleo"))
    );

    table.does(Command::Retry);
    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);
    let reasons = table.kinds().rev().filter_map(|kind| match kind {
        EventKind::TurnStarted { choice, .. } => Some(choice.reason),
        _ => None,
    });
    assert_eq!(reasons.take(3).collect::<Vec<_>>(), [ChoiceReason::Retried; 3]);
}

#[test]
fn what_the_user_says_meanwhile_stands_behind_the_round_and_in_nobodys_prompt_before_its_end() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).policy(Policy::Parallel).table();
    table.start();

    table.user_says("And quickly?");
    table.user_says("Please.");
    table.turns_to("Ada");
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.asked_model().as_deref(), Some("two"));
    assert!(!prompts(&table).concat().contains("quickly"), "a stand-in sees what the first was shown");
    table.everybody_answers("Slowly");

    assert_eq!(
        table.transcript(),
        ["Ada: Slowly from Ada.", "Ben: Slowly from Ben.", "User: And quickly?", "User: Please."]
    );
    assert!(prompts(&table).iter().all(|prompt| prompt.contains("User: And quickly?")));
    table.everybody_answers("Quickly");
    assert_eq!(table.transcript()[4], "Ada: Quickly from Ada.", "the talk goes on after what the user said");
}

#[test]
fn who_is_cut_in_on_keeps_what_it_said_and_who_was_through_is_whole() {
    let mut table = three();
    table.start();
    table.turns_to("Ben");
    table.answers("From Ben.");
    table.turns_to("Ada");
    table.says("I was about");

    table.user_cuts_in("Stop, all of you.");

    assert_eq!(table.transcript(), ["Ada: I was about —", "Ben: From Ben.", "User: Stop, all of you."]);
    assert_eq!(table.rounds(), 2);
}

#[test]
fn who_is_cut_in_on_before_a_word_is_asked_anew_and_hears_it() {
    let mut table = three();
    table.start();

    table.user_cuts_in("One more thing.");

    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);
    assert!(prompts(&table).iter().all(|prompt| prompt.contains("One more thing.")));
}

#[test]
fn one_can_be_skipped_and_the_others_go_on() {
    let mut table = three();
    table.start();
    let (ada, ben) = (table.id("Ada"), table.id("Ben"));
    table.turns_to("Ada");
    table.says("I would");

    table.does(Command::SkipParticipant { participant: ada });
    table.does(Command::SkipParticipant { participant: ben });
    assert_eq!(table.asked_at_once(), ["Cleo"]);
    assert!(table.tries(Command::SkipParticipant { participant: ada }).is_err(), "it has fallen silent already");
    table.answers("From Cleo.");

    assert_eq!(table.transcript(), ["Ada: I would —", "Cleo: From Cleo."]);
}

#[test]
fn to_skip_is_to_go_on_without_all_who_have_not_answered() {
    let mut table = three();
    table.start();
    table.turns_to("Cleo");
    table.answers("From Cleo.");

    table.does(Command::Skip);

    assert_eq!(table.transcript(), ["Cleo: From Cleo."]);
    assert_eq!((table.rounds(), table.asked_at_once()), (2, vec!["Ada", "Ben", "Cleo"]));
}

#[test]
fn a_round_that_is_skipped_before_anybody_answered_waits_and_asks_nobody_again() {
    let mut table = three();
    table.start();

    table.does(Command::Skip);

    assert_eq!((table.state(), table.reason()), (ConversationState::Paused, StateReason::User));
    assert_eq!((table.rounds(), table.asked.len()), (1, 0));
    table.resume();
    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);
}

#[test]
fn a_step_is_one_round_and_a_pause_lets_it_finish() {
    let mut table = three();
    table.step();
    table.everybody_answers("First");
    assert_eq!((table.state(), table.reason()), (ConversationState::Paused, StateReason::Stepped));

    table.resume();
    table.pause();
    table.everybody_answers("Second");
    assert_eq!((table.transcript().len(), table.asked.len()), (6, 0));
}

#[test]
fn whoever_the_user_calls_answers_alone_and_of_several_nobody_hears_the_other() {
    let mut table = three();
    table.user_says("@Ben, @Cleo, what do you think?");
    table.start();
    assert_eq!(table.asked_at_once(), ["Ben", "Cleo"]);
    table.everybody_answers("Well");
    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"], "then everybody again");

    table.user_says("@Ada, and you?");
    table.everybody_answers("Hm");
    assert_eq!(table.asked_at_once(), ["Ada"]);
    table.says("Out loud.");
    assert!(table.shown.values().any(|shown| shown == "Out loud."), "one alone has nobody to wait for");
}

#[test]
fn a_nudge_is_one_turn_before_the_next_round() {
    let mut table = three();
    table.start();
    let participant = table.id("Cleo");

    table.does(Command::Nudge { participant });
    table.everybody_answers("First");

    assert_eq!(table.asked_at_once(), ["Cleo"]);
    table.answers("As you wish.");
    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);
}

#[test]
fn who_leaves_in_mid_round_is_cut_off_and_the_others_go_on() {
    let mut table = three();
    table.start();
    table.turns_to("Ben");
    table.says("Before I go");
    let participant = table.id("Ben");

    table.does(Command::Leave { participant });
    table.turns_to("Ada");
    table.answers("From Ada.");
    table.answers("From Cleo.");

    assert_eq!(table.transcript(), ["Ada: From Ada.", "Ben: Before I go —", "Cleo: From Cleo."]);
    assert_eq!(table.asked_at_once(), ["Ada", "Cleo"]);
}

#[test]
fn a_stop_at_once_shows_what_was_said_and_a_stop_after_the_turn_waits_for_the_round() {
    let mut table = three();
    table.start();
    table.says("Half a");
    table.stop(StopWhen::Now);
    assert_eq!((table.transcript().len(), table.state()), (1, ConversationState::Completed));

    table.start();
    table.stop(StopWhen::AfterTurn);
    table.everybody_answers("The last");
    assert_eq!((table.transcript().len(), table.state()), (4, ConversationState::Completed));
}

#[test]
fn what_breaks_off_in_a_round_is_gone_on_with_in_secret() {
    let mut seating = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).policy(Policy::Parallel);
    seating.fallback.after_cut = chimera_core::AfterCut::Continue;
    let mut table = seating.table();
    table.start();
    table.turns_to("Ada");
    table.says("It began well and ");
    table.fails(ErrorClass::Truncated);
    assert!(table.shown.is_empty());
    assert_eq!(table.asked_model().as_deref(), Some("two"));

    table.answers("ended better.");
    table.answers("From Ben.");

    assert_eq!(table.transcript()[0], "Ada: It began well and ended better.");
    let taken_over = |kind: &&EventKind| matches!(kind, EventKind::MessageTakenOver { from_char: 17, .. });
    assert_eq!(table.kinds().filter(taken_over).count(), 1, "who said which part is told in the end");
}

#[test]
fn an_alternative_to_an_answer_of_a_round_is_said_without_the_others_words() {
    let mut table = three();
    table.step();
    table.everybody_answers("First");

    table.regenerate(2);

    let prompt = format!("{:?}", table.prompt().messages);
    assert!(!prompt.contains("First from"), "{prompt}");
    table.answers("Otherwise.");
    assert_eq!(table.transcript(), ["Ada: First from Ada.", "Ben: First from Ben.", "Cleo: Otherwise."]);
    assert_eq!(table.state(), ConversationState::Paused);
}

#[test]
fn those_who_all_say_the_same_in_one_round_do_not_go_in_circles() {
    let mut seating = Seating::of(&["Ada", "Ben", "Cleo", "Dora"]).policy(Policy::Parallel);
    seating.end.loops = true;
    let mut table = seating.table();
    let thanks = "Thank you so much, what a wonderful point, I agree with all of it.";
    table.start();

    for _ in 0..4 {
        table.answers(thanks);
    }
    assert_eq!(table.state(), ConversationState::Running, "they could not know");

    for _ in 0..8 {
        if table.speaker().is_some() {
            table.answers(thanks);
        }
    }
    assert!(matches!(table.reason(), StateReason::LoopDetected { .. }), "now they could");
}

#[test]
fn a_whisper_meanwhile_is_not_heard_before_the_round_is_over() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).policy(Policy::Parallel).table();
    table.start();
    let to = vec![table.id("Ada")];
    let text = "Between us.".to_owned();

    table.does(Command::Say { text, when: SayWhen::After, to, images: Vec::new() });
    table.turns_to("Ada");
    table.fails(ErrorClass::Unauthorized);
    assert!(!format!("{:?}", table.prompt()).contains("whisper"));

    table.everybody_answers("First");
    assert_eq!(prompts(&table).iter().filter(|prompt| prompt.contains("Between us.")).count(), 1);
}
