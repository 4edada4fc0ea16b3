use std::path::Path;

use serde_json::Value;

use crate::program::{a_talk, folder, run, stderr};

fn shown(folder: &Path, id: &str, more: &[&str]) -> Value {
    let words = [&["show", id, "--json"], more].concat();
    serde_json::from_slice(&run(folder, &words).stdout).unwrap()
}

fn done(folder: &Path, words: &[&str]) -> String {
    let output = run(folder, words);
    assert!(output.status.success(), "{words:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_alternative_is_heard_in_the_terminal_and_the_old_one_can_be_chosen_again() {
    let folder = folder();
    let (dir, id) = (folder.path(), a_talk(folder.path()));
    let before = shown(dir, &id, &[]);
    let message = before["messages"][1]["id"].as_str().unwrap();

    let heard = done(dir, &["message", "regenerate", &id, message, "--model", "demo/host"]);
    let after = shown(dir, &id, &[]);

    let alternative = &after["messages"][1];
    assert_eq!(alternative["attempts"][0]["model"]["model"], "host");
    assert!(heard.contains(alternative["text"].as_str().unwrap()), "{heard}");
    assert_eq!((&after["state"], after["messages"].as_array().unwrap().len()), (&before["state"], 2));
    assert!(done(dir, &["show", &id]).contains("2 of 2"));
    done(dir, &["message", "choose", &id, message]);
    assert_eq!(shown(dir, &id, &[])["messages"][2], before["messages"][2]);
    let (main, other) = (before["branch"].as_str().unwrap(), after["branch"].as_str().unwrap());
    assert_eq!(shown(dir, &id, &["--branch", other])["messages"], after["messages"]);
    let compared = done(dir, &["branch", "compare", &id, main, other]);
    assert!(compared.starts_with("Main | Branch 2: 1 messages in common"), "{compared}");
    assert!(compared.contains(alternative["text"].as_str().unwrap()));
}

#[test]
fn a_message_is_edited_deleted_and_all_of_it_undone() {
    let folder = folder();
    let (dir, id) = (folder.path(), a_talk(folder.path()));
    let before = shown(dir, &id, &[]);
    let message = before["messages"][0]["id"].as_str().unwrap();

    done(dir, &["message", "edit", &id, message, "Shorter."]);
    assert!(done(dir, &["message", "versions", &id, message]).contains("Shorter."));
    done(dir, &["message", "delete", &id, message]);
    let script = done(dir, &["show", &id, "--ids"]);
    assert!(script.contains("[deleted]") && !script.contains("Shorter.") && script.contains(message), "{script}");
    done(dir, &["message", "restore", &id, message]);
    for _ in 0..3 {
        done(dir, &["undo", &id]);
    }
    assert_eq!(shown(dir, &id, &[])["messages"][0]["text"], before["messages"][0]["text"]);
    let nothing = run(dir, &["undo", &id]);
    assert!(stderr(&nothing).contains("there is nothing to undo"));
    done(dir, &["redo", &id]);
    assert_eq!(shown(dir, &id, &[])["messages"][0]["text"], "Shorter.");
}

#[test]
fn branches_are_made_named_and_listed() {
    let folder = folder();
    let (dir, id) = (folder.path(), a_talk(folder.path()));
    let first = shown(dir, &id, &[])["messages"][0]["id"].as_str().unwrap().to_owned();

    let branch = done(dir, &["branch", "create", &id, "--from", &first]);
    let branch = branch.trim();
    done(dir, &["branch", "rename", &id, branch, "What if"]);
    let listed = done(dir, &["branches", &id]);

    let line = listed.lines().nth(1).unwrap();
    assert!(line.starts_with(&format!("* {branch}  1 messages  What if")), "{listed}");
    done(dir, &["branch", "switch", &id, &id]);
    let json: Value = serde_json::from_str(&done(dir, &["branches", &id, "--json"])).unwrap();
    assert_eq!((&json[0]["current"], &json[1]["current"]), (&true.into(), &false.into()));
}
