//! A whole conversation by commands, twice: by this process alone, and through the side door of `chimera serve`. Every
//! command of the socket is in it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::side_door::Serving;
use crate::table::Table;

#[test]
fn a_conversation_is_led_from_its_first_word_to_its_last_by_commands() {
    let mut table = Table::laid(None);

    walk(&mut table);
    // Nobody else has it open, so there is nothing to pause from outside: it is typed while they talk. Whoever has the
    // floor keeps it until then.
    for name in ["Enzo", "Poet", "Sceptic"] {
        table.done(&["participant", "change", "ID", name, "--models", "demo/voice!pause"]);
    }
    let paused = table.typing("/pause\n/skip\n", &["start", "ID", "--input", "--pace", "brisk"]);
    table.reached("conversation.pause");

    assert_eq!((paused, table.view()["state"].as_str()), (0, Some("paused")));
    // One of a round never answers: it ends because that one alone is skipped.
    for (name, voice) in [("Enzo", "demo/engineer!hang"), ("Poet", "demo/poet"), ("Sceptic", "demo/sceptic")] {
        table.done(&["participant", "change", "ID", name, "--models", voice]);
    }
    table.done(&["change", "ID", "--policy", "parallel", "--turns", "none"]);
    let ended = table.typing("/end\n/skip Enzo\n", &["resume", "ID", "--input", "--pace", "brisk"]);
    table.reached("conversation.skip_participant");
    assert_eq!((ended, table.view()["state"].as_str()), (0, Some("completed")));
    assert_eq!(table.reached, everything());
}

#[test]
fn a_running_chimera_is_led_by_the_same_commands_through_its_side_door() {
    let serving = Serving::begin();
    let mut table = Table::laid(Some(&serving));

    walk(&mut table);
    for name in ["Enzo", "Poet", "Sceptic"] {
        // Whoever has the floor keeps it: there is time to pause.
        table.done(&["participant", "change", "ID", name, "--models", "demo/poet!hang"]);
    }
    table.does("conversation.start", &["start", "ID", "--detach"]);
    assert_eq!(table.view()["state"], "running");
    let first = table.view()["turn"]["participant"].clone();
    let name = names_by_id(&table.view(), &first);
    table.does("conversation.skip_participant", &["skip", "ID", &name]);
    assert_ne!(table.view()["turn"]["participant"], first);
    table.does("conversation.pause", &["pause", "ID"]);

    assert_eq!(table.view()["state"], "paused");
    assert_eq!(table.reached, everything());
}

/// What only the other doors do, and why.
const NOT_IN_THE_TERMINAL: [(&str, &str); 2] = [
    ("cast.save", "a cast is written as a file and imported, or kept from a conversation"),
    ("cast.change", "the file is changed and imported, and the old cast deleted"),
];

fn everything() -> BTreeSet<&'static str> {
    let is_here = |command: &&str| NOT_IN_THE_TERMINAL.iter().all(|(elsewhere, _)| elsewhere != command);
    chimera_server::COMMANDS.into_iter().filter(is_here).collect()
}

fn walk(table: &mut Table) {
    who_sits_there(table);
    what_is_said(table);
    when_nobody_answers(table);
    what_is_said_anew(table);
    tables_that_are_kept(table);
    out_of_the_list_and_back(table);
}

fn who_sits_there(table: &mut Table) {
    table.does("conversation.rename", &["rename", "ID", "The bridge"]);
    table.does(
        "conversation.change",
        &[
            "change",
            "ID",
            "--policy",
            "round-robin",
            "--turns",
            "3",
            "--minutes",
            "none",
            "--until",
            "farewell",
            "--until-by",
            "Poet",
        ],
    );
    let newcomer = table.does(
        "conversation.join",
        &["participant", "join", "ID", "--name", "Opal", "--instructions", "You hope.", "--demo", "--seat", "0"],
    );
    table.does("conversation.mute", &["participant", "mute", "ID", "poet"]);
    let muted = table.view();
    table.does("conversation.unmute", &["participant", "unmute", "ID", "@Poet"]);
    table.does("conversation.change_participant", &["participant", "change", "ID", "eng", "--name", "Enzo"]);
    table.does("conversation.reorder", &["participant", "reorder", "ID", "Enzo", "Poet", "Opal", "Sceptic"]);

    let view = table.view();
    assert_eq!((&view["title"], &view["policy"]), (&"The bridge".into(), &"round_robin".into()));
    assert_eq!((&view["end"]["turns"], &view["end"]["minutes"]), (&3.into(), &Value::Null));
    assert_eq!((&view["end"]["phrase"]["by"][0], &view["end"]["tokens"]), (&"Poet".into(), &200_000.into()));
    assert_eq!(view["participants"][2]["id"], newcomer.trim());
    assert_eq!(names(&muted["participants"], "muted"), ["Poet"]);
    assert_eq!(names(&view["participants"], "id"), ["Enzo", "Poet", "Opal", "Sceptic"]);
    table.does("conversation.leave", &["participant", "leave", "ID", "Opal"]);
    assert_eq!(names(&table.view()["left"], "id"), ["Opal"]);
}

fn names_by_id(view: &Value, id: &Value) -> String {
    let seats = view["participants"].as_array().unwrap();
    seats.iter().find(|seat| &seat["id"] == id).unwrap()["name"].as_str().unwrap().to_owned()
}

/// The names of those of whom this is neither false nor nothing.
fn names<'a>(seats: &'a Value, what: &str) -> Vec<&'a str> {
    let is = |seat: &&Value| seat[what] != false && !seat[what].is_null();
    seats.as_array().unwrap().iter().filter(is).map(|seat| seat["name"].as_str().unwrap()).collect()
}

fn what_is_said(table: &mut Table) {
    let heard = table.does("conversation.step", &["step", "ID"]);
    let first = table.view();
    assert!(heard.contains("Enzo") && heard.contains(first["messages"][0]["text"].as_str().unwrap()), "{heard}");
    assert_eq!(first["state"], "paused");

    let said = table.does("conversation.say", &["say", "ID", "And the nails?", "--to", "sceptic,poet"]);
    table.does("conversation.pin", &["pin", "ID", said.trim()]);
    assert_eq!(table.message(1)["pinned"], true);
    assert_eq!(table.message(1)["audience"].as_array().unwrap().len(), 2);
    table.does("conversation.unpin", &["unpin", "ID", said.trim()]);
    table.does("conversation.nudge", &["participant", "nudge", "ID", "Sceptic"]);
    assert_eq!(table.message(2)["author"]["participant"], table.seat("Sceptic"));
    let heard = table.does("conversation.resume", &["resume", "ID"]);
    assert!(heard.contains("[ended"), "{heard}");
    assert_eq!(table.view()["state"], "completed");
}

fn when_nobody_answers(table: &mut Table) {
    table.does("conversation.change", &["change", "ID", "--turns", "none", "--policy", "manual"]);
    table.done(&["participant", "change", "ID", "Poet", "--models", "demo/poet!unauthorized"]);
    let failed = table.run(&["participant", "nudge", "ID", "Poet"]);
    assert_eq!(failed.status.code(), Some(3));
    table.does("conversation.retry", &["retry", "ID", "--models", "demo/poet"]);
    assert_eq!(table.newest()["attempts"][0]["model"]["model"], "poet");
    let poet = table.view()["participants"].as_array().unwrap().iter().find(|seat| seat["name"] == "Poet").cloned();
    assert_eq!(poet.unwrap()["route"][0]["model"], "poet!unauthorized", "for this one turn");
    table.done(&["participant", "change", "ID", "Poet", "--models", "demo/poet"]);

    table.done(&["participant", "change", "ID", "Enzo", "--models", "demo/engineer!unauthorized"]);
    assert_eq!(table.run(&["participant", "nudge", "ID", "Enzo"]).status.code(), Some(3));
    let passed_over = table.run(&["skip", "ID"]);
    table.reached("conversation.skip");
    assert_eq!(passed_over.status.code(), Some(4), "it waits for a nudge");
    assert_eq!(table.view()["state"], "paused");
    table.done(&["participant", "change", "ID", "Enzo", "--models", "demo/engineer"]);
    table.done(&["change", "ID", "--policy", "round-robin", "--turns", "2"]);
    table.does("conversation.stop", &["stop", "ID"]);
    assert_eq!(table.view()["state"], "completed");
}

fn what_is_said_anew(table: &mut Table) {
    let message = table.message(0)["id"].as_str().unwrap().to_owned();
    let message = message.as_str();
    let main = table.view()["branch"].as_str().unwrap().to_owned();

    table.does("conversation.edit_message", &["message", "edit", "ID", message, "Shorter."]);
    table.does("conversation.delete_message", &["message", "delete", "ID", message]);
    assert_eq!(table.message(0)["deleted"], true);
    table.does("conversation.restore_message", &["message", "restore", "ID", message]);
    table.does("conversation.undo", &["undo", "ID"]);
    assert_eq!(table.message(0)["deleted"], true);
    table.does("conversation.redo", &["redo", "ID"]);
    assert_eq!((&table.message(0)["deleted"], &table.message(0)["text"]), (&false.into(), &"Shorter.".into()));

    let heard =
        table.does("conversation.regenerate", &["message", "regenerate", "ID", message, "--model", "demo/host"]);
    let anew = table.message(0);
    assert!(anew["id"] != message && heard.contains(anew["text"].as_str().unwrap()), "{heard}");
    table.does("conversation.choose_alternative", &["message", "choose", "ID", message]);
    assert_eq!(table.view()["branch"], main.as_str());
    let branch = table.does("conversation.branch", &["branch", "create", "ID", "--from", message]);
    table.does("conversation.rename_branch", &["branch", "rename", "ID", branch.trim(), "What if"]);
    assert_eq!(table.view()["branches"][2]["name"], "What if");
    table.does("conversation.switch_branch", &["branch", "switch", "ID", &main]);
    assert_eq!(table.view()["branch"], main.as_str());
    let heard = table.does("conversation.continue_from", &["message", "continue", "ID", message]);
    assert!(heard.contains(table.newest()["text"].as_str().unwrap()), "{heard}");
    assert_ne!(table.view()["branch"], main.as_str());
    table.does("conversation.switch_branch", &["branch", "switch", "ID", &main]);
    let nowhere = "0192a000-0000-7000-8000-000000000000";
    let refused = table.run(&["summary", "edit", "ID", nowhere, "They agreed."]);
    table.reached("conversation.edit_summary");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("summary"), "{refused:?}");
    assert_ne!(refused.status.code(), Some(0));
    let heard = table.does("conversation.start", &["start", "ID", "--json"]);
    assert!(heard.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{heard}");
}

fn out_of_the_list_and_back(table: &mut Table) {
    let id = table.id();
    let lists = |table: &Table, shelf: &[&str]| table.done(&[&["list"], shelf].concat()).contains(&id);
    table.does("conversation.archive", &["archive", "ID"]);
    assert!(!lists(table, &[]) && lists(table, &["--archived"]));
    table.does("conversation.unarchive", &["unarchive", "ID"]);
    table.does("conversation.trash", &["trash", "ID"]);
    assert!(!lists(table, &[]) && lists(table, &["--trashed"]) && lists(table, &["--all"]));
    let refused = table.run(&["rename", "ID", "Nothing"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("restore it first"), "{refused:?}");
    table.does("conversation.restore", &["restore", "ID"]);
    assert!(lists(table, &[]));

    let made = |table: &Table| table.done(&["create", "--demo", "--topic", "Gone soon"]).trim().to_owned();
    let (one, two) = (made(table), made(table));
    table.done(&["trash", &one]);
    let unmeant = table.run(&["delete", &one]);
    assert!(String::from_utf8_lossy(&unmeant.stderr).contains("--yes"), "{unmeant:?}");
    table.does("conversation.delete", &["delete", &one, "--yes"]);
    table.done(&["trash", &two]);
    assert_eq!(table.run(&["trash", "empty"]).status.code(), Some(1), "nobody said that it is meant");
    assert_eq!(table.does("trash.empty", &["trash", "empty", "--yes"]), "1 conversation deleted for good.\n");
    assert_eq!(table.done(&["list", "--trashed"]), "The trash is empty.\n");
}

fn tables_that_are_kept(table: &mut Table) {
    let id = |row: String| row.split_whitespace().next().unwrap().to_owned();
    let kept = id(table.does("conversation.save_as_cast", &["casts", "save", "ID", "--name", "Bridge panel"]));
    let copy = id(table.does("cast.duplicate", &["casts", "copy", &kept, "--name", "Another panel"]));
    table.does("cast.delete", &["casts", "delete", &copy]);
    assert!(!table.done(&["casts", "list"]).contains(&copy));
    table.does("cast.restore", &["casts", "restore", &copy]);
    assert!(table.done(&["casts", "list"]).contains(&copy));
    let file = table.file("cast.json");
    table.done(&["casts", "export", &kept, "--to", &file]);
    table.does("cast.import", &["casts", "import", &file]);
    let seated = table.does("cast.seat", &["create", "--cast", &kept, "--topic", "Tunnels", "--demo", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&seated).unwrap()["topic"], "Tunnels");
}
