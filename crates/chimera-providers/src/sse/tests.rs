use proptest::prelude::*;

use super::*;

/// What a stream gave: `(name, data)` of each event, `None` for a comment.
type Heard = Vec<Option<(String, String)>>;

fn hear(chunks: &[&[u8]]) -> (Heard, String) {
    let mut stream = EventStream::default();
    let mut heard = Heard::new();
    for chunk in chunks {
        stream.push(chunk);
        while let Some(frame) = stream.next_frame().unwrap() {
            heard.push(match frame {
                Frame::Event(event) => Some((event.name.into_owned(), event.data.into_owned())),
                Frame::Comment => None,
            });
        }
    }
    let rest = format!("{:?}", stream.finish());
    (heard, rest)
}

fn data_of(bytes: &[u8]) -> Vec<String> {
    hear(&[bytes]).0.into_iter().flatten().map(|(_, data)| data).collect()
}

#[test]
fn every_line_end_ends_a_line() {
    for stream in [
        "data: a\n\ndata: b\n\n",
        "data: a\r\rdata: b\r\r",
        "data: a\r\n\r\ndata: b\r\n\r\n",
        "data: a\r\n\ndata: b\n\r\n",
    ] {
        assert_eq!(data_of(stream.as_bytes()), ["a", "b"], "{stream:?}");
    }
}

#[test]
fn a_line_end_split_over_two_reads_is_one_line_end() {
    let (heard, _) = hear(&[b"data: a\r", b"\n", b"data: b\r\n\r", b"\n"]);

    assert_eq!(heard, [Some((String::new(), "a\nb".into()))]);
}

#[test]
fn data_lines_are_joined_and_only_one_blank_is_dropped() {
    assert_eq!(data_of(b"data:  two blanks\ndata:none\ndata\n\n"), [" two blanks\nnone\n"]);
}

#[test]
fn a_byte_order_mark_is_dropped_once() {
    assert_eq!(data_of(b"\xef\xbb\xbfdata: a\n\n"), ["a"]);
    assert_eq!(hear(&[b"\xef", b"\xbb", b"\xbfdata: a\n\n"]).0.len(), 1);
    assert!(data_of(b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n").is_empty(), "a second mark is part of a field's name");
}

#[test]
fn comments_are_heard_and_events_without_data_are_not() {
    let (heard, rest) = hear(&[b": OPENROUTER PROCESSING\n\nevent: ping\n\nid: 7\nretry: 1\n\nevent: x\ndata: y\n\n"]);

    assert_eq!(heard, [None, Some(("x".into(), "y".into()))]);
    assert_eq!(rest, "Nothing");
}

#[test]
fn a_field_named_error_is_an_event_of_that_name() {
    let (heard, _) = hear(&[b"error: {\"code\":500}\n\ndata: [DONE]\n\n"]);

    assert_eq!(heard[0], Some(("error".into(), "{\"code\":500}".into())));
}

#[test]
fn an_unterminated_event_is_taken_only_if_it_is_whole() {
    for whole in ["data: {\"a\":1}", "data: {\"a\":1}\n", "data: {\"a\":\ndata: 1}", "data: [DONE]"] {
        assert!(hear(&[whole.as_bytes()]).1.starts_with("Event("), "{whole:?}");
    }
    for cut in ["data: {\"a\":1", "da", "data", "event: x\n", "data: [DON", "data: {\"a\":\n"] {
        assert_eq!(hear(&[cut.as_bytes()]).1, "Cut", "{cut:?}");
    }
    for between in ["", "data: a\n\n", ": pin", "\n\n\r"] {
        assert_eq!(hear(&[between.as_bytes()]).1, "Nothing", "{between:?}");
    }
}

#[test]
fn a_single_line_is_given_out_without_a_copy() {
    let mut stream = EventStream::default();
    stream.push("data: grüß dich\n\n".as_bytes());

    let Ok(Some(Frame::Event(event))) = stream.next_frame() else { panic!("no event") };

    assert!(matches!(event.data, Cow::Borrowed("grüß dich")));
}

#[test]
fn what_is_too_large_is_refused_and_not_collected() {
    let limits = Limits { line: 100, event: 200 };
    let endless = |line: &[u8]| {
        let mut stream = EventStream::new(limits);
        for _ in 0..1_000 {
            stream.push(line);
            loop {
                match stream.next_frame() {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(error) => return (Some(error), stream.held()),
                }
            }
        }
        (None, stream.held())
    };

    assert_eq!(endless(b"x").0, Some(TooLarge::Line(100)));
    assert_eq!(endless(b"data: x\n").0, Some(TooLarge::Event(200)));
    assert_eq!(endless(b"id: x\n").0, Some(TooLarge::Event(200)));
    assert_eq!(endless(b"data: x\n: and a comment, over and over\n").0, Some(TooLarge::Event(200)));
    let (error, held) = endless(b"data: x\n\n: fine\n");
    assert_eq!(error, None);
    assert!(held < 100, "{held} bytes are held after a thousand small events");
}

/// Pieces that streams are made of, with everything that is odd about them.
fn any_stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("data: "),
        Just("data:"),
        Just("event: error"),
        Just(": ping"),
        Just("id: 1"),
        Just("error: "),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("\n\n"),
        Just("{\"a\":\"ü🦁\"}"),
        Just("[DONE]"),
        Just("x"),
        Just(":"),
        Just("\u{feff}"),
    ];
    prop::collection::vec(piece.prop_map(|text: &str| text.as_bytes().to_vec()), 0..40)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn how_the_network_cuts_a_stream_makes_no_difference(
        bytes in any_stream(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut positions: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        positions.extend([0, bytes.len()]);
        positions.sort_unstable();
        let chunks: Vec<&[u8]> = positions.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        let single: Vec<&[u8]> = bytes.chunks(1).collect();

        let whole = hear(&[&bytes]);

        prop_assert_eq!(hear(&chunks), whole.clone());
        prop_assert_eq!(hear(&single), whole);
    }

    #[test]
    fn memory_stays_bounded_whatever_is_sent(bytes in prop::collection::vec(any::<u8>(), 0..2_000), size in 1_usize..64) {
        let limits = Limits { line: 64, event: 128 };
        let mut stream = EventStream::new(limits);

        'sent: for chunk in bytes.chunks(size) {
            stream.push(chunk);
            loop {
                match stream.next_frame() {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(_) => break 'sent,
                }
            }
            prop_assert!(stream.held() <= 2 * limits.event + limits.line + size);
        }
    }
}
