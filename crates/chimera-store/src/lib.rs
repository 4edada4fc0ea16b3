//! The memory: one SQLite file that holds the log of events and the tables derived from it.
//!
//! This room owns the schema and its migrations, the one writer that every change goes through, what an event does to
//! the tables ([`projections`]), and the rows, which nobody else sees. An append returns when its events are on disk,
//! and whoever opened the store hears of them in the order of their numbers.
//!
//! It must never know who is talking, what an event means beyond the tables, how events are broadcast, or what a key
//! opens: tokens are here as hashes only, keys not at all.

mod asides;
mod attempts;
mod branches;
mod casts;
mod change;
mod checkpoints;
mod connections;
mod conversations;
mod database;
mod deletion;
mod error;
mod events;
mod images;
mod integrity;
mod messages;
mod participants;
mod projections;
mod rebuild;
mod recaps;
mod receipts;
mod schema;
mod seats;
mod shapes;
mod store;
mod summaries;
mod tokens;
mod turns;
mod unfinished;
mod usage;
mod versions;
mod view;
mod withheld;
mod word;
mod writer;

pub use casts::CastRow;
pub use error::Error;
pub use rebuild::Difference;
pub use receipts::Done;
pub use store::Store;
pub use summaries::Page;
pub use tokens::{NewTokenRow, TokenRow};
pub use unfinished::Unfinished;
pub use writer::OnCommit;
