//! The keys: a key in, a key out, of the keyring of the operating system.
//!
//! This room owns the one thread that speaks with the keyring, the deadlines that keep it from holding anybody up, and
//! the names of everything that can be wrong with a keyring. Where there is none, it says so. A person may then have a
//! [file of keys](KeyFile) made, sealed with a passphrase; a key is never written anywhere in plain.
//!
//! It must never know what a key opens, and no key is in any error, log line or `Debug` of it.

mod desk;
mod error;
mod in_memory;
mod key_file;
mod keyring;
mod os;
mod status;
mod vault;

pub use error::Error;
pub use key_file::{Cost, KeyFile, KeyFileError, KeyFileState};
pub use keyring::Keyring;
pub use status::{KeyringState, KeyringStatus};
