//! What holds after any sequence of commands and any behaviour of providers. That the log tells the same state, that
//! one voice speaks at a time, and that what is recorded is what was shown, the table itself checks at every step.

mod floor;
mod shapes;

use std::time::Duration;

use chimera_core::{
    AfterCut, AttemptPurpose, Author, ConversationChange, ConversationState, EndPhrase, EndRules, ErrorClass,
    EventKind, Finish, MessageId, MessageStatus, Moderator, Money, Participant, ParticipantChange, ParticipantId,
    Policy, ReplyEvent, Role, Timestamp, Unpriced,
};
use chimera_engine::{Command, Dialogue, Input, SayWhen, StopWhen};
use proptest::prelude::*;

use crate::budget::{holds::the_budget_holds, price};
use crate::support::{Seating, Table, cast, model};
use floor::{nobody_speaks_twice_in_a_row, only_the_user_calls_whom_it_muted};
use shapes::{Shape, nothing_said_is_lost, shape, whatever_was_done_can_be_undone_and_done_again};

const NAMES: [&str; 4] = ["Ada", "Ben", "Cleo", "Ada Lovelace"];

#[derive(Debug, Clone)]
enum Move {
    Does(Command),
    Shapes(Shape),
    Says(String),
    Thinks,
    Pings,
    Finishes(Finish),
    Fails(ErrorClass),
    IsClosed(ErrorClass),
    Waits(u64),
    /// One of the messages, counted from the newest.
    Pins(usize),
    Unpins(usize),
    Crashes {
        kept: bool,
    },
    LosesItsLastWrite,
    ShutsDown,
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => Just(Command::Start),
        1 => Just(Command::Pause),
        3 => Just(Command::Resume),
        1 => Just(Command::Step),
        1 => Just(Command::Stop(StopWhen::Now)),
        1 => Just(Command::Stop(StopWhen::AfterTurn)),
        2 => user_words().prop_map(|text| Command::Say { text, when: SayWhen::After, to: Vec::new(), images: Vec::new() }),
        1 => user_words().prop_map(|text| Command::Say { text, when: SayWhen::Now, to: Vec::new(), images: Vec::new() }),
        2 => whisper(),
        1 => (prop::option::of(policy()), prop::option::of(end_rules()), prop::option::of(0..9u32)).prop_map(|(policy, end, stall_after_s)| {
            let change = ConversationChange { policy, end, stall_after_s, ..ConversationChange::default() };
            Command::ChangeConversation { change }
        }),
        2 => Just(Command::Retry),
        2 => Just(Command::Skip),
        1 => "[a-z]{1,8}".prop_map(|title| Command::Rename { title }),
        2 => participant().prop_map(|participant| Command::Nudge { participant }),
        2 => participant().prop_map(|participant| Command::Mute { participant }),
        1 => participant().prop_map(|participant| Command::Unmute { participant }),
        1 => Just(Command::Recover { unfinished: Vec::new() }),
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

fn user_words() -> impl Strategy<Value = String> {
    ("(so|no|@Ada|@Ben|Cleo|what|@ada lovelace)( (so|no|@Ada|Ben|well|[?])){0,4}", 0..10_000u32)
        .prop_map(|(words, number)| format!("{words} {number}"))
}

/// To some, who may not even be there; its words are like no other.
fn whisper() -> impl Strategy<Value = Command> {
    let to = prop::collection::vec(participant(), 1..3);
    (user_words(), any::<u64>(), to).prop_map(|(text, secret, to)| {
        let when = if secret % 3 == 0 { SayWhen::Now } else { SayWhen::After };
        Command::Say { text: format!("{text} {secret}"), when, to, images: Vec::new() }
    })
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

fn class() -> impl Strategy<Value = ErrorClass> {
    prop::sample::select(vec![
        ErrorClass::Unreachable,
        ErrorClass::ServerError,
        ErrorClass::Overloaded,
        ErrorClass::RateLimited,
        ErrorClass::Unauthorized,
        ErrorClass::ContextOverflow,
        ErrorClass::BadRequest,
        ErrorClass::Truncated,
    ])
}

fn a_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        10 => command().prop_map(Move::Does),
        5 => shape().prop_map(Move::Shapes),
        10 => words().prop_map(Move::Says),
        1 => Just(Move::Thinks),
        1 => Just(Move::Pings),
        8 => prop::sample::select(vec![Finish::Stop, Finish::Stop, Finish::Length, Finish::Refusal])
            .prop_map(Move::Finishes),
        4 => class().prop_map(Move::Fails),
        2 => class().prop_map(Move::IsClosed),
        4 => (0..70u64).prop_map(Move::Waits),
        1 => (0..4usize).prop_map(Move::Pins),
        1 => (0..4usize).prop_map(Move::Unpins),
        1 => any::<bool>().prop_map(|kept| Move::Crashes { kept }),
        1 => Just(Move::LosesItsLastWrite),
        1 => Just(Move::ShutsDown),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    prop::sample::select(vec![
        Policy::RoundRobin,
        Policy::Balanced,
        Policy::Balanced,
        Policy::Random,
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

/// Half of all conversations have only a number of turns.
fn seating() -> impl Strategy<Value = Seating> {
    let turns = prop::option::of(1..6u32).prop_map(|turns| EndRules { turns, ..EndRules::NONE });
    let end = prop_oneof![turns, end_rules()];
    let after_cut = prop::sample::select(vec![AfterCut::Auto, AfterCut::Continue, AfterCut::Replace, AfterCut::Stop]);
    (1..=NAMES.len(), policy(), end, 1..3usize, after_cut, any::<u32>()).prop_map(
        |(seats, policy, end, models, after_cut, seed)| {
            let mut seating = Seating::of(&NAMES[..seats]).route(&["one", "two"][..models]).after_cut(after_cut);
            seating.policy = policy;
            seating.moderator = Some(Moderator::Participant { participant: seating.participants[0].id });
            (seating.end, seating.seed) = (end, seed);
            seating
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_conversation_keeps_its_promises(
        seating in seating().no_shrink(),
        moves in prop::collection::vec(a_move(), 1..60),
    ) {
        let mut table = seating.table();
        // One of the two has a price.
        table.learns("one", Some(price()));
        for a_move in moves {
            let asked = table.requests.len();
            play(&mut table, a_move);
            // One that was given up meanwhile is of an earlier moment.
            if table.requests.len() > asked && table.speaker().is_some() {
                the_prompt_is_well_formed(&table);
            }
        }
        past_prompts_can_be_made_again(&table);
        nothing_said_is_lost(&table);
        nobody_speaks_twice_in_a_row(&table);
        only_the_user_calls_whom_it_muted(&table);
        the_budget_holds(&table);
        no_state_is_stuck(&mut table);
        nothing_said_is_lost(&table);
        whatever_was_done_can_be_undone_and_done_again(&mut table);
        nothing_said_is_lost(&table);
    }
}

impl std::fmt::Debug for Seating {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} seats, {:?}, {:?}, seed {}", self.participants.len(), self.policy, self.end, self.seed)
    }
}

/// What makes no sense at the moment is left out, as in life.
fn play(table: &mut Table, a_move: Move) {
    let asked = table.speaker().is_some();
    match a_move {
        Move::Does(command) => _ = table.tries(command),
        Move::Shapes(shape) => {
            if let Some(command) = shape.of(table) {
                _ = table.tries(command);
            }
        }
        Move::Says(text) if asked => table.says(&text),
        Move::Thinks if asked => table.hears(ReplyEvent::Reasoning("hm".into())),
        Move::Pings if asked => table.hears(ReplyEvent::Alive),
        Move::Finishes(finish) if asked => table.hears(ReplyEvent::Finished(finish)),
        Move::Fails(class) if asked => table.fails(class),
        Move::IsClosed(class) if asked && table.is_silent() => table.is_closed(class),
        Move::Says(_) | Move::Thinks | Move::Pings | Move::Finishes(_) => {}
        Move::Fails(_) | Move::IsClosed(_) => {}
        Move::Waits(seconds) => table.waits(Duration::from_secs(seconds)),
        Move::Pins(place) => {
            if let Some(message) = newest(table, place) {
                table.does(Command::Pin { message });
            }
        }
        Move::Unpins(place) => {
            if let Some(message) = newest(table, place) {
                table.does(Command::Unpin { message });
            }
        }
        Move::Crashes { kept } => {
            let mut unfinished = table.crashes();
            if !kept {
                unfinished.clear();
            }
            table.does(Command::Recover { unfinished });
        }
        Move::LosesItsLastWrite => {
            let unfinished = table.loses_its_last_write();
            table.does(Command::Recover { unfinished });
        }
        Move::ShutsDown => table.handle(Input::ShutDown).unwrap(),
    }
}

fn newest(table: &Table, place: usize) -> Option<MessageId> {
    table.conversation().lines.iter().rev().nth(place).map(|line| line.message)
}

fn the_prompt_is_well_formed(table: &Table) {
    let request = table.requests.last().unwrap();
    let messages = &request.messages;
    assert_eq!(messages.first().map(|message| message.role), Some(Role::User));
    assert_eq!(messages.last().map(|message| message.role), Some(Role::User));
    assert!(messages.windows(2).all(|two| two[0].role != two[1].role), "two neighbours have one role: {messages:?}");

    let asked = table.kinds().rev().find_map(|kind| match kind {
        EventKind::TurnStarted { participant, .. } => Some(*participant),
        _ => None,
    });
    // A moderator sees what everybody does.
    let onlooker = ParticipantId::new(Timestamp::from_millis(0), [0; 10]);
    let reader = asked.filter(|_| request.scene.speaker != "Moderator").unwrap_or(onlooker);
    let audible = table.conversation().lines.iter().any(|line| !line.is_public() && line.is_heard_by(reader));
    assert_eq!(format!("{request:?}").contains("whisper"), audible, "whoever is not meant learns nothing of a whisper");

    // Everything said so far stands in it, also what the user said a moment ago, in the role that is due to it.
    let text_of = |role| messages.iter().filter(move |m| m.role == role).map(|m| m.text.as_str()).collect::<Vec<_>>();
    let (own, others) = (text_of(Role::Assistant).join("\n\n"), text_of(Role::User).join("\n\n"));
    for secret in secrets_kept_from(table, reader) {
        assert!(!format!("{request:?}").contains(&secret), "{secret} was not for {}", request.scene.speaker);
    }
    for line in table.conversation().lines.iter() {
        if line.status == MessageStatus::Streaming || line.text.trim().is_empty() {
            continue;
        }
        if !line.is_heard_by(reader) {
            continue;
        }
        let name = line.participant().map_or("User", |id| table.name(id));
        let first = line.text.lines().next().unwrap();
        if line.participant() == Some(reader) {
            assert!(own.contains(&line.text), "an own line is not the assistant's: {:?}", line.text);
        } else {
            let led = match &line.audience {
                None => format!("{name}: {first}"),
                Some(_) => format!("): {first}"),
            };
            assert!(others.contains(&led), "{led:?} is missing or without its speaker in {others:?}");
        }
    }
}

/// To the letter, of the log alone, whatever has happened since. Only of an answer that another broke off the log does not
/// know how much stood there when it was gone on with.
fn past_prompts_can_be_made_again(table: &Table) {
    let (mut has_words, mut attempts) = (false, Vec::new());
    for kind in table.kinds() {
        match kind {
            EventKind::TurnStarted { .. } => has_words = false,
            EventKind::MessageStarted { .. } => has_words = true,
            EventKind::AttemptStarted { attempt, purpose: AttemptPurpose::Speak, prompt: Some(_), .. }
                if !has_words =>
            {
                attempts.push(*attempt);
            }
            _ => {}
        }
    }
    for attempt in attempts.into_iter().rev().take(3) {
        let prompt = Dialogue::prompt_of(table.dialogue.id(), &table.log, attempt).unwrap();
        assert!(prompt.exact, "it has become another: {prompt:?}");
    }
}

/// What was ever whispered to others, on whatever branch, and whatever became of it.
fn secrets_kept_from(table: &Table, reader: ParticipantId) -> Vec<String> {
    let secret = |kind: &EventKind| match kind {
        EventKind::MessageCompleted { audience: Some(audience), text, .. } if !audience.contains(&reader) => {
            text.split(' ').next_back().filter(|word| word.len() > 12).map(str::to_owned)
        }
        _ => None,
    };
    table.kinds().filter_map(secret).collect()
}

/// However it stands, a person can bring it to the next whole answer.
fn no_state_is_stuck(table: &mut Table) {
    let answers = |table: &Table| {
        let by_ai =
            |kind: &&EventKind| matches!(kind, EventKind::MessageCompleted { author: Author::Participant { .. }, .. });
        table.kinds().filter(by_ai).count()
    };
    let before = answers(table);
    let participant = table.conversation().participants[0].id;
    // What it may cost and how long it may last is the person's to say.
    table.sets(EndRules::NONE);
    for _ in 0..8 {
        match table.state() {
            // Whoever chooses by hand, or has muted everybody, names a speaker.
            ConversationState::Draft | ConversationState::Paused | ConversationState::Completed
                if table.conversation().policy == Policy::Manual
                    || table.conversation().participants.iter().all(|seat| seat.muted) =>
            {
                table.does(Command::Nudge { participant });
            }
            ConversationState::Draft | ConversationState::Completed => table.does(Command::Start),
            ConversationState::Paused => table.does(Command::Resume),
            ConversationState::NeedsAttention => table.does(Command::Skip),
            ConversationState::Running if table.speaker().is_some() => table.answers("Here I am."),
            ConversationState::Running => table.waits(Duration::from_secs(90)),
        }
        if answers(table) > before {
            return;
        }
    }
    panic!("stuck in {:?}", table.state());
}
