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
//! | [`reading`] | what holds for a reply in any dialect, however it was cut |
//! | `habits` | what a server has been found not to take of a question |
//! | `listening` | from the body of an answer to what was said in it |
//! | `classify` | from a vendor's words to a class of error |
//! | [`compatible`] | chat completions, OpenAI's wire at any address |
//! | `azure` | the addresses and the key of OpenAI's models in Microsoft's house |
//! | [`responses`] | OpenAI's newer wire |
//! | [`anthropic`] | Messages |
//! | [`gemini`] | generateContent |
//! | `turns`, `pictures`, `model_pages`, `lenient` | what several vendors share: stricter turns, images, paged lists, forgiving JSON |
//! | `listed`, `known_models` | what a server's list says of a model, and what is publicly known of it |
//! | `home` | which addresses are one's own machine or network |
//! | `local_servers` | which model servers run on this machine, when somebody wants to know |
//! | `demo` | authored voices, no network |
//!
//! # Adding a provider
//!
//! 1. Give it a kind in `chimera_core::ProviderKind`. The compiler now points at `registry.rs`, and at the fake server
//!    of the tests, which has to learn the protocol too.
//! 2. Write `vendor.rs` with a struct over an [`http`] endpoint, and beside it `vendor/wire.rs` (the JSON, private and
//!    lenient), `vendor/request.rs` (from a `ReplyRequest`) and `vendor/reply_reader.rs` (a
//!    [`Dialect`](reading::Dialect): what its events mean; pure, so that every cut and every chunking can be tried
//!    without a socket). The key goes into a header of `http::Credential`; new codes and wordings are new rows in
//!    `classify`.
//! 3. Put the bytes of its facts into `tests/fixtures/vendor/`, one file per fact, and a line each into
//!    `tests/dialects/tables.rs`.
//! 4. Add it to `tests/contract.rs`, which holds it to the claims that every provider satisfies, and its dialect to
//!    `tests/faults/dialect.rs`, which lets a server do everything wrong in it.

pub mod anthropic;
mod azure;
mod classify;
pub mod compatible;
mod demo;
pub mod gemini;
mod habits;
mod home;
mod http;
mod known_models;
mod lenient;
mod listed;
mod listening;
mod local_servers;
mod model_pages;
mod pictures;
pub mod reading;
mod registry;
pub mod responses;
pub mod sse;
mod turns;

pub use demo::{Pace, demo_voices};
pub use home::is_at_home;
pub use known_models::known_facts;
pub use local_servers::{LocalServer, LocalServerKind, usual_local_addresses};
pub use registry::{ModelInfo, Providers};
