//! What a voice answers that is asked something beside the talk. It understands nothing of it: it counts and collects, and
//! says so.

use std::collections::BTreeMap;

use chimera_core::{AttemptPurpose, ReplyRequest, Role};
use serde_json::json;

use super::heard::labelled;

/// Of each speaker's newest words.
const MAX_QUOTE_CHARS: usize = 160;

/// None when it is to take a turn.
pub(super) fn answer(request: &ReplyRequest) -> Option<String> {
    match request.scene.purpose {
        AttemptPurpose::Speak => None,
        AttemptPurpose::Choose => Some(choose(request)),
        AttemptPurpose::Summarise => Some(collect(request)),
    }
}

/// Whoever has not been heard for the longest time.
fn choose(request: &ReplyRequest) -> String {
    let lines = spoken(request);
    let newest = |name: &&String| lines.iter().rposition(|(speaker, _)| speaker == *name);
    match request.scene.others.iter().min_by_key(newest) {
        Some(next) => json!({ "next": next, "why": "has been silent for the longest time" }).to_string(),
        None => String::new(),
    }
}

/// The first sentence of the newest words of everybody, in the order in which they came in.
fn collect(request: &ReplyRequest) -> String {
    let mut newest: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    let lines = spoken(request);
    for (place, (speaker, words)) in lines.iter().enumerate() {
        let first = newest.get(speaker.as_str()).map_or(place, |(first, _)| *first);
        newest.insert(speaker, (first, words));
    }
    let mut speakers: Vec<_> = newest.into_iter().collect();
    speakers.sort_by_key(|(_, (first, _))| *first);
    let said = speakers.iter().map(|(speaker, (_, words))| format!("{speaker} said last: “{}”", first_sentence(words)));
    let said: Vec<_> = said.collect();
    format!("Collected by an authored voice, which understands nothing. {}", said.join(" "))
}

/// Every line that bears a speaker's name, with it.
fn spoken(request: &ReplyRequest) -> Vec<(String, String)> {
    let heard = request.messages.iter().filter(|message| message.role == Role::User);
    let lines = heard.flat_map(|message| message.text.lines());
    lines.filter_map(|line| labelled(line, &request.scene.others)).collect()
}

fn first_sentence(words: &str) -> String {
    let end = words.find(['.', '?', '!', '…']).map_or(words.len(), |at| words.ceil_char_boundary(at + 1));
    words[..end].chars().filter(|c| !matches!(c, '“' | '”')).take(MAX_QUOTE_CHARS).collect()
}
