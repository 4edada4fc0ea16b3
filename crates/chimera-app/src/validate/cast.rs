use std::collections::HashSet;

use chimera_core::{
    MAX_NAME_CHARS, MAX_PARTICIPANTS, MAX_TITLE_CHARS, MAX_TOPIC_CHARS, NewCast, NewModerator, Timestamp,
};
use chimera_engine::name_key;

use super::conversation::{check_stall, summary_rules};
use super::participant::{Route, check_model, participant};
use super::{at_most, end_rules, line};
use crate::models::Connections;
use crate::{Error, Result};

/// A cast that could sit down, but for models that are still to be chosen.
pub(crate) fn cast(new: NewCast, connections: &Connections) -> Result<NewCast> {
    let name = cast_name(&new.name)?;
    let tagline = match new.tagline.trim() {
        "" => String::new(),
        tagline => line("tagline", tagline, MAX_TITLE_CHARS)?,
    };
    let topic = new.topic.trim().to_owned();
    at_most("topic", &topic, MAX_TOPIC_CHARS)?;
    let stall_after_s = new.stall_after_s.filter(|seconds| *seconds > 0);
    check_stall(stall_after_s)?;
    if !(1..=MAX_PARTICIPANTS).contains(&new.participants.len()) {
        let message = format!("a cast has 1 to {MAX_PARTICIPANTS} participants");
        return Err(Error::invalid("participants", message));
    }
    let mut participants = new.participants;
    let mut names = Vec::new();
    let mut taken = HashSet::new();
    for (seat, given) in participants.iter_mut().enumerate() {
        let path = format!("participants[{seat}]");
        // Its id comes when it sits down.
        let seated = participant(&path, seat, given.clone(), Route::MayWait, connections, Timestamp::from_millis(0))?;
        if !taken.insert(name_key(&seated.name)) {
            let message = format!("two participants are called {}: give each a name of its own", seated.name);
            return Err(Error::invalid(format!("{path}.name"), message));
        }
        if given.name.is_some() {
            given.name = Some(seated.name.clone());
        }
        names.push(seated.name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let end = end_rules(new.end, &names)?;
    match &new.moderator {
        Some(NewModerator::Seat { seat }) if *seat as usize >= participants.len() => {
            let message = format!("there is no seat {seat}: seats are counted from 0");
            return Err(Error::invalid("moderator.seat", message));
        }
        Some(NewModerator::Model { model }) => check_model("moderator.model", model, connections)?,
        Some(NewModerator::Seat { .. }) | None => {}
    }
    let summary = summary_rules(new.summary, connections)?;
    Ok(NewCast { name, tagline, topic, end, stall_after_s, summary, participants, ..new })
}

pub(crate) fn cast_name(name: &str) -> Result<String> {
    line("name", name, MAX_NAME_CHARS)
}

/// What a copy is called until somebody renames it.
pub(crate) fn copy_name(name: &str) -> String {
    const MARK: &str = " (copy)";
    let room = MAX_NAME_CHARS - MARK.chars().count();
    let kept: String = name.chars().take(room).collect();
    kept.trim_end().to_owned() + MARK
}
