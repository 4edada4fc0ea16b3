//! The terminal's contract, kept by the real program: what scripts rely on.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod acts;
mod ask;
mod casts;
mod connections;
mod history;
mod images;
mod keys;
mod lent;
mod models;
mod program;
mod reads;
mod routes;
mod side_door;
mod summaries;
mod table;
mod talk;
mod tree;
mod trials;
mod typed;
