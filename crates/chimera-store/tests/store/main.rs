//! The store's promises, kept against real SQLite in a folder of the test's own.

#![allow(clippy::unwrap_used)]

mod branches;
mod casts;
mod conversations;
mod durability;
mod events;
mod house;
mod images;
mod migrations;
mod parts;
mod progress;
mod rebuild;
mod recaps;
mod rounds;
mod seats;
mod shelves;
mod story;
mod tokens;
mod usage;
