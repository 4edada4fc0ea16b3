//! What the engine promises, as claims. The machine is driven by hand in `support::Table`; the runner, with scripted
//! models and a journal in memory, in `support::House`.

// All of this crate is tests, their support too.
#![allow(clippy::unwrap_used)]

mod after_cut;
mod alternatives;
mod bare;
mod branches;
mod budget;
mod calls;
mod end_rules;
mod fallback;
mod forerunner;
mod health;
mod images;
mod inspect;
mod interjection;
mod interruption;
mod keeping;
mod life;
mod limits;
mod line;
mod live_cast;
mod loops;
mod meanwhile;
mod moderator;
mod policy;
mod prompt;
mod properties;
mod receipts;
mod recovery;
mod rounds;
mod runner;
mod seats;
mod shelving;
mod sleep;
mod speaker_choice;
mod stall;
mod summaries;
mod support;
mod thoughts;
mod turns;
mod unanswered;
mod whispers;
mod window;
mod wishes;
