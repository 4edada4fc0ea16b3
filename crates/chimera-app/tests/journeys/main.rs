//! Whole stories through `Chimera`, with a real history on disk and real providers: the demo voices, and a model
//! server on this machine that fails as told.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod casts;
mod circles;
mod connections;
mod crowd;
mod facts;
mod failover;
mod feed;
mod golden;
mod health;
mod house;
mod images;
mod keys;
mod line;
mod local_servers;
mod recordings;
mod refusals;
mod reload;
mod rounds;
mod said_once;
mod seats;
mod shelves;
mod storm;
mod summaries;
mod talk;
mod tree;
