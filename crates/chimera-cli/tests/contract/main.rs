//! The terminal's contract, kept by the real program: what scripts rely on.

mod history;
mod program;
mod routes;
mod talk;
