mod echoes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chimera_core::{ErrorClass, ProviderError, Repair};
use futures::Stream;
use tokio::time::sleep;

use crate::http::{Endpoint, Rejection};
use crate::listening::Asked;
use echoes::without_echoes;

/// Models whose quirks are kept per server. A server that offers more is asked again now and then.
const MAX_MODELS: usize = 1000;

/// How soon a server that was loading its model is asked again.
const LOADING: Duration = Duration::from_millis(500);

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
    /// Templates of some local models have no place for a system's words, or want the user to begin.
    pub no_system: bool,
}

impl Habits {
    /// Sends the question, and once more, without it, for whatever this server turns out not to take.
    pub(crate) fn ask(
        self: Arc<Self>,
        endpoint: Endpoint,
        path: Vec<String>,
        model: String,
        body: impl Fn(Quirks) -> Vec<u8> + Send + 'static,
    ) -> impl Stream<Item = Result<Asked, ProviderError>> + Send + 'static {
        async_stream::try_stream! {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let mut quirks = self.of(&model);
            let mut taught_by = None;
            // There are few lessons and each is learned once, and who waits for a model to be loaded is given up with the
            // patience of whoever asks: so this ends. A refused request costs no tokens.
            loop {
                let rejection = match endpoint.post(&path, body(quirks)).await {
                    Ok(answer) => {
                        if taught_by.is_some() {
                            self.keep(&model, quirks);
                        }
                        yield Asked::Answered(answer.into());
                        break;
                    }
                    Err(rejection) if is_loading(&rejection) => {
                        sleep(LOADING).await;
                        continue;
                    }
                    Err(rejection) => rejection,
                };
                let status = rejection.error.status;
                let why = Some((status, rejection.error.detail.clone()));
                // Refused for the same reason as before, the question was not made better by what was left out; and whether
                // it was, a server does not say that has no time for it.
                if taught_by.is_some() && taught_by != why && matches!(status, Some(400 | 413 | 422)) {
                    self.keep(&model, quirks);
                }
                taught_by = why;
                let repair = quirks.lessons(&rejection).find(|repair| body(quirks.with(*repair)) != body(quirks));
                let repair = repair.ok_or(rejection.error)?;
                quirks = quirks.with(repair);
                tracing::info!(model, status, ?repair, "the server does not take all of the question: sent once more");
                yield Asked::Repaired(repair);
            }
        }
    }

    fn of(&self, model: &str) -> Quirks {
        self.models.lock().unwrap_or_else(PoisonError::into_inner).get(model).copied().unwrap_or_default()
    }

    /// Remembers what has been found to help.
    fn keep(&self, model: &str, quirks: Quirks) {
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if models.len() >= MAX_MODELS {
            models.clear();
        }
        models.insert(model.to_owned(), quirks);
    }
}

/// llama.cpp refuses questions for as long as it reads its model from the disk. Others keep them waiting, and so does this:
/// it is no failure, and a large model takes longer than any number of retries.
fn is_loading(rejection: &Rejection) -> bool {
    rejection.error.status == Some(503) && rejection.error.detail.to_lowercase().contains("loading model")
}

impl Quirks {
    fn with(self, repair: Repair) -> Self {
        match repair {
            Repair::NoStreamOptions => Self { no_stream_options: true, ..self },
            Repair::NoTemperature => Self { no_temperature: true, ..self },
            Repair::NoStop => Self { no_stop: true, ..self },
            Repair::NoSeed => Self { no_seed: true, ..self },
            Repair::MaxCompletionTokens => Self { max_completion_tokens: true, ..self },
            Repair::SystemInFirstTurn => Self { no_system: true, ..self },
        }
    }

    /// What a rejection may teach that is not known yet, the most likely first.
    fn lessons(self, rejection: &Rejection) -> impl Iterator<Item = Repair> {
        // Quotes within the words of JSON are quotes as well.
        let said = without_echoes(&rejection.said).to_string().to_lowercase().replace('\\', "");
        let status = rejection.error.status;
        // llama.cpp calls it its own failure when a model's template raises an exception.
        let is_template = matches!(status, Some(400 | 422 | 500)) && NO_SYSTEM.iter().any(|words| said.contains(words));
        let is_refusal = matches!(status, Some(400 | 422)) && rejection.error.class == ErrorClass::BadRequest;
        let lessons = [
            (Repair::SystemInFirstTurn, is_template),
            (Repair::NoStreamOptions, is_refusal && said.contains("stream_options")),
            (Repair::MaxCompletionTokens, is_refusal && said.contains("max_completion_tokens")),
            (Repair::NoTemperature, is_refusal && names("temperature", &said)),
            (Repair::NoStop, is_refusal && STOP.iter().any(|name| names(name, &said))),
            (Repair::NoSeed, is_refusal && names("seed", &said)),
        ];
        let taught = lessons.into_iter().filter_map(|(repair, is_taught)| is_taught.then_some(repair));
        taught.filter(move |repair| self.with(*repair) != self)
    }
}

/// What the templates of models say, in lower case, that have no place for a system's words, or for which the first turn
/// has to be the user's.
const NO_SYSTEM: [&str; 6] = [
    "system role not supported",
    "system role is not supported",
    "conversation roles must alternate",
    "assistant roles are supported",
    "roles are supported, got system",
    "developer instruction is not enabled",
];

/// The names of stop sequences, in lower case.
const STOP: [&str; 3] = ["stop", "stop_sequences", "stopsequences"];

/// How the name of a parameter is led, where it is not in quotes.
const LEADS: [&str; 4] = ["parameter ", "parameters: ", "on this model: ", "supplied: "];

/// Whether the parameter is spoken of, and not the word: `stop` and `seed` are also plain English.
fn names(name: &str, said: &str) -> bool {
    let is_quoted = ["'", "\"", "`"].iter().any(|quote| said.contains(&format!("{quote}{name}{quote}")));
    let is_led = LEADS.iter().any(|lead| {
        let mut led = said.split(lead).skip(1).filter_map(|after| after.strip_prefix(name));
        led.any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
    });
    is_quoted || is_led || said.contains(&format!("{name}:"))
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
        let grok = json!({"code": "Client specified an invalid argument", "error": "Argument not supported on this model: stop"});
        let newer_grok =
            json!({"code": "invalid-argument", "error": "Model grok-4.6 does not support parameter stop."});
        let litellm = json!({"error": {"message": format!("litellm.BadRequestError: XaiException - {grok}. Received Model Group=xai_grok-4"), "type": null, "param": null, "code": "400"}});
        let openai_stop = json!({"error": {"message": "Unsupported parameter: 'stop' is not supported with this model.", "type": "invalid_request_error", "param": "stop", "code": "unsupported_parameter"}});
        let anthropic = json!({"type": "error", "error": {"type": "invalid_request_error", "message": "`temperature` is deprecated for this model."}});
        let anthropic_stop = json!({"type": "error", "error": {"type": "invalid_request_error", "message": "stop_sequences: Extra inputs are not permitted"}});
        let gemini = json!({"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \"seed\" at 'generation_config': Cannot find field.", "status": "INVALID_ARGUMENT"}});
        let unrecognized = json!({"error": {"message": "Unrecognized request argument supplied: seed"}});

        for (status, said, expected) in [
            (400, openai, Repair::MaxCompletionTokens),
            (400, fixed, Repair::NoTemperature),
            (422, mistral, Repair::NoSeed),
            (400, azure, Repair::NoStreamOptions),
            (400, grok, Repair::NoStop),
            (400, newer_grok, Repair::NoStop),
            (400, litellm, Repair::NoStop),
            (400, openai_stop, Repair::NoStop),
            (400, unrecognized, Repair::NoSeed),
            (400, anthropic, Repair::NoTemperature),
            (400, anthropic_stop, Repair::NoStop),
            (400, gemini, Repair::NoSeed),
        ] {
            assert_eq!(none.lessons(&rejection(status, said.clone())).next(), Some(expected), "{said}");
        }
    }

    #[test]
    fn a_template_without_a_place_for_the_system_is_known_by_its_words() {
        let vllm = |message: &str| json!({"object": "error", "message": message, "type": "BadRequestError", "param": null, "code": 400});
        let llama_cpp = |message: &str| json!({"error": {"code": 500, "message": message, "type": "server_error"}});
        let learned = Quirks::default().with(Repair::SystemInFirstTurn);

        for (status, said) in [
            (400, vllm("System role not supported")),
            (400, vllm("Conversation roles must alternate user/assistant/user/assistant/...")),
            (400, vllm("Only user and assistant roles are supported!")),
            (400, vllm("Only user, assistant and tool roles are supported, got system.")),
            (
                500,
                llama_cpp(
                    "\n------------\nWhile executing CallExpression at line 19, column 27 in source:\n...% 2 == 0) -%}\nError: Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/...",
                ),
            ),
            (
                400,
                json!({"error": "Error rendering prompt with jinja template: \"Only user and assistant roles are supported!\"."}),
            ),
            (
                400,
                json!([{"error": {"code": 400, "message": "Developer instruction is not enabled for models/gemma-3-27b-it", "status": "INVALID_ARGUMENT"}}]),
            ),
        ] {
            let rejection = rejection(status, said.clone());
            assert_eq!(Quirks::default().lessons(&rejection).next(), Some(Repair::SystemInFirstTurn), "{said}");
            assert_eq!(learned.lessons(&rejection).next(), None, "it is learned once");
        }
        let busy = llama_cpp("The system is busy, and roles are many.");
        assert_eq!(Quirks::default().lessons(&rejection(500, busy)).next(), None);
    }

    #[test]
    fn words_that_only_look_like_a_parameter_teach_nothing() {
        for said in ["please stop", "unsupported parameter stopwatch", "not supported on this model: seedling"] {
            let said = json!({"error": said});
            assert_eq!(Quirks::default().lessons(&rejection(400, said.clone())).next(), None, "{said}");
        }
    }

    #[test]
    fn a_lesson_is_learned_once_and_only_from_a_bad_request() {
        let said = json!({"error": {"message": "unknown field stream_options"}});
        let none = Quirks::default();

        let lesson = |quirks: Quirks, status| quirks.lessons(&rejection(status, said.clone())).next();
        assert_eq!(lesson(none, 400), Some(Repair::NoStreamOptions));
        assert_eq!(lesson(none.with(Repair::NoStreamOptions), 400), None, "a second refusal is an error");
        assert_eq!(lesson(none, 500), None);
    }
}
