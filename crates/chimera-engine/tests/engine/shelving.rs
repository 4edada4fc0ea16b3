//! A conversation that is put away or thrown away, and comes back.

use chimera_core::{ConversationState::*, ErrorClass, Policy, StateReason};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table, three_turns};

fn shelf(table: &Table) -> (bool, bool) {
    (table.conversation().archived, table.conversation().trashed)
}

#[test]
fn one_that_is_archived_while_it_runs_is_paused_and_its_speaker_may_finish() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a ");
    let mark = table.mark();

    table.does(Command::Archive);
    table.does(Command::Archive);
    assert_eq!(table.happened_since(mark), ["conversation.state_changed", "conversation.archived"]);
    table.says("thought.");
    table.finishes();

    assert_eq!(table.transcript(), ["Ada: Half a thought."]);
    assert_eq!((table.state(), table.speaker(), shelf(&table)), (Paused, None, (true, false)));
}

#[test]
fn an_archived_one_can_be_renamed_where_it_is_and_comes_back_when_it_is_spoken_into_or_set_going() {
    let mut table = three_turns();
    table.does(Command::Archive);

    table.does(Command::Rename { title: "Put away".into() });
    assert_eq!(shelf(&table), (true, false));
    table.user_says("One more thing.");
    assert_eq!(shelf(&table), (false, false));
    table.does(Command::Archive);
    let mark = table.mark();
    table.resume();

    assert_eq!(shelf(&table), (false, false));
    assert_eq!(table.happened_since(mark)[..2], ["conversation.unarchived", "conversation.state_changed"]);
    table.does(Command::Archive);
    table.does(Command::Unarchive);
    table.does(Command::Unarchive);
    assert_eq!((table.state(), shelf(&table)), (Paused, (false, false)), "taken back it does not begin to talk");
}

#[test]
fn thrown_away_in_mid_sentence_the_speaker_is_cut_off_its_words_are_kept_and_it_can_be_resumed() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a thought");

    table.does(Command::Trash);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::User));
    assert_eq!((table.speaker(), table.transcript()), (None, vec!["Ada: Half a thought —".to_owned()]));

    table.does(Command::TakeOutOfTrash);
    assert_eq!(table.state(), Paused, "nobody begins to talk by itself");
    table.resume();
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn nothing_can_be_done_with_it_in_the_trash_and_the_refusal_says_what_helps() {
    let mut table = three_turns();
    table.does(Command::Trash);
    let mark = table.mark();

    let message = table.message(0);
    for command in [
        Command::Resume,
        Command::Rename { title: "Another".into() },
        Command::Pin { message },
        Command::Archive,
        Command::Unarchive,
        Command::Undo,
    ] {
        let refused = table.tries(command).unwrap_err();
        assert_eq!(refused.message, "the conversation is in the trash; restore it first");
    }
    table.does(Command::Trash);

    assert!(table.happened_since(mark).is_empty());
}

#[test]
fn what_was_archived_before_it_was_thrown_away_is_archived_when_it_comes_back() {
    let mut table = three_turns();
    table.does(Command::Archive);

    table.does(Command::Trash);
    assert_eq!(shelf(&table), (true, true));
    table.does(Command::TakeOutOfTrash);
    let mark = table.mark();
    table.does(Command::TakeOutOfTrash);

    assert_eq!(shelf(&table), (true, false));
    assert!(table.happened_since(mark).is_empty());
}

#[test]
fn thrown_away_while_it_waits_for_a_person_it_waits_on_when_it_comes_back() {
    let mut table = Table::with(&["Ada"]);
    table.start();
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.state(), NeedsAttention);

    table.does(Command::Trash);
    table.does(Command::TakeOutOfTrash);

    assert_eq!(table.state(), NeedsAttention);
    table.does(Command::Retry);
    assert_eq!(table.speaker(), Some("Ada"));
}

#[test]
fn an_alternative_that_is_thrown_away_before_its_first_word_leaves_nothing_behind() {
    let mut table = three_turns();

    table.regenerate(1);
    table.does(Command::Trash);

    assert_eq!((table.state(), table.reason()), (Paused, StateReason::User), "as it was before");
    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three."]);
}

#[test]
fn one_that_was_to_end_with_the_turn_has_ended_when_it_is_thrown_away() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a ");
    table.stop(StopWhen::AfterTurn);

    table.does(Command::Trash);

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::User));
}

#[test]
fn a_round_that_is_thrown_away_shows_what_was_said_in_it() {
    let mut table = Seating::of(&["Ada", "Ben"]).policy(Policy::Parallel).table();
    table.start();
    table.turns_to("Ben");
    table.answers("From Ben.");
    table.turns_to("Ada");
    table.says("Half from Ada");

    table.does(Command::Trash);

    assert_eq!(table.transcript(), ["Ada: Half from Ada —", "Ben: From Ben."]);
    assert_eq!((table.state(), table.rounds()), (Paused, 1));
    assert!(table.conversation().round.is_none());
}
