//! Event streams: bytes in, whole events out, however the network cut them.
//!
//! The framing is that of the HTML standard with four deliberate differences: nothing ever reconnects; comments are
//! reported, because they are a sign of life; an event that the end of the stream left open is given out if it is
//! whole; and an `error` field counts as data of an event of that name, because llama.cpp once reported errors so.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2};
use serde::de::IgnoredAny;

/// How much one line and one event may hold. What is larger is no answer of a language model.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub line: usize,
    pub event: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line: 1 << 20, event: 1 << 20 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    #[error("a line of the stream is longer than {0} bytes")]
    Line(usize),
    #[error("an event of the stream is larger than {0} bytes")]
    Event(usize),
}

/// What came out of the stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    Event(Event<'a>),
    /// A keep-alive: it says that the server lives, not that the model speaks.
    Comment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// The `event` field; empty when there was none.
    pub name: Cow<'a, str>,
    /// The `data` fields, joined by line feeds.
    pub data: Cow<'a, str>,
}

/// How the stream lay when it ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Rest<'a> {
    /// Between two events.
    Nothing,
    /// An event that lacked only its blank line.
    Event(Event<'a>),
    /// In the middle of an event.
    Cut,
}

/// Cuts a stream of bytes into events.
///
/// Feed it with [`push`](Self::push), then take frames with [`next_frame`](Self::next_frame) until there are none. It
/// keeps no more than one unfinished event. Letters are decoded only when their line is whole, so a read that splits
/// one does no harm.
#[derive(Debug, Clone)]
pub struct EventStream {
    limits: Limits,
    /// Bytes from the start of the unfinished event, or of the unfinished line if no event is open.
    buffer: Vec<u8>,
    /// Where the unfinished line starts.
    line: usize,
    /// How far the unfinished line was searched for its end: no byte is looked at twice.
    searched: usize,
    at_start: bool,
    /// The last line ended with CR: an LF right after it belongs to that line end.
    after_cr: bool,
    open: Open,
}

/// The event that has not been dispatched yet, as ranges of the buffer.
#[derive(Debug, Default, Clone)]
struct Open {
    /// Where its first line starts; none while no line of it was seen.
    start: Option<usize>,
    name: Range<usize>,
    data: Data,
}

#[derive(Debug, Default, Clone)]
enum Data {
    #[default]
    None,
    /// By far the most common: one line, given out without a copy.
    One(Range<usize>),
    Joined(Vec<u8>),
}

impl Default for EventStream {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl EventStream {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            buffer: Vec::new(),
            line: 0,
            searched: 0,
            at_start: true,
            after_cr: false,
            open: Open::default(),
        }
    }

    /// Takes the next bytes of the stream. Take all frames before pushing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.forget(self.open.start.unwrap_or(self.line));
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame, or none until more is pushed. After an error the stream is of no further use.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, TooLarge> {
        while let Some(line) = self.next_line()? {
            if line.is_empty() {
                if let Some(event) = self.take_event() {
                    return Ok(Some(Frame::Event(event.view(&self.buffer))));
                }
            } else if self.buffer[line.start] == b':' {
                return Ok(Some(Frame::Comment));
            } else {
                self.field(line)?;
            }
        }
        Ok(None)
    }

    /// What the end of the stream left behind.
    pub fn finish(&mut self) -> Rest<'_> {
        let last = self.line..self.buffer.len();
        self.line = last.end;
        let is_comment = self.buffer.get(last.start) == Some(&b':');
        if !last.is_empty() && !is_comment && self.field(last).is_err() {
            return Rest::Cut;
        }
        if self.open.start.is_none() {
            return Rest::Nothing;
        }
        match self.take_event() {
            Some(event) if event.is_whole(&self.buffer) => Rest::Event(event.view(&self.buffer)),
            Some(_) | None => Rest::Cut,
        }
    }

    /// Bytes held back for an unfinished line or event.
    pub fn held(&self) -> usize {
        let joined = if let Data::Joined(data) = &self.open.data { data.len() } else { 0 };
        self.buffer.len() + joined
    }

    fn next_line(&mut self) -> Result<Option<Range<usize>>, TooLarge> {
        if self.after_cr && self.line < self.buffer.len() {
            self.after_cr = false;
            if self.buffer[self.line] == b'\n' {
                self.line += 1;
                self.searched = self.line;
            }
        }
        if self.at_start && !self.skip_byte_order_mark() {
            return Ok(None);
        }
        let start = self.line;
        let Some(end) = memchr2(b'\n', b'\r', &self.buffer[self.searched..]).map(|found| self.searched + found) else {
            self.searched = self.buffer.len();
            return if self.searched - start > self.limits.line {
                Err(TooLarge::Line(self.limits.line))
            } else {
                Ok(None)
            };
        };
        if end - start > self.limits.line {
            return Err(TooLarge::Line(self.limits.line));
        }
        // Comments inside an open event cannot hold it open for ever.
        if self.open.start.is_some_and(|start| end - start > self.limits.event) {
            return Err(TooLarge::Event(self.limits.event));
        }
        self.after_cr = self.buffer[end] == b'\r';
        self.line = end + 1;
        self.searched = self.line;
        Ok(Some(start..end))
    }

    /// False while the first bytes may still turn out to be the mark.
    fn skip_byte_order_mark(&mut self) -> bool {
        const MARK: &[u8] = "\u{feff}".as_bytes();
        if self.buffer.len() < MARK.len() && MARK.starts_with(&self.buffer) {
            return false;
        }
        if self.buffer.starts_with(MARK) {
            self.line = MARK.len();
            self.searched = self.line;
        }
        self.at_start = false;
        true
    }

    fn field(&mut self, line: Range<usize>) -> Result<(), TooLarge> {
        let start = *self.open.start.get_or_insert(line.start);
        if line.end - start > self.limits.event {
            return Err(TooLarge::Event(self.limits.event));
        }
        let bytes = &self.buffer[line.clone()];
        let colon = memchr(b':', bytes).unwrap_or(bytes.len());
        let after = (colon + 1).min(bytes.len());
        let blank = usize::from(bytes.get(after) == Some(&b' '));
        let value = line.start + after + blank..line.end;
        match &bytes[..colon] {
            b"data" => self.open.data.add(value, &self.buffer),
            b"event" => self.open.name = value,
            b"error" => {
                self.open.name = line.start..line.start + colon;
                self.open.data.add(value, &self.buffer);
            }
            // `id` and `retry` serve reconnecting, which would pay for the answer twice.
            _ => {}
        }
        Ok(())
    }

    /// Closes the open event. By the standard one without data is none.
    fn take_event(&mut self) -> Option<Open> {
        let open = std::mem::take(&mut self.open);
        (!matches!(open.data, Data::None)).then_some(open)
    }

    /// Drops the first bytes of the buffer and moves everything that points into it.
    fn forget(&mut self, bytes: usize) {
        self.buffer.drain(..bytes);
        self.line -= bytes;
        self.searched -= bytes;
        if let Some(start) = &mut self.open.start {
            *start -= bytes;
            self.open.name = self.open.name.start.saturating_sub(bytes)..self.open.name.end.saturating_sub(bytes);
            if let Data::One(range) = &mut self.open.data {
                *range = range.start - bytes..range.end - bytes;
            }
        }
    }
}

impl Data {
    fn add(&mut self, value: Range<usize>, buffer: &[u8]) {
        match self {
            Data::None => *self = Data::One(value),
            Data::One(first) => {
                let joined = [&buffer[first.clone()], b"\n", &buffer[value]].concat();
                *self = Data::Joined(joined);
            }
            Data::Joined(joined) => {
                joined.push(b'\n');
                joined.extend_from_slice(&buffer[value]);
            }
        }
    }
}

impl Open {
    fn is_whole(&self, buffer: &[u8]) -> bool {
        let data = match &self.data {
            Data::None => return false,
            Data::One(range) => &buffer[range.clone()],
            Data::Joined(joined) => joined,
        };
        let data = data.trim_ascii();
        data == b"[DONE]" || data.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(data).is_ok()
    }

    fn view(self, buffer: &[u8]) -> Event<'_> {
        let data = match self.data {
            Data::None => Cow::Borrowed(""),
            Data::One(range) => text(&buffer[range]),
            Data::Joined(joined) => Cow::Owned(String::from_utf8_lossy(&joined).into_owned()),
        };
        Event { name: text(&buffer[self.name]), data }
    }
}

/// Looked at as a whole first: nearly all bytes are letters, and looking for those that are not takes longer.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

#[cfg(test)]
mod tests;
