use serde_json::Value;

use crate::program::{a_talk, events, folder, lines, run, stderr};

fn done(folder: &std::path::Path, words: &[&str]) -> String {
    let output = run(folder, words);
    assert!(output.status.success(), "{words:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_ships_is_listed_without_a_history_and_what_is_kept_beside_it() {
    let folder = folder();
    let dir = folder.path();
    assert!(done(dir, &["casts"]).starts_with("debate  Debate\n"));
    assert!(done(dir, &["casts", "show", "debate"]).contains("Proposition: a model of your choice, else a demo voice"));
    let talk = a_talk(dir);

    let saved = done(dir, &["casts", "save", &talk, "--name", "Our table", "--tagline", "Bridges and the like"]);
    assert_eq!(saved, "our-table  Our table  (yours)\n  Bridges and the like\n");
    let list: Value = serde_json::from_str(&done(dir, &["casts", "list", "--json"])).unwrap();
    let own = list.as_array().unwrap().last().unwrap();
    assert_eq!((&own["id"], &own["shipped"], list.as_array().unwrap().len()), (&"our-table".into(), &false.into(), 7));

    done(dir, &["casts", "delete", "our-table"]);
    assert!(!done(dir, &["casts"]).contains("our-table"));
    done(dir, &["casts", "restore", "our-table"]);
    assert!(done(dir, &["casts", "copy", "our-table"]).starts_with("our-table-copy  Our table (copy)"));
    let refused = run(dir, &["casts", "delete", "debate"]);
    assert!(stderr(&refused).contains("duplicate it"), "{}", stderr(&refused));
}

#[test]
fn a_cast_travels_as_a_file_and_a_file_of_something_else_is_refused_by_its_field() {
    let (here, there) = (folder(), folder());
    let talk = a_talk(here.path());
    done(here.path(), &["casts", "save", &talk, "--name", "Ours"]);
    let file = here.path().join("ours.json");
    let file = file.to_str().unwrap();

    done(here.path(), &["casts", "export", "ours", "--to", file]);
    done(there.path(), &["casts", "import", file]);

    let shown = |dir| serde_json::from_str::<Value>(&done(dir, &["casts", "show", "ours", "--json"])).unwrap();
    assert_eq!(shown(here.path()), shown(there.path()));
    std::fs::write(file, r#"{"chimera":"cast","version":1,"cast":{"name":"X","participants":[],"key":"sk-1"}}"#)
        .unwrap();
    let refused = run(there.path(), &["casts", "import", file]);
    assert!(!refused.status.success() && stderr(&refused).contains("cast.key"), "{}", stderr(&refused));
}

#[test]
fn the_command_line_has_the_last_word_over_a_cast_and_ones_own_brings_its_models() {
    let folder = folder();
    let dir = folder.path();
    done(dir, &["casts", "save", &a_talk(dir), "--name", "Ours"]);
    let created = |words: &[&str]| {
        let output = run(dir, &[&["talk", "--topic", "Bees", "--turns", "1", "--json"], words].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        events(&lines(&output), "conversation.created")[0]["data"].clone()
    };

    let mine = created(&["--cast", "ours"]);
    assert_eq!(mine["participants"][0]["route"][0]["model"], "sceptic");
    let rules = ["--seed", "9", "--stall-after", "30", "--after-cut", "stop", "--answer-tokens", "77"];
    let debate = created(&[&["--demo", "--cast", "debate"], &rules[..]].concat());
    assert_eq!((&debate["seed"], &debate["stall_after_s"]), (&9.into(), &30.into()));
    assert_eq!(debate["fallback"]["after_cut"], "stop");
    assert_eq!(debate["participants"][0]["sampling"]["max_output_tokens"], 77);
    let nobody = run(dir, &["talk", "--topic", "Bees", "--cast", "debate"]);
    assert!(stderr(&nobody).contains("--demo"), "{}", stderr(&nobody));
}
