//! Two processes on one data folder: the one that came first writes, the other asks it or is told what to do.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Output, Stdio};

use tempfile::TempDir;

use crate::program::{a_talk, chimera, folder, run, stderr};

/// A `chimera serve` on a folder of its own, gone with this value.
pub struct Serving {
    pub token: String,
    folder: TempDir,
    process: Child,
    id: String,
}

impl Serving {
    pub fn begin() -> Self {
        let folder = folder();
        let id = a_talk(folder.path());
        Self::opened(folder, id)
    }

    /// On a folder with this conversation in it.
    pub fn opened(folder: TempDir, id: String) -> Self {
        let made = run(folder.path(), &["token", "create", "terminal", "--scopes", "read,speak,manage"]);
        let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        let mut process = chimera(folder.path()).args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        // It is open when it says so.
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
        Self { token, folder, process, id }
    }

    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    /// With the token; `ID` among the words is a conversation that has ended.
    pub fn run(&self, words: &[&str]) -> Output {
        let words = words.iter().map(|word| if *word == "ID" { &self.id } else { *word });
        chimera(self.dir()).env("CHIMERA_TOKEN", &self.token).args(words).output().unwrap()
    }

    pub fn done(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn rename_with(&self, token: Option<&str>) -> Output {
        let mut program = chimera(self.dir());
        program.env_remove("CHIMERA_TOKEN").args(["rename", &self.id, "Other"]);
        if let Some(token) = token {
            program.env("CHIMERA_TOKEN", token);
        }
        program.output().unwrap()
    }

    /// As a power cut does it: the discovery file stays behind.
    fn is_killed(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.is_killed();
    }
}

#[test]
fn without_a_token_the_terminal_says_who_has_the_folder_and_what_would_help() {
    let serving = Serving::begin();

    let refused = serving.rename_with(None);

    assert_eq!(refused.status.code(), Some(1));
    let words = stderr(&refused);
    let process = format!("(process {})", serving.process.id());
    for part in ["data_folder_in_use", "CHIMERA_TOKEN", "close it", process.as_str()] {
        assert!(words.contains(part), "{part} is not in: {words}");
    }
}

#[test]
fn a_token_that_is_wrong_or_may_too_little_is_told_so() {
    let serving = Serving::begin();

    let wrong = serving.rename_with(Some("chm_nobody"));

    assert_eq!(wrong.status.code(), Some(1));
    assert!(stderr(&wrong).contains("[unauthorized]"), "{}", stderr(&wrong));
    assert!(!stderr(&wrong).contains("chm_nobody"));
}

#[test]
fn a_refusal_of_the_other_chimera_is_told_in_its_own_words() {
    let serving = Serving::begin();
    let mut program = chimera(serving.dir());

    let refused = program.env("CHIMERA_TOKEN", &serving.token).args(["resume", &serving.id]).output().unwrap();

    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("[wrong_state]"), "{}", stderr(&refused));
}

#[test]
fn what_a_killed_chimera_left_behind_does_not_keep_the_terminal_out() {
    let mut serving = Serving::begin();
    serving.is_killed();

    let renamed = serving.rename_with(None);

    assert!(renamed.status.success(), "{}", stderr(&renamed));
}

#[test]
fn nobody_goes_on_with_a_talk_that_nobody_has_open() {
    let folder = folder();
    let id = a_talk(folder.path());

    let refused = run(folder.path(), &["start", &id, "--detach"]);

    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("[wrong_state, field detach]"), "{}", stderr(&refused));
}

#[test]
fn keys_are_not_given_through_the_side_door() {
    let serving = Serving::begin();
    let mut program = chimera(serving.dir());

    program.env("CHIMERA_TOKEN", &serving.token).env("MY_KEY", "sk-canary").args(["start", &serving.id]);
    let refused = program.args(["--key-env", "MY_KEY"]).output().unwrap();

    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("close that Chimera"), "{}", stderr(&refused));
    assert!(!stderr(&refused).contains("sk-canary"));
}
