//! Random histories: who sits where, what is done, and what providers do.

use std::time::Duration;

use chimera_core::{
    AfterCut, ConversationChange, ConversationState, EndPhrase, EndRules, ErrorClass, Finish, ImageDigest, ImageRef,
    ImageType, MessageId, ModelFacts, Moderator, Money, Participant, ParticipantChange, ParticipantId, Policy,
    ReplyEvent, Timestamp, Unanswered, Unpriced,
};
use chimera_engine::{Command, Input, SayWhen, StopWhen};
use proptest::prelude::*;

use super::shapes::{Shape, shape};
use crate::support::{Seating, Table, cast, model};

/// It is in no word that anybody says.
pub const THOUGHT: &str = "a-thought-of-its-own";

const NAMES: [&str; 4] = ["Ada", "Ben", "Cleo", "Ada Lovelace"];

#[derive(Debug, Clone)]
pub enum Move {
    Does(Command),
    Shapes(Shape),
    Says(String),
    /// Another of those who speak at once is heard next.
    TurnsToAnother,
    Thinks,
    Pings,
    Finishes(Finish),
    /// Somebody wants it to go on, and does what that takes.
    GoesOn,
    /// One whole answer.
    Answers(String),
    Fails(ErrorClass),
    IsClosed(ErrorClass),
    IsQueued,
    Waits(u64),
    /// It becomes known whether the second of the models sees.
    Sees(bool),
    /// One of the messages, counted from the newest.
    Pins(usize),
    Unpins(usize),
    Crashes {
        kept: bool,
    },
    LosesItsLastWrite,
    ShutsDown,
    Sleeps,
    FallsAsleep,
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        6 => Just(Command::Start),
        1 => Just(Command::Pause),
        4 => Just(Command::Resume),
        1 => Just(Command::Step),
        1 => Just(Command::Stop(StopWhen::Now)),
        1 => Just(Command::Stop(StopWhen::AfterTurn)),
        2 => user_words().prop_map(|text| Command::Say { text, when: SayWhen::After, to: Vec::new(), images: Vec::new() }),
        1 => user_words().prop_map(|text| Command::Say { text, when: SayWhen::Now, to: Vec::new(), images: Vec::new() }),
        2 => whisper(),
        1 => any::<u64>().prop_map(|draw| Command::Say { text: String::new(), when: SayWhen::After, to: Vec::new(), images: vec![picture(draw)] }),
        1 => (prop::option::of(policy()), prop::option::of(end_rules()), prop::option::of(0..9u32)).prop_map(|(policy, end, stall_after_s)| {
            let change = ConversationChange { policy, end, stall_after_s, ..ConversationChange::default() };
            Command::ChangeConversation { change }
        }),
        4 => Just(Command::Retry),
        1 => Just(Command::RetryWith { route: vec![model("two")] }),
        4 => Just(Command::Skip),
        1 => participant().prop_map(|participant| Command::SkipParticipant { participant }),
        1 => "[a-z]{1,8}".prop_map(|title| Command::Rename { title }),
        2 => participant().prop_map(|participant| Command::Nudge { participant }),
        2 => participant().prop_map(|participant| Command::Mute { participant }),
        1 => participant().prop_map(|participant| Command::Unmute { participant }),
        1 => Just(Command::Archive),
        1 => Just(Command::Unarchive),
        1 => Just(Command::Trash),
        // Nothing else happens in there.
        3 => Just(Command::TakeOutOfTrash),
        1 => Just(Command::Recover { unfinished: Vec::new(), withheld: Vec::new() }),
        2 => (newcomer(), prop::option::of(0..4u32)).prop_map(|(participant, seat)| Command::Join { participant, seat }),
        2 => participant().prop_map(|participant| Command::Leave { participant }),
        1 => (participant(), change()).prop_map(|(participant, change)| Command::ChangeParticipant { participant, change }),
        1 => Just(cast(&NAMES).into_iter().map(|seat| seat.id).collect::<Vec<_>>()).prop_shuffle()
            .prop_flat_map(|order| (1..=order.len()).prop_map(move |seats| order[..seats].to_vec()))
            .prop_map(|order| Command::Reorder { order }),
    ]
}

/// Somebody new, or one who comes back if that one has left.
fn newcomer() -> impl Strategy<Value = Participant> {
    (prop::sample::select(vec!["Ada", "Ben", "Dora"]), any::<[u8; 10]>()).prop_map(|(name, draw)| Participant {
        id: ParticipantId::new(Timestamp::from_millis(1), draw),
        ..cast(&[name]).remove(0)
    })
}

fn change() -> impl Strategy<Value = ParticipantChange> {
    prop_oneof![
        Just(ParticipantChange { name: Some("Eve".to_owned()), ..ParticipantChange::default() }),
        Just(ParticipantChange { route: Some(vec![model("three")]), ..ParticipantChange::default() }),
        Just(ParticipantChange { talkativeness: Some(0.9), ..ParticipantChange::default() }),
    ]
}

/// One of the seats, or one that is not taken.
fn participant() -> impl Strategy<Value = ParticipantId> {
    (0..NAMES.len()).prop_map(|seat| cast(&NAMES)[seat].id)
}

pub fn user_words() -> impl Strategy<Value = String> {
    ("(so|no|@Ada|@Ben|Cleo|what|@ada lovelace)( (so|no|@Ada|Ben|well|[?])){0,4}", 0..10_000u32).prop_flat_map(
        |(words, number)| {
            // Some say a lot: then not everything fits into a small window.
            let said = prop::sample::select(vec![1, 1, 1, 1, 12]);
            said.prop_map(move |times| format!("{words} {number}{}", " and so forth and so on".repeat(times - 1)))
        },
    )
}

/// To some, who may not even be there; its words are like no other.
fn whisper() -> impl Strategy<Value = Command> {
    let to = prop::collection::vec(participant(), 1..3);
    (user_words(), any::<u64>(), to).prop_map(|(text, secret, to)| {
        let when = if secret % 3 == 0 { SayWhen::Now } else { SayWhen::After };
        let images = if secret % 2 == 0 { vec![picture(secret)] } else { Vec::new() };
        Command::Say { text: format!("{text} {secret}"), when, to, images }
    })
}

/// What is to be seen in it is like nothing else.
fn picture(draw: u64) -> ImageRef {
    let digest = ImageDigest::of_hash(std::array::from_fn(|place| draw.to_le_bytes()[place % 8]));
    let side = u32::try_from(draw % 3_000).unwrap_or_default() + 1;
    let alt = Some(format!("number {draw}"));
    ImageRef { digest, media_type: ImageType::Webp, bytes: side, width: side, height: side, alt }
}

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-zäß€]{1,8} ",
        1 => Just("\n".to_owned()),
        1 => Just(" ".to_owned()),
        1 => Just("Ada: ".to_owned()),
        1 => Just("\nBen".to_owned()),
        1 => Just(": ".to_owned()),
        1 => Just("@Cleo? ".to_owned()),
        1 => Just("\nUser: ".to_owned()),
    ];
    prop::collection::vec(word, 1..4).prop_map(|words| words.concat())
}

/// Some find no end.
fn answer() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => words(),
        1 => Just("With all of this I agree, and there is no more that I could say. ".to_owned()),
    ]
}

fn class() -> impl Strategy<Value = ErrorClass> {
    prop::sample::select(vec![
        ErrorClass::Unreachable,
        ErrorClass::ServerError,
        ErrorClass::Overloaded,
        ErrorClass::RateLimited,
        ErrorClass::Unauthorized,
        ErrorClass::ContextOverflow,
        ErrorClass::BadRequest,
        ErrorClass::RequestTooLarge,
        ErrorClass::ImagesUnsupported,
        ErrorClass::Truncated,
    ])
}

pub fn a_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        10 => command().prop_map(Move::Does),
        5 => shape().prop_map(Move::Shapes),
        10 => words().prop_map(Move::Says),
        15 => Just(Move::GoesOn),
        24 => answer().prop_map(Move::Answers),
        4 => Just(Move::TurnsToAnother),
        1 => Just(Move::Thinks),
        1 => Just(Move::Pings),
        8 => prop::sample::select(vec![Finish::Stop, Finish::Stop, Finish::Length, Finish::Refusal])
            .prop_map(Move::Finishes),
        3 => class().prop_map(Move::Fails),
        2 => class().prop_map(Move::IsClosed),
        2 => Just(Move::IsQueued),
        4 => (0..70u64).prop_map(Move::Waits),
        1 => any::<bool>().prop_map(Move::Sees),
        1 => (0..4usize).prop_map(Move::Pins),
        1 => (0..4usize).prop_map(Move::Unpins),
        1 => any::<bool>().prop_map(|kept| Move::Crashes { kept }),
        1 => Just(Move::LosesItsLastWrite),
        1 => Just(Move::ShutsDown),
        1 => Just(Move::Sleeps),
        2 => Just(Move::FallsAsleep),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    prop::sample::select(vec![
        Policy::RoundRobin,
        Policy::Balanced,
        Policy::Balanced,
        Policy::Random,
        Policy::Parallel,
        Policy::Parallel,
        Policy::Manual,
        Policy::Moderator,
    ])
}

fn end_rules() -> impl Strategy<Value = EndRules> {
    let few = || prop::option::of(1..6u32);
    let phrase = prop::option::of(prop::sample::select(vec!["so", "ada", "cleo"]));
    let limits = (prop::option::of(4_000..40_000u32), prop::option::of(4_000..40_000u64));
    let unpriced = prop::sample::select(vec![Unpriced::Refuse, Unpriced::Allow]);
    (few(), few(), few(), few(), limits, unpriced, phrase, any::<bool>()).prop_map(
        |(turns, turns_per_participant, turns_without_user, minutes, (tokens, money), unpriced, phrase, loops)| {
            EndRules {
                turns,
                turns_per_participant,
                turns_without_user,
                minutes,
                tokens,
                money: money.map(|tokens| Money::from_nanos(tokens * 1_000)),
                unpriced,
                phrase: phrase.map(|text| EndPhrase { text: text.into(), by: Vec::new() }),
                loops,
            }
        },
    )
}

/// A third of all conversations have only a number of turns, and a third only an eye on circles.
pub fn seating() -> impl Strategy<Value = Seating> {
    let turns = prop::option::of(1..6u32).prop_map(|turns| EndRules { turns, ..EndRules::NONE });
    let circles = Just(EndRules { loops: true, ..EndRules::NONE });
    let end = prop_oneof![turns, circles, end_rules()];
    let after_cut = prop::sample::select(vec![AfterCut::Auto, AfterCut::Continue, AfterCut::Replace, AfterCut::Stop]);
    let sums_up = prop::sample::select(vec![None, None, Some(&[][..]), Some(&["scribe", "two"][..])]);
    let route = prop::sample::select(vec![&["one"][..], &["one", "two"], &["two", "one"]]);
    (1..=NAMES.len(), policy(), end, route, after_cut, any::<u32>(), sums_up).prop_map(
        |(seats, policy, end, route, after_cut, seed, sums_up)| {
            let mut seating = Seating::of(&NAMES[..seats]).route(route).after_cut(after_cut);
            seating.fallback.unanswered = if seed % 3 == 0 { Unanswered::PassOver } else { Unanswered::Wait };
            seating.policy = policy;
            seating.moderator = Some(Moderator::Participant { participant: seating.participants[0].id });
            (seating.end, seating.seed) = (end, seed);
            match sums_up {
                Some(route) => seating.sums_up(route),
                None => seating,
            }
        },
    )
}

/// What makes no sense at the moment is left out, as in life.
pub fn play(table: &mut Table, a_move: Move) {
    let asked = table.speaker().is_some();
    match a_move {
        Move::Does(command) => _ = table.tries(command),
        Move::Shapes(shape) => {
            if let Some(command) = shape.of(table) {
                _ = table.tries(command);
            }
        }
        Move::Says(text) if asked => table.says_in_a_round(&text),
        Move::TurnsToAnother => table.turns_to_another(),
        Move::GoesOn if table.dialogue.is_under_way() && !asked => table.waits(Duration::from_secs(20)),
        Move::GoesOn if asked => {}
        Move::GoesOn => _ = table.tries(what_it_takes(table)),
        Move::Answers(text) if asked => {
            table.says_in_a_round(&text);
            if table.speaker().is_some() {
                table.hears(ReplyEvent::Finished(Finish::Stop));
            }
        }
        Move::Thinks if asked => table.hears(ReplyEvent::Reasoning(format!("hm, {THOUGHT} "))),
        Move::Pings if asked => table.hears(ReplyEvent::Alive),
        Move::Finishes(finish) if asked => table.hears(ReplyEvent::Finished(finish)),
        Move::Fails(class) if asked => table.fails(class),
        Move::IsClosed(class) if asked && table.is_silent() => table.is_closed(class),
        Move::IsQueued if asked && table.is_silent() => table.is_queued(),
        Move::Says(_) | Move::Answers(_) | Move::Thinks | Move::Pings | Move::Finishes(_) => {}
        Move::Fails(_) | Move::IsClosed(_) | Move::IsQueued => {}
        Move::Sees(sees) => {
            let facts = ModelFacts { sees_images: Some(sees), ..ModelFacts::default() };
            table.handle(Input::Facts { model: model("two"), facts }).unwrap();
        }
        Move::Waits(seconds) => table.waits(Duration::from_secs(seconds)),
        Move::Pins(place) => {
            if let Some(message) = newest(table, place) {
                _ = table.tries(Command::Pin { message });
            }
        }
        Move::Unpins(place) => {
            if let Some(message) = newest(table, place) {
                _ = table.tries(Command::Unpin { message });
            }
        }
        Move::Crashes { kept } => {
            let mut unfinished = table.crashes();
            if !kept {
                table.forgets_what_is_not_whole();
                unfinished.clear();
            }
            table.recovers(unfinished);
        }
        Move::LosesItsLastWrite => {
            let unfinished = table.loses_its_last_write();
            table.recovers(unfinished);
        }
        Move::Sleeps => table.handle(Input::Slept).unwrap(),
        Move::ShutsDown => table.handle(Input::ShutDown).unwrap(),
        Move::FallsAsleep if !table.dialogue.is_under_way() => table.falls_asleep(),
        Move::FallsAsleep => {}
    }
}

fn what_it_takes(table: &Table) -> Command {
    match table.state() {
        _ if table.conversation().trashed => Command::TakeOutOfTrash,
        ConversationState::NeedsAttention => Command::Retry,
        _ if table.conversation().policy == Policy::Manual => nudge(table),
        ConversationState::Draft | ConversationState::Completed => Command::Start,
        ConversationState::Paused => Command::Resume,
        ConversationState::Running => nudge(table),
    }
}

fn nudge(table: &Table) -> Command {
    Command::Nudge { participant: table.conversation().participants[0].id }
}

fn newest(table: &Table, place: usize) -> Option<MessageId> {
    table.conversation().lines.iter().rev().nth(place).map(|line| line.message)
}

impl std::fmt::Debug for Seating {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} seats, {:?}, {:?}, seed {}", self.participants.len(), self.policy, self.end, self.seed)
    }
}
