//! What is asked in the vendors' own protocols, and with which key. What is heard is in `dialects` and `faults`.

mod azure;
mod images;
mod questions;
mod secrets;

use chimera_core::ProviderKind;

/// The kinds whose protocol is a vendor's own.
const KINDS: [ProviderKind; 3] = [ProviderKind::OpenaiResponses, ProviderKind::Anthropic, ProviderKind::Gemini];
