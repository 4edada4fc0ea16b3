//! A keyring's promises, kept against memory and, on Linux, against real and hostile secret services on a bus of the
//! test's own; and those of the file of keys.

#![allow(clippy::unwrap_used)]

mod contract;
mod key_file;

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod secret_service;
