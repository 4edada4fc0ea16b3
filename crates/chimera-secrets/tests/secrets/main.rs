//! A keyring's promises, kept against memory and, on Linux, against real and hostile secret services on a bus of the
//! test's own.

#![allow(clippy::unwrap_used)]

mod contract;

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod secret_service;
