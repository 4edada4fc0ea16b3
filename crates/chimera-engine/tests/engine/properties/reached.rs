//! How far the histories come: promises that are kept in every state mean something when every state is reached.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chimera_core::EventKind;
use serde_json::Value;

use crate::support::Table;

/// Every state, every reason for one, every end of a turn and every cut of a message, as they stand in the log, and every
/// kind of question that a preview told rightly. Two are left to stories of their own: a table without seats
/// (`nobody_to_speak`), which no history lays, and a message of a megabyte (`too_long`), which ten thousand histories have
/// no time for.
const EVERYTHING: [&str; 38] = [
    "cut interjected",
    "cut left",
    "cut provider",
    "cut restarted",
    "cut slept",
    "cut stalled",
    "cut user",
    "foreseen alone",
    "foreseen in a round",
    "foreseen last word",
    "foreseen stand-in",
    "state completed",
    "state needs_attention",
    "state paused",
    "state running",
    "turn cancelled",
    "turn completed",
    "turn failed",
    "turn interrupted",
    "turn stalled",
    "why awaiting_nudge",
    "why everybody_muted",
    "why loop_detected",
    "why minutes_reached",
    "why money_reached",
    "why no_model_answered",
    "why phrase_said",
    "why regenerating",
    "why restarted",
    "why slept",
    "why stepped",
    "why stepping",
    "why tokens_reached",
    "why turns_per_participant_reached",
    "why turns_reached",
    "why turns_without_user_reached",
    "why unpriced",
    "why user",
];

/// How many histories came to each of them.
#[derive(Default)]
pub struct Reached(RefCell<BTreeMap<String, u32>>);

impl Reached {
    pub fn note(&self, table: &Table, foreseen: &[&str]) {
        let mut places: Vec<_> = table.kinds().flat_map(places).collect();
        places.extend(foreseen.iter().map(|kind| (*kind).to_owned()));
        places.sort_unstable();
        places.dedup();
        for place in places {
            *self.0.borrow_mut().entry(place).or_default() += 1;
        }
    }

    pub fn is_everything(&self) {
        let reached = self.0.borrow();
        let missing: Vec<_> = EVERYTHING.into_iter().filter(|place| !reached.contains_key(*place)).collect();
        println!("{reached:#?}");
        assert!(missing.is_empty(), "no history came to {missing:?}, but {reached:#?}");
    }
}

fn places(kind: &EventKind) -> Vec<String> {
    match kind {
        EventKind::ConversationStateChanged { state, reason } => {
            let (state, why) = (name(state), name(reason));
            vec![format!("state {state}"), format!("why {why}")]
        }
        EventKind::TurnEnded { outcome, .. } => vec![format!("turn {}", name(outcome))],
        EventKind::MessageInterrupted { cause, .. } => vec![format!("cut {}", name(cause))],
        _ => Vec::new(),
    }
}

/// As it stands in the log.
fn name(it: &impl serde::Serialize) -> String {
    match serde_json::to_value(it).unwrap() {
        Value::String(name) => name,
        tagged => tagged["why"].as_str().unwrap().to_owned(),
    }
}
