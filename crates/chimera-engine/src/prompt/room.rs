use chimera_core::{ModelFacts, Participant};

use super::{Tokens, WINDOW};

/// The least that is shown of the past, however small the model: it always knows what it answers to.
const LEAST: Tokens = Tokens(256);
/// What is kept free for an answer of which nothing is said.
const ANSWER: usize = 4_096;

/// How much of the past fits into what the model can hold beside its instructions and its answer. Where that is not
/// known, [`WINDOW`].
pub fn room(facts: &ModelFacts, speaker: &Participant, instructions: Tokens) -> Tokens {
    let Some(context) = facts.context_tokens.map(|tokens| tokens as usize).filter(|tokens| *tokens > 0) else {
        return WINDOW;
    };
    let answer = match (speaker.sampling.max_output_tokens, facts.max_output_tokens) {
        (Some(asked), _) => (asked as usize).min(context / 2),
        (None, longest) => longest.map_or(ANSWER, |tokens| (tokens as usize).min(ANSWER)).min(context / 4),
    };
    // Its tokens are not ours: we only estimate.
    let margin = context / 8;
    Tokens(context.saturating_sub(answer + margin + instructions.0)).max(LEAST)
}

#[cfg(test)]
mod tests {
    use chimera_core::{ParticipantId, Sampling, Timestamp};

    use super::*;

    fn speaker(max_output_tokens: Option<u32>) -> Participant {
        Participant {
            id: ParticipantId::new(Timestamp::from_millis(0), [1; 10]),
            name: "Ada".into(),
            hue: 0,
            persona: None,
            instructions: String::new(),
            talkativeness: 0.5,
            route: Vec::new(),
            sampling: Sampling { max_output_tokens, ..Sampling::default() },
            muted: false,
        }
    }

    fn of(context_tokens: u32, asked: Option<u32>) -> usize {
        let facts = ModelFacts { context_tokens: Some(context_tokens), ..ModelFacts::default() };
        room(&facts, &speaker(asked), Tokens(200)).0
    }

    #[test]
    fn an_answer_and_the_instructions_leave_the_rest_of_the_context_to_the_past() {
        assert_eq!(of(128_000, None), 128_000 - 4_096 - 16_000 - 200);
        assert_eq!(of(8_192, None), 8_192 - 2_048 - 1_024 - 200);
        assert_eq!(of(8_192, Some(1_000)), 8_192 - 1_000 - 1_024 - 200);
    }

    #[test]
    fn what_is_not_known_is_the_usual_window_and_what_is_too_small_is_not_nothing() {
        assert_eq!(room(&ModelFacts::default(), &speaker(None), Tokens(200)), WINDOW);
        assert_eq!(of(512, Some(4_000)), LEAST.0);
    }
}
