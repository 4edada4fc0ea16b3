//! One fixture per fact: the bytes some server really sends, and what they mean.

use std::path::{Path, PathBuf};

use chimera_core::ErrorClass::*;
use chimera_core::{ErrorClass, Finish, Usage};

use crate::listening::read;

type End = Result<Finish, ErrorClass>;

const STOP: End = Ok(Finish::Stop);
const SENTENCE: &str = "A plank is a promise.";

/// Name, text, end.
#[rustfmt::skip]
pub const FACTS: &[(&str, &str, End)] = &[
    ("openai",                      SENTENCE,            STOP),
    ("azure_prompt_filter_first",   SENTENCE,            STOP),
    ("llama_cpp_null_content",      SENTENCE,            STOP),
    ("deepseek_reasoning",          SENTENCE,            STOP),
    ("openrouter_comments",         SENTENCE,            STOP),
    ("groq_usage",                  SENTENCE,            STOP),
    ("mistral_parts",               SENTENCE,            STOP),
    ("proxy_bom_crlf",              SENTENCE,            STOP),
    ("pretty_json_over_lines",      SENTENCE,            STOP),
    ("last_event_unterminated",     SENTENCE,            STOP),
    ("absurd_usage",                SENTENCE,            STOP),
    ("oddities_between",            SENTENCE,            STOP),
    ("error_null",                  SENTENCE,            STOP),
    ("error_word_in_words",         r#"Say "error": null is not one."#, STOP),
    ("two_byte_letters",            "Grüße, 船よ — 🦁🐐🐍\0", STOP),
    ("refusal",                     "I would rather not.", Ok(Finish::Refusal)),
    ("length",                      "A plank is a prom", Ok(Finish::Length)),
    ("filtered_after_words",        "A plank is ",       Ok(Finish::ContentFilter)),
    // Complete is what has a reason or the mark.
    ("no_done",                     SENTENCE,            STOP),
    ("ollama_finish_never_said",    SENTENCE,            STOP),
    ("cut_between_events",          "A plank",           Err(Truncated)),
    ("cut_inside_an_event",         "A plank",           Err(Truncated)),
    ("stop_announced_too_early",    "A plank",           Err(Truncated)),
    ("only_comments",               "",                  Err(Truncated)),
    ("nothing_readable",            "",                  Err(Malformed)),
    // Complete, and yet no answer.
    ("stop_without_words",          "",                  Err(EmptyAnswer)),
    ("only_reasoning",              "",                  Err(EmptyAnswer)),
    ("filtered_before_words",       "",                  Err(ContentPolicy)),
    // Errors inside a success.
    ("error_object",                "",                  Err(Overloaded)),
    ("error_event",                 "",                  Err(RateLimited)),
    ("error_event_bare",            "",                  Err(Unauthorized)),
    ("error_text_ollama",           "",                  Err(ServerError)),
    ("error_object_vllm",           "",                  Err(ContextOverflow)),
    ("error_lm_studio",             "",                  Err(ServerError)),
    ("error_openrouter",            "A plank",           Err(RateLimited)),
    ("error_finish_alone",          "A plank",           Err(ServerError)),
    ("error_field_llama_cpp",       "",                  Err(ServerError)),
    ("error_groq",                  "",                  Err(ServerError)),
];

pub fn bytes(name: &str) -> Vec<u8> {
    let path = folder().join(format!("{name}.sse"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/compatible")
}

#[test]
fn every_fact_is_read_as_what_it_means() {
    for (name, text, end) in FACTS {
        let heard = read([&bytes(name)[..]]);

        assert_eq!(heard.text, *text, "{name}");
        assert_eq!(heard.finish(), *end, "{name}: {:?}", heard.end);
    }
}

#[test]
fn every_fixture_is_a_fact() {
    for file in std::fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(FACTS.iter().any(|(known, ..)| *known == name), "{name} is in no test");
    }
}

#[test]
fn reasoning_is_kept_apart_from_the_answer() {
    for name in ["llama_cpp_null_content", "deepseek_reasoning", "openrouter_comments", "only_reasoning"] {
        assert_eq!(read([&bytes(name)[..]]).reasoning, "Ships. Hm.", "{name}");
    }
}

#[test]
fn usage_is_found_wherever_a_server_puts_it() {
    let plain = Usage { input_tokens: Some(19), output_tokens: Some(4), ..Usage::default() };
    let detailed = Usage { cached_tokens: Some(8), reasoning_tokens: Some(1), ..plain };

    for name in ["openai", "deepseek_reasoning", "openrouter_comments"] {
        assert_eq!(read([&bytes(name)[..]]).usage, Some(detailed), "{name}");
    }
    for name in ["groq_usage", "mistral_parts", "absurd_usage"] {
        assert_eq!(read([&bytes(name)[..]]).usage, Some(plain), "{name}");
    }
    assert_eq!(read([&bytes("no_done")[..]]).usage, None);
}

#[test]
fn the_model_that_answers_is_named() {
    assert_eq!(read([&bytes("openrouter_comments")[..]]).model.as_deref(), Some("vendor/m-0711"));
    assert_eq!(read([&bytes("azure_prompt_filter_first")[..]]).model.as_deref(), Some("m"));
}

#[test]
fn an_error_keeps_what_the_server_said() {
    let error = read([&bytes("error_openrouter")[..]]).error().clone();

    assert_eq!(error.detail, "Rate limit exceeded upstream");
    assert_eq!(error.status, Some(429));
}

#[test]
fn a_stream_of_nonsense_is_given_up() {
    let nonsense = "data: {not json\n\n".repeat(200);

    assert_eq!(read([nonsense.as_bytes()]).finish(), Err(Malformed));
}
