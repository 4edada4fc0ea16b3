use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{ConnectionId, Price};

/// A model at a connection. A route is an ordered list of these: the first is asked, the others are its fallbacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
pub struct ModelRef {
    pub connection: ConnectionId,
    pub model: String,
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.connection, self.model)
    }
}

/// Tokens of one attempt, as the provider reported them, or our own estimate when the stream was cut before it did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Usage {
    pub input_tokens: Option<u32>,
    pub output_tokens: Option<u32>,
    /// Part of the input that the provider had in its cache.
    pub cached_tokens: Option<u32>,
    /// Part of the output that was reasoning and not answer.
    pub reasoning_tokens: Option<u32>,
    pub estimated: bool,
}

/// What is known of a model. What is not known is not assumed to be nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct ModelFacts {
    /// Tokens of prompt and answer together.
    pub context_tokens: Option<u32>,
    /// Tokens of the longest answer it gives.
    pub max_output_tokens: Option<u32>,
    pub sees_images: Option<bool>,
    /// Tokens of one image at the most, of a model that takes more than others do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_tokens: Option<u32>,
    pub price: Option<Price>,
}

impl ModelFacts {
    /// These facts, and the others where these say nothing.
    pub fn or(self, others: ModelFacts) -> ModelFacts {
        ModelFacts {
            context_tokens: self.context_tokens.or(others.context_tokens),
            max_output_tokens: self.max_output_tokens.or(others.max_output_tokens),
            sees_images: self.sees_images.or(others.sees_images),
            image_tokens: self.image_tokens.or(others.image_tokens),
            price: self.price.or(others.price),
        }
    }
}
