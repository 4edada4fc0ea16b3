//! What a voice takes from the transcript: who spoke last, and a few words of theirs worth taking up.

use chimera_core::{PromptMessage, ReplyRequest, Role};

use super::dice::Dice;

/// The name under which the person at the table appears in a prompt.
const USER: &str = "User";

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Speaker<'a> {
    Participant(&'a str),
    User,
}

#[derive(Debug)]
pub(super) struct Heard<'a> {
    pub speaker: Speaker<'a>,
    pub text: String,
}

/// The last thing that somebody else said; none if nobody has spoken.
pub(super) fn last_said(request: &ReplyRequest) -> Option<Heard<'_>> {
    let last = request.messages.iter().rev().find(|message| message.role == Role::User)?;
    let names = request.scene.others.iter().map(String::as_str).chain([USER]);
    // A message merges what several others said; the last label in it is the last speaker's.
    let mut heard: Option<Heard<'_>> = None;
    for line in last.text.lines() {
        let label = names.clone().find_map(|name| Some((name, after_label(line, name)?)));
        match (label, &mut heard) {
            (Some((name, rest)), _) => {
                let speaker = if name == USER { Speaker::User } else { Speaker::Participant(name) };
                heard = Some(Heard { speaker, text: rest.to_owned() });
            }
            (None, Some(heard)) => {
                heard.text.push('\n');
                heard.text.push_str(line);
            }
            (None, None) => {}
        }
    }
    heard
}

/// Who said this line, and what, when it begins with one of these names or the user's.
pub(super) fn labelled(line: &str, names: &[String]) -> Option<(String, String)> {
    let mut names = names.iter().map(String::as_str).chain([USER]);
    names.find_map(|name| Some((name.to_owned(), after_label(line, name)?.to_owned())))
}

fn after_label<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let start = line.trim_start().trim_start_matches(['*', '[']);
    Some(start.strip_prefix(name)?.trim_start_matches(['*', ']']).strip_prefix(':')?.trim_start_matches(['*', ' ']))
}

/// Some words of a text that can stand between quotation marks, and have not stood there before.
pub(super) fn phrase(text: &str, transcript: &[PromptMessage], names: &[String], dice: &mut Dice) -> Option<String> {
    let prose = prose(text);
    // What is said to somebody by name is about the talk and not about its subject.
    let sentences = prose
        .split(['.', '?', '!', '…', '\n'])
        .filter(|sentence| !names.iter().any(|name| sentence.contains(name.as_str())));
    let candidates: Vec<&str> = sentences
        .flat_map(|sentence| sentence.split([',', ';', ':', '–', '—']))
        .map(bare)
        .filter(|clause| (4..=9).contains(&clause.split_whitespace().count()) && clause.chars().count() <= 70)
        .filter(|clause| !clause.contains(['“', '”', '"', '`', '>', '#', '|', '{', '(']) && stands_alone(clause))
        .filter(|clause| !is_quoted(clause, transcript))
        .collect();
    (!candidates.is_empty()).then(|| candidates[dice.below(candidates.len())].to_owned())
}

/// Also with the capital letter that a quotation at the start of a sentence gets.
fn is_quoted(clause: &str, transcript: &[PromptMessage]) -> bool {
    let without_first: String = clause.chars().skip(1).collect();
    transcript.iter().any(|message| message.text.contains(&format!("{without_first}”")))
}

/// The text without code, which reads badly in a sentence, and without marks of emphasis.
fn prose(text: &str) -> String {
    let outside_fences: Vec<&str> = text.split("```").step_by(2).collect();
    outside_fences.join("\n").replace(['*', '_'], "")
}

/// Without the list mark, the blanks, and the little words that tie a clause to the one before.
fn bare(clause: &str) -> &str {
    let ties =
        ["and ", "but ", "so ", "because ", "or ", "then ", "that ", "since ", "And ", "But ", "So ", "Or ", "Then "];
    let mut clause = clause.trim().trim_start_matches(['-', '•', ' ']).trim();
    while let Some(rest) = ties.iter().find_map(|tie| clause.strip_prefix(tie)) {
        clause = rest.trim();
    }
    clause
}

/// Whether a clause says something without the one before it; in other languages than English one cannot tell.
fn stands_alone(clause: &str) -> bool {
    #[rustfmt::skip]
    const LEANING: &[&str] = &[
        "is", "are", "was", "were", "do", "does", "did", "would", "could", "should", "can", "has", "have", "had", "of", "to", "for", "on", "in", "at",
        "by", "with", "than", "from", "as", "if", "when", "where", "which", "who", "whom", "whose", "what", "how", "why", "while", "until", "before",
        "after", "let", "not", "nor", "yet",
    ];
    let first = clause.split_whitespace().next().unwrap_or_default().to_lowercase();
    !LEANING.contains(&first.as_str()) && !clause.ends_with(" the") && !clause.ends_with(" a")
}

#[cfg(test)]
mod tests {
    use chimera_core::ImageBytes;

    use super::*;

    fn request(messages: &[(Role, &str)]) -> ReplyRequest {
        ReplyRequest {
            model: "poet".into(),
            system: String::new(),
            messages: messages.iter().map(|(role, text)| PromptMessage::new(*role, *text)).collect(),
            sampling: Default::default(),
            stop: Vec::new(),
            seed: None,
            images: ImageBytes::default(),
            scene: chimera_core::Scene { others: vec!["Ada".into(), "Bo Li".into()], ..Default::default() },
        }
    }

    #[test]
    fn the_last_of_several_merged_speakers_is_heard() {
        let both = request(&[(Role::User, "Ada: one\n\nBo Li: two\nand three"), (Role::Assistant, "mine")]);
        let heard = last_said(&both).unwrap();
        assert_eq!((heard.speaker, heard.text.as_str()), (Speaker::Participant("Bo Li"), "two\nand three"));

        let user = request(&[(Role::User, "Ada: one\n\nUser: what about me?")]);
        assert_eq!(last_said(&user).unwrap().speaker, Speaker::User);
    }

    #[test]
    fn a_prompt_without_a_speaker_was_said_by_nobody() {
        assert!(last_said(&request(&[(Role::User, "The topic: ships. Begin.")])).is_none());
        assert!(last_said(&request(&[])).is_none());
    }

    #[test]
    fn a_phrase_is_never_code_nor_quoted_twice() {
        let mut dice = Dice::new(1, &[]);
        let text =
            "Ada, you said “so it goes, my friend”. ```let x = 1; of a kind``` But the pipes matter more. And yes";
        assert_eq!(phrase(text, &[], &["Ada".into()], &mut dice).as_deref(), Some("the pipes matter more"));

        let quoted = [PromptMessage::new(Role::User, "I heard “the pipes matter more”")];
        assert_eq!(phrase(text, &quoted, &["Ada".into()], &mut dice), None);
    }
}
