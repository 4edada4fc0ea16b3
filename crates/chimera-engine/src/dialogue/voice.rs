use std::time::Duration;

use chimera_core::{AttemptId, MAX_MESSAGE_BYTES, ModelRef, Timings, Usage};

use crate::Patience;
use crate::guard::Guard;
use crate::prompt::Tokens;

/// Whoever has the floor: how far along its route it is, and what it is doing.
#[derive(Debug)]
pub(super) struct Voice {
    /// Which model of the route is, or was last, asked.
    pub position: usize,
    /// How often that model has been asked in this turn.
    pub tries: u32,
    pub began: Duration,
    /// When its newest word was shown, or else when its turn began.
    pub quiet_since: Duration,
    pub stage: Stage,
}

#[derive(Debug)]
pub(super) enum Stage {
    /// Before the first question, and between two.
    Waiting {
        until: Duration,
    },
    Asked(Box<Reply>),
}

impl Voice {
    pub fn new(now: Duration) -> Self {
        Self { position: 0, tries: 0, began: now, quiet_since: now, stage: Stage::Waiting { until: now } }
    }

    /// When we turn to it next, if nothing comes before.
    pub fn deadline(&self) -> Duration {
        match &self.stage {
            Stage::Waiting { until } => *until,
            Stage::Asked(reply) => reply.deadline(),
        }
    }

    pub fn reply(&self) -> Option<&Reply> {
        match &self.stage {
            Stage::Asked(reply) => Some(reply),
            Stage::Waiting { .. } => None,
        }
    }

    pub fn reply_mut(&mut self) -> Option<&mut Reply> {
        match &mut self.stage {
            Stage::Asked(reply) => Some(reply),
            Stage::Waiting { .. } => None,
        }
    }

    /// The reply that is being heard, if it is that of this attempt: anything else comes too late.
    pub fn reply_of(&mut self, attempt: AttemptId) -> Option<&mut Reply> {
        self.reply_mut().filter(|reply| reply.attempt == attempt)
    }
}

/// One answer while it is being heard.
#[derive(Debug)]
pub(super) struct Reply {
    pub attempt: AttemptId,
    pub model: ModelRef,
    pub guard: Guard,
    pub patience: Patience,
    pub asked_at: Duration,
    /// When the last word or thought came.
    pub progress_at: Option<Duration>,
    pub timings: Timings,
    pub answered_by: Option<String>,
    pub request_id: Option<String>,
    pub thought: bool,
    reported: Option<Usage>,
    /// Tokens by our own estimate, for when the stream is cut before the provider counts them.
    estimated_input: Tokens,
    heard_chars: usize,
    text: String,
    chars: u32,
    full: bool,
}

impl Reply {
    pub fn new(attempt: AttemptId, model: ModelRef, guard: Guard, asked_at: Duration, estimated_input: Tokens) -> Self {
        Self {
            attempt,
            model,
            guard,
            patience: Patience::CLOUD,
            asked_at,
            progress_at: None,
            timings: Timings::default(),
            answered_by: None,
            request_id: None,
            thought: false,
            reported: None,
            estimated_input,
            heard_chars: 0,
            text: String::new(),
            chars: 0,
            full: false,
        }
    }

    /// What it was asked, by our estimate.
    pub fn size(&self) -> Tokens {
        self.estimated_input
    }

    /// Everything shown so far; what is recorded in the end is exactly this.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As many of the words as the message still has room for. Once some did not fit, none do: a gap would be worse
    /// than an end.
    pub fn fitting<'w>(&mut self, words: &'w str) -> &'w str {
        let room = if self.full { 0 } else { MAX_MESSAGE_BYTES - self.text.len() };
        let fitting = &words[..words.floor_char_boundary(room)];
        self.full = fitting.len() < words.len();
        fitting
    }

    /// Takes up shown words and says at which character they begin.
    pub fn add(&mut self, words: &str) -> u32 {
        let offset = self.chars;
        self.text.push_str(words);
        self.chars += u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
        offset
    }

    pub fn sign_of_life(&mut self, now: Duration) {
        let since = millis(now.saturating_sub(self.asked_at));
        self.timings.first_byte_ms.get_or_insert(since);
    }

    /// A word or a thought has come; pings are none.
    pub fn progress(&mut self, now: Duration, heard: &str) {
        self.sign_of_life(now);
        self.heard_chars += heard.chars().count();
        self.progress_at = Some(now);
    }

    pub fn first_word(&mut self, now: Duration) {
        let since = millis(now.saturating_sub(self.asked_at));
        self.timings.first_token_ms.get_or_insert(since);
    }

    pub fn timings(&self, now: Duration) -> Timings {
        Timings { total_ms: Some(millis(now.saturating_sub(self.asked_at))), ..self.timings }
    }

    /// Numbers may come in parts: the last value of each wins.
    pub fn count(&mut self, usage: Usage) {
        let before = self.reported.unwrap_or_default();
        self.reported = Some(Usage {
            input_tokens: usage.input_tokens.or(before.input_tokens),
            output_tokens: usage.output_tokens.or(before.output_tokens),
            cached_tokens: usage.cached_tokens.or(before.cached_tokens),
            reasoning_tokens: usage.reasoning_tokens.or(before.reasoning_tokens),
            estimated: usage.estimated,
        });
    }

    /// Neither a word nor a number has come.
    pub fn is_silent(&self) -> bool {
        self.reported.is_none() && self.heard_chars == 0
    }

    /// What the provider counted, and our own estimate of what it did not.
    pub fn usage(&self) -> Usage {
        let reported = self.reported.unwrap_or_default();
        if reported.input_tokens.is_some() && reported.output_tokens.is_some() {
            return reported;
        }
        let tokens = |tokens: Tokens| Some(u32::try_from(tokens.0).unwrap_or(u32::MAX));
        Usage {
            input_tokens: reported.input_tokens.or(tokens(self.estimated_input)),
            output_tokens: reported.output_tokens.or(tokens(Tokens::of_chars(self.heard_chars))),
            estimated: true,
            ..reported
        }
    }

    /// When we stop waiting for the next word.
    pub fn deadline(&self) -> Duration {
        let next = match self.progress_at {
            Some(progress) => progress + self.patience.idle,
            None => self.asked_at + self.patience.first_token,
        };
        next.min(self.asked_at + self.patience.total)
    }
}

fn millis(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
}
