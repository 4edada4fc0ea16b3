//! What becomes of a summary when what it covers becomes another, or is left behind.

use chimera_core::EventKind;
use chimera_engine::{Command, EditAs};

use super::table;

#[test]
fn what_is_edited_or_deleted_is_told_by_no_summary_any_more() {
    for deletes in [false, true] {
        let mut table = table(&["scribe"]);
        table.talks_until_a_summary_is_due();
        table.answers("They agree on point0.");
        let message = table.conversation().lines.iter().next().unwrap().message;

        table.does(match deletes {
            true => Command::Delete { message },
            false => Command::Edit { message, text: "Never mind.".into(), edit: EditAs::Version },
        });
        let outdated: Vec<_> = table.kinds().filter(|kind| matches!(kind, EventKind::SummaryOutdated { .. })).collect();
        assert_eq!(outdated.len(), 1);
        table.talks_until_a_summary_is_due();

        // It is made anew.
        let asked = table.shown();
        assert!(!asked.contains("point0"), "{asked}");
        assert_eq!(asked.contains("Never mind."), !deletes);
        table.answers("They agree.");
        assert_eq!(table.written()[1].2, None, "it goes on from nothing");
    }
}

#[test]
fn what_is_edited_while_it_is_being_summed_up_was_not_summed_up() {
    let mut table = table(&["scribe"]);
    table.talks_until_a_summary_is_due();
    let message = table.conversation().lines.iter().next().unwrap().message;

    table.does(Command::Edit { message, text: "Never mind.".into(), edit: EditAs::Version });
    table.answers("They agree on point0.");

    assert!(table.written().is_empty() && !table.is_summing_up());
}

#[test]
fn a_branch_without_its_messages_is_without_the_summary_and_the_way_back_has_it() {
    let mut table = table(&["scribe"]);
    table.talks_until_a_summary_is_due();
    table.answers("Arches.");
    table.pause();
    table.answers("Well.");
    let first = table.conversation().lines.iter().next().unwrap().message;
    let main = table.conversation().lines.current_branch().id;

    table.does(Command::Branch { from: first, name: None });
    assert!(table.conversation().standing_summaries().is_empty());
    table.does(Command::SwitchBranch { branch: main });

    assert_eq!(table.conversation().standing_summaries().len(), 1);
}

#[test]
fn the_user_can_find_better_words() {
    let mut table = table(&["scribe"]);
    table.talks_until_a_summary_is_due();
    table.answers("Arches.");
    let (summary, ..) = table.written()[0];

    table.does(Command::EditSummary { summary, text: " Mostly rivers. ".into() });
    table.answers("Go on.");

    let prompt = table.shown();
    assert!(prompt.contains("\"\"\"\nMostly rivers.\n\"\"\"") && !prompt.contains("Arches."), "{prompt}");
    assert_eq!(table.tries(Command::EditSummary { summary, text: " ".into() }).unwrap_err().field, Some("text"));
    let nobody = "0192f0c1-7e7a-7000-8000-000000000001".parse().unwrap();
    let refused = table.tries(Command::EditSummary { summary: nobody, text: "Words.".into() });
    assert_eq!(refused.unwrap_err().field, Some("summary"));
}
