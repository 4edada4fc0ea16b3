//! The fault matrix: everything that a server can do wrong, in every dialect, over a real socket. Each row is a module
//! with one test for each dialect, and ends in a named state: a class of error or a whole answer, with nothing that
//! was received doubled or lost.
//!
//! How long a silent server is waited for is the engine's affair, and is tested there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

#[macro_use]
mod matrix;

mod cancelling;
mod certificates;
mod connecting;
mod dialect;
mod endings;
mod events;
mod floods;
mod no_answer;
mod refusals;
mod waits;
mod words;
