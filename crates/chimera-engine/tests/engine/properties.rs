//! What holds after any sequence of commands and any behaviour of providers. That the log tells the same state, that
//! one voice speaks at a time, and that what is recorded is what was shown, the table itself checks at every step.

mod floor;
mod foreseen;
mod moves;
mod reached;
mod shapes;

use std::time::Duration;

use chimera_core::{
    AttemptOutcome, Author, ConversationState, EndRules, ErrorClass, EventKind, InterruptCause, MessageStatus,
    ModelFacts, ParticipantId, Policy, ReplyRequest, Role, Timestamp, TurnId,
};
use chimera_engine::{Command, Dialogue, OpenTurn};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::budget::{holds::the_budget_holds, price};
use crate::support::{Seating, Table};
use floor::{nobody_speaks_twice_in_a_row, only_the_user_calls_whom_it_muted};
use foreseen::Foreseen;
use moves::{Move, THOUGHT, a_move, play, seating};
use reached::Reached;
use shapes::{nothing_said_is_lost, whatever_was_done_can_be_undone_and_done_again};

const HISTORIES: u32 = 10_000;

/// How many histories are played: fewer where somebody is still at work on what they test.
fn histories() -> u32 {
    std::env::var("CHIMERA_HISTORIES").ok().and_then(|histories| histories.parse().ok()).unwrap_or(HISTORIES)
}

/// The same histories every time, so that what fails is what was changed. `PROPTEST_RNG_SEED=N` plays others, and
/// what they find is kept beside this file.
fn as_many_as_are_asked_for() -> ProptestConfig {
    let config = ProptestConfig {
        cases: histories(),
        source_file: Some(file!()),
        test_name: Some("whatever_happens_the_conversation_keeps_its_promises"),
        ..ProptestConfig::default()
    };
    let rng_seed = match config.rng_seed {
        RngSeed::Random => RngSeed::Fixed(20_261_123),
        fixed @ RngSeed::Fixed(_) => fixed,
    };
    ProptestConfig { rng_seed, ..config }
}

#[test]
fn whatever_happens_the_conversation_keeps_its_promises() {
    let reached = Reached::default();
    // Most begin to talk at once: in the others it is seen what can be done before.
    let begins = prop::option::weighted(0.8, Just(Move::Does(Command::Start)));
    let moves = (begins, prop::collection::vec(a_move(), 1..60));
    let moves = moves.prop_map(|(begins, moves)| begins.into_iter().chain(moves).collect::<Vec<_>>());
    let played = (seating().no_shrink(), moves);
    let mut runner = TestRunner::new(as_many_as_are_asked_for());

    let result = runner.run(&played, |(seating, moves)| {
        let (table, foreseen) = play_a_history(seating, moves);
        reached.note(&table, &foreseen);
        Ok(())
    });

    if let Err(failure) = result {
        panic!("{failure}\n{runner}");
    }
    // What is rare needs all of them.
    if histories() >= HISTORIES {
        reached.is_everything();
    }
}

fn play_a_history(seating: Seating, moves: Vec<Move>) -> (Table, Vec<&'static str>) {
    let sums_up = seating.summary.on;
    let mut table = seating.table();
    // One of the two has a price.
    table.learns("one", Some(price()));
    if sums_up {
        table.holds_little();
    }
    let mut kinds = Vec::new();
    for a_move in moves {
        let asked = table.requests.len();
        let foreseen = Foreseen::before(&table, &a_move);
        play(&mut table, a_move);
        if let Some(foreseen) = foreseen {
            kinds.extend(foreseen.hold_to(&table, &table.requests[asked..]));
        }
        what_is_out_of_the_list_does_not_run(&table);
        for request in table.requests.get(asked..).unwrap_or_default() {
            the_prompt_is_well_formed(&table, request);
        }
    }
    past_prompts_can_be_made_again(&table);
    thoughts_stand_beside_what_is_said(&table);
    no_cut_gives_a_whisper_away(&table);
    nothing_said_is_lost(&table);
    nobody_speaks_twice_in_a_row(&table);
    only_the_user_calls_whom_it_muted(&table);
    the_budget_holds(&table);
    table.does(Command::TakeOutOfTrash);
    no_state_is_stuck(&mut table);
    nothing_said_is_lost(&table);
    whatever_was_done_can_be_undone_and_done_again(&mut table);
    nothing_said_is_lost(&table);
    (table, kinds)
}

impl Table {
    /// Every model holds a few lines, and what it costs is known.
    fn holds_little(&mut self) {
        self.is_known(&ModelFacts { context_tokens: Some(900), price: Some(price()), ..ModelFacts::default() });
    }
}

fn what_is_out_of_the_list_does_not_run(table: &Table) {
    let conversation = table.conversation();
    let is_away = conversation.archived || conversation.trashed;
    assert!(!(is_away && conversation.state == ConversationState::Running), "it runs out of sight");
    assert!(!(conversation.trashed && table.dialogue.is_under_way()), "somebody speaks in the trash");
}

fn the_prompt_is_well_formed(table: &Table, request: &ReplyRequest) {
    assert!(!format!("{request:?}").contains(THOUGHT), "somebody is shown what a model thought");
    let messages = &request.messages;
    assert_eq!(messages.first().map(|message| message.role), Some(Role::User));
    assert_eq!(messages.last().map(|message| message.role), Some(Role::User));
    assert!(messages.windows(2).all(|two| two[0].role != two[1].role), "two neighbours have one role: {messages:?}");

    // One that was given up meanwhile is of an earlier moment.
    let Some(newest) = table.asked.iter().find(|asked| asked.request == *request) else { return };
    let is_its_turn = |turn: &&OpenTurn| turn.attempt == Some(newest.attempt);
    let asked = table.conversation().turns.iter().find(is_its_turn).map(|turn| turn.participant);
    // A moderator sees what everybody does, and so does whoever sums it up.
    let onlooker = ParticipantId::new(Timestamp::from_millis(0), [0; 10]);
    let is_aside = ["Moderator", "Summary"].contains(&request.scene.speaker.as_str());
    let reader = asked.filter(|_| !is_aside).unwrap_or(onlooker);
    let shown = table.conversation().as_shown_to(reader);
    let audible = shown.shown_to(reader).any(|line| !line.is_public() && line.is_heard_by(reader));
    assert_eq!(format!("{request:?}").contains("whisper"), audible, "whoever is not meant learns nothing of a whisper");

    // Everything said so far stands in it, also what the user said a moment ago, in the role that is due to it.
    let text_of = |role| messages.iter().filter(move |m| m.role == role).map(|m| m.text.as_str()).collect::<Vec<_>>();
    let (own, others) = (text_of(Role::Assistant).join("\n\n"), text_of(Role::User).join("\n\n"));
    let others = without_summary(&others);
    for secret in secrets_kept_from(table, reader) {
        assert!(!format!("{request:?}").contains(&secret), "{secret} was not for {}", request.scene.speaker);
    }
    // What is to be summed up is a piece of it.
    if request.scene.speaker == "Summary" {
        return;
    }
    let is_cut = others.contains("summed up:)") || others.contains("left out.)");
    let is_known = table.conversation().models().any(|model| table.dialogue.facts(model).context_tokens.is_some());
    assert!(!is_cut || is_known || said_to_be_too_much(table), "nobody said that so much would not fit");
    for line in shown.shown_to(reader) {
        if line.status == MessageStatus::Streaming || line.text.trim().is_empty() {
            continue;
        }
        // What was cut may lack it; where its words stand, its speaker stands before them.
        let first = line.text.lines().next().unwrap_or_default();
        let is_telling = first.chars().count() > 16;
        if is_cut && !(is_telling && others.contains(first)) {
            continue;
        }
        if !line.is_heard_by(reader) {
            continue;
        }
        let name = line.participant().map_or("User", |id| &shown.present_or_left(id).unwrap().name);
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

/// Its words may be, word for word, what somebody said.
fn without_summary(others: &str) -> String {
    match others
        .split_once("summed up:)\n\n\"\"\"\n")
        .and_then(|(before, rest)| Some((before, rest.split_once("\n\"\"\"")?.1)))
    {
        Some((before, rest)) => format!("{before}summed up:){rest}"),
        None => others.to_owned(),
    }
}

/// A model refused what it was shown for its length: it is shown less from then on.
fn said_to_be_too_much(table: &Table) -> bool {
    table.kinds().any(|kind| {
        use ErrorClass::{ContextOverflow, RequestTooLarge};
        let EventKind::AttemptEnded { outcome: AttemptOutcome::Failed { class, .. }, .. } = kind else { return false };
        matches!(class, ContextOverflow | RequestTooLarge)
    })
}

fn thoughts_stand_beside_what_is_said(table: &Table) {
    for kind in table.kinds() {
        let is_thought = matches!(kind, EventKind::AttemptThought { .. });
        assert_eq!(format!("{kind:?}").contains(THOUGHT), is_thought, "{kind:?}");
    }
}

/// To the letter, of the log alone, whatever has happened since and whatever was asked. Only how far an answer was that
/// another broke off, the log tells no sooner than it has ended, and no more where it was struck after all.
fn past_prompts_can_be_made_again(table: &Table) {
    let attempts = table.kinds().enumerate().filter_map(|(place, kind)| match kind {
        EventKind::AttemptStarted { attempt, turn, prompt: Some(sent), .. }
            if sent.continues_chars.is_none_or(|chars| stands_in_the_end(table, place, *turn, chars)) =>
        {
            Some(*attempt)
        }
        _ => None,
    });
    let attempts: Vec<_> = attempts.collect();
    for attempt in attempts.into_iter().rev().take(3) {
        let prompt = Dialogue::prompt_of(table.dialogue.id(), &table.log, attempt).unwrap();
        assert!(prompt.exact, "it has become another: {prompt:?}");
    }
}

/// Whether what had been said of this turn by then, so many characters, stands in the message that came of it.
fn stands_in_the_end(table: &Table, place: usize, this: TurnId, chars: u32) -> bool {
    for kind in table.kinds().skip(place) {
        match kind {
            EventKind::MessageTakenOver { turn, from_char, .. } if *turn == this && *from_char < chars => return false,
            EventKind::MessageCompleted { turn: Some(turn), .. } if *turn == this => return true,
            // A crash may have cost the newest words.
            EventKind::MessageInterrupted { turn, text, .. } if *turn == this => {
                return text.chars().count() >= chars as usize;
            }
            _ => {}
        }
    }
    false
}

/// Whose words are said to be interrupted by the user, everybody hears what the user said.
fn no_cut_gives_a_whisper_away(table: &Table) {
    let mut is_cut_in = false;
    for kind in table.kinds() {
        match kind {
            EventKind::MessageInterrupted { cause: InterruptCause::Interjected, .. } => is_cut_in = true,
            EventKind::MessageCompleted { author: Author::User, audience, .. } => {
                assert!(!(is_cut_in && audience.is_some()), "a whisper was given away");
                is_cut_in = false;
            }
            // The words may have been lost in a crash.
            EventKind::ConversationStateChanged { .. } => is_cut_in = false,
            _ => {}
        }
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
