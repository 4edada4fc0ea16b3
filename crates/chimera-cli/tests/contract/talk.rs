use std::collections::HashSet;

use serde_json::Value;

use crate::program::{events, folder, lines, run, stderr};

#[test]
fn a_demo_talk_ends_with_zero_after_its_turns_and_prints_what_the_socket_would_send() {
    let folder = folder();

    let output = run(folder.path(), &["talk", "--demo", "--topic", "Bees", "--turns", "5", "--json"]);

    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let lines = lines(&output);
    let completed = events(&lines, "message.completed");
    assert_eq!(completed.len(), 5);
    let speakers: Vec<_> = completed.iter().map(|line| line["data"]["author"]["participant"].to_string()).collect();
    assert!(speakers.windows(2).all(|pair| pair[0] != pair[1]), "nobody answers themselves: {speakers:?}");
    assert!(speakers.iter().collect::<HashSet<_>>().len() > 1);
    let seqs: Vec<_> = lines.iter().filter(|line| line["type"] == "event").map(|line| line["seq"].as_u64()).collect();
    assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]), "the log's numbers grow");
    let end = events(&lines, "conversation.state_changed").last().unwrap()["data"].clone();
    assert_eq!((&end["state"], &end["reason"]["why"]), (&"completed".into(), &"turns_reached".into()));
}

#[test]
fn deltas_put_together_are_the_messages() {
    let folder = folder();

    let output = run(folder.path(), &["talk", "--demo", "--topic", "Ice", "--turns", "3", "--json"]);

    let lines = lines(&output);
    for message in events(&lines, "message.completed") {
        let is_delta = |line: &&Value| line["type"] == "delta" && line["message"] == message["data"]["message"];
        let words: String = lines.iter().filter(is_delta).map(|line| line["text"].as_str().unwrap()).collect();
        assert_eq!(words, message["data"]["text"].as_str().unwrap());
    }
}

#[test]
fn the_same_seed_says_the_same_words() {
    let said = |seed: &str| {
        let folder = folder();
        let words = ["talk", "--demo", "--topic", "Salt", "--turns", "4", "--json", "--seed", seed];
        let lines = lines(&run(folder.path(), &words));
        events(&lines, "message.completed").iter().map(|line| line["data"]["text"].to_string()).collect::<Vec<_>>()
    };

    assert_eq!(said("11"), said("11"));
    assert_ne!(said("11"), said("12"));
}

#[test]
fn without_json_it_reads_like_a_script() {
    let folder = folder();

    let output = run(folder.path(), &["talk", "--demo", "--topic", "Rain", "--turns", "3", "--policy", "round-robin"]);

    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let at = |name: &str| text.find(&format!("\n{name}\n")).unwrap_or_else(|| panic!("{name} does not speak:\n{text}"));
    assert!(at("Sceptic") < at("Poet") && at("Poet") < at("Engineer"));
    assert!(text.contains("ended after 3 turns"));
}

#[test]
fn a_talk_ends_by_whichever_rule_is_met_first_and_says_which() {
    let cases: [(&[&str], i32, &str); 3] = [
        (&["--turns-each", "1"], 0, "ended: everybody had 1 turns"),
        (&["--turns", "9", "--tokens", "300"], 0, "of 300 tokens are used"),
        (&["--turns", "2", "--minutes", "5", "--money", "2.50", "--allow-unpriced"], 0, "ended after 2 turns"),
    ];
    for (rules, code, said) in cases {
        let folder = folder();
        let output = run(folder.path(), &[&["talk", "--demo", "--topic", "Moss"], rules].concat());
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        assert_eq!(output.status.code(), Some(code), "{rules:?}: {} {text}", stderr(&output));
        assert!(text.contains(said), "{rules:?}: {text}");
    }
}

#[test]
fn what_cannot_be_held_is_refused_with_the_field_and_leaves_no_history() {
    let cases: [(&[&str], i32, &str); 8] = [
        (&["talk", "--demo", "--topic", "x", "--money", "cheap"], 2, "no amount of dollars"),
        (&["talk", "--demo", "--topic", "x", "--until", "?"], 1, "end.phrase.text"),
        (&["talk", "--demo", "--topic", "  "], 1, "topic"),
        (&["talk", "--demo", "--topic", "x", "--turns", "0"], 1, "end.turns"),
        (&["talk", "--demo", "--topic", "x", "--personas", "nobody"], 1, "participants[0].persona"),
        (&["talk", "--topic", "x"], 2, "--demo"),
        (&["talk", "--topic", "x", "--route", "nonsense"], 2, "KIND@BASE_URL#MODEL"),
        (&["talk", "--topic", "x", "--route", "demo#poet", "--key-env", "CHIMERA_NO_SUCH_VARIABLE"], 1, "key-env"),
    ];
    for (words, code, field) in cases {
        let folder = folder();
        let output = run(folder.path(), words);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(field), "{words:?}: {}", stderr(&output));
        let list = run(folder.path(), &["list", "--json"]);
        assert!(!String::from_utf8_lossy(&list.stdout).contains("\"id\""), "{words:?} left something behind");
    }
}

#[test]
fn a_cast_talks_for_as_many_turns_as_it_says() {
    let folder = folder();
    let casts: Value = serde_json::from_slice(&run(folder.path(), &["casts", "--json"]).stdout).unwrap();
    let interview = casts.as_array().unwrap().iter().find(|cast| cast["id"] == "interview").unwrap();
    let turns = |extra: &[&str]| {
        let words = [&["talk", "--demo", "--topic", "Bridges", "--cast", "interview", "--json"], extra].concat();
        let output = run(folder.path(), &words);
        assert!(output.status.success(), "{}", stderr(&output));
        events(&lines(&output), "message.completed").len() as u64
    };

    assert_eq!(Some(turns(&[])), interview["end"]["turns"].as_u64());
    assert_eq!(turns(&["--turns", "2"]), 2, "the command line has the last word");
}
