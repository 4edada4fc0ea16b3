use std::collections::HashSet;

use chimera_core::{
    ConversationChange, ConversationId, EventKind, MAX_PARTICIPANTS, MAX_ROUTE_MODELS, MAX_TITLE_CHARS,
    MAX_TOPIC_CHARS, Moderator, NewConversation, NewModerator, Policy, STALL_SECONDS, SummaryRules, Timestamp,
};
use chimera_engine::name_key;

use super::participant::{Route, check_model, participant};
use super::{end_rules, line, random, text};
use crate::models::Connections;
use crate::{Error, Result};

pub(crate) struct Created {
    pub(crate) id: ConversationId,
    pub(crate) event: EventKind,
}

/// A title taken from a topic ends at a word before this many characters.
const TITLE_FROM_TOPIC_CHARS: usize = 60;

pub(crate) fn conversation(new: NewConversation, connections: &Connections, now: Timestamp) -> Result<Created> {
    let topic = text("topic", &new.topic, MAX_TOPIC_CHARS)?;
    let title = match new.title.as_deref().map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => line("title", title, MAX_TITLE_CHARS)?,
        None => title_of(&topic),
    };
    let stall_after_s = new.stall_after_s.filter(|seconds| *seconds > 0);
    check_stall(stall_after_s)?;
    if new.participants.is_empty() {
        return Err(Error::invalid("participants", "nobody is at the table: add at least one participant"));
    }
    if new.participants.len() > MAX_PARTICIPANTS {
        return Err(Error::invalid("participants", format!("a table seats at most {MAX_PARTICIPANTS} participants")));
    }
    let mut participants = Vec::new();
    let mut names = HashSet::new();
    for (seat, new) in new.participants.into_iter().enumerate() {
        let participant = participant(&format!("participants[{seat}]"), seat, new, Route::Needed, connections, now)?;
        if !names.insert(name_key(&participant.name)) {
            let message = format!("two participants are called {}: give each a name of its own", participant.name);
            return Err(Error::invalid(format!("participants[{seat}].name"), message));
        }
        participants.push(participant);
    }
    let names: Vec<&str> = participants.iter().map(|participant| participant.name.as_str()).collect();
    let end = end_rules(new.end, &names)?;
    let moderator = match new.moderator {
        Some(NewModerator::Seat { seat }) => {
            let seated = participants.get(seat as usize).ok_or_else(|| {
                Error::invalid("moderator.seat", format!("there is no seat {seat}: seats are counted from 0"))
            })?;
            Some(Moderator::Participant { participant: seated.id })
        }
        Some(NewModerator::Model { model }) => {
            check_model("moderator.model", &model, connections)?;
            Some(Moderator::Model { model })
        }
        None if new.policy == Policy::Moderator => {
            let message = "a moderated conversation needs a moderator: name one of its seats, or a model";
            return Err(Error::invalid("moderator", message));
        }
        None => None,
    };
    let seed = match new.seed {
        Some(seed) => seed,
        None => u32::from_be_bytes(random()?),
    };
    let summary = summary_rules(new.summary, connections)?;
    let (policy, fallback) = (new.policy, new.fallback);
    let event = EventKind::ConversationCreated {
        title,
        topic,
        participants,
        policy,
        end,
        fallback,
        seed,
        stall_after_s,
        moderator,
        summary,
    };
    Ok(Created { id: ConversationId::new(now, random()?), event })
}

/// `names` are those at the table, and those that its rules name already.
pub(crate) fn conversation_change(
    change: ConversationChange,
    names: &[&str],
    connections: &Connections,
) -> Result<ConversationChange> {
    let end = change.end.map(|end| end_rules(end, names)).transpose()?;
    if let Some(Moderator::Model { model }) = &change.moderator {
        check_model("moderator.model", model, connections)?;
    }
    // Zero takes the rule back.
    check_stall(change.stall_after_s.filter(|seconds| *seconds > 0))?;
    let summary = change.summary.map(|summary| summary_rules(summary, connections)).transpose()?;
    Ok(ConversationChange { end, summary, ..change })
}

pub(super) fn summary_rules(rules: SummaryRules, connections: &Connections) -> Result<SummaryRules> {
    if rules.route.len() > MAX_ROUTE_MODELS {
        return Err(Error::invalid("summary.route", format!("a route holds at most {MAX_ROUTE_MODELS} models")));
    }
    for (place, model) in rules.route.iter().enumerate() {
        check_model(&format!("summary.route[{place}]"), model, connections)?;
    }
    Ok(rules)
}

pub(super) fn check_stall(seconds: Option<u32>) -> Result<()> {
    match seconds {
        Some(seconds) if !STALL_SECONDS.contains(&seconds) => {
            let (least, most) = (STALL_SECONDS.start(), STALL_SECONDS.end());
            Err(Error::invalid("stall_after_s", format!("stall_after_s goes from {least} to {most} seconds")))
        }
        Some(_) | None => Ok(()),
    }
}

fn title_of(topic: &str) -> String {
    let line = topic.lines().next().unwrap_or(topic).trim();
    let plain: String = line.chars().filter(|c| !c.is_control()).collect();
    if plain.chars().count() <= TITLE_FROM_TOPIC_CHARS {
        return plain;
    }
    let cut: String = plain.chars().take(TITLE_FROM_TOPIC_CHARS).collect();
    let at_word = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(head, _)| head);
    format!("{at_word}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_of_the_topic_cut_at_a_word() {
        assert_eq!(title_of("Ships\nand more"), "Ships");
        let long = title_of(&"plank after plank ".repeat(20));
        assert!(long.ends_with("plank…") || long.ends_with("after…"), "{long}");
        assert!(long.chars().count() <= TITLE_FROM_TOPIC_CHARS + 1);
    }
}
