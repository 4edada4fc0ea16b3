//! A talk of three personas through the terminal program, as a script would hold it, and what came of it.

mod story;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::process::{cargo, command, listen, must};
use crate::workspace;

pub use story::{Story, Tokens};

const TOPIC: &str = "Should a town keep its old bridge or build a new one?";

/// How to call the program, and where its history goes.
pub struct Table {
    program: PathBuf,
    data_dir: PathBuf,
    key: Option<String>,
    image: Option<PathBuf>,
}

impl Table {
    /// Builds the program. The history is the talk's own: it is nobody's memory.
    pub fn set(folder: &Path) -> Result<Self> {
        must(&mut cargo(&["build", "--bin", "chimera"]))?;
        let program = workspace::target()?.join("debug").join(workspace::executable("chimera"));
        Ok(Self { program, data_dir: folder.join("data"), key: None, image: None })
    }

    pub fn with_key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// With an image that everybody is shown.
    pub fn with_image(self, image: PathBuf) -> Self {
        Self { image: Some(image), ..self }
    }

    /// Three personas talk over this route. Each speaks in turn: the dice of the balanced policy could leave one out of
    /// so short a talk.
    pub fn talk(&self, route: &str, turns: usize) -> Result<Story> {
        println!("three personas talk through {route}");
        let mut chimera = self.command(route, turns);
        let mut story = Story::default();
        let status = listen(&mut chimera, |line| {
            if let Some(said) = story.hear(line) {
                println!("{said}");
            }
        })?;
        story.ended(status.code());
        Ok(story)
    }

    /// The same, and it must come to its end with all its words.
    pub fn talk_to_the_end(&self, route: &str, turns: usize) -> Result<Story> {
        let story = self.talk(route, turns)?;
        story.check(turns).map_err(|failure| Failure::new(format!("through {route}: {failure}")))?;
        Ok(story)
    }

    fn command(&self, route: &str, turns: usize) -> Command {
        let mut chimera = command(&self.program);
        chimera.args(["talk", "--route", route, "--topic", TOPIC, "--turns", &turns.to_string()]);
        // So small a model may never come to an end by itself, and does say the same thing twice: that is no fault here.
        chimera.args(["--policy", "round-robin", "--answer-tokens", "120", "--allow-loops", "--json"]);
        chimera.env("CHIMERA_DATA_DIR", &self.data_dir).env("CHIMERA_KEYRING", "memory");
        if let Some(image) = &self.image {
            chimera.arg("--image").arg(image);
        }
        if let Some(key) = &self.key {
            chimera.args(["--key-env", "CHIMERA_TALK_KEY"]).env("CHIMERA_TALK_KEY", key);
        }
        chimera
    }
}
