use std::collections::HashSet;

use chimera_core::{
    ConversationId, EventKind, MAX_INSTRUCTIONS_CHARS, MAX_MODEL_CHARS, MAX_NAME_CHARS, MAX_PARTICIPANTS,
    MAX_ROUTE_MODELS, MAX_TITLE_CHARS, MAX_TOPIC_CHARS, MAX_TURNS, ModelRef, NewConversation, NewParticipant,
    Participant, ParticipantId, PersonaRef, Sampling, Timestamp,
};

use super::{at_most, line, text};
use crate::models::Connections;
use crate::{Error, ErrorCode, Result, personas};

pub(crate) struct Created {
    pub(crate) id: ConversationId,
    pub(crate) event: EventKind,
}

/// A title taken from a topic ends at a word before this many characters.
const TITLE_FROM_TOPIC_CHARS: usize = 60;
/// Names no participant may bear: they mean the user or nobody in particular.
const RESERVED: [&str; 5] = ["you", "user", "system", "everyone", "all"];
/// Far apart on the wheel and told apart by most colour-blind eyes; given to seats that bring no hue.
const HUES: [u16; 10] = [20, 180, 250, 80, 320, 150, 285, 48, 215, 118];

pub(crate) fn conversation(new: NewConversation, connections: &Connections, now: Timestamp) -> Result<Created> {
    let topic = text("topic", &new.topic, MAX_TOPIC_CHARS)?;
    let title = match new.title.as_deref().map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => line("title", title, MAX_TITLE_CHARS)?,
        None => title_of(&topic),
    };
    if let Some(turns) = new.end.turns.filter(|turns| !(1..=MAX_TURNS).contains(turns)) {
        return Err(Error::invalid(
            "end.turns",
            format!("end.turns is {turns}: choose 1 to {MAX_TURNS}, or leave it out"),
        ));
    }
    if new.participants.is_empty() {
        return Err(Error::invalid("participants", "nobody is at the table: add at least one participant"));
    }
    if new.participants.len() > MAX_PARTICIPANTS {
        return Err(Error::invalid("participants", format!("a table seats at most {MAX_PARTICIPANTS} participants")));
    }
    let mut participants = Vec::new();
    let mut names = HashSet::new();
    for (seat, new) in new.participants.into_iter().enumerate() {
        let participant = participant(seat, new, connections, now)?;
        if !names.insert(participant.name.to_lowercase()) {
            let message = format!("two participants are called {}: give each a name of its own", participant.name);
            return Err(Error::invalid(format!("participants[{seat}].name"), message));
        }
        participants.push(participant);
    }
    let seed = match new.seed {
        Some(seed) => seed,
        None => u32::from_be_bytes(random()?),
    };
    let event = EventKind::ConversationCreated { title, topic, participants, policy: new.policy, end: new.end, seed };
    Ok(Created { id: ConversationId::new(now, random()?), event })
}

fn participant(seat: usize, new: NewParticipant, connections: &Connections, now: Timestamp) -> Result<Participant> {
    let at = |field: &str| format!("participants[{seat}].{field}");
    let persona = match &new.persona {
        Some(id) => Some(personas::find(id).ok_or_else(|| {
            Error::new(ErrorCode::PersonaNotFound, format!("there is no persona `{id}`")).on(at("persona"))
        })?),
        None => None,
    };
    let Some(name) = new.name.or_else(|| persona.as_ref().map(|persona| persona.name.clone())) else {
        return Err(Error::invalid(at("name"), "a participant needs a name, or a persona to take it from"));
    };
    let name = line(&at("name"), &name, MAX_NAME_CHARS)?;
    if RESERVED.contains(&name.to_lowercase().as_str()) {
        return Err(Error::invalid(
            at("name"),
            format!("`{name}` means somebody else at the table: choose another name"),
        ));
    }
    if name.chars().any(|c| matches!(c, ':' | '@' | '<' | '>' | '[' | ']')) {
        return Err(Error::invalid(at("name"), "a name may not contain : @ < > [ or ], which lead lines and mentions"));
    }
    let instructions =
        new.instructions.or_else(|| persona.as_ref().map(|persona| persona.instructions.clone())).unwrap_or_default();
    at_most(&at("instructions"), &instructions, MAX_INSTRUCTIONS_CHARS)?;
    let talkativeness =
        new.talkativeness.or_else(|| persona.as_ref().map(|persona| persona.talkativeness)).unwrap_or(0.5);
    if !(0.0..=1.0).contains(&talkativeness) {
        return Err(Error::invalid(at("talkativeness"), "talkativeness goes from 0 (only when asked) to 1"));
    }
    let hue = new.hue.or_else(|| persona.as_ref().map(|persona| persona.hue)).unwrap_or(HUES[seat % HUES.len()]);
    if hue > 359 {
        return Err(Error::invalid(at("hue"), "a hue goes from 0 to 359 degrees"));
    }
    check_route(&at("route"), &new.route, connections)?;
    check_sampling(&at("sampling"), &new.sampling)?;
    Ok(Participant {
        id: ParticipantId::new(now, random()?),
        name,
        hue,
        persona: persona.map(|persona| PersonaRef { id: persona.id, version: persona.version }),
        instructions,
        talkativeness,
        route: new.route,
        sampling: new.sampling,
        muted: false,
    })
}

fn check_route(field: &str, route: &[ModelRef], connections: &Connections) -> Result<()> {
    if route.is_empty() {
        return Err(Error::invalid(field, "a participant needs a route: name at least one model to ask"));
    }
    if route.len() > MAX_ROUTE_MODELS {
        return Err(Error::invalid(field, format!("a route holds at most {MAX_ROUTE_MODELS} models")));
    }
    for (place, model) in route.iter().enumerate() {
        if connections.get(&model.connection).is_none() {
            let message = format!("there is no connection `{}`: add it first", model.connection);
            return Err(Error::new(ErrorCode::ConnectionNotFound, message).on(format!("{field}[{place}].connection")));
        }
        line(&format!("{field}[{place}].model"), &model.model, MAX_MODEL_CHARS)?;
    }
    Ok(())
}

fn check_sampling(field: &str, sampling: &Sampling) -> Result<()> {
    if sampling.temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
        return Err(Error::invalid(format!("{field}.temperature"), "temperature goes from 0 to 2"));
    }
    if sampling.max_output_tokens == Some(0) {
        return Err(Error::invalid(format!("{field}.max_output_tokens"), "max_output_tokens must be at least 1"));
    }
    Ok(())
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

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::new(ErrorCode::Storage, format!("the system gave no random numbers: {error}")))?;
    Ok(bytes)
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
