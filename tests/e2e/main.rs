//! The promises to the user, kept in the real window: the built app, driven by tauri-driver.
//!
//! Needs a display and `TAURI_DRIVER`: `cargo xtask e2e [FILTER]` provides both.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod acts;
mod bad_input;
mod casts;
mod companion;
mod demo;
mod failures;
mod images;
mod keyboard;
mod pictures;
// Finds the app among the processes and kills it, as only Linux lets us.
#[cfg(target_os = "linux")]
mod restart;
mod rounds;
mod rules;
mod shelves;
mod support;
