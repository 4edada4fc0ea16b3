//! The side door as companions meet it: the real server on a real port, with a real history behind it.

#![allow(clippy::unwrap_used)]

mod casts;
mod house;
mod http;
mod idempotency;
mod images;
mod promise;
mod prompts;
mod rounds;
mod shelves;
mod speaker;
mod tree;
mod websocket;

mod attack;
mod door;
mod guard;
mod rest;
mod resume;
mod socket;
