use std::io::Write;
use std::process::{Output, Stdio};

use crate::program::{chimera, folder, stderr};

/// Runs with this on its standard input.
fn told(data_dir: &std::path::Path, words: &[&str], input: &str) -> Output {
    let mut command = chimera(data_dir);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().unwrap();
    program.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    program.wait_with_output().unwrap()
}

#[test]
fn a_file_of_keys_is_made_and_its_passphrase_changed() {
    let folder = folder();
    let status = || String::from_utf8(told(folder.path(), &["keys", "status"], "").stdout).unwrap();

    assert_eq!(status(), "The file of keys is absent.\n");
    let made = told(folder.path(), &["keys", "create"], "correct horse\n");
    assert!(made.status.success(), "{}", stderr(&made));
    assert_eq!(status(), "The file of keys is locked.\n");
    let again = told(folder.path(), &["keys", "create"], "correct horse\n");
    assert!(stderr(&again).contains("already_exists"), "{}", stderr(&again));

    let wrong = told(folder.path(), &["keys", "change"], "wrong horse\nbattery staple\n");
    assert!(stderr(&wrong).contains("passphrase is wrong"), "{}", stderr(&wrong));
    let changed = told(folder.path(), &["keys", "change"], "correct horse\nbattery staple\n");
    assert!(changed.status.success(), "{}", stderr(&changed));
}

#[test]
fn a_passphrase_comes_from_a_variable_and_never_from_the_command_line() {
    let folder = folder();

    let made = chimera(folder.path())
        .args(["keys", "create", "--passphrase-env", "MY_PASSPHRASE"])
        .env("MY_PASSPHRASE", "correct horse")
        .output()
        .unwrap();
    let unset = told(folder.path(), &["keys", "create", "--passphrase-env", "NOT_SET"], "");
    let on_the_line = told(folder.path(), &["keys", "create", "--passphrase", "correct horse"], "");

    assert!(made.status.success(), "{}", stderr(&made));
    assert!(stderr(&unset).contains("NOT_SET"), "{}", stderr(&unset));
    assert_eq!(on_the_line.status.code(), Some(2));
}
