//! The compatible provider against wire facts of many servers, and against a real one that misbehaves.

mod cancel;
mod cuts;
mod facts;
mod faults;
mod listening;
mod questions;
mod secrets;
