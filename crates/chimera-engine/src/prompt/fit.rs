use chimera_core::{ErrorClass, ModelFacts};

use super::Tokens;

/// What a line costs beside its words, generously.
pub(super) const FRAME: usize = 32;
/// Tokens without which no answer is worth asking for.
const LEAST_ANSWER: usize = 64;

/// Why a question cannot be put to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    pub class: ErrorClass,
    pub detail: String,
}

/// Whether a question of this size, which was shortened as far as it can be, is still too long for the model. What is
/// not known of a model keeps nothing from it.
pub fn fit(facts: &ModelFacts, size: Tokens) -> Option<Misfit> {
    let context = facts.context_tokens.filter(|tokens| *tokens > 0)? as usize;
    (size.0 + LEAST_ANSWER > context).then(|| Misfit {
        class: ErrorClass::ContextOverflow,
        detail: format!("not asked: it holds {context} tokens, and the shortest prompt has about {}", size.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_fits_with_room_for_its_answer() {
        let facts = ModelFacts { context_tokens: Some(1_000), ..ModelFacts::default() };

        assert_eq!(fit(&facts, Tokens(936)), None);
        assert!(fit(&facts, Tokens(937)).is_some_and(|misfit| misfit.detail.contains("1000 tokens")));
        assert_eq!(fit(&ModelFacts::default(), Tokens(1_000_000)), None, "what is not known is not assumed");
    }
}
