use chimera_core::{
    MAX_INSTRUCTIONS_CHARS, MAX_MODEL_CHARS, MAX_NAME_CHARS, MAX_ROUTE_MODELS, ModelRef, NewParticipant, Participant,
    ParticipantChange, ParticipantId, PersonaRef, Sampling, Timestamp,
};
use chimera_engine::{is_name, name_key};

use super::{at_most, line, random};
use crate::models::Connections;
use crate::{Error, ErrorCode, Result, personas};

/// Names no participant may bear: they mean the user or nobody in particular.
const RESERVED: [&str; 5] = ["you", "user", "system", "everyone", "all"];
/// Far apart on the wheel and told apart by most colour-blind eyes; given to seats that bring no hue.
const HUES: [u16; 10] = [20, 180, 250, 80, 320, 150, 285, 48, 215, 118];

/// Whether it must be known now which models a seat asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Needed,
    MayWait,
}

/// One seat; `path` is where it stands in what the client wrote.
pub(super) fn participant(
    path: &str,
    seat: usize,
    new: NewParticipant,
    route: Route,
    connections: &Connections,
    now: Timestamp,
) -> Result<Participant> {
    let at = |field: &str| format!("{path}.{field}");
    let persona = match &new.persona {
        Some(id) => Some(personas::find(id).ok_or_else(|| {
            Error::new(ErrorCode::PersonaNotFound, format!("there is no persona `{id}`")).on(at("persona"))
        })?),
        None => None,
    };
    let Some(name) = new.name.or_else(|| persona.as_ref().map(|persona| persona.name.clone())) else {
        return Err(Error::invalid(at("name"), "a participant needs a name, or a persona to take it from"));
    };
    let name = check_name(&at("name"), &name)?;
    let instructions =
        new.instructions.or_else(|| persona.as_ref().map(|persona| persona.instructions.clone())).unwrap_or_default();
    at_most(&at("instructions"), &instructions, MAX_INSTRUCTIONS_CHARS)?;
    let talkativeness =
        new.talkativeness.or_else(|| persona.as_ref().map(|persona| persona.talkativeness)).unwrap_or(0.5);
    check_talkativeness(&at("talkativeness"), talkativeness)?;
    let hue = new.hue.or_else(|| persona.as_ref().map(|persona| persona.hue)).unwrap_or(HUES[seat % HUES.len()]);
    check_hue(&at("hue"), hue)?;
    match route {
        Route::MayWait if new.route.is_empty() => {}
        Route::MayWait | Route::Needed => check_route(&at("route"), &new.route, connections)?,
    }
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

/// Somebody who sits down at a table where so many seats are taken.
pub(crate) fn newcomer(
    new: NewParticipant,
    taken: usize,
    connections: &Connections,
    now: Timestamp,
) -> Result<Participant> {
    participant("participant", taken, new, Route::Needed, connections, now)
}

/// What is new about a participant, made fit where it only has blanks around it.
pub(crate) fn participant_change(
    mut change: ParticipantChange,
    connections: &Connections,
) -> Result<ParticipantChange> {
    if let Some(name) = &mut change.name {
        *name = check_name("change.name", name)?;
    }
    if let Some(hue) = change.hue {
        check_hue("change.hue", hue)?;
    }
    if let Some(instructions) = &change.instructions {
        at_most("change.instructions", instructions, MAX_INSTRUCTIONS_CHARS)?;
    }
    if let Some(talkativeness) = change.talkativeness {
        check_talkativeness("change.talkativeness", talkativeness)?;
    }
    if let Some(route) = &change.route {
        check_route("change.route", route, connections)?;
    }
    if let Some(sampling) = &change.sampling {
        check_sampling("change.sampling", sampling)?;
    }
    Ok(change)
}

fn check_name(field: &str, name: &str) -> Result<String> {
    let name = line(field, name, MAX_NAME_CHARS)?;
    if !is_name(&name) {
        return Err(Error::invalid(field, "a name needs more than signs: add a letter or a digit"));
    }
    if RESERVED.contains(&name_key(&name).as_str()) {
        return Err(Error::invalid(field, format!("`{name}` means somebody else at the table: choose another name")));
    }
    if name.chars().any(|c| matches!(c, ':' | '@' | '<' | '>' | '[' | ']')) {
        return Err(Error::invalid(field, "a name may not contain : @ < > [ or ], which lead lines and mentions"));
    }
    Ok(name)
}

fn check_talkativeness(field: &str, talkativeness: f32) -> Result<()> {
    if !(0.0..=1.0).contains(&talkativeness) {
        return Err(Error::invalid(field, "talkativeness goes from 0 (only when asked) to 1"));
    }
    Ok(())
}

fn check_hue(field: &str, hue: u16) -> Result<()> {
    if hue > 359 {
        return Err(Error::invalid(field, "a hue goes from 0 to 359 degrees"));
    }
    Ok(())
}

pub(crate) fn check_route(field: &str, route: &[ModelRef], connections: &Connections) -> Result<()> {
    if route.is_empty() {
        return Err(Error::invalid(field, "a participant needs a route: name at least one model to ask"));
    }
    if route.len() > MAX_ROUTE_MODELS {
        return Err(Error::invalid(field, format!("a route holds at most {MAX_ROUTE_MODELS} models")));
    }
    for (place, model) in route.iter().enumerate() {
        check_model(&format!("{field}[{place}]"), model, connections)?;
    }
    Ok(())
}

/// A model that can be asked, as far as is known without asking it.
pub(crate) fn check_model(field: &str, model: &ModelRef, connections: &Connections) -> Result<()> {
    if connections.get(&model.connection).is_none() {
        let message = format!("there is no connection `{}`: add it first", model.connection);
        return Err(Error::new(ErrorCode::ConnectionNotFound, message).on(format!("{field}.connection")));
    }
    line(&format!("{field}.model"), &model.model, MAX_MODEL_CHARS).map(drop)
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
