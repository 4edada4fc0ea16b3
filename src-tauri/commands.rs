//! One file per noun, one line of logic per command: what has an `if` belongs in `chimera-app`.

pub mod connections;
pub mod conversations;
pub mod feed;
pub mod settings;
pub mod tokens;
