//! One file per noun, one line of logic per command: what has an `if` belongs in `chimera-app`.

pub mod branches;
pub mod casts;
pub mod connections;
pub mod conversations;
pub mod facts;
pub mod feed;
pub mod images;
pub mod key_file;
pub mod messages;
pub mod prompts;
pub mod seats;
pub mod settings;
pub mod shelves;
pub mod tokens;
