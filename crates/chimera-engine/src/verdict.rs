//! What a moderator answered, read with goodwill: the JSON that was asked for, JSON in a fence or among other words, or
//! just a name.

use chimera_core::{Participant, ParticipantId};
use serde::Deserialize;

use crate::names::{Names, key};

#[derive(Deserialize)]
struct Verdict {
    next: String,
    #[serde(default)]
    why: Option<String>,
}

/// Characters of a reason that are kept: it is a model's word, shown beside the turn.
const MAX_WHY_CHARS: usize = 240;
/// Places at which an object may begin: a flood of braces is no answer.
const MAX_STARTS: usize = 8;

/// Who is meant, and why, in the moderator's words. None when it is nobody of these, or more than one.
pub fn read(answer: &str, candidates: &[Participant]) -> Option<(ParticipantId, Option<String>)> {
    let named = |name: &str| {
        let name = key(name);
        candidates.iter().find(|candidate| key(&candidate.name) == name).map(|candidate| candidate.id)
    };
    if let Some(verdict) = json(answer) {
        return named(&verdict.next).map(|next| (next, verdict.why.and_then(|why| one_line(&why))));
    }
    if let Some(next) = named(answer) {
        return Some((next, None));
    }
    let mentions = Names::of(candidates).mentions(answer);
    let first = mentions.first()?.participant;
    mentions.iter().all(|mention| mention.participant == first).then_some((first, None))
}

/// The first object that is of the form, wherever it stands.
fn json(answer: &str) -> Option<Verdict> {
    let starts = answer.match_indices('{').map(|(start, _)| start).take(MAX_STARTS);
    let mut objects =
        starts.map(|start| serde_json::Deserializer::from_str(&answer[start..]).into_iter::<Verdict>().next());
    objects.find_map(|object| object?.ok())
}

fn one_line(why: &str) -> Option<String> {
    let plain: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_WHY_CHARS).collect();
    Some(plain.trim().to_owned()).filter(|why| !why.is_empty())
}

#[cfg(test)]
mod tests {
    use chimera_core::{Sampling, Timestamp};

    use super::*;

    fn read_of(answer: &str) -> Option<(usize, Option<String>)> {
        let seat = |(seat, name): (usize, &str)| Participant {
            id: ParticipantId::new(Timestamp::from_millis(0), [seat as u8; 10]),
            name: name.to_owned(),
            hue: 0,
            persona: None,
            instructions: String::new(),
            talkativeness: 0.5,
            route: Vec::new(),
            sampling: Sampling::default(),
            muted: false,
        };
        let table: Vec<_> = ["Ada", "Ada Lovelace", "Ben"].into_iter().enumerate().map(seat).collect();
        let place = |id| table.iter().position(|seat| seat.id == id).unwrap();
        read(answer, &table).map(|(id, why)| (place(id), why))
    }

    #[test]
    fn what_was_asked_for_is_read_in_any_wrapping() {
        let why = Some("he was asked".to_owned());
        for answer in [
            r#"{"next": "Ben", "why": "he was asked"}"#,
            "```json\n{\"next\": \"ben\", \"why\": \"he was asked\"}\n```",
            "Let me think {about it}.\n{\"why\":\"he was asked\",\"next\":\"@Ben\"} That is all.",
        ] {
            assert_eq!(read_of(answer), Some((2, why.clone())), "{answer}");
        }
        assert_eq!(read_of(r#"{"next":"Ada Lovelace"}"#), Some((1, None)));
    }

    #[test]
    fn a_bare_name_is_enough() {
        for answer in ["Ben", "**Ben**", " @ben.\n", "I think Ben should speak, because Ben was asked."] {
            assert_eq!(read_of(answer), Some((2, None)), "{answer}");
        }
        assert_eq!(read_of("Ada Lovelace, please."), Some((1, None)));
    }

    #[test]
    fn nobody_and_more_than_one_are_no_answer() {
        for answer in ["", "Cleo", r#"{"next": "Cleo"}"#, "Ada or Ben", r#"{"next": null}"#, "{{{{{{{{{{{{"] {
            assert_eq!(read_of(answer), None, "{answer}");
        }
    }

    #[test]
    fn a_reason_is_one_short_line() {
        let answer = format!(r#"{{"next": "Ben", "why": "{}\u001b[2J\nx"}}"#, "y".repeat(500));

        let (_, why) = read_of(&answer).unwrap();

        assert!(why.is_some_and(|why| why.chars().count() == MAX_WHY_CHARS && !why.contains(char::is_control)));
    }
}
