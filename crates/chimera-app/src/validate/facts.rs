use chimera_core::{MAX_MODEL_CHARS, ModelRef};

use super::text;
use crate::facts::NewModelFacts;
use crate::{Error, Result};

/// More than any model reads; what lies above is a slip of the finger.
const MOST_TOKENS: u32 = 1_000_000_000;

pub(crate) fn model_facts(model: &ModelRef, new: &NewModelFacts) -> Result<()> {
    text("model", &model.model, MAX_MODEL_CHARS)?;
    if *new == NewModelFacts::default() {
        return Err(Error::invalid("facts", "nothing is said of the model: give a number, or clear what was said"));
    }
    for (field, tokens) in
        [("facts.context_tokens", new.context_tokens), ("facts.max_output_tokens", new.max_output_tokens)]
    {
        if tokens.is_some_and(|tokens| tokens == 0 || tokens > MOST_TOKENS) {
            return Err(Error::invalid(field, format!("give a number of tokens from 1 to {MOST_TOKENS}")));
        }
    }
    Ok(())
}
