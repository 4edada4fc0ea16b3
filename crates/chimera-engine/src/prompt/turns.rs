use chimera_core::{Finish, InterruptCause, Participant, PromptMessage, Role};

use super::comings::Notes;
use super::neutral::{neutral, without_control_tokens};
use super::window::{Tokens, Window, shortened};
use crate::names::{USER, clean};
use crate::{Conversation, Line};

/// The window as turns of two roles: it begins and ends with the user's, and no two neighbours have the same role.
pub fn messages(conversation: &Conversation, speaker: &Participant, size: Tokens) -> Vec<PromptMessage> {
    let window = Window::of(conversation, size);
    let names: Vec<String> = conversation.everybody().map(|other| clean(&other.name)).collect();

    let mut turns = Turns::default();
    if window.cut {
        turns.note("(What was said before this is left out.)");
    }
    let mut notes = Notes::of(conversation, speaker, &window);
    for line in &window.lines {
        notes.until(line.message, &mut turns);
        let whole = shortened(&line.text, size);
        let text = whole.as_deref().unwrap_or(&line.text);
        let ending = ending(line);
        if line.participant() == Some(speaker.id) {
            turns.own(&without_control_tokens(text));
            if let Some((_, own)) = ending {
                turns.note(own);
            }
        } else {
            let name = author(conversation, line);
            let ending = ending.map_or(String::new(), |(others, _)| format!(" {others}"));
            turns.others(format!("{name}: {}{ending}", neutral(text, &names)));
        }
    }
    notes.rest(&mut turns);
    if window.lines.is_empty() {
        turns.note("(Nobody has spoken yet. Open the conversation.)");
    }
    turns.finished()
}

/// How a line that is not whole is marked: for everybody else, and for its own speaker.
fn ending(line: &Line) -> Option<(&'static str, &'static str)> {
    if line.cause == Some(InterruptCause::Interjected) {
        return Some(("(interrupted by User)", "(User interrupted you here.)"));
    }
    if line.cause.is_some() {
        return Some(("(cut off)", "(You were cut off here.)"));
    }
    match line.finish? {
        Finish::Length => Some(("(cut off)", "(You were cut off here.)")),
        Finish::ContentFilter => Some(("(held back from here by a filter)", "(A filter held back your next words.)")),
        Finish::Refusal => Some(("(declined to go on)", "(You declined to go on.)")),
        Finish::Stop | Finish::Other => None,
    }
}

fn author(conversation: &Conversation, line: &Line) -> String {
    match line.participant() {
        None => USER.to_owned(),
        Some(id) => clean(conversation.present_or_left(id).map_or("", |participant| participant.name.as_str())),
    }
}

/// Turns as they are put together; neighbours of one role become one, with a blank line between them.
#[derive(Default)]
pub(super) struct Turns(Vec<PromptMessage>);

impl Turns {
    fn own(&mut self, text: &str) {
        if self.0.is_empty() {
            self.note("(You opened the conversation.)");
        }
        self.add(Role::Assistant, text.to_owned());
    }

    fn others(&mut self, line: String) {
        self.add(Role::User, line);
    }

    /// A word from us. It is in parentheses and has no speaker.
    pub(super) fn note(&mut self, note: &str) {
        self.add(Role::User, note.to_owned());
    }

    fn finished(mut self) -> Vec<PromptMessage> {
        if self.0.last().is_none_or(|last| last.role == Role::Assistant) {
            self.note("(Continue.)");
        }
        self.0
    }

    fn add(&mut self, role: Role, text: String) {
        match self.0.last_mut() {
            Some(last) if last.role == role => {
                last.text.push_str("\n\n");
                last.text.push_str(&text);
            }
            _ => self.0.push(PromptMessage { role, text }),
        }
    }
}
