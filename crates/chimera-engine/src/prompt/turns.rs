use chimera_core::{Finish, InterruptCause, Participant, ParticipantId, PromptPart, PromptSource, Role};

use super::comings::Notes;
use super::neutral::{Speakers, neutral, without_control_tokens};
use super::pictures::{Pictures, Sight, with_labels};
use super::sheet::Piece;
use super::standing;
use super::tokens::{Tokens, shortened};
use super::window::Window;
use crate::names::{USER, clean};
use crate::{Conversation, Line, Summed};

/// The window as turns of two roles: it begins and ends with the user's.
pub fn talk(conversation: &Conversation, speaker: &Participant, size: Tokens, sight: Sight) -> Vec<Piece> {
    let pictures = Pictures::of(conversation, speaker.id, size, sight);
    let window = Window::of(conversation, speaker.id, size, &pictures);
    let names = Speakers::called(conversation.everybody().map(|other| other.name.as_str()));
    let table = Table { conversation, speaker, names, pictures };

    let mut turns = Turns::default();
    if let Some(summary) = window.summary {
        turns.others(table.summed_up(summary, size));
    }
    if !window.pinned.is_empty() {
        turns.note("(Said earlier, and pinned so that nobody forgets it:)");
    }
    for line in &window.pinned {
        table.tell(&mut turns, line, window.pin, Place::Pinned);
    }
    if window.gap {
        turns.note(match (window.summary, window.pinned.as_slice()) {
            (Some(_), _) => "(What was said between that and the following is left out.)",
            (None, []) => "(What was said before this is left out.)",
            (None, _) => "(What else was said before this is left out.)",
        });
    }
    let mut notes = Notes::of(conversation, speaker, &window, size);
    for line in &window.lines {
        notes.until(line.message, &mut turns);
        table.tell(&mut turns, line, size, Place::Window);
    }
    notes.rest(&mut turns);
    if window.lines.is_empty() {
        turns.note("(Nobody has spoken yet. Open the conversation.)");
    }
    if conversation.closing.is_some() {
        turns.note("(This is the closing round: everybody speaks once more, briefly. Say your last word.)");
    }
    if conversation.round_of(speaker.id).is_some() {
        turns.note(
            "(Everybody answers this at the same time, and nobody sees what another answers. Answer it yourself.)",
        );
    }
    turns.finished()
}

/// Where in the prompt a line stands.
#[derive(Clone, Copy)]
enum Place {
    Pinned,
    Window,
}

/// What frames words that are quoted; in them it would be their end.
const QUOTE: &str = "\"\"\"";

/// What is to be summed up: the summary so far, and the lines that have to be added to it.
pub fn retold(
    conversation: &Conversation,
    onlooker: &Participant,
    before: Option<&Summed>,
    lines: &[&Line],
    size: Tokens,
) -> Vec<Piece> {
    let names = Speakers::called(conversation.everybody().map(|other| other.name.as_str()));
    // Labels tell enough of what was shown.
    let pictures = Pictures::of(conversation, onlooker.id, size, Sight::Blind);
    let table = Table { conversation, speaker: onlooker, names, pictures };
    let mut turns = Turns::default();
    if let Some(before) = before {
        turns.others(table.summed_up(before, size));
    }
    for line in lines {
        table.tell(&mut turns, line, size, Place::Window);
    }
    turns.0
}

/// Whose eyes the talk is seen with.
struct Table<'c> {
    conversation: &'c Conversation,
    speaker: &'c Participant,
    names: Speakers,
    pictures: Pictures,
}

impl Table<'_> {
    fn tell(&self, turns: &mut Turns, line: &Line, size: Tokens, place: Place) {
        let whole = shortened(&line.text, size);
        let text = whole.as_deref().unwrap_or(&line.text);
        let ending = ending(line);
        let own = line.participant() == Some(self.speaker.id);
        let (source, part) = match place {
            Place::Pinned => (PromptSource::Pinned { message: line.message }, PromptPart::Pinned),
            Place::Window => (PromptSource::Message { message: line.message }, part(line, own)),
        };
        if own {
            let text = without_control_tokens(text).into_owned();
            turns.own(Piece { role: Role::Assistant, part, source, text, images: Vec::new() });
            if let Some((_, own)) = ending {
                turns.note(own);
            }
        } else {
            let name = author(self.conversation, line);
            let privately = self.privately(line);
            let ending = ending.map_or(String::new(), |(others, _)| format!(" {others}"));
            let words = with_labels(&neutral(text, &self.names), &line.images);
            let text = format!("{name}{privately}: {words}{ending}");
            turns.others(Piece { role: Role::User, part, source, text, images: self.pictures.of_line(line) });
        }
    }

    /// A summary is another's words: it is quoted like all talk, and no line of it can pose as somebody's.
    fn summed_up(&self, summary: &Summed, size: Tokens) -> Piece {
        let text = format!("(What was said before this, summed up:)\n\n{}", self.quoted(summary, size));
        let source = PromptSource::Summary { summary: summary.id };
        Piece { role: Role::User, part: PromptPart::Summary, source, text, images: Vec::new() }
    }

    fn quoted(&self, summary: &Summed, size: Tokens) -> String {
        let whole = shortened(&summary.text, standing::largest(size));
        let text = whole.as_deref().unwrap_or(&summary.text).replace(QUOTE, "\u{201d}");
        let text = neutral(&format!("{QUOTE}\n{text}"), &self.names).into_owned();
        format!("{text}\n{QUOTE}")
    }

    /// How a whisper is marked, so that its reader knows who else has heard it.
    fn privately(&self, line: &Line) -> String {
        let Some(audience) = &line.audience else { return String::new() };
        let with: Vec<String> = audience
            .iter()
            .filter(|other| **other != self.speaker.id)
            .map(|other| name_of(self.conversation, *other))
            .collect();
        match with.as_slice() {
            [] => " (whispering to you alone)".to_owned(),
            _ => format!(" (whispering to you and {})", with.join(", ")),
        }
    }
}

fn part(line: &Line, own: bool) -> PromptPart {
    match (own, &line.audience) {
        (true, _) => PromptPart::Own,
        (false, Some(_)) => PromptPart::Whispers,
        (false, None) => PromptPart::Others,
    }
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

pub(super) fn author(conversation: &Conversation, line: &Line) -> String {
    line.participant().map_or_else(|| USER.to_owned(), |id| name_of(conversation, id))
}

fn name_of(conversation: &Conversation, id: ParticipantId) -> String {
    clean(conversation.present_or_left(id).map_or("", |participant| participant.name.as_str()))
}

/// The talk as it is put together.
#[derive(Default)]
pub(super) struct Turns(Vec<Piece>);

impl Turns {
    fn own(&mut self, piece: Piece) {
        if self.0.is_empty() {
            self.note("(You opened the conversation.)");
        }
        self.0.push(piece);
    }

    fn others(&mut self, piece: Piece) {
        self.0.push(piece);
    }

    pub(super) fn note(&mut self, note: &str) {
        self.0.push(Piece::note(note));
    }

    fn finished(mut self) -> Vec<Piece> {
        if self.0.last().is_none_or(|last| last.role == Role::Assistant) {
            self.note("(Continue.)");
        }
        self.0
    }
}
