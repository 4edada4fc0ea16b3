use std::io::Write;
use std::process::{Output, Stdio};

use chimera_testkit::FakeLlm;
use serde_json::Value;

use crate::program::{chimera, folder, run, stderr};

const KEY: &str = "sk-canary-9";
const PASSPHRASE: &str = "correct horse";

fn with_secrets(data_dir: &std::path::Path, words: &[&str]) -> Output {
    chimera(data_dir).args(words).env("MY_KEY", KEY).env("MY_PASSPHRASE", PASSPHRASE).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_a_window_gets_a_connection_whose_key_lies_in_the_sealed_file() {
    let folder = folder();
    let server = FakeLlm::start().await;
    server.serves(&["a", "b"]);
    let url = format!("{}/v1", server.url());
    let sealed = ["--key-place", "file", "--key-env", "MY_KEY", "--passphrase-env", "MY_PASSPHRASE"];
    let made = with_secrets(folder.path(), &["keys", "create", "--passphrase-env", "MY_PASSPHRASE"]);
    assert!(made.status.success(), "{}", stderr(&made));

    let mut words = vec!["connections", "add", "--kind", "compatible", "--name", "Work", "--url", &url];
    words.extend(sealed);
    let added = with_secrets(folder.path(), &words);
    assert!(added.status.success(), "{}", stderr(&added));

    let test = ["connections", "test", "work", "--passphrase-env", "MY_PASSPHRASE"];
    let works = with_secrets(folder.path(), &test);
    assert!(String::from_utf8_lossy(&works.stdout).starts_with("Works: 2 models"), "{}", stderr(&works));
    assert_eq!(server.requests()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    let list: Value = serde_json::from_slice(&run(folder.path(), &["connections", "list", "--json"]).stdout).unwrap();
    assert_eq!(list[1]["key"], "locked", "{list}");

    let renamed = with_secrets(
        folder.path(),
        &["connections", "change", "work", "--name", "Mine", "--passphrase-env", "MY_PASSPHRASE"],
    );
    assert!(String::from_utf8_lossy(&renamed.stdout).contains("Mine"), "{}", stderr(&renamed));
    let removed = with_secrets(folder.path(), &["connections", "remove", "work", "--passphrase-env", "MY_PASSPHRASE"]);
    assert!(removed.status.success(), "{}", stderr(&removed));
    assert!(!String::from_utf8_lossy(&run(folder.path(), &["connections", "list"]).stdout).contains("work"));
}

#[test]
fn a_key_is_read_from_standard_input_and_refused_on_the_command_line() {
    let folder = folder();
    let words = ["connections", "add", "--kind", "compatible", "--name", "w", "--url", "http://127.0.0.1:9/v1"];

    let mut command = chimera(folder.path());
    command.args(words).args(["--ask-key", "--key-place", "session"]);
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    program.stdin.take().unwrap().write_all(format!("{KEY}\n").as_bytes()).unwrap();
    let added = program.wait_with_output().unwrap();
    let on_the_line = chimera(folder.path()).args(words).args(["--key", KEY]).output().unwrap();

    assert!(String::from_utf8_lossy(&added.stdout).contains("key for this session"), "{}", stderr(&added));
    assert_eq!(on_the_line.status.code(), Some(2));
}

#[test]
fn a_connection_that_does_not_work_says_what_to_do_and_ends_with_an_error() {
    let folder = folder();
    let add = ["connections", "add", "--kind", "compatible", "--name", "w", "--url", "http://127.0.0.1:1/v1"];
    assert!(run(folder.path(), &add).status.success());

    let test = run(folder.path(), &["connections", "test", "w"]);

    assert_eq!(test.status.code(), Some(1));
    assert!(stderr(&test).contains("see whether the server runs"), "{}", stderr(&test));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_key_lies_in_the_sealed_file_is_asked_for_a_word() {
    let folder = folder();
    let server = FakeLlm::start().await;
    server.serves(&["m"]);
    server.always().says("OK");
    let url = format!("{}/v1", server.url());
    let passphrase = ["--passphrase-env", "MY_PASSPHRASE"];
    with_secrets(folder.path(), &[&["keys", "create"], &passphrase[..]].concat());
    let add = ["connections", "add", "--kind", "compatible", "--name", "Work", "--url", &url, "--key-place", "file"];
    let added = with_secrets(folder.path(), &[&add[..], &["--key-env", "MY_KEY"], &passphrase].concat());
    assert!(added.status.success(), "{}", stderr(&added));

    for words in [&["providers", "test", "work"][..], &["providers", "test"]] {
        let before = server.requests().len();
        let tested = with_secrets(folder.path(), &[words, &passphrase, &["--json"]].concat());
        let told: Value = serde_json::from_slice(&tested.stdout).unwrap_or_else(|_| panic!("{}", stderr(&tested)));
        let work = told.as_array().unwrap().iter().find(|trial| trial["connection"] == "work").unwrap().clone();
        assert_eq!(work["answer"]["outcome"], "completed", "{work}");
        let shown = server.requests()[before].header("authorization").map(str::to_owned);
        assert_eq!(shown, Some(format!("Bearer {KEY}")));
    }
    // Who tests all of them without a word is not asked for a passphrase: that one could not be asked.
    let tested = run(folder.path(), &["providers", "test"]);
    assert!(String::from_utf8_lossy(&tested.stdout).contains("work  "), "{}", stderr(&tested));
    assert_eq!(tested.status.code(), Some(3));
}

#[test]
fn whoever_has_lost_the_file_of_keys_is_asked_for_no_passphrase_to_remove_a_connection() {
    let folder = folder();
    with_secrets(folder.path(), &["keys", "create", "--passphrase-env", "MY_PASSPHRASE"]);
    let add = ["connections", "add", "--kind", "compatible", "--name", "Work", "--url", "http://127.0.0.1:9/v1"];
    let sealed = ["--key-place", "file", "--key-env", "MY_KEY", "--passphrase-env", "MY_PASSPHRASE"];
    let added = with_secrets(folder.path(), &[&add[..], &sealed].concat());
    assert!(added.status.success(), "{}", stderr(&added));

    let locked = run(folder.path(), &["connections", "remove", "work"]);
    assert!(!locked.status.success(), "its key is in a file that is locked");
    std::fs::remove_file(folder.path().join("keys.sealed")).unwrap();
    let removed = run(folder.path(), &["connections", "remove", "work"]);

    assert!(removed.status.success(), "{}", stderr(&removed));
}

#[test]
fn a_connection_is_called_as_was_said_of_it_and_both_lists_tell_it() {
    let folder = folder();
    let list = |words: &[&str]| run(folder.path(), words).stdout;
    let limits = || -> Value {
        let list: Value = serde_json::from_slice(&list(&["connections", "list", "--json"])).unwrap();
        list[1]["connection"]["limits"].clone()
    };
    let add = ["connections", "add", "--kind", "compatible", "--name", "Box", "--url", "http://127.0.0.1:1/v1"];

    let added = run(folder.path(), &[&add[..], &["--calls-at-once", "16", "--first-token-timeout", "600"]].concat());
    assert!(added.status.success(), "{}", stderr(&added));
    assert!(String::from_utf8_lossy(&added.stdout).ends_with("no key, 16 at once, first word 600 s\n"));
    assert_eq!((&limits()["calls_at_once"], &limits()["first_token_s"]), (&16.into(), &600.into()));

    let changed =
        run(folder.path(), &["connections", "change", "box", "--calls-at-once", "none", "--idle-timeout", "90"]);
    assert!(changed.status.success(), "{}", stderr(&changed));
    assert_eq!((&limits()["calls_at_once"], &limits()["first_token_s"]), (&Value::Null, &600.into()));
    assert_eq!(limits()["idle_s"], 90);

    let refused = run(folder.path(), &["connections", "change", "box", "--total-timeout", "86401"]);
    assert!(stderr(&refused).contains("[invalid, field limits.total_s]"), "{}", stderr(&refused));
    for more in [&[][..], &["--json"]] {
        assert_eq!(list(&[&["providers", "list"], more].concat()), list(&[&["connections", "list"], more].concat()));
    }
}
