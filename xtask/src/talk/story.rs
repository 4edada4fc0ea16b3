use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::failure::{Failure, Result};

/// What the events of one conversation add up to.
#[derive(Default)]
pub struct Story {
    names: BTreeMap<String, String>,
    messages: Vec<Message>,
    /// Classes of the errors with which attempts ended.
    failures: Vec<String>,
    /// What each answer took; none where nobody told.
    tokens: Vec<Option<Tokens>>,
    unreadable: Option<String>,
    exit: Option<i32>,
}

/// What was asked and what was said, as the model's server counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    pub input: u64,
    pub output: u64,
}

pub struct Message {
    participant: String,
    pub text: String,
}

impl Story {
    /// Takes one line of `chimera talk --json`; what it makes fit to be read comes back.
    pub fn hear(&mut self, line: &str) -> Option<String> {
        let Ok(item) = serde_json::from_str::<Value>(line) else {
            self.unreadable.get_or_insert_with(|| line.to_owned());
            return Some(line.to_owned());
        };
        let data = &item["data"];
        match item["event"].as_str() {
            Some("conversation.created") => {
                let participants = data["participants"].as_array().into_iter().flatten();
                self.names.extend(participants.map(|seat| (text(&seat["id"]), text(&seat["name"]))));
                None
            }
            // Beside the table sits a user, who may have shown a picture.
            Some("message.completed") if data["author"]["kind"] == "user" => None,
            Some("message.completed") => {
                let said = Message { participant: text(&data["author"]["participant"]), text: text(&data["text"]) };
                let name = self.names.get(&said.participant).map_or("somebody", String::as_str);
                let shown = format!("{name}: {}", said.text.trim());
                self.messages.push(said);
                Some(shown)
            }
            Some("attempt.ended") if data["outcome"]["class"].is_string() => {
                self.failures.push(text(&data["outcome"]["class"]));
                None
            }
            Some("attempt.ended") if data["outcome"]["outcome"] == "answered" => {
                self.tokens.push(tokens(&data["usage"]));
                None
            }
            // What went wrong, if anything did, is worth seeing.
            Some("fallback.switched" | "message.interrupted") => Some(line.to_owned()),
            // Deltas, attempts and turns: the completed messages hold all that is checked.
            _ => None,
        }
    }

    /// With which code the program ended.
    pub fn ended(&mut self, code: Option<i32>) {
        self.exit = code;
    }

    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub fn failures(&self) -> &[String] {
        &self.failures
    }

    pub fn tokens(&self) -> &[Option<Tokens>] {
        &self.tokens
    }

    /// Fails with a sentence unless three participants took all the turns with words.
    pub fn check(&self, turns: usize) -> Result<()> {
        let speakers: BTreeSet<&str> = self.messages.iter().map(|said| said.participant.as_str()).collect();
        let silent = self.messages.iter().filter(|said| said.text.trim().is_empty()).count();
        let complaint = if let Some(line) = &self.unreadable {
            format!("this line is not JSON: {line}")
        } else if self.exit != Some(0) {
            format!("`chimera talk` ended with {:?}, and attempts with {:?}", self.exit, self.failures)
        } else if self.messages.len() != turns {
            format!("{} messages were completed, not {turns}", self.messages.len())
        } else if silent > 0 {
            format!("{silent} messages hold no words")
        } else if speakers.len() != 3 || speakers.iter().any(|speaker| !self.names.contains_key(*speaker)) {
            format!("{} participants spoke, not the three at the table", speakers.len())
        } else {
            return Ok(());
        };
        Err(Failure::new(complaint))
    }
}

fn tokens(usage: &Value) -> Option<Tokens> {
    let is_estimated = usage["estimated"].as_bool().unwrap_or(false);
    let told = Tokens { input: usage["input_tokens"].as_u64()?, output: usage["output_tokens"].as_u64()? };
    (!is_estimated).then_some(told)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATED: &str = r#"{"type":"event","event":"conversation.created","data":{"participants":[
        {"id":"p1","name":"Sceptic"},{"id":"p2","name":"Poet"},{"id":"p3","name":"Engineer"}]}}"#;

    fn story(lines: &[(&str, &str)]) -> Story {
        let mut story = Story::default();
        story.hear(CREATED);
        story.ended(Some(0));
        for (participant, text) in lines {
            let author = serde_json::json!({"kind": "participant", "participant": participant});
            let data = serde_json::json!({"author": author, "text": text});
            let event = serde_json::json!({"type": "event", "event": "message.completed", "data": data});
            story.hear(&event.to_string());
        }
        story
    }

    #[test]
    fn a_talk_of_three_who_all_say_something_is_accepted() {
        let story = story(&[("p1", "One."), ("p2", "Two."), ("p3", "Three.")]);

        assert!(story.check(3).is_ok());
    }

    #[test]
    fn a_talk_of_two_is_not_taken_for_one_of_three() {
        let complaint = story(&[("p1", "One."), ("p2", "Two."), ("p1", "Three.")]).check(3).expect_err("two spoke");

        assert_eq!(complaint.to_string(), "2 participants spoke, not the three at the table");
    }

    #[test]
    fn what_is_shown_names_the_speaker() {
        let mut story = story(&[]);

        let shown =
            story.hear(r#"{"event":"message.completed","data":{"author":{"participant":"p2"},"text":" Two. "}}"#);

        assert_eq!(shown.as_deref(), Some("Poet: Two."));
    }

    #[test]
    fn a_talk_that_failed_is_not_accepted_and_tells_why() {
        let mut story = story(&[]);
        story.hear(r#"{"event":"attempt.ended","data":{"outcome":{"outcome":"failed","class":"unauthorized"}}}"#);
        story.ended(Some(3));

        assert_eq!(story.failures(), ["unauthorized"]);
        assert!(story.check(0).expect_err("it failed").to_string().contains("unauthorized"));
    }

    #[test]
    fn what_an_answer_took_is_what_was_told_and_no_estimate() {
        let mut story = story(&[]);
        for usage in [
            r#"{"input_tokens":12,"output_tokens":3,"estimated":false}"#,
            r#"{"input_tokens":12,"output_tokens":3,"estimated":true}"#,
            r#"{"input_tokens":12,"output_tokens":null}"#,
            "null",
        ] {
            story.hear(&format!(
                r#"{{"event":"attempt.ended","data":{{"outcome":{{"outcome":"answered"}},"usage":{usage}}}}}"#
            ));
        }

        assert_eq!(story.tokens(), [Some(Tokens { input: 12, output: 3 }), None, None, None]);
    }

    #[test]
    fn an_empty_message_is_no_message() {
        assert!(story(&[("p1", "One."), ("p2", " "), ("p3", "Three.")]).check(3).is_err());
    }
}
