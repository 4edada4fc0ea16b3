use std::time::Duration;

use chimera_core::{AttemptId, EventKind, MAX_MESSAGE_BYTES, ModelRef, ProviderError, Repair, Timings, TurnId, Usage};

use super::thoughts::Thoughts;
use crate::Patience;
use crate::guard::Guard;
use crate::prompt::Tokens;
use crate::seam::Seam;

/// Longer than anybody's turn in line can be away.
const LONGEST_LINE: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether the question may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// Nobody has said.
    Unknown,
    InLine,
    Given,
}

/// One answer while it is being heard.
#[derive(Debug)]
pub(super) struct Reply {
    pub attempt: AttemptId,
    pub model: ModelRef,
    pub guard: Guard,
    pub patience: Patience,
    pub asked_at: Duration,
    leave: Leave,
    /// When the question could go out.
    pub admitted_at: Duration,
    /// When the last word or thought came.
    pub progress_at: Option<Duration>,
    /// When anything came at all.
    heard_at: Duration,
    /// When it is given up for others that wait, if it has said nothing by then.
    pub by: Option<Duration>,
    pub timings: Timings,
    pub answered_by: Option<String>,
    /// What was changed of the question, each time it was sent once more.
    pub repairs: Vec<Repair>,
    /// How the server answered, and by which name its people find the call.
    pub status: Option<u16>,
    pub request_id: Option<String>,
    pub thoughts: Thoughts,
    /// It was asked with images.
    pub saw: bool,
    reported: Option<Usage>,
    /// The provider has said that this is all.
    has_ended: bool,
    /// Tokens by our own estimate, for when the stream is cut before the provider counts them.
    estimated_input: Tokens,
    heard_chars: usize,
    /// What it wrote, word for word.
    raw: String,
    /// The character of the message at which its words begin; none before its first.
    pub from_char: Option<u32>,
    /// What it must not repeat, when it goes on with another's words.
    pub seam: Option<Seam>,
}

impl Reply {
    pub fn new(attempt: AttemptId, model: ModelRef, guard: Guard, asked_at: Duration, estimated_input: Tokens) -> Self {
        Self {
            attempt,
            model,
            guard,
            patience: Patience::CLOUD,
            asked_at,
            leave: Leave::Unknown,
            admitted_at: asked_at,
            progress_at: None,
            heard_at: asked_at,
            by: None,
            timings: Timings::default(),
            answered_by: None,
            repairs: Vec::new(),
            status: None,
            request_id: None,
            thoughts: Thoughts::default(),
            saw: false,
            reported: None,
            has_ended: false,
            estimated_input,
            heard_chars: 0,
            raw: String::new(),
            from_char: None,
            seam: None,
        }
    }

    /// What it was asked, by our estimate.
    pub fn size(&self) -> Tokens {
        self.estimated_input
    }

    /// Takes the next piece of the answer, and gives back what of it is the speaker's own and new.
    pub fn take(&mut self, piece: &str) -> String {
        let room = MAX_MESSAGE_BYTES.saturating_sub(self.raw.len());
        self.raw.push_str(&piece[..piece.floor_char_boundary(room)]);
        let words = self.guard.push(piece);
        match &mut self.seam {
            Some(seam) => {
                seam.overhear(piece);
                seam.push(&words)
            }
            None => words,
        }
    }

    /// No more pieces come: what was held back turns out to be nothing but words.
    pub fn rest(&mut self) -> String {
        let words = self.guard.finish();
        match &mut self.seam {
            Some(seam) => seam.push(&words) + &seam.finish(),
            None => words,
        }
    }

    /// What it wrote, when that is something else than what the message says.
    pub fn raw_beside(&self, shown: &str) -> Option<String> {
        (self.raw.trim() != shown.trim()).then(|| self.raw.clone())
    }

    /// Its question waits for other calls to end. Gives whether that is news.
    pub fn waits_in_line(&mut self) -> bool {
        let is_news = self.leave == Leave::Unknown;
        if is_news {
            self.leave = Leave::InLine;
        }
        is_news
    }

    pub fn is_in_line(&self) -> bool {
        self.leave == Leave::InLine
    }

    /// It may be asked now, and is given this much patience from now on. Gives how long it waited, if it stood in line.
    pub fn admitted(&mut self, patience: Patience, now: Duration) -> Option<Duration> {
        let waited = now.saturating_sub(self.asked_at);
        let stood_in_line = self.is_in_line();
        self.leave = Leave::Given;
        self.patience = patience;
        self.admitted_at = now;
        self.timings.queued_ms = Some(millis(waited));
        if stood_in_line {
            self.by = self.by.map(|by| by + waited);
        }
        stood_in_line.then_some(waited)
    }

    /// The server has taken the question.
    pub fn opened(&mut self, now: Duration, request_id: Option<String>, status: Option<u16>) {
        self.sign_of_life(now);
        self.request_id = request_id;
        self.status = status;
    }

    /// It has failed. Whatever the server says of it later, the status is that of its answer.
    pub fn failed(&mut self, error: &ProviderError) {
        self.status = self.status.or(error.status);
        self.request_id = error.request_id.clone().or(self.request_id.take());
    }

    pub fn sign_of_life(&mut self, now: Duration) {
        self.heard_at = now;
        let since = millis(now.saturating_sub(self.asked_at));
        self.timings.first_byte_ms.get_or_insert(since);
    }

    /// A word or a thought has come; pings are none.
    pub fn progress(&mut self, now: Duration, heard: &str) {
        self.sign_of_life(now);
        self.heard_chars += heard.chars().count();
        self.progress_at = Some(now);
    }

    /// It thinks aloud. Gives whether that is worth telling.
    pub fn think(&mut self, now: Duration, thought: &str) -> bool {
        self.progress(now, thought);
        let is_first = !self.thoughts.has_begun();
        self.thoughts.push(thought);
        is_first && self.raw.is_empty()
    }

    /// What it has thought, for the log.
    pub fn thought(&self, turn: TurnId) -> Option<EventKind> {
        let attempt = self.attempt;
        self.thoughts.told().map(|thoughts| EventKind::AttemptThought { attempt, turn, thoughts })
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

    /// Nothing more comes, and the numbers are the last.
    pub fn ended(&mut self) {
        self.has_ended = true;
    }

    /// Neither a word nor a number has come.
    pub fn is_silent(&self) -> bool {
        self.reported.is_none() && self.heard_chars == 0
    }

    /// What the provider counted, and our own estimate of what it did not. Some count on from the first word, so that
    /// the numbers of a stream that breaks off are those of its beginning.
    pub fn usage(&self) -> Usage {
        let reported = self.reported.unwrap_or_default();
        if self.has_ended && reported.input_tokens.is_some() && reported.output_tokens.is_some() {
            return reported;
        }
        let tokens = |tokens: Tokens| Some(u32::try_from(tokens.0).unwrap_or(u32::MAX));
        let heard = tokens(Tokens::of_chars(self.heard_chars));
        Usage {
            input_tokens: reported.input_tokens.or(tokens(self.estimated_input)),
            output_tokens: if self.has_ended {
                reported.output_tokens.or(heard)
            } else {
                reported.output_tokens.max(heard)
            },
            estimated: true,
            ..reported
        }
    }

    /// When we stop waiting for the next word.
    pub fn deadline(&self) -> Duration {
        if self.is_in_line() {
            return self.asked_at + LONGEST_LINE;
        }
        let next = match self.progress_at {
            Some(progress) => (self.heard_at + self.patience.idle).min(progress + self.patience.no_progress),
            None => {
                let own = self.admitted_at + self.patience.first_token;
                self.by.map_or(own, |by| own.min(by.max(self.admitted_at)))
            }
        };
        next.min(self.admitted_at + self.patience.total)
    }
}

fn millis(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
}
