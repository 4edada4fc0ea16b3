use chimera_core::{EndPhrase, EndRules, MAX_MINUTES, MAX_MONEY, MAX_PHRASE_CHARS, MAX_TOKENS, MAX_TURNS, Money};
use chimera_engine::name_key;

use super::line;
use crate::{Error, Result};

/// `names` are those of whoever may say the phrase: who sits at the table, and who was allowed to before.
pub(crate) fn end_rules(end: EndRules, names: &[&str]) -> Result<EndRules> {
    within("end.turns", end.turns, MAX_TURNS)?;
    within("end.turns_per_participant", end.turns_per_participant, MAX_TURNS)?;
    within("end.turns_without_user", end.turns_without_user, MAX_TURNS)?;
    within("end.minutes", end.minutes, MAX_MINUTES)?;
    within("end.tokens", end.tokens, MAX_TOKENS)?;
    if let Some(money) = end.money.filter(|money| *money == Money::ZERO || *money > MAX_MONEY) {
        let message = format!(
            "end.money is {money}: choose more than nothing and at most {MAX_MONEY}, in billionths of a dollar, or null \
             for no limit"
        );
        return Err(Error::invalid("end.money", message));
    }
    let phrase = end.phrase.map(|phrase| phrase_of(phrase, names)).transpose()?;
    Ok(EndRules { phrase, ..end })
}

fn within(field: &str, limit: Option<u32>, most: u32) -> Result<()> {
    match limit {
        Some(limit) if !(1..=most).contains(&limit) => {
            Err(Error::invalid(field, format!("{field} is {limit}: choose 1 to {most}, or null for no limit")))
        }
        _ => Ok(()),
    }
}

fn phrase_of(phrase: EndPhrase, names: &[&str]) -> Result<EndPhrase> {
    let text = line("end.phrase.text", &phrase.text, MAX_PHRASE_CHARS)?;
    if !text.chars().any(char::is_alphanumeric) {
        return Err(Error::invalid("end.phrase.text", "a phrase needs at least one letter or digit"));
    }
    for (place, by) in phrase.by.iter().enumerate() {
        if !names.iter().any(|name| name_key(name) == name_key(by)) {
            let message = format!("nobody at this table is called {by}: name somebody who is, or leave `by` out");
            return Err(Error::invalid(format!("end.phrase.by[{place}]"), message));
        }
    }
    Ok(EndPhrase { text, by: phrase.by })
}
