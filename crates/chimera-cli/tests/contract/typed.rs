//! Joining in while they talk, and leaving in the middle.

use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::program::{chimera, events, folder, lines, run, stderr};

/// A talk with this on its standard input, which then ends.
fn talk(dir: &std::path::Path, typed: &str, words: &[&str]) -> Output {
    let mut talk = chimera(dir)
        .args(["talk", "--topic", "Bridges", "--pace", "brisk", "--json", "--input"])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    talk.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    talk.wait_with_output().unwrap()
}

#[test]
fn a_line_that_is_typed_while_they_talk_is_said() {
    let folder = folder();

    let held = talk(folder.path(), "And the nails?\n/nobody\n/stop\n", &["--models", "demo/voice!pause"]);

    assert_eq!(held.status.code(), Some(0), "{}", stderr(&held));
    let lines = lines(&held);
    let said = events(&lines, "message.completed");
    let by_us: Vec<_> = said.iter().filter(|said| said["data"]["author"]["kind"] == "user").collect();
    assert_eq!((by_us.len(), &by_us[0]["data"]["text"]), (1, &"And the nails?".into()));
    assert!(stderr(&held).contains("there is no /nobody"), "{}", stderr(&held));
}

#[test]
fn under_a_manual_policy_whoever_types_says_who_speaks() {
    let folder = folder();

    let held = talk(folder.path(), "/nudge poet\n", &["--demo", "--policy", "manual"]);
    let untyped = talk(folder.path(), "", &["--demo", "--policy", "manual"]);

    assert_eq!(held.status.code(), Some(0), "{}", stderr(&held));
    let lines = lines(&held);
    let seats = events(&lines, "conversation.created")[0]["data"]["participants"].as_array().unwrap().clone();
    let poet = seats.iter().find(|seat| seat["name"] == "Poet").unwrap();
    let said = events(&lines, "message.completed");
    assert_eq!((said.len(), &said[0]["data"]["author"]["participant"]), (1, &poet["id"]));
    assert_eq!(untyped.status.code(), Some(4), "it waits for a nudge that nobody gives");
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_half_sentence_and_a_resume_goes_on_after_it() {
    use std::io::{BufRead, BufReader};
    use std::process::Command;

    let folder = folder();
    let mut talk = chimera(folder.path())
        .args([
            "talk",
            "--models",
            "demo/voice!pause",
            "--topic",
            "Clocks",
            "--turns",
            "3",
            "--json",
            "--pace",
            "human",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(talk.stdout.take().unwrap()).lines();
    let mut id = String::new();
    for line in out.by_ref() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if line["type"] == "delta" {
            id = line["topic"].as_str().unwrap().trim_start_matches("conversation:").to_owned();
            break;
        }
    }
    let sent = Command::new("kill").args(["-INT", &talk.id().to_string()]).status().unwrap();
    assert!(sent.success());
    out.for_each(drop);

    assert_eq!(talk.wait().unwrap().code(), Some(130));
    let show = || serde_json::from_slice::<Value>(&run(folder.path(), &["show", &id, "--json"]).stdout).unwrap();
    let cut = show();
    assert_eq!((&cut["state"], &cut["messages"][0]["interrupted"]["why"]), (&"paused".into(), &"user".into()));
    for name in ["Sceptic", "Poet", "Engineer"] {
        let seated = run(folder.path(), &["participant", "change", &id, name, "--models", "demo/voice"]);
        assert!(seated.status.success(), "{}", stderr(&seated));
    }
    let resumed = run(folder.path(), &["resume", &id]);
    assert_eq!(resumed.status.code(), Some(0), "{}", stderr(&resumed));
    let after = show();
    assert_eq!(after["messages"][0], cut["messages"][0]);
    assert_eq!((&after["state"], after["messages"].as_array().unwrap().len()), (&"completed".into(), 3));
}
