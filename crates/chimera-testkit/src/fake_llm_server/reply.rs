use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::Gate;

/// What the server does in answer to one request, step by step.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) head: Head,
    pub(super) steps: Vec<Step>,
    /// Bytes of the body after which the line goes dead.
    pub(super) cut_at: Option<usize>,
    pub(super) one_by_one: bool,
    /// The time a slow model takes before each event.
    pub(super) pace: Duration,
    pub(super) end: End,
}

#[derive(Debug, Clone)]
pub(super) enum Head {
    Status {
        status: u16,
        headers: Vec<(String, String)>,
    },
    /// The steps bring their own.
    Raw,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// An event; the model's name is added when it is sent.
    Chunk(Value),
    Bytes(Vec<u8>),
    /// These so many times, without holding all of them.
    Repeat(Vec<u8>, usize),
    Wait(Gate),
    Rest(Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As HTTP wants it.
    Clean,
    /// The connection closes before HTTP says that the body is whole.
    BreakOff,
    /// The same by a reset.
    Reset,
    /// Nothing more, and the line stays open.
    Hang,
}

impl Reply {
    /// A whole answer, word by word, with its usage.
    pub fn says(text: &str) -> Self {
        text.split_inclusive(' ').fold(Self::stream(), Self::text).ends()
    }

    /// The beginning of an answer: the head and the chunk that only names the role. Add words, then an end.
    pub fn stream() -> Self {
        Self::events().chunk(
            json!({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]}),
        )
    }

    /// An event stream with nothing in it yet.
    pub fn events() -> Self {
        Self::with_head(200, "text/event-stream")
    }

    pub fn fails(status: u16, body: &str) -> Self {
        Self::whole(status, "application/json", body)
    }

    /// A body in one piece.
    pub fn whole(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::with_head(status, content_type).bytes(body)
    }

    pub fn redirects(location: &str) -> Self {
        Self::whole(307, "text/plain", "").header("location", location)
    }

    /// A body of so many spaces that takes next to nothing on the wire.
    pub fn gzip_bomb(bytes: usize) -> Self {
        let mut zip = GzEncoder::new(Vec::new(), Compression::best());
        let block = vec![b' '; 1 << 16];
        for _ in 0..bytes / block.len() {
            zip.write_all(&block).expect("memory takes everything");
        }
        let body = zip.finish().expect("memory takes everything");
        Self::whole(200, "text/event-stream", body).header("content-encoding", "gzip")
    }

    /// Everything, the head too, byte for byte.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { head: Head::Raw, ..Self::events() }.bytes(bytes)
    }

    /// Takes the request and never answers.
    pub fn silence() -> Self {
        Self::raw("").hangs()
    }

    fn with_head(status: u16, content_type: &str) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self {
            head: Head::Status { status, headers },
            steps: Vec::new(),
            cut_at: None,
            one_by_one: false,
            pace: Duration::ZERO,
            end: End::Clean,
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Head::Status { headers, .. } = &mut self.head {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    pub fn text(self, text: &str) -> Self {
        self.delta(json!({"content": text}))
    }

    pub fn reasoning(self, text: &str) -> Self {
        self.delta(json!({"reasoning_content": text}))
    }

    pub fn delta(self, delta: Value) -> Self {
        self.chunk(json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]}))
    }

    pub fn chunk(mut self, chunk: Value) -> Self {
        self.steps.push(Step::Chunk(chunk));
        self
    }

    pub fn comment(self, text: &str) -> Self {
        self.bytes(format!(": {text}\n\n"))
    }

    /// Bytes of the body as they are.
    pub fn bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.steps.push(Step::Bytes(bytes.into()));
        self
    }

    /// These bytes of the body so many times over.
    pub fn repeats(mut self, bytes: impl Into<Vec<u8>>, times: usize) -> Self {
        self.steps.push(Step::Repeat(bytes.into(), times));
        self
    }

    pub fn waits_for(mut self, gate: &Gate) -> Self {
        self.steps.push(Step::Wait(gate.clone()));
        self
    }

    /// Nothing for so long.
    pub fn rests(mut self, span: Duration) -> Self {
        self.steps.push(Step::Rest(span));
        self
    }

    pub fn finish(self, reason: &str) -> Self {
        self.chunk(json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
    }

    pub fn usage(self, input: u32, output: u32) -> Self {
        self.chunk(json!({"choices": [], "usage": {"prompt_tokens": input, "completion_tokens": output}}))
    }

    pub fn done(self) -> Self {
        self.bytes("data: [DONE]\n\n")
    }

    /// As a good server ends: the reason, the usage, the mark.
    pub fn ends(self) -> Self {
        self.finish("stop").usage(10, 5).done()
    }

    /// Only the first so many bytes of the body are sent, then the connection closes.
    pub fn cut_at(self, bytes: usize) -> Self {
        Self { cut_at: Some(bytes), end: End::BreakOff, ..self }
    }

    /// Every byte in a packet of its own.
    pub fn drips(self) -> Self {
        Self { one_by_one: true, ..self }
    }

    /// Events come at this pace, as from a model that thinks.
    pub fn paced(self, pace: Duration) -> Self {
        Self { pace, ..self }
    }

    pub fn breaks_off(self) -> Self {
        Self { end: End::BreakOff, ..self }
    }

    pub fn resets(self) -> Self {
        Self { end: End::Reset, ..self }
    }

    pub fn hangs(self) -> Self {
        Self { end: End::Hang, ..self }
    }
}
