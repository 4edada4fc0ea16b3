use std::fmt;
use std::time::Duration;

use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{AttemptPurpose, ImageBytes, ImageRef, PlacedImage, Sampling, Usage};

/// Something that can continue a conversation: a vendor's API, a server on this machine, or authored voices.
pub trait Provider: Send + Sync {
    /// Asks for one reply. Nothing is sent before the stream is first polled; dropping the stream cancels the call.
    ///
    /// The stream ends with exactly one `Finished` or one error, and yields nothing after it. An answer whose end was
    /// not announced by the provider is an error of class [`ErrorClass::Truncated`], never a success.
    fn reply(&self, request: ReplyRequest) -> ReplyStream;
}

pub type ReplyStream = BoxStream<'static, Result<ReplyEvent, ProviderError>>;

/// One question to one model, in no vendor's words.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplyRequest {
    pub model: String,
    pub system: String,
    /// Starts and ends with [`Role::User`]; no two neighbours have the same role.
    pub messages: Vec<PromptMessage>,
    pub sampling: Sampling,
    /// Lines that would begin another speaker's words; a hint that providers may ignore.
    pub stop: Vec<String>,
    pub seed: Option<u32>,
    /// The bytes of the images in the messages. One that is not here is left out: its place in the words names it.
    pub images: ImageBytes,
    pub scene: Scene,
}

/// The facts of the prompt once more as data, for providers that do not read prose: the demo voices.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Scene {
    pub topic: String,
    pub speaker: String,
    pub others: Vec<String>,
    /// How many times this speaker has spoken before.
    pub turns_taken: u32,
    /// What it is asked for; a choice is one of the `others`.
    pub purpose: AttemptPurpose,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PromptMessage {
    pub role: Role,
    pub text: String,
    /// In the order of their places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<PlacedImage>,
}

/// What a turn of a prompt is made of, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptBit<'m> {
    Text(&'m str),
    Image(&'m ImageRef),
}

impl PromptMessage {
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), images: Vec::new() }
    }

    /// Shows an image behind the words so far.
    pub fn show(&mut self, image: ImageRef) {
        self.images.push(PlacedImage { at: u32::try_from(self.text.len()).unwrap_or(u32::MAX), image });
    }

    /// Goes on with what another turn of the same role says, after a blank line. Images keep their places in it.
    pub fn join(&mut self, other: &PromptMessage) {
        self.text.push_str("\n\n");
        let before = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push_str(&other.text);
        let moved = |placed: &PlacedImage| PlacedImage { at: before.saturating_add(placed.at), ..placed.clone() };
        self.images.extend(other.images.iter().map(moved));
    }

    /// Words and images in their order; words without a letter are left out.
    pub fn bits(&self) -> impl Iterator<Item = PromptBit<'_>> {
        let places =
            self.images.iter().map(|placed| (self.text.floor_char_boundary(placed.at as usize), &placed.image));
        let ends = places.map(|(at, image)| (at, Some(image))).chain([(self.text.len(), None)]);
        let mut from = 0;
        ends.flat_map(move |(at, image)| {
            let words = self.text.get(from..at).unwrap_or_default();
            from = at.max(from);
            let words = Some(words).filter(|words| !words.trim().is_empty()).map(PromptBit::Text);
            words.into_iter().chain(image.map(PromptBit::Image))
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    User,
    Assistant,
}

/// What a provider says while it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyEvent {
    /// The server refused the question for a part of it, and is sent it once more without that.
    Repaired(Repair),
    /// The server accepted the call.
    Opened {
        request_id: Option<String>,
        /// Under which it answers, where there is such a thing.
        #[serde(default)]
        status: Option<u16>,
    },
    /// A sign of life that is no output: role chunks, pings, keep-alives.
    Alive,
    /// The name under which the model answers.
    Model(String),
    Text(String),
    /// Thinking that is not part of the answer.
    Reasoning(String),
    /// Numbers so far; the last value wins.
    Usage(Usage),
    Finished(Finish),
}

/// How a question was changed that a server had refused, before it was sent once more within the same attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// `stream_options` was left out, so the usage may be unknown.
    NoStreamOptions,
    NoTemperature,
    NoStop,
    NoSeed,
    /// `max_tokens` was sent under this name.
    MaxCompletionTokens,
    /// The system's words were put in front of the user's first turn.
    SystemInFirstTurn,
}

/// How it was sent, to go on from "sent once more".
impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoStreamOptions => "without stream_options",
            Self::NoTemperature => "without a temperature",
            Self::NoStop => "without stop sequences",
            Self::NoSeed => "without a seed",
            Self::MaxCompletionTokens => "with max_completion_tokens for max_tokens",
            Self::SystemInFirstTurn => "with the instructions in front of the first turn",
        })
    }
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It had said what it had to say.
    Stop,
    /// It reached the limit of output tokens.
    Length,
    /// The provider's filter held the rest back.
    ContentFilter,
    /// It declined to answer.
    Refusal,
    /// A reason this version does not know; the answer is whole all the same.
    Other,
}

/// A provider did not give us a whole answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{class}: {detail}")]
pub struct ProviderError {
    pub class: ErrorClass,
    /// The provider's own words, shortened, without URL or key.
    pub detail: String,
    /// The status of the answer; that of a success when it failed after that.
    pub status: Option<u16>,
    pub request_id: Option<String>,
    /// How long the provider asked us to stay away.
    pub retry_after: Option<Duration>,
    /// What the provider says of asking the same once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<RetryAdvice>,
}

/// Whether the same question may be answered the next time, in the view of the one who declined it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAdvice {
    Again,
    NotAgain,
}

impl ProviderError {
    pub fn new(class: ErrorClass, detail: impl Into<String>) -> Self {
        Self { class, detail: detail.into(), status: None, request_id: None, retry_after: None, advice: None }
    }
}

/// What went wrong, by what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    #[error("the server could not be reached")]
    Unreachable,
    #[error("the server's certificate is not trusted")]
    BadCertificate,
    #[error("the server failed")]
    ServerError,
    #[error("the server is overloaded")]
    Overloaded,
    #[error("too many requests")]
    RateLimited,
    #[error("the account's quota or credit is used up")]
    QuotaExhausted,
    #[error("the key was refused")]
    Unauthorized,
    #[error("no key is available")]
    KeyUnavailable,
    #[error("access is not permitted")]
    Forbidden,
    #[error("the model was not found")]
    ModelNotFound,
    #[error("the conversation is longer than the model's context")]
    ContextOverflow,
    #[error("the request is too large")]
    RequestTooLarge,
    #[error("the request was not understood")]
    BadRequest,
    #[error("the provider's policy refused the content")]
    ContentPolicy,
    #[error("the answer was empty")]
    EmptyAnswer,
    #[error("the limit of output tokens was reached before the first word")]
    OutputLimit,
    #[error("no first word came in time")]
    FirstTokenTimeout,
    #[error("the words stopped coming")]
    IdleTimeout,
    #[error("the answer took too long")]
    TotalTimeout,
    #[error("the answer was cut off")]
    Truncated,
    #[error("the answer was not understood")]
    Malformed,
    #[error("the address is not that of a model API")]
    NotAnApi,
    #[error("the server redirected elsewhere, which is not followed")]
    RedirectRefused,
    #[error("the connection is not configured")]
    NotConfigured,
    #[error("the model does not see images")]
    ImagesUnsupported,
    #[error("nobody knows what it costs, and the conversation has a limit on money")]
    Unpriced,
    #[error("the conversation's budget leaves no room for it")]
    OverBudget,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImageDigest, ImageType};

    fn image(letter: u8) -> ImageRef {
        let digest = ImageDigest::of_hash([letter; 32]);
        ImageRef { digest, media_type: ImageType::Png, bytes: 1, width: 1, height: 1, alt: None }
    }

    #[test]
    fn images_keep_their_places_when_turns_are_joined() {
        let mut first = PromptMessage::new(Role::User, "Ada: löök");
        first.show(image(1));
        first.show(image(2));
        let mut second = PromptMessage::new(Role::User, "Bo: ");
        second.show(image(3));
        second.text.push_str(" and?");

        first.join(&second);

        let bits: Vec<PromptBit<'_>> = first.bits().collect();
        let (one, two, three) = (image(1), image(2), image(3));
        let expected = [
            PromptBit::Text("Ada: löök"),
            PromptBit::Image(&one),
            PromptBit::Image(&two),
            PromptBit::Text("\n\nBo: "),
            PromptBit::Image(&three),
            PromptBit::Text(" and?"),
        ];
        assert_eq!(bits, expected);
    }

    #[test]
    fn a_place_that_is_none_loses_no_word() {
        let placed = [700, 2, 1].map(|at| PlacedImage { at, image: image(9) });
        let message = PromptMessage { role: Role::User, text: "é and more".into(), images: placed.into() };

        let words: String = message
            .bits()
            .filter_map(|bit| match bit {
                PromptBit::Text(text) => Some(text),
                PromptBit::Image(_) => None,
            })
            .collect();

        assert_eq!(words, message.text);
    }
}
