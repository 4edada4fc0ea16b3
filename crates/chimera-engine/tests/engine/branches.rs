//! The tree of messages: branches, versions, deletion, and undo.

use chimera_core::{BranchId, BranchReason, ConversationState::*, ErrorClass, MessageId, StateReason};
use chimera_engine::{Command, EditAs};

use crate::support::{Table, three_turns};

#[test]
fn a_conversation_begins_on_a_branch_that_bears_its_own_id() {
    let table = three_turns();

    assert_eq!(table.conversation().lines.current_branch().id, table.first_branch());
    assert_eq!(table.branch(), "Main");
}

#[test]
fn nothing_moves_the_floor_from_under_a_speaker() {
    let mut table = three_turns();
    let (one, two, three) = (table.message(0), table.message(1), table.message(2));
    table.does(Command::Branch { from: one, name: None });
    table.resume();
    table.says("Half ");
    let streaming = table.message(3);
    let mark = table.mark();

    let refused = [
        Command::Regenerate { message: two, model: None },
        Command::ChooseAlternative { message: three },
        Command::Branch { from: one, name: None },
        Command::SwitchBranch { branch: table.first_branch() },
        Command::Undo,
    ];
    for command in refused {
        let refusal = table.tries(command.clone()).unwrap_err();
        assert!(refusal.message.contains("pause and let the turn end"), "{command:?}: {refusal}");
        assert_eq!(refusal.field, None, "it is the state that is in the way");
    }
    for command in [
        Command::Edit { message: streaming, text: "Whole".into(), edit: EditAs::Version },
        Command::Delete { message: streaming },
    ] {
        let refusal = table.tries(command.clone()).unwrap_err();
        assert!(refusal.message.contains("still being said"), "{command:?}: {refusal}");
    }
    assert_eq!(table.mark(), mark);
    table.edit(0, "The first.");
    table.does(Command::Delete { message: one });
    table.answers("whole.");
    assert_eq!(table.speaker(), Some("Ada"));
}

#[test]
fn a_refusal_names_what_is_wrong() {
    let mut table = three_turns();
    table.user_says("Hm.");
    let (ai, user) = (table.message(0), table.message(3));
    let unknown = MessageId::new(chimera_core::Timestamp::from_millis(1), [0; 10]);
    let nowhere = BranchId::new(chimera_core::Timestamp::from_millis(1), [0; 10]);
    let edit = |message, text: &str, edit| Command::Edit { message, text: text.into(), edit };

    let cases = [
        (Command::Regenerate { message: unknown, model: None }, "message"),
        (Command::Regenerate { message: user, model: None }, "message"),
        (Command::ChooseAlternative { message: unknown }, "message"),
        (edit(unknown, "x", EditAs::Version), "message"),
        (edit(ai, "  ", EditAs::Version), "text"),
        (edit(ai, &"x".repeat(200_001), EditAs::Version), "text"),
        (edit(ai, "x", EditAs::Branch), "message"),
        (Command::Delete { message: unknown }, "message"),
        (Command::Restore { message: unknown }, "message"),
        (Command::Branch { from: unknown, name: None }, "from"),
        (Command::Branch { from: ai, name: Some(" ".into()) }, "name"),
        (Command::SwitchBranch { branch: nowhere }, "branch"),
        (Command::RenameBranch { branch: nowhere, name: "x".into() }, "branch"),
        (Command::RenameBranch { branch: table.first_branch(), name: "x".repeat(61) }, "name"),
    ];
    for (command, field) in cases {
        let mark = table.mark();
        let refusal = table.tries(command.clone()).expect_err(&format!("{command:?} was obeyed"));
        assert_eq!((refusal.field, table.mark()), (Some(field), mark), "{command:?}: {refusal}");
    }
}

#[test]
fn the_next_prompt_shows_the_newest_version_and_nothing_deleted() {
    let mut table = three_turns();

    table.edit(0, "The first.");
    let message = table.message(1);
    table.does(Command::Delete { message });
    table.resume();

    let prompt = table.prompted();
    assert!(prompt.contains("The first.") && prompt.contains("Three."), "{prompt}");
    assert!(!prompt.contains("One.") && !prompt.contains("Two."), "{prompt}");
}

#[test]
fn every_version_is_kept_and_the_same_words_make_none() {
    let mut table = three_turns();

    table.edit(0, "The first.");
    table.edit(0, "The first.");
    table.edit(0, "The very first.");

    let lines = &table.conversation().lines;
    let one = table.message(0);
    assert_eq!(lines.version(one), Some((3, 3)));
    assert_eq!([1, 2, 3].map(|n| lines.wording(one, n).unwrap()), ["One.", "The first.", "The very first."]);
    assert_eq!(table.transcript().len(), 3, "what followed stays");
}

#[test]
fn own_words_can_be_said_anew_and_the_talk_goes_on_from_there() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_says("Hello Ada.");
    table.step();
    table.answers("Hello.");
    let message = table.message(0);

    table.does(Command::Edit { message, text: "Hello all.".into(), edit: EditAs::Branch });

    assert_eq!(table.transcript(), ["User: Hello all."]);
    let why = table.conversation().lines.current_branch().why;
    assert_eq!(why, BranchReason::Edited { message });
    table.does(Command::Undo);
    assert_eq!(table.transcript(), ["User: Hello Ada.", "Ada: Hello."]);
}

#[test]
fn undo_takes_back_act_after_act_and_redo_does_them_again() {
    let mut table = three_turns();
    let (one, two) = (table.message(0), table.message(1));
    table.edit(0, "The first.");
    table.does(Command::Delete { message: two });
    table.does(Command::Branch { from: one, name: Some(" Aside ".into()) });
    table.user_says("Well.");
    table.does(Command::SwitchBranch { branch: table.first_branch() });
    let after = table.transcript();

    table.does(Command::Undo);
    assert_eq!(table.branch(), "Aside");
    assert_eq!(table.transcript(), ["Ada: The first.", "User: Well."]);
    table.does(Command::Undo);
    assert_eq!(table.transcript(), ["Ada: The first.", "Ada: Three."]);
    table.does(Command::Undo);
    assert_eq!(table.transcript(), ["Ada: The first.", "Ben: Two.", "Ada: Three."]);
    table.does(Command::Undo);
    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three."]);
    assert_eq!(table.tries(Command::Undo).unwrap_err().message, "there is nothing to undo");

    for _ in 0..4 {
        table.does(Command::Redo);
    }
    assert_eq!(table.transcript(), after);
    assert!(table.tries(Command::Redo).is_err());
    table.does(Command::Undo);
    table.edit(0, "Something new.");
    assert!(table.tries(Command::Redo).is_err(), "a new act leaves nothing to do again");
}

#[test]
fn a_branch_on_which_nothing_was_said_is_gone_when_it_is_undone_and_back_when_it_is_redone() {
    let mut table = three_turns();
    let from = table.message(0);
    table.does(Command::Branch { from, name: Some("Aside".into()) });

    table.does(Command::Undo);
    assert_eq!(table.conversation().lines.branches().len(), 1);
    table.does(Command::Redo);

    assert_eq!(table.branch(), "Aside");
    assert_eq!(table.transcript(), ["Ada: One."]);
}

#[test]
fn the_branch_used_last_is_chosen_when_several_hold_a_message() {
    let mut table = three_turns();
    let two = table.message(1);
    table.does(Command::Branch { from: two, name: Some("A".into()) });
    table.does(Command::Branch { from: two, name: Some("B".into()) });
    table.does(Command::Branch { from: table.message(0), name: Some("C".into()) });

    table.does(Command::ChooseAlternative { message: two });
    assert_eq!(table.branch(), "B");
    let mark = table.mark();
    table.does(Command::ChooseAlternative { message: two });
    assert_eq!(table.mark(), mark, "it stands on the present branch");
}

#[test]
fn who_has_spoken_and_who_was_called_follow_the_branch() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.step();
    table.answers("One two three.");
    table.user_says("@Cleo, what do you say?");
    let question = table.message(1);
    table.step();
    table.answers("Four.");
    let [ada, _, cleo] = [0, 1, 2].map(|seat| table.conversation().participants[seat].id);

    table.does(Command::Branch { from: question, name: None });
    assert_eq!(table.conversation().called, [cleo], "here it has not answered yet");
    assert_eq!(table.conversation().spoken(cleo).turns, 0);
    assert_eq!(table.conversation().spoken(ada).words, 3);
    assert_eq!(table.conversation().last_speaker(), Some(ada));
    table.does(Command::Undo);

    assert_eq!(table.conversation().called, []);
    assert_eq!(table.conversation().spoken(cleo).turns, 1);
    assert_eq!(table.conversation().past.takers, [ada, cleo]);
}

#[test]
fn leaving_the_branch_where_nobody_answered_leaves_the_failure_behind() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("One.");
    table.fails(ErrorClass::BadRequest);
    assert_eq!(table.state(), NeedsAttention);

    let from = table.message(0);
    table.does(Command::Branch { from, name: None });

    assert_eq!((table.state(), table.reason()), (Paused, StateReason::User));
    table.resume();
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn a_branch_is_named_by_the_user_or_by_its_number() {
    let mut table = three_turns();
    let from = table.message(0);

    table.does(Command::Branch { from, name: None });
    assert_eq!(table.branch(), "Branch 2");
    let branch = table.conversation().lines.current_branch().id;
    table.does(Command::RenameBranch { branch, name: " Aside ".into() });
    let mark = table.mark();
    table.does(Command::RenameBranch { branch, name: "Aside".into() });

    assert_eq!((table.branch(), table.mark()), ("Aside", mark));
}

#[test]
fn they_talk_on_from_an_earlier_message_at_one_word() {
    let mut table = three_turns();
    let message = table.message(0);

    table.does(Command::ContinueFrom { message });

    assert_eq!((table.state(), table.speaker(), table.branch()), (Running, Some("Ben"), "Branch 2"));
    assert!(!table.prompted().contains("Two."));
    table.answers("Another two.");
    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Another two."]);
    assert_eq!(table.speaker(), Some("Ada"), "and so it goes on");
    assert_eq!(table.conversation().lines.find(table.message(2)).unwrap().text, "Three.", "what followed stays");
}

#[test]
fn from_the_newest_message_they_talk_on_where_they_are_also_when_nobody_answered() {
    let mut table = three_turns();
    let newest = table.message(2);
    table.resume();
    table.fails(ErrorClass::BadRequest);
    assert_eq!(table.state(), NeedsAttention);

    table.does(Command::ContinueFrom { message: newest });

    assert_eq!((table.state(), table.branch(), table.conversation().lines.branches().len()), (Running, "Main", 1));
    let refusal = table.tries(Command::ContinueFrom { message: newest }).unwrap_err();
    assert!(refusal.message.contains("somebody is speaking"), "{refusal}");
}
