use std::process::ExitCode;

use crate::display;
use crate::failure::{Failure, Result};
use crate::process::{cargo, command, must, say, status};
use crate::setup::{self, Purpose};
use crate::{ui, workspace};

/// The three voices and the topic of the window's demo.
const TALK: &[&str] = &[
    "talk",
    "--demo",
    "--topic",
    "If every plank of a ship is replaced over ten years, is it still the same ship?",
    "--turns",
    "6",
];

/// What `cargo xtask run` was asked for.
#[derive(Debug, Default, PartialEq)]
pub struct Wish {
    profile: Profile,
    /// For Chimera itself, given after `--`.
    args: Vec<String>,
}

#[derive(Debug, Default, PartialEq, Clone, Copy)]
enum Profile {
    #[default]
    Debug,
    Release,
}

impl Wish {
    pub fn read(words: &[String]) -> Result<Wish> {
        let mut wish = Wish::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--release" => wish.profile = Profile::Release,
                "--" => wish.args = words.by_ref().cloned().collect(),
                other => {
                    return Err(Failure::new(format!(
                        "run does not know `{other}`; words for Chimera itself follow `--`"
                    )));
                }
            }
        }
        Ok(wish)
    }
}

pub fn run(wish: &Wish) -> Result<ExitCode> {
    if display::is_there() { open_window(wish) } else { talk_in_terminal(wish) }
}

fn open_window(wish: &Wish) -> Result<ExitCode> {
    setup::machine(Purpose::Window)?;
    ui::page()?;
    say("building Chimera (the first time takes several minutes: it compiles Tauri and SQLite)");
    build("chimera-desktop", wish.profile)?;
    say("opening the window");
    start("chimera-desktop", wish.profile, wish.args.iter().map(String::as_str))
}

fn talk_in_terminal(wish: &Wish) -> Result<ExitCode> {
    say("there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open:");
    say("holding the demo conversation in this terminal instead");
    setup::machine(Purpose::Terminal)?;
    build("chimera", wish.profile)?;
    start("chimera", wish.profile, TALK.iter().copied().chain(wish.args.iter().map(String::as_str)))
}

/// Built among all default members, so that what one command compiled serves the others.
fn build(binary: &str, profile: Profile) -> Result<()> {
    let mut build = cargo(&["build", "--bin", binary]);
    if profile == Profile::Release {
        build.arg("--release");
    }
    must(&mut build)
}

fn start<'a>(binary: &str, profile: Profile, args: impl Iterator<Item = &'a str>) -> Result<ExitCode> {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    let program = workspace::target()?.join(folder).join(workspace::executable(binary));
    let status = status(command(program).args(args))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Wish> {
        Wish::read(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn words_after_two_dashes_go_to_chimera() {
        let wish = read(&["--release", "--", "--release", "x"]).expect("both words are known");

        assert_eq!(wish, Wish { profile: Profile::Release, args: vec!["--release".into(), "x".into()] });
    }

    #[test]
    fn a_word_that_run_does_not_know_is_refused() {
        let refusal = read(&["--relase"]).expect_err("a typing mistake must not build the wrong thing");

        assert!(refusal.to_string().contains("--relase"));
    }
}
