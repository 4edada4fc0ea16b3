//! How much of anything one request may hold. They guard against accidents and hostile files, and are generous to
//! people.

use crate::Money;

/// Characters (Unicode scalar values) in a conversation's topic.
pub const MAX_TOPIC_CHARS: usize = 8_000;
/// Characters in a conversation's title.
pub const MAX_TITLE_CHARS: usize = 200;
/// Characters in what the user says at once.
pub const MAX_SAY_CHARS: usize = 200_000;
/// Characters in a summary of what was said before the window.
pub const MAX_SUMMARY_CHARS: usize = 16_000;
/// Messages of one conversation that may be pinned at a time.
pub const MAX_PINS: usize = 50;
/// Characters in a participant's name.
pub const MAX_NAME_CHARS: usize = 60;
/// Characters in a persona's instructions.
pub const MAX_INSTRUCTIONS_CHARS: usize = 32_000;
/// Participants in one conversation.
pub const MAX_PARTICIPANTS: usize = 12;
/// Casts of the user's own.
pub const MAX_CASTS: usize = 200;
/// Bytes of the file in which one cast travels.
pub const MAX_CAST_FILE_BYTES: usize = 2 * 1024 * 1024;
/// Models on one route.
pub const MAX_ROUTE_MODELS: usize = 8;
/// Characters in a model's name.
pub const MAX_MODEL_CHARS: usize = 200;
/// Turns a conversation may be asked to hold.
pub const MAX_TURNS: u32 = 10_000;
/// Seconds a speaker may be told to be waited for without a new word: no fewer, for models take a breath; and a day.
pub const STALL_SECONDS: std::ops::RangeInclusive<u32> = 5..=86_400;
/// Calls that one connection may be allowed at once: what a large server in the house answers together.
pub const CALLS_AT_ONCE: std::ops::RangeInclusive<u32> = 1..=256;
/// Seconds a connection's models may be waited for, by each of its timers: no longer than a day.
pub const PATIENCE_SECONDS: std::ops::RangeInclusive<u32> = 1..=86_400;
/// Minutes a conversation may be asked to run: a week.
pub const MAX_MINUTES: u32 = 10_080;
/// Tokens a conversation may be asked to keep to.
pub const MAX_TOKENS: u32 = 1_000_000_000;
/// Money a conversation may be asked to keep to.
pub const MAX_MONEY: Money = Money::from_cents(1_000_000);
/// Characters in a phrase that ends a conversation.
pub const MAX_PHRASE_CHARS: usize = 200;
/// Tokens an answer is held to while there is a budget, where the participant's sampling names no other number: without
/// any, one answer could take all of it.
pub const BUDGETED_ANSWER_TOKENS: u32 = 4_096;
/// Tokens an answer of the closing round is held to.
pub const CLOSING_ANSWER_TOKENS: u32 = 1_024;
/// Bytes of one image. Gemini takes 20 MB in a whole request, in base64 and with the words; others take 5 to 20 MB an
/// image. See docs/images.md.
pub const MAX_IMAGE_BYTES: usize = 10 * 1024 * 1024;
/// Pixels of an image's longer side: what Anthropic takes, the strictest that has a limit.
pub const MAX_IMAGE_SIDE: u32 = 8_000;
/// Images in one message.
pub const MAX_MESSAGE_IMAGES: usize = 8;
/// Bytes of the images of one message together, and of all images of one prompt: 16 MiB in base64.
pub const MAX_IMAGES_BYTES: usize = 12 * 1024 * 1024;
/// Images in one prompt, the newest first: with more than 20 in a request Anthropic takes smaller ones only.
pub const MAX_PROMPT_IMAGES: usize = 20;
/// Characters in the description of an image.
pub const MAX_ALT_CHARS: usize = 500;
/// Bytes of text in one message from a model; what comes after is cut and the message says so.
pub const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of thoughts that are kept of one attempt.
pub const MAX_THOUGHT_BYTES: usize = 64 * 1024;
