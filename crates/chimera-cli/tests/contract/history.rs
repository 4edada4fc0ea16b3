use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::program::{a_talk, chimera, folder, run, stderr};
use crate::table::Table;

#[test]
fn what_was_said_is_listed_and_shown_offline() {
    let folder = folder();
    let id = a_talk(folder.path());

    let list: Value = serde_json::from_slice(&run(folder.path(), &["list", "--json"]).stdout).unwrap();
    let shown: Value = serde_json::from_slice(&run(folder.path(), &["show", &id, "--json"]).stdout).unwrap();
    let script = String::from_utf8(run(folder.path(), &["show", &id]).stdout).unwrap();

    assert_eq!(list["items"][0]["id"], id.as_str());
    assert_eq!(shown["messages"].as_array().unwrap().len(), 3);
    let first = shown["messages"][0]["text"].as_str().unwrap();
    assert!(script.contains(first), "{first}\nis not in\n{script}");
}

#[test]
fn what_a_talk_cost_is_told_offline_and_what_is_unknown_is_not_hidden() {
    let folder = folder();
    let id = a_talk(folder.path());

    let usage: Value = serde_json::from_slice(&run(folder.path(), &["usage", &id, "--json"]).stdout).unwrap();
    let table = String::from_utf8(run(folder.path(), &["usage", &id]).stdout).unwrap();
    let shown: Value = serde_json::from_slice(&run(folder.path(), &["show", &id, "--json"]).stdout).unwrap();

    assert_eq!(usage["total"], shown["spent"]);
    assert_eq!(usage["total"]["attempts"], 3);
    assert!(table.starts_with("total: ") && table.contains("for 3 calls"), "{table}");
}

#[test]
fn the_data_folder_can_be_named_on_the_command_line() {
    let (named, other) = (folder(), folder());
    let words = ["talk", "--demo", "--topic", "x", "--turns", "1", "--data-dir", named.path().to_str().unwrap()];

    assert!(run(other.path(), &words).status.success());

    let list: Value = serde_json::from_slice(&run(named.path(), &["list", "--json"]).stdout).unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_list_from_which_all_were_put_away_says_where_they_are() {
    let folder = folder();
    let id = a_talk(folder.path());
    assert!(run(folder.path(), &["archive", &id]).status.success());

    let list = String::from_utf8(run(folder.path(), &["list"]).stdout).unwrap();

    assert_eq!(list, "No conversation is in the list; --archived shows 1, --trashed shows 0.\n");
}

#[test]
fn an_unknown_conversation_and_an_empty_folder_are_told_apart() {
    let folder = folder();
    let id = "0192f0c1-7e7a-7000-8000-000000000001";

    let nothing = run(folder.path(), &["list"]);
    a_talk(folder.path());
    let unknown = run(folder.path(), &["show", id]);
    let no_id = run(folder.path(), &["show", "not-an-id"]);

    assert_eq!(nothing.status.code(), Some(1));
    assert!(stderr(&nothing).contains("no history"));
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("conversation_not_found") && stderr(&unknown).contains(id));
    assert_eq!(no_id.status.code(), Some(2));
}

#[test]
fn killed_in_mid_sentence_the_words_are_in_the_history_the_next_time() {
    let folder = folder();
    let mut talk = chimera(folder.path())
        .args(["talk", "--demo", "--topic", "Clocks", "--turns", "4", "--json", "--pace", "human"])
        .env_remove("CHIMERA_DEMO_PACE")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut heard = String::new();
    let mut conversation = String::new();
    for line in BufReader::new(talk.stdout.take().unwrap()).lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if line["event"] == "conversation.created" {
            conversation = line["topic"].as_str().unwrap().trim_start_matches("conversation:").to_owned();
        }
        heard.push_str(line["text"].as_str().unwrap_or_default());
        if heard.chars().count() > 80 {
            break;
        }
    }
    talk.kill().unwrap();
    talk.wait().unwrap();

    // Whoever opens the history for writing next puts it in order.
    a_talk(folder.path());
    let shown: Value = serde_json::from_slice(&run(folder.path(), &["show", &conversation, "--json"]).stdout).unwrap();

    let message = &shown["messages"][0];
    assert_eq!((&message["status"], &message["interrupted"]["why"]), (&"interrupted".into(), &"restarted".into()));
    assert_eq!(shown["state"], "paused");
    let kept = message["text"].as_str().unwrap();
    assert!(heard.starts_with(kept) || kept.starts_with(&heard), "kept: {kept}\nheard: {heard}");
    assert!(kept.chars().count() > 20, "more than a quarter of a second of words is gone: {kept}");
}

#[test]
fn what_a_model_thought_in_a_turn_is_shown_instead_of_its_prompt() {
    let table = Table::laid(None);
    for name in ["Sceptic", "Poet", "Engineer"] {
        table.done(&["participant", "change", "ID", name, "--models", "demo/poet!think"]);
    }
    table.done(&["step", "ID"]);

    let shown = table.done(&["prompt", "ID", "--turn", "1", "--thoughts"]);
    let told: Value = serde_json::from_str(&table.done(&["prompt", "ID", "--thoughts", "--json"])).unwrap();
    let none = table.run(&["prompt", "ID", "--turn", "2", "--thoughts"]);

    let attempt = &table.message(0)["attempts"][0];
    assert_eq!((&told["attempt"], told["text"].as_str()), (&attempt["id"], Some(shown.trim_end())));
    assert_eq!(attempt["thought_chars"], shown.trim_end().chars().count());
    assert_eq!(none.status.code(), Some(1));
    assert!(stderr(&none).contains("attempt_not_found"));
}

#[test]
fn the_prompt_of_a_turn_is_shown_as_it_was_sent() {
    let folder = folder();
    let id = a_talk(folder.path());

    let second = run(folder.path(), &["prompt", &id, "--turn", "2", "--json"]);
    let newest = String::from_utf8(run(folder.path(), &["prompt", &id]).stdout).unwrap();
    let next: Value = serde_json::from_slice(&run(folder.path(), &["prompt", &id, "--next", "--json"]).stdout).unwrap();
    let none = run(folder.path(), &["prompt", &id, "--turn", "99"]);

    let second: Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(second["exact"], true);
    assert_eq!(second["messages"].as_array().unwrap().len(), 1, "the first speaker's words");
    assert!(newest.contains("exactly as it was sent") && newest.contains("--- system"), "{newest}");
    assert_eq!(next["exact"], true);
    assert_eq!(none.status.code(), Some(1));
    assert!(stderr(&none).contains("attempt_not_found"));
}
