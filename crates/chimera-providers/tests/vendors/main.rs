//! The vendors' own protocols against their wire facts, and over real sockets.

mod cuts;
mod facts;
mod faults;
mod listening;
mod questions;
mod secrets;

use chimera_core::ProviderKind;

/// The kinds whose protocol is a vendor's own.
const KINDS: [ProviderKind; 3] = [ProviderKind::OpenaiResponses, ProviderKind::Anthropic, ProviderKind::Gemini];
