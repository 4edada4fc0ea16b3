use std::borrow::Cow;

use super::Said;

/// How thoughts begin and end where they are said aloud.
const TAGS: [(&str, &str); 7] = [
    // DeepSeek, Qwen, MiniMax, GLM and nearly all others; it is also what Groq sends unless it is told otherwise.
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    // Gemini, as OpenAI's protocol has it.
    ("<thought>", "</thought>"),
    ("<seed:think>", "</seed:think>"),
    // Kimi.
    ("◁think▷", "◁/think▷"),
    // Magistral.
    ("[THINK]", "[/THINK]"),
    // Gemma 4.
    ("<|channel>thought", "<channel|>"),
];

/// Parts thoughts from the answer where a server does not: there they stand at its head, between tags.
///
/// Only an answer that begins with such a tag has thoughts in it: what is said of tags later on are words. Where a model's
/// template has opened the tag, so that only its end comes, nothing tells thoughts from words before it is too late.
#[derive(Debug, Default, Clone)]
pub struct Aloud {
    place: Place,
    /// What may become a tag.
    held: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first word.
    #[default]
    Opening,
    Thoughts {
        end: &'static str,
    },
    /// Behind the thoughts, before the first word.
    Behind,
    Words,
}

impl Aloud {
    /// Takes what comes next in the place of the answer.
    pub fn hear<'t>(&mut self, text: impl Into<Cow<'t, str>>, said: &mut Said) {
        let text = text.into();
        if self.place == Place::Words || text.is_empty() {
            return said.text(text);
        }
        let text = if self.held.is_empty() { text } else { (std::mem::take(&mut self.held) + &text).into() };
        match self.place {
            Place::Opening => self.open(text, said),
            Place::Thoughts { end } => self.think(&text, end, said),
            Place::Behind => self.end_blanks(&text, said),
            Place::Words => said.text(text),
        }
    }

    /// Nothing more comes: what was held back is no tag.
    pub fn rest(&mut self, said: &mut Said) {
        let rest = std::mem::take(&mut self.held);
        match self.place {
            Place::Thoughts { .. } => said.reasoning(rest),
            Place::Opening | Place::Behind | Place::Words => said.text(rest),
        }
    }

    /// Whether anything has come but blanks.
    pub fn has_begun(&self) -> bool {
        self.place != Place::Opening || !self.held.is_empty()
    }

    fn open(&mut self, text: Cow<'_, str>, said: &mut Said) {
        let words = text.trim_start();
        let tag = TAGS.iter().find(|(begin, _)| words.starts_with(begin));
        if tag.is_none() && TAGS.iter().all(|(begin, _)| !begin.starts_with(words)) {
            self.place = Place::Words;
            return said.text(text);
        }
        said.text(&text[..text.len() - words.len()]);
        // What the next event means hangs on this one.
        said.only_this_once();
        match tag {
            Some((begin, end)) => self.think(&words[begin.len()..], end, said),
            None => words.clone_into(&mut self.held),
        }
    }

    fn think(&mut self, text: &str, end: &'static str, said: &mut Said) {
        let ends = text.find(end);
        let thought = match ends {
            Some(at) => &text[..at],
            None => {
                let may_end = (1..end.len()).rev().find(|length| text.as_bytes().ends_with(&end.as_bytes()[..*length]));
                &text[..text.len() - may_end.unwrap_or(0)]
            }
        };
        // Models that are told not to think send the tags with blanks between them.
        said.reasoning(if said.has_thought { thought } else { thought.trim_start() });
        match ends {
            Some(at) => self.end_blanks(&text[at + end.len()..], said),
            None => {
                self.place = Place::Thoughts { end };
                text[thought.len()..].clone_into(&mut self.held);
            }
        }
    }

    fn end_blanks(&mut self, text: &str, said: &mut Said) {
        let words = text.trim_start();
        self.place = if words.is_empty() { Place::Behind } else { Place::Words };
        said.text(words.to_owned());
    }
}
