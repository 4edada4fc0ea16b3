//! What one word costs between the socket and the engine. `cargo bench -p chimera-providers`.

use chimera_providers::compatible::ReplyReader;
use chimera_providers::sse::{EventStream, Frame};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

const WORDS: usize = 1_000;

fn main() {
    divan::main();
}

/// A thousand words as OpenAI sends them, each with a padding of its own; or with what has been used so far in each.
fn stream(counted: bool) -> Vec<u8> {
    let chunk = |word: usize| {
        let usage = match counted {
            true => format!("{{\"prompt_tokens\":19,\"completion_tokens\":{word}}}"),
            false => "null".to_owned(),
        };
        let padding = &"aK39fj2LmQx81bZ"[word % 15..];
        format!(
            "data: {{\"id\":\"chatcmpl-{word:08x}\",\"object\":\"chat.completion.chunk\",\"created\":1795376782,\"model\":\"gpt\",\
             \"service_tier\":\"default\",\"system_fingerprint\":null,\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\" word{word}\"}},\
             \"logprobs\":null,\"finish_reason\":null}}],\"usage\":{usage},\"sequence_number\":{word},\"obfuscation\":\"{padding}\"}}\n\n"
        )
    };
    let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    (0..WORDS).map(chunk).chain([end.to_owned()]).collect::<String>().into_bytes()
}

/// Framing alone.
#[divan::bench(args = [64, 1_400, 65_536])]
fn frames(bencher: Bencher, read: usize) {
    let stream = stream(false);
    bencher.counter(ItemsCount::new(WORDS)).bench(|| {
        let mut frames = EventStream::default();
        let mut letters = 0;
        for bytes in stream.chunks(read) {
            frames.push(bytes);
            while let Ok(Some(frame)) = frames.next_frame() {
                if let Frame::Event(event) = frame {
                    letters += event.data.len();
                }
            }
        }
        letters
    });
}

/// Framing, JSON and the vocabulary: all that happens to a word in this room.
#[divan::bench(args = [64, 1_400, 65_536])]
fn replies(bencher: Bencher, read: usize) {
    read_all(bencher, &stream(false), read);
}

/// The same where every event has numbers that must be read.
#[divan::bench(args = [64, 1_400, 65_536])]
fn counted(bencher: Bencher, read: usize) {
    read_all(bencher, &stream(true), read);
}

fn read_all(bencher: Bencher, stream: &[u8], read: usize) {
    bencher.counter(ItemsCount::new(WORDS)).bench(|| {
        let mut reader = ReplyReader::default();
        for bytes in stream.chunks(read) {
            reader.push(bytes);
            while let Some(event) = reader.take() {
                black_box(event).ok();
            }
        }
    });
}
