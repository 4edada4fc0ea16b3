//! The store's promises, kept against real SQLite in a folder of the test's own.

mod conversations;
mod durability;
mod events;
mod house;
mod migrations;
mod rebuild;
