//! What it costs to write the prompt for a model that is shown 200,000 tokens of a long talk, digest and all.
//!
//! `cargo xtask bench prompt` runs it. Read the ratios: against a bare copy of the same words, against that copy and its
//! SHA-256 (the log keeps one of every prompt), and against a talk of a tenth of the length, of which the window is as
//! large.

#[path = "support/talk.rs"]
mod talk;

use chimera_core::{EndRules, Policy, PromptStamp, ReplyRequest};
use chimera_engine::Dialogue;
use chimera_engine::prompt::{self, Extent, Sight, Tokens};
use divan::Bencher;
use sha2::{Digest, Sha256};

const SEATS: u8 = 12;
const WINDOW: Tokens = Tokens(200_000);
const MESSAGES: u32 = 50_000;
const ROUNDS: usize = 15;

fn main() {
    let (shorter, longer) = (talk(MESSAGES / 10), talk(MESSAGES));
    let (asked, stamp) = written(&longer);
    let mut copy = || talk::timed(|| copied(&asked));
    let mut digest = || talk::timed(|| Sha256::digest(copied(&asked)));
    let mut short = || talk::timed(|| written(&shorter));
    let mut long = || talk::timed(|| written(&longer));
    let [copy, digest, short, long] = talk::medians(ROUNDS, &mut [&mut copy, &mut digest, &mut short, &mut long]);
    println!(
        "prompt  {:.2} ms for {} tokens of {MESSAGES} messages  |  bare copy {:.3} ms, ratio {:.1}  |  copy and digest \
         {:.2} ms, ratio {:.2}  |  growth 10x: {:.2}",
        talk::micros(long) / 1e3,
        stamp.size_tokens,
        talk::micros(copy) / 1e3,
        talk::ratio(long, copy),
        talk::micros(digest) / 1e3,
        talk::ratio(long, digest),
        talk::ratio(long, short),
    );
    divan::main();
}

#[divan::bench(args = [5_000, 50_000])]
fn request(bencher: Bencher, messages: u32) {
    let dialogue = talk(messages);
    bencher.bench(|| written(&dialogue));
}

#[divan::bench(args = [50_000])]
fn bare_copy(bencher: Bencher, messages: u32) {
    let (asked, _) = written(&talk(messages));
    bencher.bench(|| copied(&asked));
}

fn talk(messages: u32) -> Dialogue {
    talk::dialogue(Policy::RoundRobin, EndRules::NONE, SEATS, messages)
}

fn written(dialogue: &Dialogue) -> (ReplyRequest, PromptStamp) {
    let conversation = dialogue.conversation();
    let speaker = &conversation.participants[0];
    let request = prompt::request(conversation, speaker, &talk::model(), Extent::whole(WINDOW, Sight::Seeing));
    let stamp = prompt::stamp(&request, WINDOW);
    (request, stamp)
}

/// The least that makes these words: each of them, once.
fn copied(asked: &ReplyRequest) -> String {
    let mut words = asked.system.clone();
    for message in &asked.messages {
        words.push_str(&message.text);
    }
    words
}
