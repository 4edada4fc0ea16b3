//! The workshop: what tests are made with. Nothing but tests depends on it, and it knows only the vocabulary.

mod fixed_clock;
mod scripted_provider;

pub use fixed_clock::FixedClock;
pub use scripted_provider::{Script, ScriptedProvider, script};
