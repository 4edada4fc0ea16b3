//! The user leads the cast: nudging, muting, and the policies that leave more or less to chance.

use chimera_core::{ChoiceReason, ConversationState::*, ErrorClass, EventKind, ParticipantId, Policy, StateReason};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table, cast};

const NAMES: [&str; 3] = ["Ada", "Ben", "Cleo"];

fn id(name: &str) -> ParticipantId {
    cast(&NAMES).into_iter().find(|seat| seat.name == name).unwrap().id
}

impl Table {
    fn nudges(&mut self, name: &str) {
        self.does(Command::Nudge { participant: id(name) });
    }

    fn mutes(&mut self, name: &str) {
        self.does(Command::Mute { participant: id(name) });
    }

    fn unmutes(&mut self, name: &str) {
        self.does(Command::Unmute { participant: id(name) });
    }

    fn newest_reason(&self) -> ChoiceReason {
        let reason = |kind: &EventKind| match kind {
            EventKind::TurnStarted { choice, .. } => Some(choice.reason),
            _ => None,
        };
        self.kinds().rev().find_map(reason).unwrap()
    }
}

#[test]
fn whoever_is_nudged_while_somebody_speaks_is_next_under_every_policy() {
    for policy in [Policy::RoundRobin, Policy::Balanced, Policy::Random] {
        for name in NAMES {
            let mut table = Seating::of(&NAMES).policy(policy).table();
            table.start();

            table.nudges(name);
            table.answers("I was speaking.");

            assert_eq!(table.speaker(), Some(name), "{policy:?}");
            assert_eq!(table.newest_reason(), ChoiceReason::Nudged);
            table.answers("And so it goes on.");
            assert_eq!(table.state(), Running);
        }
    }
}

#[test]
fn a_nudge_wins_over_a_mention_and_the_mention_comes_after_it() {
    let mut table = Table::with(&NAMES);
    table.start();

    table.user_says("@Ben, what do you say?");
    table.nudges("Cleo");
    table.answers("One.");
    table.answers("Two.");

    assert_eq!(table.turns(), ["Ada", "Cleo", "Ben"]);
}

#[test]
fn the_newest_nudge_counts() {
    let mut table = Table::with(&NAMES);
    table.start();

    table.nudges("Ben");
    table.nudges("Cleo");
    table.answers("One.");
    table.answers("Two.");

    assert_eq!(table.turns(), ["Ada", "Cleo", "Ada"]);
}

#[test]
fn a_nudge_while_nobody_speaks_is_one_turn() {
    for stopped in [false, true] {
        let mut table = Table::with(&NAMES);
        if stopped {
            table.start();
            table.stop(StopWhen::Now);
        }

        table.nudges("Cleo");
        assert_eq!((table.state(), table.speaker()), (Running, Some("Cleo")));
        table.answers("Once.");

        assert_eq!((table.state(), table.reason()), (Paused, StateReason::Stepped));
        assert_eq!(table.speaker(), None);
    }
}

#[test]
fn a_nudge_into_a_pause_waits_for_whoever_still_speaks() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.says("Half ");
    table.pause();

    table.nudges("Cleo");
    table.answers("whole.");
    assert_eq!(table.speaker(), Some("Cleo"));
    table.answers("Mine.");

    assert_eq!((table.state(), table.speaker()), (Paused, None));
    assert_eq!(table.transcript(), ["Ada: Half whole.", "Cleo: Mine."]);
}

#[test]
fn a_nudge_leads_past_a_speaker_for_whom_no_model_answered() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.fails(ErrorClass::BadRequest);
    assert_eq!(table.state(), NeedsAttention);

    table.nudges("Cleo");

    assert_eq!((table.state(), table.speaker()), (Running, Some("Cleo")));
}

#[test]
fn a_nudge_for_nobody_names_the_field_and_changes_nothing() {
    let mut table = Table::with(&["Ada", "Ben"]);
    let mark = table.mark();

    let participant = id("Cleo");
    for command in [Command::Nudge { participant }, Command::Mute { participant }, Command::Unmute { participant }] {
        let refusal = table.tries(command).unwrap_err();
        assert_eq!(refusal.field, Some("participant"));
    }

    assert_eq!(table.mark(), mark);
}

#[test]
fn a_muted_participant_is_passed_over_by_every_policy_and_by_the_calls_of_ais() {
    for policy in [Policy::RoundRobin, Policy::Balanced, Policy::Random] {
        let mut table = Seating::of(&NAMES).policy(policy).table();
        table.mutes("Ben");
        table.start();

        for _ in 0..6 {
            table.answers("@Ben, what do you say?");
        }

        assert!(!table.turns().contains(&"Ben"), "{policy:?}: {:?}", table.turns());
        table.unmutes("Ben");
        table.answers("@Ben, what do you say?");
        table.answers("Well?");
        table.answers("Well, Ben?");
        table.nudges("Ben");
        table.answers("Now.");
        assert_eq!(table.speaker(), Some("Ben"));
    }
}

#[test]
fn the_user_can_still_call_whom_it_muted() {
    let mut table = Table::with(&NAMES);
    table.mutes("Ben");
    table.start();

    table.user_says("@Ben, please.");
    table.answers("One.");
    assert_eq!((table.speaker(), table.newest_reason()), (Some("Ben"), ChoiceReason::Mentioned));
    table.nudges("Ben");
    table.answers("Two.");

    assert_eq!((table.speaker(), table.newest_reason()), (Some("Ben"), ChoiceReason::Nudged));
}

#[test]
fn whoever_is_muted_in_mid_sentence_may_finish_it() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half ");

    table.mutes("Ada");
    table.answers("whole.");
    table.answers("Only I am left.");

    assert_eq!(table.turns(), ["Ada", "Ben", "Ben"]);
    assert_eq!(table.newest_reason(), ChoiceReason::Alone);
}

#[test]
fn muting_the_muted_is_no_news() {
    let mut table = Table::with(&NAMES);
    table.mutes("Ben");
    let mark = table.mark();

    table.mutes("Ben");
    table.unmutes("Ada");

    assert_eq!(table.mark(), mark);
}

#[test]
fn a_table_where_everybody_is_muted_ends_and_says_so() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.mutes("Ada");
    table.mutes("Ben");

    table.answers("One.");

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::EverybodyMuted));
    table.nudges("Ben");
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn a_manual_conversation_waits_for_a_nudge_after_every_turn() {
    let mut table = Seating::of(&NAMES).policy(Policy::Manual).table();
    table.start();
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::AwaitingNudge));

    for name in ["Cleo", "Cleo", "Ada"] {
        table.nudges(name);
        table.answers("As you wish.");
        assert_eq!((table.state(), table.reason()), (Paused, StateReason::AwaitingNudge));
    }

    assert_eq!(table.turns(), ["Cleo", "Cleo", "Ada"]);
}

#[test]
fn a_manual_conversation_cannot_be_asked_to_choose() {
    let mut table = Seating::of(&NAMES).policy(Policy::Manual).table();
    assert!(table.tries(Command::Step).unwrap_err().message.contains("nudge a speaker"));
    table.start();

    for command in [Command::Step, Command::Resume] {
        assert!(table.tries(command).unwrap_err().message.contains("nudge a speaker"));
    }
    table.user_says("@Ben, begin.");

    assert_eq!(table.speaker(), Some("Ben"), "a mention is a choice, too");
    table.answers("Gladly.");
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::AwaitingNudge));
}

#[test]
fn a_nudge_is_kept_over_a_pause_and_a_crash() {
    let mut table = Table::with(&NAMES);
    table.start();
    table.nudges("Cleo");

    let unfinished = table.crashes();
    table.recovers(unfinished);
    table.resume();

    assert_eq!(table.speaker(), Some("Cleo"));
}

fn random(seed: u32) -> Vec<String> {
    let mut seating = Seating::of(&NAMES).policy(Policy::Random).talkative("Ben", 1.0).talkative("Cleo", 0.25);
    seating.seed = seed;
    let mut table = seating.table();
    table.start();
    for _ in 0..200 {
        table.answers("Chance has it.");
    }
    assert!(table.newest_reason() == ChoiceReason::Drawn);
    table.turns().into_iter().map(str::to_owned).collect()
}

#[test]
fn the_dice_are_seeded_never_fall_twice_on_one_and_favour_who_likes_to_talk() {
    let turns = random(3);
    let count = |name| turns.iter().filter(|turn| *turn == name).count();

    assert_eq!(turns, random(3));
    assert_ne!(turns, random(4));
    assert!(turns.windows(2).all(|two| two[0] != two[1]));
    assert!(count("Ben") > count("Ada") && count("Ada") > count("Cleo") && count("Cleo") > 0, "{turns:?}");
}

#[test]
fn the_dice_fall_on_somebody_when_nobody_likes_to_talk() {
    let seating =
        NAMES.iter().fold(Seating::of(&NAMES).policy(Policy::Random), |seating, name| seating.talkative(name, 0.0));
    let mut table = seating.table();
    table.start();
    for _ in 0..30 {
        table.answers("Must I?");
    }

    assert!(NAMES.iter().all(|name| table.turns().contains(name)));
}
