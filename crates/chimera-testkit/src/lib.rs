//! The workshop: what tests are made with. Nothing but tests depends on it, and it knows only the vocabulary.
//!
//! | to test | use |
//! | --- | --- |
//! | what the engine makes of an answer | [`ScriptedProvider`], by a [`script`] |
//! | what a provider makes of a server | [`FakeLlm`], a real server on loopback that misbehaves by a script of [`Reply`]s |
//! | what comes of a certificate that is not what it should be | [`TlsDoor`], before such a server |
//! | what was said in a reply, and how it ended | [`Heard`] |
//! | when something happens | [`FixedClock`], and a [`Gate`] to hold a reply until the test opens it |
//! | with nouns that do not matter | [`builders`] |
//! | with images, and what cameras write into them | [`pictures`] |

pub mod builders;
mod fake_llm_server;
mod fixed_clock;
mod heard;
pub mod pictures;
mod scripted_provider;
mod tls;

pub use fake_llm_server::{Answers, Asked, FakeLlm, Gate, Reply};
pub use fixed_clock::FixedClock;
pub use heard::Heard;
pub use scripted_provider::{Script, ScriptedProvider, script};
pub use tls::{Authority, Flaw, TlsDoor};
