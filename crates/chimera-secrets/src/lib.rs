//! The keys: a key in, a key out, of the keyring of the operating system.
//!
//! This room owns the one thread that speaks with the keyring, the deadlines that keep it from holding anybody up, and
//! the names of everything that can be wrong with a keyring. Where there is none, it says so: a key is never written to
//! a file instead.
//!
//! It must never know what a key opens, and no key is in any error, log line or `Debug` of it.

mod desk;
mod error;
mod in_memory;
mod keyring;
mod os;
mod status;
mod vault;

pub use error::Error;
pub use keyring::Keyring;
pub use status::{KeyringState, KeyringStatus};
