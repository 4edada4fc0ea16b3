use chimera_core::ReplyRequest;

use super::dice::Dice;
use super::heard::{self, Speaker};
use super::topic::Topic;
use super::voice::Voice;

/// What the voice says next: an answer to what was said last, a thought of its own, and perhaps a word to somebody.
///
/// What it has said already it leaves out, and repeats itself only when there is nothing else left.
pub(super) fn compose(voice: &Voice, request: &ReplyRequest) -> String {
    let stage = Stage::look(voice, request);
    let heard = heard::last_said(request);
    let (answer, thought) = match heard.as_ref().map(|heard| &heard.speaker) {
        None => (stage.pick("openings", voice.openings), None),
        Some(Speaker::User) => (stage.pick("answers", voice.answers), stage.thought()),
        Some(Speaker::Participant(_)) => (stage.pick("reactions", voice.reactions), stage.thought()),
    };
    let turn = request.scene.turns_taken.to_string();
    let hands_on = stage.dice(&["hand on?", &turn]).below(100) < voice.hands_on;
    let has_little_to_say = heard.is_some() && thought.is_none();
    let handover = (hands_on || has_little_to_say).then(|| stage.pick("handovers", voice.handovers)).flatten();

    let said = join([answer, thought, handover].into_iter().flatten());
    if said.is_empty() { stage.again("thoughts", voice.thoughts) } else { said }
}

/// Lists and code stand on their own lines; sentences run on.
fn join(parts: impl Iterator<Item = String>) -> String {
    parts.fold(String::new(), |mut text, part| {
        let apart = text.contains('\n') || part.contains('\n');
        if !text.is_empty() {
            text.push_str(if apart { "\n\n" } else { " " });
        }
        text + &part
    })
}

/// Everything that pieces are chosen by and filled with.
struct Stage<'a> {
    voice: &'a Voice,
    request: &'a ReplyRequest,
    topic: Topic,
    filling: [(&'static str, Option<String>); 5],
}

impl<'a> Stage<'a> {
    fn look(voice: &'a Voice, request: &'a ReplyRequest) -> Self {
        let scene = &request.scene;
        let topic = Topic::of(&scene.topic);
        let heard = heard::last_said(request);
        let name = match heard.as_ref().map(|heard| &heard.speaker) {
            Some(Speaker::Participant(name)) => Some((*name).to_owned()),
            Some(Speaker::User) | None => None,
        };
        let mut dice = Dice::new(request.seed.unwrap_or(0), &["stage", &scene.speaker, &scene.turns_taken.to_string()]);
        let mut names = scene.others.clone();
        names.push(scene.speaker.clone());
        let quote = heard.and_then(|heard| heard::phrase(&heard.text, &request.messages, &names, &mut dice));
        // Whoever spoke last has been spoken to already, if there is anybody else.
        let mut candidates: Vec<&String> = scene.others.iter().filter(|other| Some(*other) != name.as_ref()).collect();
        if candidates.is_empty() {
            candidates = scene.others.iter().collect();
        }
        let other = (!candidates.is_empty()).then(|| candidates[dice.below(candidates.len())].clone());
        let filling = [
            ("{topic}", topic.name.clone()),
            ("{key}", topic.key.clone()),
            ("{quote}", quote),
            ("{name}", name),
            ("{other}", other),
        ];
        Self { voice, request, topic, filling }
    }

    fn dice(&self, words: &[&str]) -> Dice {
        let who = [self.voice.id, &self.request.scene.speaker];
        Dice::new(self.request.seed.unwrap_or(0), &[&who[..], words].concat())
    }

    fn thought(&self) -> Option<String> {
        let is_topic = |word: &&str| self.topic.mentions(word);
        let prepared = self.voice.prepared.iter().find(|prepared| prepared.words.iter().all(is_topic));
        let fitting = prepared.and_then(|prepared| self.pick("prepared", prepared.thoughts));
        fitting.or_else(|| self.pick("thoughts", self.voice.thoughts))
    }

    /// A piece that has not been said in this conversation, as far as one can see back.
    fn pick(&self, pool: &str, pieces: &[&str]) -> Option<String> {
        let is_said = |piece: &str| {
            let mark = telling(piece);
            self.request.messages.iter().any(|message| message.text.contains(mark))
        };
        self.usable(pool, pieces).find(|piece| !is_said(piece)).map(|piece| self.fill(piece))
    }

    /// The next in order, said or not.
    fn again(&self, pool: &str, pieces: &[&str]) -> String {
        self.usable(pool, pieces).next().map(|piece| self.fill(piece)).unwrap_or_default()
    }

    /// The pieces that can be filled, from this turn's place in the speaker's own order of them.
    fn usable<'p>(&self, pool: &str, pieces: &'p [&'p str]) -> impl Iterator<Item = &'p str> {
        let mut order = self.dice(&[pool]).order(pieces.len());
        let turn = usize::try_from(self.request.scene.turns_taken).unwrap_or(0);
        order.rotate_left(turn % pieces.len().max(1));
        let missing: Vec<_> = self.filling.iter().filter(|(_, value)| value.is_none()).map(|(mark, _)| *mark).collect();
        let is_usable = move |piece: &&str| !missing.iter().any(|mark| piece.contains(mark));
        order.into_iter().map(|at| pieces[at]).filter(is_usable)
    }

    fn fill(&self, piece: &str) -> String {
        let filled = self.filling.iter().fold(piece.to_owned(), |text, (mark, value)| match value {
            Some(value) => text.replace(mark, value),
            None => text,
        });
        capitalized(filled)
    }
}

/// With a capital letter where a sentence begins with a quotation.
fn capitalized(text: String) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some('“'), Some(first)) => ['“'].into_iter().chain(first.to_uppercase()).chain(letters).collect(),
        _ => text,
    }
}

/// The longest stretch of a piece that stays the same whatever it is filled with.
fn telling(piece: &str) -> &str {
    piece.split(['{', '}']).step_by(2).max_by_key(|stretch| stretch.len()).unwrap_or(piece)
}
