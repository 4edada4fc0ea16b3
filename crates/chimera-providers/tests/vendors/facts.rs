//! One fixture per fact: the bytes a vendor really sends, and what they mean.

use std::path::{Path, PathBuf};

use chimera_core::ErrorClass::*;
use chimera_core::{ErrorClass, Finish, Usage};
use chimera_providers::reading::Reading;
use chimera_providers::{anthropic, gemini, responses};

use crate::listening::{Heard, cut, read};

type End = Result<Finish, ErrorClass>;
/// Name, text, end.
pub type Fact = (&'static str, &'static str, End);

const STOP: End = Ok(Finish::Stop);
const SENTENCE: &str = "A plank is a promise.";
const LETTERS: &str = "Grüße, 船よ — 🦁🐐🐍";
const ERROR_WORD: &str = r#"Say "error": null is not one."#;

#[derive(Debug)]
pub struct Vendor {
    pub name: &'static str,
    pub facts: &'static [Fact],
    pub read: fn(&[&[u8]]) -> Heard,
    pub cut: fn(&[u8]) -> Vec<Heard>,
}

pub static VENDORS: [Vendor; 3] = [
    Vendor { name: "anthropic", facts: ANTHROPIC, read: read::<anthropic::Messages>, cut: cut::<anthropic::Messages> },
    Vendor {
        name: "gemini",
        facts: GEMINI,
        read: read::<gemini::GenerateContent>,
        cut: cut::<gemini::GenerateContent>,
    },
    Vendor {
        name: "responses",
        facts: RESPONSES,
        read: read::<responses::ResponseEvents>,
        cut: cut::<responses::ResponseEvents>,
    },
];

#[rustfmt::skip]
const ANTHROPIC: &[Fact] = &[
    ("messages",                    SENTENCE,       STOP),
    ("names_dropped_by_a_proxy",    SENTENCE,       STOP),
    ("words_in_the_block_start",    SENTENCE,       STOP),
    ("thinking_apart",              SENTENCE,       STOP),
    ("unknown_events_and_blocks",   SENTENCE,       STOP),
    ("message_start_twice",         SENTENCE,       STOP),
    ("usage_merged",                SENTENCE,       STOP),
    ("done_from_a_proxy",           SENTENCE,       STOP),
    ("crlf_and_bom",                SENTENCE,       STOP),
    ("stop_sequence",               SENTENCE,       STOP),
    ("two_byte_letters",            LETTERS,        STOP),
    ("error_word_in_words",         ERROR_WORD,     STOP),
    ("max_tokens",                  "A plank is a prom", Ok(Finish::Length)),
    ("window_full_after_words",     "A plank",      Ok(Finish::Length)),
    ("pause_turn",                  "A plank",      Ok(Finish::Other)),
    ("refused_after_words",         "A plank is ",  Ok(Finish::Refusal)),
    // Whoever has said why it stopped has ended.
    ("done_in_place_of_the_stop",   SENTENCE,       STOP),
    ("stop_never_sent",             SENTENCE,       STOP),
    ("last_event_unterminated",     SENTENCE,       STOP),
    ("cut_between_events",          "A plank",      Err(Truncated)),
    ("cut_inside_an_event",         "A plank",      Err(Truncated)),
    ("only_pings",                  "",             Err(Truncated)),
    ("nothing_readable",            "",             Err(Malformed)),
    ("another_protocol",            "",             Err(Malformed)),
    // Complete, and yet no answer.
    ("stop_without_words",          "",             Err(EmptyAnswer)),
    ("blank_words",                 " \n",          Err(EmptyAnswer)),
    ("thinking_alone",              "",             Err(EmptyAnswer)),
    ("refused_without_a_word",      "",             Err(ContentPolicy)),
    ("refused_with_empty_details",  "",             Err(ContentPolicy)),
    ("window_full_before_words",    "",             Err(ContextOverflow)),
    // Errors inside a success.
    ("error_first",                 "",             Err(Overloaded)),
    ("error_without_its_name",      "",             Err(Overloaded)),
    ("error_after_the_preamble",    "",             Err(RateLimited)),
    ("error_after_words",           "A plank",      Err(ServerError)),
    ("error_spend_limit",           "",             Err(QuotaExhausted)),
    ("error_our_fault",             "",             Err(BadRequest)),
];

#[rustfmt::skip]
const GEMINI: &[Fact] = &[
    ("generate_content",            SENTENCE,       STOP),
    ("line_feeds_only",             SENTENCE,       STOP),
    ("several_parts",               SENTENCE,       STOP),
    ("thoughts_apart",              SENTENCE,       STOP),
    ("signature_alone",             SENTENCE,       STOP),
    ("stop_in_empty_events_first",  SENTENCE,       STOP),
    ("words_after_a_stop",          SENTENCE,       STOP),
    ("usage_in_an_event_of_its_own", SENTENCE,      STOP),
    ("done_from_a_proxy",           SENTENCE,       STOP),
    ("last_event_unterminated",     SENTENCE,       STOP),
    ("no_space_after_the_colon",    SENTENCE,       STOP),
    ("comments_and_ids",            SENTENCE,       STOP),
    ("other_candidates",            SENTENCE,       STOP),
    ("unknown_parts",               SENTENCE,       STOP),
    ("prompt_not_blocked",          SENTENCE,       STOP),
    ("error_unframed_after_the_end", SENTENCE,      STOP),
    ("two_byte_letters",            LETTERS,        STOP),
    ("error_word_in_words",         ERROR_WORD,     STOP),
    ("max_tokens",                  "A plank is a prom", Ok(Finish::Length)),
    ("safety_after_words",          "A plank is ",  Ok(Finish::ContentFilter)),
    ("unknown_reason",              SENTENCE,       Ok(Finish::Other)),
    ("stop_announced_too_early",    "A plank",      Err(Truncated)),
    ("cut_between_events",          "A plank",      Err(Truncated)),
    ("cut_inside_an_event",         "A plank",      Err(Truncated)),
    ("nothing_readable",            "",             Err(Malformed)),
    // Complete, and yet no answer.
    ("stop_without_words",          "",             Err(EmptyAnswer)),
    ("stop_with_empty_text",        "",             Err(EmptyAnswer)),
    ("only_thoughts",               "",             Err(EmptyAnswer)),
    ("max_tokens_of_thoughts",      "",             Err(EmptyAnswer)),
    ("malformed_call_without_words", "",            Err(EmptyAnswer)),
    ("safety_before_words",         "",             Err(ContentPolicy)),
    ("recitation_without_content",  "",             Err(ContentPolicy)),
    ("prompt_blocked",              "",             Err(ContentPolicy)),
    // Errors inside a success, also outside of any event.
    ("error_event",                 "",             Err(Overloaded)),
    ("error_event_after_words",     "A plank",      Err(ServerError)),
    ("error_unframed_after_words",  "A plank",      Err(Overloaded)),
    ("error_unframed_with_blank_lines", "A plank",  Err(Overloaded)),
    ("error_unframed_quota",        "",             Err(RateLimited)),
];

#[rustfmt::skip]
const RESPONSES: &[Fact] = &[
    ("responses",                   SENTENCE,       STOP),
    ("done_from_a_proxy",           SENTENCE,       STOP),
    ("llama_cpp_without_numbers",   SENTENCE,       STOP),
    ("names_dropped_by_a_proxy",    SENTENCE,       STOP),
    ("crlf",                        SENTENCE,       STOP),
    ("no_pieces",                   SENTENCE,       STOP),
    ("all_at_the_end",              SENTENCE,       STOP),
    ("reasoning_apart",             SENTENCE,       STOP),
    ("unknown_events",              SENTENCE,       STOP),
    ("last_event_unterminated",     SENTENCE,       STOP),
    ("two_messages",                "A plank\n\nA promise.", STOP),
    ("two_byte_letters",            LETTERS,        STOP),
    ("error_word_in_words",         ERROR_WORD,     STOP),
    ("max_output_tokens",           "A plank is a prom", Ok(Finish::Length)),
    ("filtered_after_words",        "A plank is ",  Ok(Finish::ContentFilter)),
    ("steered",                     "A plank",      Ok(Finish::Other)),
    ("refusal",                     "I would rather not.", Ok(Finish::Refusal)),
    ("refusal_at_the_end",          "I would rather not.", Ok(Finish::Refusal)),
    // Only the last event says that it is the last.
    ("cut_before_the_last_event",   SENTENCE,       Err(Truncated)),
    ("cut_between_events",          "A plank",      Err(Truncated)),
    ("cut_inside_an_event",         SENTENCE,       Err(Truncated)),
    ("only_the_preamble",           "",             Err(Truncated)),
    ("nothing_readable",            "",             Err(Malformed)),
    ("another_protocol",            "",             Err(Malformed)),
    // Complete, and yet no answer.
    ("completed_without_words",     "",             Err(EmptyAnswer)),
    ("only_reasoning",              "",             Err(EmptyAnswer)),
    ("max_output_tokens_of_reasoning", "",          Err(EmptyAnswer)),
    ("filtered_before_words",       "",             Err(ContentPolicy)),
    // Errors inside a success, after it was called created.
    ("quota_after_created",         "",             Err(QuotaExhausted)),
    ("rate_limit_after_created",    "",             Err(RateLimited)),
    ("error_nested",                "",             Err(Overloaded)),
    ("flagged",                     "",             Err(ContentPolicy)),
    ("context_overflow",            "",             Err(ContextOverflow)),
    ("our_fault",                   "",             Err(BadRequest)),
    ("failed_without_reason",       "",             Err(ServerError)),
    ("error_after_words",           "A plank",      Err(ServerError)),
    ("failed_after_words",          "A plank",      Err(ServerError)),
    ("cancelled",                   "A plank",      Err(ServerError)),
];

impl Vendor {
    pub fn bytes(&self, fact: &str) -> Vec<u8> {
        let path = self.folder().join(format!("{fact}.sse"));
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(self.name)
    }
}

/// What is heard of `vendor/fact`.
fn heard(written: &str) -> Heard {
    let (vendor, fact) = written.split_once('/').expect("written as vendor/fact");
    let vendor = VENDORS.iter().find(|known| known.name == vendor).expect("a known vendor");
    (vendor.read)(&[&vendor.bytes(fact)])
}

#[test]
fn every_fact_is_read_as_what_it_means() {
    for vendor in &VENDORS {
        for (name, text, end) in vendor.facts {
            let heard = (vendor.read)(&[&vendor.bytes(name)]);

            assert_eq!(heard.text, *text, "{}/{name}: {:?}", vendor.name, heard.end);
            assert_eq!(heard.finish(), *end, "{}/{name}: {:?}", vendor.name, heard.end);
        }
    }
}

#[test]
fn every_fixture_is_a_fact() {
    for vendor in &VENDORS {
        for file in std::fs::read_dir(vendor.folder()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            assert!(vendor.facts.iter().any(|(known, ..)| *known == name), "{}/{name} is in no test", vendor.name);
        }
    }
}

#[test]
fn reasoning_is_kept_apart_from_the_answer() {
    for fact in [
        "anthropic/thinking_apart",
        "anthropic/thinking_alone",
        "gemini/thoughts_apart",
        "gemini/only_thoughts",
        "responses/reasoning_apart",
        "responses/only_reasoning",
    ] {
        assert_eq!(heard(fact).reasoning, "Ships. Hm.", "{fact}");
    }
}

#[test]
fn the_last_number_of_each_kind_is_the_usage() {
    let usage = |input, output, cached, reasoning| {
        let (input_tokens, output_tokens) = (Some(input), Some(output));
        Some(Usage {
            input_tokens,
            output_tokens,
            cached_tokens: cached,
            reasoning_tokens: reasoning,
            estimated: false,
        })
    };

    // Later numbers leave the input out: it stays known. What the cache gave is input, too.
    assert_eq!(heard("anthropic/usage_merged").usage, usage(19, 4, Some(6), None));
    assert_eq!(heard("anthropic/message_start_twice").usage, usage(23, 4, Some(0), None));
    // The number of the prompt's tokens is corrected by the last event.
    assert_eq!(heard("gemini/generate_content").usage, usage(9, 4, None, None));
    assert_eq!(heard("gemini/thoughts_apart").usage, usage(10, 10, Some(8), Some(6)));
    assert_eq!(heard("responses/responses").usage, usage(19, 4, Some(8), Some(1)));
    assert_eq!(heard("responses/cut_before_the_last_event").usage, None);
    assert_eq!(
        heard("anthropic/cut_between_events").usage,
        usage(19, 1, Some(0), None),
        "what a cut answer cost so far"
    );
}

#[test]
fn the_model_that_answers_is_named() {
    for (fact, model) in
        [("anthropic/messages", "claude-m"), ("gemini/generate_content", "gemini-m"), ("responses/responses", "gpt-m")]
    {
        assert_eq!(heard(fact).model.as_deref(), Some(model));
    }
}

#[test]
fn an_error_keeps_what_the_vendor_said() {
    for (fact, words) in [
        ("anthropic/refused_without_a_word", "This looks like an attack."),
        ("anthropic/error_first", "Overloaded"),
        ("gemini/prompt_blocked", "PROHIBITED_CONTENT"),
        ("gemini/recitation_without_content", "too close to a source"),
        ("gemini/malformed_call_without_words", "MALFORMED_FUNCTION_CALL"),
        ("gemini/error_unframed_after_words", "currently unavailable"),
        ("responses/quota_after_created", "check your plan"),
        ("responses/failed_after_words", "Sorry."),
    ] {
        let heard = heard(fact);
        assert!(heard.error().detail.contains(words), "{fact}: {}", heard.error());
    }
    let wait = heard("gemini/error_unframed_quota").error().retry_after;
    assert_eq!(wait, Some(std::time::Duration::from_millis(34_400)));
}

#[test]
fn a_stream_of_nonsense_is_given_up() {
    for vendor in &VENDORS {
        let nonsense = "data: {not json\n\n".repeat(200);

        assert_eq!((vendor.read)(&[nonsense.as_bytes()]).finish(), Err(Malformed), "{}", vendor.name);
    }
}

#[test]
fn a_reason_before_the_first_word_does_not_end_the_wait_for_it() {
    let mut reader = Reading::<gemini::GenerateContent>::default();

    reader.push(b"data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n");
    assert!(!reader.has_finish());

    reader.push(b"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"A plank.\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n");
    assert!(reader.has_finish());
}
