//! A conversation that is led by commands, and which commands of the socket that came to.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{chimera, folder, stderr};
use crate::side_door::Serving;

pub struct Table {
    folder: Option<TempDir>,
    dir: std::path::PathBuf,
    token: Option<String>,
    id: String,
    pub reached: BTreeSet<&'static str>,
}

impl Table {
    /// Three demo voices who have not begun; in a folder of its own, or in that of a Chimera that serves it.
    pub fn laid(serving: Option<&Serving>) -> Self {
        let own = serving.is_none().then(folder);
        let dir = own.as_ref().map_or_else(|| serving.unwrap().dir().to_owned(), |own| own.path().to_owned());
        let token = serving.map(|serving| serving.token.clone());
        let mut table = Self { folder: own, dir, token, id: String::new(), reached: BTreeSet::new() };
        let id = table.does("conversation.create", &["create", "--demo", "--topic", "Bridges", "--seed", "1"]);
        table.id = id.trim().to_owned();
        assert_eq!(table.view()["state"], "draft");
        table
    }

    /// Carries out a command of the socket in words of the terminal; `ID` among them is the conversation.
    pub fn does(&mut self, command: &'static str, words: &[&str]) -> String {
        self.reached(command);
        self.done(words)
    }

    pub fn reached(&mut self, command: &'static str) {
        self.reached.insert(command);
    }

    pub fn done(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {:?} {}", output.status.code(), stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.program(words).stdin(Stdio::null()).output().unwrap()
    }

    /// With these lines on standard input, which then stays open; the exit code.
    pub fn typing(&self, lines: &str, words: &[&str]) -> i32 {
        let mut process = self.program(words).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut input = process.stdin.take().unwrap();
        input.write_all(lines.as_bytes()).unwrap();
        let code = process.wait().unwrap().code().unwrap();
        drop(input);
        code
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut program = chimera(&self.dir);
        program.env_remove("CHIMERA_TOKEN").args(words.iter().map(|word| if *word == "ID" { &self.id } else { *word }));
        if let Some(token) = &self.token {
            program.env("CHIMERA_TOKEN", token);
        }
        program
    }

    /// A path for a file of the test's own.
    pub fn file(&self, name: &str) -> String {
        self.dir.join(name).to_str().unwrap().to_owned()
    }

    pub fn id(&self) -> String {
        self.id.clone()
    }

    pub fn view(&self) -> Value {
        serde_json::from_str(&self.done(&["show", "ID", "--json"])).unwrap()
    }

    pub fn message(&self, at: usize) -> Value {
        self.view()["messages"][at].clone()
    }

    pub fn newest(&self) -> Value {
        self.view()["messages"].as_array().unwrap().last().unwrap().clone()
    }

    pub fn seat(&self, name: &str) -> Value {
        let view = self.view();
        let seats = view["participants"].as_array().unwrap();
        seats.iter().find(|seat| seat["name"] == name).unwrap()["id"].clone()
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        drop(self.folder.take());
    }
}
