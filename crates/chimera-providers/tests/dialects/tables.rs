//! One fixture per fact: the bytes a vendor's server really sends, and what they mean.

use std::path::{Path, PathBuf};

use chimera_core::ErrorClass::*;
use chimera_core::{ErrorClass, Finish};
use chimera_providers::{anthropic, compatible, gemini, responses};
use chimera_testkit::Heard;

use crate::reading::{cut, read};

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

pub static VENDORS: [Vendor; 4] = [
    Vendor {
        name: "compatible",
        facts: COMPATIBLE,
        read: read::<compatible::ChatCompletions>,
        cut: cut::<compatible::ChatCompletions>,
    },
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
const COMPATIBLE: &[Fact] = &[
    ("openai",                      SENTENCE,            STOP),
    ("azure_prompt_filter_first",   SENTENCE,            STOP),
    ("llama_cpp_null_content",      SENTENCE,            STOP),
    ("deepseek_reasoning",          SENTENCE,            STOP),
    ("openrouter_comments",         SENTENCE,            STOP),
    ("groq_usage",                  SENTENCE,            STOP),
    ("xai_thoughts_beside",         SENTENCE,            STOP),
    ("mistral_parts",               SENTENCE,            STOP),
    ("proxy_bom_crlf",              SENTENCE,            STOP),
    ("pretty_json_over_lines",      SENTENCE,            STOP),
    ("last_event_unterminated",     SENTENCE,            STOP),
    ("absurd_usage",                SENTENCE,            STOP),
    ("oddities_between",            SENTENCE,            STOP),
    ("error_null",                  SENTENCE,            STOP),
    // Both names in one chunk: the one grows with every piece, the other is the piece.
    ("perplexity_message_and_delta", SENTENCE,           STOP),
    ("message_empty_beside_the_delta", SENTENCE,         STOP),
    ("messages_for_deltas",         SENTENCE,            STOP),
    ("tool_calls_beside_words",     SENTENCE,            Ok(Finish::Other)),
    ("error_word_in_words",         r#"Say "error": null is not one."#, STOP),
    ("two_byte_letters",            "Grüße, 船よ — 🦁🐐🐍\0", STOP),
    ("thoughts_aloud",              SENTENCE,            STOP),
    ("thoughts_aloud_in_one_piece", SENTENCE,            STOP),
    ("thoughts_aloud_magistral",    SENTENCE,            STOP),
    ("thoughts_aloud_empty",        SENTENCE,            STOP),
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
    ("only_reasoning",              "",                  Err(OutputLimit)),
    ("thoughts_aloud_unended",      "",                  Err(OutputLimit)),
    ("tool_calls_alone",            "",                  Err(EmptyAnswer)),
    ("filtered_before_words",       "",                  Err(ContentPolicy)),
    // Errors inside a success.
    ("error_object",                "",                  Err(Overloaded)),
    ("error_event",                 "",                  Err(RateLimited)),
    ("error_event_bare",            "",                  Err(Unauthorized)),
    ("error_event_plain_words",     "A plank",           Err(ServerError)),
    ("error_text_ollama",           "",                  Err(ServerError)),
    ("error_object_vllm",           "",                  Err(ContextOverflow)),
    ("error_lm_studio",             "",                  Err(ServerError)),
    ("error_lm_studio_overflow",    "",                  Err(ContextOverflow)),
    ("error_openrouter",            "A plank",           Err(RateLimited)),
    ("error_openrouter_wrapped",    "",                  Err(ContextOverflow)),
    ("error_finish_alone",          "A plank",           Err(ServerError)),
    ("error_field_llama_cpp",       "",                  Err(ServerError)),
    ("error_groq",                  "",                  Err(ServerError)),
];

#[rustfmt::skip]
const ANTHROPIC: &[Fact] = &[
    ("messages",                    SENTENCE,       STOP),
    ("names_dropped_by_a_proxy",    SENTENCE,       STOP),
    ("words_in_the_block_start",    SENTENCE,       STOP),
    ("thinking_apart",              SENTENCE,       STOP),
    ("unknown_events_and_blocks",   SENTENCE,       STOP),
    ("citations_between_words",     SENTENCE,       STOP),
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
    ("max_tokens_of_thoughts",      "",             Err(OutputLimit)),
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
    ("reasoning_in_pieces_words_at_the_end", SENTENCE, STOP),
    ("thoughts_aloud",              SENTENCE,       STOP),
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
    ("max_output_tokens_of_reasoning", "",          Err(OutputLimit)),
    ("reasoning_again_at_the_end",  "",             Err(OutputLimit)),
    ("thoughts_aloud_unended",      "",             Err(OutputLimit)),
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

    pub fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(self.name)
    }
}
