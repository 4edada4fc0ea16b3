//! What a person types while others talk: a line is said, a line with a slash is an act.

use std::io::{BufRead, IsTerminal};

use chimera_app::{SayWhen, StopWhen};
use chimera_core::ConversationView;
use tokio::sync::mpsc;

use crate::act::Act;
use crate::args::Joining;
use crate::fault::{Fault, Result};
use crate::seats;

/// Typed ahead of what is carried out: whoever types more is made to wait by the pipe.
const LINES_AHEAD: usize = 16;

pub const HELP: &str = "\
A line is said when whoever speaks has finished. A line that begins with / is an act:
  /now TEXT            cut in: whoever speaks is interrupted
  /to NAME,NAME TEXT   whisper to these alone
  /nudge NAME          NAME speaks next
  /mute NAME  /unmute NAME
  /skip                on to the next speaker
  /skip NAME           only this one of those who answer together
  /pause  /resume      who speaks may finish; go on
  /stop  /end          end at once; end after this turn
  /leave               pause at once and go, as Ctrl-C does
  /help                this
";

/// Lines of standard input, read on a thread that ends with the program.
pub struct Typed(Option<mpsc::Receiver<String>>);

impl Typed {
    /// A person at a terminal types; of a pipe nothing is read unless it was asked for, and a program that reads JSON
    /// is no person.
    pub fn open(joining: &Joining, json: bool) -> Self {
        if !joining.input {
            if joining.no_input || json || !std::io::stdin().is_terminal() || !is_in_front() {
                return Self(None);
            }
            eprintln!("Type a line to say something, /help for what else you can do, Ctrl-C to pause and go.");
        }
        let (send, lines) = mpsc::channel(LINES_AHEAD);
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                if send.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Self(Some(lines))
    }

    /// Whether more may come.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// None once, when nothing more will come. Cancel-safe.
    pub async fn next(&mut self) -> Option<String> {
        let Some(lines) = &mut self.0 else { return std::future::pending().await };
        let line = lines.recv().await;
        if line.is_none() {
            self.0 = None;
        }
        line
    }
}

/// A program in the background of a shell that reads from the terminal is stopped by it.
#[cfg(unix)]
fn is_in_front() -> bool {
    rustix::termios::tcgetpgrp(std::io::stdin()).is_ok_and(|front| front == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_front() -> bool {
    true
}

#[derive(Debug, PartialEq)]
pub enum Line {
    Nothing,
    Act(Act),
    Help,
    Leave,
}

impl Line {
    pub fn read(line: &str, view: &ConversationView) -> Result<Self> {
        let line = line.trim();
        let Some(command) = line.strip_prefix('/') else {
            return Ok(if line.is_empty() { Line::Nothing } else { say(line, SayWhen::After, Vec::new()) });
        };
        let (word, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let rest = rest.trim();
        let participant = || seats::find(view, rest);
        Ok(match word {
            "now" => say(rest, SayWhen::Now, Vec::new()),
            "to" => {
                let (names, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                let names: Vec<String> = names.split(',').map(str::to_owned).collect();
                say(text.trim(), SayWhen::After, seats::find_all(view, &names)?)
            }
            "nudge" => Line::Act(Act::Nudge { participant: participant()? }),
            "mute" => Line::Act(Act::Mute { participant: participant()? }),
            "unmute" => Line::Act(Act::Unmute { participant: participant()? }),
            "skip" if rest.is_empty() => Line::Act(Act::Skip),
            "skip" => Line::Act(Act::SkipParticipant { participant: participant()? }),
            "pause" => Line::Act(Act::Pause),
            "resume" => Line::Act(Act::Resume),
            "stop" => Line::Act(Act::Stop { when: StopWhen::Now }),
            "end" => Line::Act(Act::Stop { when: StopWhen::AfterTurn }),
            "leave" => Line::Leave,
            "help" => Line::Help,
            _ => return Err(Fault::invalid("line", format!("there is no /{word}: /help lists what there is"))),
        })
    }
}

fn say(text: &str, when: SayWhen, to: Vec<chimera_core::ParticipantId>) -> Line {
    Line::Act(Act::say(text.into(), when, to, Vec::new()))
}
