//! A long talk to measure with, and how two things are measured against each other.

use std::hint::black_box;
use std::time::{Duration, Instant};

use chimera_core::{
    Author, ConnectionId, ConversationId, EndRules, Event, EventKind, FallbackRules, MessageId, ModelRef, Participant,
    ParticipantId, Policy, Sampling, Seq, Timestamp, Topic,
};
use chimera_engine::Dialogue;

pub fn at() -> Timestamp {
    Timestamp::from_millis(1_795_376_782_000)
}
/// As many words as a voice says in a turn.
const WORDS: usize = 60;

pub fn model() -> ModelRef {
    ModelRef { connection: "bench".parse::<ConnectionId>().expect("an id"), model: "voice".to_owned() }
}

pub fn participants(seats: u8) -> Vec<Participant> {
    let seat = |seat: u8| Participant {
        id: ParticipantId::new(at(), [seat + 1; 10]),
        name: format!("Voice {seat}"),
        hue: 0,
        persona: None,
        instructions: "You speak plainly, and answer what was asked.".to_owned(),
        talkativeness: 0.5,
        route: vec![model()],
        sampling: Sampling::default(),
        muted: false,
    };
    (0..seats).map(seat).collect()
}

/// Words of three syllables, drawn from some ten thousand, so that nobody goes round in circles.
pub fn says(number: u32) -> String {
    const SYLLABLES: [&str; 24] = [
        "ba", "re", "mi", "to", "lu", "ken", "dor", "sal", "vi", "pon", "tri", "ga", "fe", "lin", "mor", "su", "char",
        "no", "wel", "ti", "bru", "ha", "jo", "zen",
    ];
    let mut dice = u64::from(number) + 1;
    let mut syllable = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        SYLLABLES[(dice >> 33) as usize % SYLLABLES.len()]
    };
    let text: Vec<String> = (0..WORDS).map(|_| [syllable(), syllable(), syllable()].concat()).collect();
    format!("{} ({number})", text.join(" "))
}

/// A talk of so many messages; every thousandth time somebody leaves the table and comes back.
pub fn dialogue(policy: Policy, end: EndRules, seats: u8, messages: u32) -> Dialogue {
    let cast = participants(seats);
    let id = ConversationId::new(at(), [9; 10]);
    let created = EventKind::ConversationCreated {
        title: "A long talk".to_owned(),
        topic: "Bridges".to_owned(),
        participants: cast.clone(),
        policy,
        end,
        fallback: FallbackRules::default(),
        seed: 7,
        stall_after_s: None,
        moderator: None,
        summary: Default::default(),
    };
    let mut kinds = vec![created];
    let mut parent = None;
    for number in 0..messages {
        let speaker = &cast[number as usize % cast.len()];
        let mut draw = [0; 10];
        draw[..4].copy_from_slice(&number.to_be_bytes());
        let message = MessageId::new(at(), draw);
        if number % 1_000 == 999 {
            kinds.push(EventKind::ParticipantLeft { participant: speaker.id });
            let seat = number % u32::from(seats);
            kinds.push(EventKind::ParticipantJoined { participant: speaker.clone(), seat });
        }
        kinds.push(EventKind::MessageCompleted {
            message,
            turn: None,
            author: Author::Participant { participant: speaker.id },
            parent,
            text: says(number),
            finish: None,
            audience: None,
            images: Vec::new(),
        });
        parent = Some(message);
    }
    let event = |(place, kind)| Event { seq: Seq(place), topic: Topic::Conversation(id), ts: at(), kind };
    let events: Vec<Event> = (1..).zip(kinds).map(event).collect();
    Dialogue::replay(id, &events)
}

/// The medians of several things, each done once a round, in turns, so that a noisy moment meets them all.
pub fn medians<const N: usize>(rounds: usize, things: &mut [&mut dyn FnMut() -> Duration; N]) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    for _ in 0..rounds {
        for (thing, times) in things.iter_mut().zip(&mut times) {
            times.push(thing());
        }
    }
    times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    })
}

pub fn timed<T>(thing: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    black_box(thing());
    began.elapsed()
}

pub fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
