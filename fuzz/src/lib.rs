//! What must hold for any bytes whatever: no panic, the same meaning however the network cut them, exactly one end.

use chimera_core::{Finish, ProviderError, ReplyEvent, Usage};
use chimera_providers::reading::{Dialect, Reading};
use chimera_providers::sse::{EventStream, Frame, Limits, Rest, TooLarge};

/// Bytes at the end of an input that say how the rest is cut.
pub const CUTS: usize = 4;

/// The stream, and the lengths of its pieces, which are used over and over.
fn stream(input: &[u8]) -> (&[u8], Vec<usize>) {
    let (stream, cuts) = input.split_at(input.len().saturating_sub(CUTS));
    (stream, cuts.iter().map(|cut| usize::from(*cut) + 1).collect())
}

fn pieces<'a>(stream: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = stream;
    let mut pieces = Vec::new();
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at((*length).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// Holds the reader of one dialect to all that.
pub fn check_dialect<D: Dialect>(input: &[u8]) {
    let (stream, lengths) = stream(input);

    let at_once = read::<D>(&[stream]);
    let in_pieces = read::<D>(&pieces(stream, &lengths));
    assert_eq!(at_once, in_pieces, "the pieces {lengths:?} make a difference");

    let mut document = Reading::<D>::default();
    document.whole(stream);
    let mut heard = Heard::default();
    heard.take_from(&mut document);
    assert!(heard.end.is_some(), "a document has no end");
}

fn read<D: Dialect>(pieces: &[&[u8]]) -> Heard {
    let mut reading = Reading::<D>::default();
    let mut heard = Heard::default();
    for piece in pieces {
        reading.push(piece);
        heard.take_from(&mut reading);
    }
    reading.finish();
    heard.take_from(&mut reading);
    assert!(heard.end.is_some(), "a stream has no end");
    heard
}

/// What a reply says, without the seams between its pieces.
#[derive(Debug, Default, PartialEq)]
struct Heard {
    said: Vec<ReplyEvent>,
    /// The last numbers: where they stand among the words depends on the reads, and nobody looks at it.
    usage: Option<Usage>,
    end: Option<Result<Finish, ProviderError>>,
}

impl Heard {
    fn take_from<D: Dialect>(&mut self, reading: &mut Reading<D>) {
        while let Some(event) = reading.take() {
            assert!(self.end.is_none(), "{event:?} came after the end");
            match event {
                Ok(ReplyEvent::Finished(finish)) => self.end = Some(Ok(finish)),
                Ok(event) => self.say(event),
                Err(error) => self.end = Some(Err(error)),
            }
        }
    }

    fn say(&mut self, event: ReplyEvent) {
        match (self.said.last_mut(), event) {
            (_, ReplyEvent::Alive) => {}
            (Some(ReplyEvent::Text(last)), ReplyEvent::Text(more)) => last.push_str(&more),
            (Some(ReplyEvent::Reasoning(last)), ReplyEvent::Reasoning(more)) => last.push_str(&more),
            (_, ReplyEvent::Usage(newer)) => self.usage = Some(newer),
            (_, event) => self.said.push(event),
        }
    }
}

/// Holds the framing to all that, under its usual bounds and under bounds that are soon reached.
pub fn check_framing(input: &[u8]) {
    let (stream, lengths) = stream(input);
    for limits in [Limits::default(), Limits { line: 16, event: 40 }] {
        let at_once = frames(&[stream], limits);
        let in_pieces = frames(&pieces(stream, &lengths), limits);
        assert_eq!(at_once, in_pieces, "the pieces {lengths:?} make a difference within {limits:?}");
    }
}

#[derive(Debug, PartialEq)]
enum Framed {
    Event(String, String),
    Comment,
    TooLarge(TooLarge),
    Nothing,
    Cut,
}

fn frames(pieces: &[&[u8]], limits: Limits) -> Vec<Framed> {
    let mut stream = EventStream::new(limits);
    let mut frames = Vec::new();
    for piece in pieces {
        stream.push(piece);
        loop {
            match stream.next_frame() {
                Ok(Some(Frame::Event(event))) => frames.push(Framed::Event(event.name.into(), event.data.into())),
                Ok(Some(Frame::Comment)) => frames.push(Framed::Comment),
                Ok(None) => break,
                Err(too_large) => {
                    frames.push(Framed::TooLarge(too_large));
                    return frames;
                }
            }
        }
    }
    frames.push(match stream.finish() {
        Rest::Nothing => Framed::Nothing,
        Rest::Event(event) => Framed::Event(event.name.into(), event.data.into()),
        Rest::Cut => Framed::Cut,
    });
    frames
}
