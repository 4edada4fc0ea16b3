//! The mouths of Chimera: each vendor's wire format, and its translation into the one vocabulary of
//! [`ReplyEvent`](chimera_core::ReplyEvent) and [`ProviderError`](chimera_core::ProviderError).
//!
//! This room owns what travels over the wire: addresses that may be called, keys in their one header, bounds on what
//! comes back, and what a refusal means. It must never know conversations, personas, the retry and fallback policy, or
//! where keys are kept. It retries nothing that could cost money twice: it says what happened, and the engine decides.
//!
//! | module | what it does |
//! | --- | --- |
//! | `registry` | from a connection to something that answers |
//! | `http` | the clients, what they may call, and how a call fails |
//! | [`sse`] | bytes into events, however the network cut them |
//! | `classify` | from a vendor's words to a class of error |
//! | [`compatible`] | chat completions, OpenAI's wire at any address |
//! | `demo` | authored voices, no network |
//!
//! # Adding a provider
//!
//! 1. Give it a kind in `chimera_core::ProviderKind`. The compiler now points at `registry.rs`, and only there.
//! 2. Write `vendor.rs` with a struct over an [`http`] endpoint, and beside it `vendor/wire.rs` (the JSON, private and
//!    lenient), `vendor/request.rs` (from a `ReplyRequest`) and `vendor/reply_reader.rs` (from [`sse`] events; pure, so
//!    that every cut and every chunking can be tried without a socket). A new header for the key is a new constructor
//!    of `http::Credential`; new codes and wordings are new rows in `classify`.
//! 3. Put the bytes of its facts into `tests/fixtures/vendor/`, one file per fact.
//! 4. Add it to `tests/contract.rs`, which holds it to the claims that every provider satisfies.

mod classify;
pub mod compatible;
mod demo;
mod http;
mod registry;
pub mod sse;

pub use demo::{Pace, demo_voices};
pub use registry::{ModelInfo, Providers};
