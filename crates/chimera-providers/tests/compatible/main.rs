//! What the compatible provider asks, of whom, and with which key. What it hears is in `dialects` and `faults`.

mod questions;
mod secrets;
