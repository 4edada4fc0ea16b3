//! Participants as a person names them.

use chimera_core::{ConversationView, Participant, ParticipantId};

use crate::fault::{Fault, Result};

/// By its id, its name whatever the case of the letters, or the beginning of its name if no other name begins so.
pub fn find(view: &ConversationView, wanted: &str) -> Result<ParticipantId> {
    among(&view.participants, wanted)
}

fn among(table: &[Participant], wanted: &str) -> Result<ParticipantId> {
    let wanted = wanted.trim().trim_start_matches('@');
    if let Ok(id) = wanted.parse::<ParticipantId>()
        && table.iter().any(|seat| seat.id == id)
    {
        return Ok(id);
    }
    let folded = wanted.to_lowercase();
    if let Some(seat) = table.iter().find(|seat| seat.name.to_lowercase() == folded) {
        return Ok(seat.id);
    }
    let begin: Vec<&Participant> =
        table.iter().filter(|seat| !folded.is_empty() && seat.name.to_lowercase().starts_with(&folded)).collect();
    match begin.as_slice() {
        [seat] => Ok(seat.id),
        [] => {
            let message = format!("nobody at this table is called {wanted}: choose from {}", names(table.iter()));
            Err(Fault::invalid("participant", message))
        }
        several => {
            let message = format!("{wanted} could be {}: write the whole name", names(several.iter().copied()));
            Err(Fault::invalid("participant", message))
        }
    }
}

pub fn find_all(view: &ConversationView, wanted: &[String]) -> Result<Vec<ParticipantId>> {
    wanted.iter().map(|name| find(view, name)).collect()
}

fn names<'a>(seats: impl Iterator<Item = &'a Participant>) -> String {
    seats.map(|seat| seat.name.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(names: &[&str]) -> Vec<Participant> {
        let seat = |(at, name): (usize, &&str)| Participant {
            id: format!("0192f0c1-7e7a-7000-8000-00000000000{at}").parse().unwrap(),
            name: (*name).to_owned(),
            hue: 1,
            persona: None,
            instructions: String::new(),
            talkativeness: 0.5,
            route: Vec::new(),
            sampling: chimera_core::Sampling::default(),
            muted: false,
        };
        names.iter().enumerate().map(seat).collect()
    }

    #[test]
    fn a_name_is_found_whatever_its_case_and_by_its_beginning_where_that_is_enough() {
        let table = table(&["Ada", "Adam", "Béla"]);
        let found = |wanted: &str| among(&table, wanted).ok().map(|id| id.to_string());
        let seat = |at: usize| Some(table[at].id.to_string());

        assert_eq!(found("ada"), seat(0));
        assert_eq!(found("@ADAM"), seat(1));
        assert_eq!(found("bé"), seat(2));
        assert_eq!(found(&table[1].id.to_string()), seat(1));
    }

    #[test]
    fn whom_it_could_mean_is_said() {
        let table = table(&["Ada Byron", "Ada Smith", "Béla"]);

        let several = among(&table, "ada").unwrap_err();
        let nobody = among(&table, "Eve").unwrap_err();

        assert_eq!(several.message, "ada could be Ada Byron, Ada Smith: write the whole name");
        assert!(nobody.message.ends_with("choose from Ada Byron, Ada Smith, Béla"), "{}", nobody.message);
        assert_eq!(nobody.field.as_deref(), Some("participant"));
    }
}
