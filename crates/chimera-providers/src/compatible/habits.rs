use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chimera_core::{ErrorClass, ProviderError};

use crate::http::{Answer, Endpoint, Rejection};

/// Models whose quirks are kept per server. A server that offers more is asked again now and then.
const MAX_MODELS: usize = 1000;

/// What a server has been found not to know, remembered for as long as the app runs.
#[derive(Default)]
pub(crate) struct Habits {
    models: Mutex<HashMap<String, Quirks>>,
}

/// Parts of a question that are left out, or renamed, for one model.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quirks {
    pub no_stream_options: bool,
    pub no_temperature: bool,
    pub no_stop: bool,
    pub no_seed: bool,
    /// Reasoning models refuse `max_tokens` and want it under this name.
    pub max_completion_tokens: bool,
}

impl Habits {
    /// Sends the question, and once more without whatever this server turns out not to know.
    pub(crate) async fn ask(
        &self,
        endpoint: &Endpoint,
        path: &[&str],
        model: &str,
        body: impl Fn(Quirks) -> Vec<u8>,
    ) -> Result<Answer, ProviderError> {
        loop {
            let quirks = self.of(model);
            match endpoint.post(path, body(quirks)).await {
                Ok(answer) => return Ok(answer),
                // There are few lessons and each is learned once, so this ends; a refused request costs no tokens.
                Err(rejection) if self.learn(model, quirks, &rejection) => {}
                Err(rejection) => return Err(rejection.error),
            }
        }
    }

    fn of(&self, model: &str) -> Quirks {
        self.models.lock().unwrap_or_else(PoisonError::into_inner).get(model).copied().unwrap_or_default()
    }

    /// Whether the rejection of a question asked with `quirks` taught something that makes it worth asking again.
    fn learn(&self, model: &str, quirks: Quirks, rejection: &Rejection) -> bool {
        let learned = quirks.taught_by(rejection);
        if learned == quirks {
            return false;
        }
        tracing::info!(model, ?learned, "the server refused a parameter, which is left out from now on");
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if models.len() >= MAX_MODELS {
            models.clear();
        }
        models.insert(model.to_owned(), learned);
        true
    }
}

impl Quirks {
    fn taught_by(self, rejection: &Rejection) -> Self {
        let is_refusal =
            matches!(rejection.error.status, Some(400 | 422)) && rejection.error.class == ErrorClass::BadRequest;
        if !is_refusal {
            return self;
        }
        let said = rejection.said.to_string();
        // In quotes of any kind: `stop` and `seed` are also plain English.
        let names = |name: &str| {
            ["'", "\"", "`"].iter().any(|quote| said.contains(&format!("{quote}{name}{quote}")))
                || said.contains(&format!("{name}:"))
        };
        if said.contains("stream_options") {
            Self { no_stream_options: true, ..self }
        } else if said.contains("max_completion_tokens") && !self.max_completion_tokens {
            Self { max_completion_tokens: true, ..self }
        } else if names("temperature") {
            Self { no_temperature: true, ..self }
        } else if names("stop") {
            Self { no_stop: true, ..self }
        } else if names("seed") {
            Self { no_seed: true, ..self }
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use chimera_core::ProviderError;
    use serde_json::json;

    use super::*;

    fn rejection(status: u16, said: serde_json::Value) -> Rejection {
        let error = ProviderError { status: Some(status), ..ProviderError::new(ErrorClass::BadRequest, "no") };
        Rejection { error, said }
    }

    #[test]
    fn a_refused_parameter_is_learned_from_the_words_of_every_vendor() {
        let none = Quirks::default();
        let openai = json!({"error": {"message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "param": "max_tokens"}});
        let fixed = json!({"error": {"message": "Unsupported value: 'temperature' does not support 0.2 with this model.", "param": "temperature"}});
        let mistral = json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]});
        let azure = json!({"error": {"message": "Unrecognized request argument supplied: stream_options"}});
        let grok = json!({"error": "Argument not supported on this model: 'stop'"});

        for (status, said, expected) in [
            (400, openai, Quirks { max_completion_tokens: true, ..none }),
            (400, fixed, Quirks { no_temperature: true, ..none }),
            (422, mistral, Quirks { no_seed: true, ..none }),
            (400, azure, Quirks { no_stream_options: true, ..none }),
            (400, grok, Quirks { no_stop: true, ..none }),
        ] {
            assert_eq!(none.taught_by(&rejection(status, said.clone())), expected, "{said}");
        }
    }

    #[test]
    fn a_lesson_is_learned_once_and_only_from_a_bad_request() {
        let habits = Habits::default();
        let said = json!({"error": {"message": "unknown field stream_options"}});

        assert!(habits.learn("m", habits.of("m"), &rejection(400, said.clone())));
        assert!(!habits.learn("m", habits.of("m"), &rejection(400, said.clone())), "a second refusal is an error");
        assert!(!habits.learn("n", habits.of("n"), &rejection(500, said)));
        assert!(!habits.learn("n", habits.of("n"), &rejection(400, json!({"error": "please stop"}))));
    }
}
