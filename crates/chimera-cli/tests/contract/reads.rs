//! What a companion can read by a route, a person can read in a terminal.

use serde_json::Value;

use crate::program::{a_talk, folder, run, stderr};
use crate::side_door::Serving;

/// Every route that reads, and the words that answer the same; `ID` is a conversation, `MESSAGE` one of its messages.
/// Not here: the log, which has a story of its own below, and the bytes of images, which a terminal cannot show.
const READS: [(&str, &[&str]); 14] = [
    ("conversations", &["list", "--json"]),
    ("conversations/{id}", &["show", "ID", "--json"]),
    ("conversations/{id}/attempts/{attempt}/prompt", &["prompt", "ID", "--turn", "1", "--json"]),
    ("conversations/{id}/preview", &["prompt", "ID", "--next", "--json"]),
    ("conversations/{id}/usage", &["usage", "ID", "--json"]),
    ("conversations/{id}/branches", &["branches", "ID", "--json"]),
    ("conversations/{id}/branches/{left}/compare/{right}", &["branch", "compare", "ID", "ID", "ID", "--json"]),
    ("conversations/{id}/messages/{message}/versions", &["message", "versions", "ID", "MESSAGE", "--json"]),
    ("personas", &["personas", "--json"]),
    ("casts", &["casts", "list", "--json"]),
    ("casts/{id}", &["casts", "show", "debate", "--json"]),
    ("casts/{id}/file", &["casts", "export", "debate"]),
    ("connections", &["providers", "list", "--json"]),
    ("providers/health", &["providers", "health", "--json"]),
];

#[test]
fn every_route_that_reads_has_words_in_the_terminal() {
    let folder = folder();
    let id = a_talk(folder.path());
    let shown: Value = serde_json::from_slice(&run(folder.path(), &["show", &id, "--json"]).stdout).unwrap();
    let message = shown["messages"][0]["id"].as_str().unwrap();

    for (route, words) in READS {
        let put_in = |word: &&'static str| match *word {
            "ID" => id.clone(),
            "MESSAGE" => message.to_owned(),
            word => word.to_owned(),
        };
        let words: Vec<String> = words.iter().map(put_in).collect();
        let output = run(folder.path(), &words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(output.status.success(), "{route}: {}", stderr(&output));
        assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok(), "{route} answers no JSON");
    }
}

#[test]
fn the_log_is_read_from_where_one_stopped() {
    let folder = folder();
    let id = a_talk(folder.path());
    let read = |words: &[&str]| String::from_utf8(run(folder.path(), words).stdout).unwrap();

    let all = read(&["events", &id]);
    let first: Value = serde_json::from_str(all.lines().next().unwrap()).unwrap();
    let rest = read(&["events", &id, "--after", &first["seq"].to_string()]);

    assert_eq!((&first["type"], &first["event"]), (&"event".into(), &"conversation.created".into()));
    assert_eq!(all.lines().skip(1).collect::<Vec<_>>(), rest.lines().collect::<Vec<_>>());
}

#[test]
fn what_talks_elsewhere_is_watched_until_it_rests_and_what_talks_nowhere_is_not() {
    let folder = folder();
    let id = a_talk(folder.path());
    let serving = Serving::begin();

    let nobody = run(folder.path(), &["watch", &id]);
    serving.done(&["start", "ID", "--detach"]);
    let watched = serving.run(&["watch", "ID"]);

    assert!(stderr(&nobody).contains("[wrong_state]"), "{}", stderr(&nobody));
    assert_eq!(watched.status.code(), Some(0), "{}", stderr(&watched));
}
