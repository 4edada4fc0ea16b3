//! What a client gives, checked: every refusal names the field and the remedy, and nothing is half-created.

mod cast;
mod connection;
mod conversation;
mod end_rules;
mod facts;
mod participant;

pub(crate) use cast::{cast, cast_name, copy_name};
pub(crate) use connection::{connection, connection_fields, is_loopback, name_for_address};
pub(crate) use conversation::{conversation, conversation_change};
pub(crate) use end_rules::end_rules;
pub(crate) use facts::model_facts;
pub(crate) use participant::{check_model, check_route, newcomer, participant_change};

use chimera_core::MAX_TITLE_CHARS;

use crate::{Error, ErrorCode, Result};

/// Text that must hold something and not too much. Returned trimmed at its ends.
pub(crate) fn text(field: &str, text: &str, max: usize) -> Result<String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Error::invalid(field, format!("{field} is empty: write something")));
    }
    at_most(field, trimmed, max)?;
    Ok(trimmed.to_owned())
}

pub(crate) fn at_most(field: &str, text: &str, max: usize) -> Result<()> {
    let chars = text.chars().count();
    if chars > max {
        return Err(Error::invalid(field, format!("{field} has {chars} characters: shorten it to {max}")));
    }
    Ok(())
}

/// One line, for lists and headings.
pub(crate) fn title(title: &str) -> Result<String> {
    line("title", title, MAX_TITLE_CHARS)
}

pub(crate) fn token_name(name: &str) -> Result<String> {
    line("name", name, 60)
}

pub(crate) fn line(field: &str, given: &str, max: usize) -> Result<String> {
    let line = text(field, given, max)?;
    if line.chars().any(char::is_control) {
        return Err(Error::invalid(field, format!("{field} must be one line without control characters")));
    }
    Ok(line)
}

/// An id's beginning, made from a name of any script.
pub(crate) fn slug(name: &str, otherwise: &str) -> String {
    let dashed: String =
        name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(48).collect();
    let words: Vec<_> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { otherwise.into() } else { words.join("-") }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::new(ErrorCode::Storage, format!("the system gave no random numbers: {error}")))?;
    Ok(bytes)
}
