//! A moderator says who speaks next, for as long as it is of any help.

use chimera_core::{
    AttemptOutcome, AttemptPurpose, Choice, ChoiceReason, ConversationChange, ConversationState::*, ErrorClass,
    EventKind, InterruptCause, ModelFacts, Moderator, Policy, StateReason,
};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table, model};

const NAMES: [&str; 3] = ["Ada", "Ben", "Cleo"];

fn table() -> Table {
    let mut table = Seating::of(&NAMES).moderated_by("judge").table();
    table.start();
    table
}

impl Table {
    fn is_moderating(&self) -> bool {
        self.speaker() == Some("Moderator")
    }

    fn choice(&self) -> &Choice {
        fn choice(kind: &EventKind) -> Option<&Choice> {
            match kind {
                EventKind::TurnStarted { choice, .. } => Some(choice),
                _ => None,
            }
        }
        self.kinds().rev().find_map(choice).unwrap()
    }

    fn calls(&self, purpose: AttemptPurpose) -> usize {
        let of = |kind: &&EventKind| matches!(kind, EventKind::AttemptStarted { purpose: it, .. } if *it == purpose);
        self.kinds().filter(of).count()
    }
}

#[test]
fn whoever_the_moderator_names_speaks_next_and_its_reason_is_kept() {
    let mut table = table();
    assert_eq!((table.speaker(), table.asked_model().as_deref()), (Some("Moderator"), Some("judge")));

    table.answers(r#"{"next": "Cleo", "why": "she knows bridges"}"#);
    assert_eq!(table.speaker(), Some("Cleo"));
    assert_eq!(table.choice().reason, ChoiceReason::Moderated);
    assert_eq!(table.choice().note.as_deref(), Some("she knows bridges"));
    table.answers("It is an arch.");

    assert!(table.is_moderating(), "before each turn");
    assert_eq!((table.calls(AttemptPurpose::Choose), table.calls(AttemptPurpose::Speak)), (2, 1));
    assert_eq!(table.transcript(), ["Cleo: It is an arch."], "what it answers is no message");
}

#[test]
fn the_moderator_sees_the_talk_and_is_offered_those_who_may_speak() {
    let mut table = table();
    table.answers(r#"{"next":"Ada"}"#);
    table.does(Command::Mute { participant: table.conversation().participants[1].id });
    table.user_says("What of ferries?");
    table.joins_as("Dora");
    table.answers("A bridge is a promise.");

    let prompt = &table.prompt().messages;
    let text = &prompt.last().unwrap().text;

    assert_eq!(prompt.len(), 1);
    assert!(text.contains("Ada: A bridge is a promise.") && text.contains("User: What of ferries?"), "{text}");
    assert!(text.contains("Choose exactly one of: Cleo, Dora."), "{text}");
}

#[test]
fn one_of_the_table_moderates_with_its_own_instructions_and_route() {
    let mut seating = Seating::of(&NAMES).policy(Policy::Moderator);
    seating.moderator = Some(Moderator::Participant { participant: seating.participants[0].id });
    let mut table = seating.table();
    table.start();

    assert_eq!(table.asked_model().as_deref(), Some("ada"));
    assert!(table.prompt().system.starts_with("Speak like Ada."));
    table.answers("Ben");

    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn an_answer_that_names_nobody_is_asked_for_once_more_and_then_the_score_decides() {
    let mut table = table();
    table.answers("The weather is fine.");
    let prompt = &table.prompt().messages;
    assert_eq!(prompt.len(), 3);
    assert!(prompt[2].text.starts_with("(That names nobody who may speak now."), "{prompt:?}");

    table.answers(r#"{"next": "Nobody"}"#);

    assert_eq!(table.choice().reason, ChoiceReason::ModeratorFailed);
    assert_eq!(table.choice().note.as_deref(), Some("the moderator named nobody who may speak"));
    assert_eq!(table.choice().scores.len(), 3, "and the scores are kept");
    assert!(!table.is_moderating());
}

#[test]
fn the_same_ai_is_not_named_twice_in_a_row() {
    let mut table = table();
    table.answers(r#"{"next":"Ada"}"#);
    table.answers("One.");

    table.answers(r#"{"next":"Ada"}"#);
    table.answers(r#"{"next":"Ada"}"#);

    assert_ne!(table.speaker(), Some("Ada"));
    assert_eq!(table.choice().reason, ChoiceReason::ModeratorFailed);
}

#[test]
fn a_moderator_that_fails_goes_along_its_route_and_holds_nobody_up() {
    let mut seating = Seating::of(&NAMES).route(&["one", "two"]).policy(Policy::Moderator);
    seating.moderator = Some(Moderator::Participant { participant: seating.participants[0].id });
    let mut table = seating.table();
    table.start();

    table.fails(ErrorClass::Unauthorized);
    assert_eq!((table.speaker(), table.asked_model().as_deref()), (Some("Moderator"), Some("two")));
    table.is_closed(ErrorClass::RateLimited);

    assert_eq!(table.choice().reason, ChoiceReason::ModeratorFailed);
    assert_eq!(table.choice().note.as_deref(), Some("the moderator did not answer: too many requests"));
    assert_eq!(table.state(), Running);
}

#[test]
fn a_moderator_that_hangs_is_given_up() {
    let mut table = table();

    table.waits(std::time::Duration::from_secs(31));

    assert_eq!(table.choice().reason, ChoiceReason::ModeratorFailed);
    assert!(!table.is_moderating());
}

#[test]
fn nudges_and_calls_of_the_user_are_not_waited_out() {
    let mut table = table();
    let ben = table.conversation().participants[1].id;

    table.does(Command::Nudge { participant: ben });
    assert_eq!((table.speaker(), table.choice().reason), (Some("Ben"), ChoiceReason::Nudged));
    table.answers("Well.");
    table.user_says("@Cleo?");

    assert_eq!((table.speaker(), table.choice().reason), (Some("Cleo"), ChoiceReason::Mentioned));
    let cancelled =
        |kind: &&EventKind| matches!(kind, EventKind::AttemptEnded { outcome: AttemptOutcome::Cancelled, .. });
    assert_eq!(table.kinds().filter(cancelled).count(), 2, "what was asked of the moderator is called off");
}

#[test]
fn whoever_cannot_speak_any_more_when_the_answer_comes_does_not() {
    let mut table = table();
    let cleo = table.conversation().participants[2].id;
    table.does(Command::Leave { participant: cleo });

    table.answers(r#"{"next":"Cleo"}"#);
    table.answers(r#"{"next":"Ben"}"#);

    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn a_moderator_that_leaves_the_table_leaves_the_choice_to_the_score() {
    let mut seating = Seating::of(&NAMES).policy(Policy::Moderator);
    let ada = seating.participants[0].id;
    seating.moderator = Some(Moderator::Participant { participant: ada });
    let mut table = seating.table();
    table.start();

    table.does(Command::Leave { participant: ada });

    assert_eq!(table.choice().note.as_deref(), Some("the moderator is not at the table"));
    assert!(!table.is_moderating());
}

#[test]
fn two_need_no_moderator_once_one_of_them_has_spoken() {
    let mut table = Seating::of(&["Ada", "Ben"]).moderated_by("judge").table();
    table.start();
    table.answers("Ben");
    table.answers("One.");

    assert_eq!((table.speaker(), table.choice().reason), (Some("Ada"), ChoiceReason::Alone));
    assert_eq!(table.calls(AttemptPurpose::Choose), 1);
}

#[test]
fn a_pause_a_stop_a_skip_and_the_end_of_the_app_call_the_question_off() {
    let mut paused = table();
    paused.pause();
    assert_eq!((paused.state(), paused.speaker()), (Paused, None));
    paused.resume();
    assert!(paused.is_moderating());

    let mut stopped = table();
    stopped.stop(StopWhen::AfterTurn);
    assert_eq!((stopped.state(), stopped.speaker()), (Completed, None));

    let mut skipped = table();
    skipped.does(Command::Skip);
    assert_eq!(skipped.choice().reason, ChoiceReason::ModeratorFailed);

    let mut closed = table();
    closed.handle(chimera_engine::Input::ShutDown).unwrap();
    assert_eq!((closed.state(), closed.reason()), (Paused, StateReason::Restarted));
}

#[test]
fn a_moderator_that_holds_little_is_shown_as_much_as_it_can_hold() {
    let mut table = table();
    let facts = ModelFacts { context_tokens: Some(4_096), ..ModelFacts::default() };
    table.is_known(&facts);
    for name in ["Cleo", "Ben"].into_iter().cycle().take(8) {
        table.answers(&format!(r#"{{"next": "{name}", "why": "who knows bridges"}}"#));
        table.answers(&"And so on, over the bridge and back. ".repeat(60));
    }

    assert!(table.is_moderating());
    let asked = table.prompt();
    let letters = asked.system.len() + asked.messages.iter().map(|message| message.text.len()).sum::<usize>();
    assert!(letters / 4 + 1_024 <= 4_096, "{letters} letters and an answer do not fit");
    assert!(letters / 4 > 1_500, "{letters} letters are less than would fit");
}

#[test]
fn a_crash_while_the_moderator_is_asked_is_closed_in_the_log() {
    let mut table = table();

    let unfinished = table.crashes();
    assert!(table.dialogue.needs_recovery());
    table.recovers(unfinished);

    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Restarted));
    let ended = |kind: &EventKind| matches!(kind, EventKind::AttemptEnded { outcome: AttemptOutcome::Cancelled, .. });
    assert!(table.kinds().any(ended));
    table.resume();
    assert!(table.is_moderating());
}

#[test]
fn a_regenerated_turn_keeps_its_speaker_and_pays_no_moderator() {
    let mut table = table();
    table.answers("Ada");
    table.answers("One.");
    table.stop(StopWhen::Now);
    let message = table.conversation().lines.head().unwrap();
    let asked = table.calls(AttemptPurpose::Choose);

    table.does(Command::Regenerate { message, model: None });

    assert_eq!((table.speaker(), table.calls(AttemptPurpose::Choose)), (Some("Ada"), asked));
}

#[test]
fn a_moderated_conversation_needs_a_moderator_that_is_there() {
    let mut table = Table::with(&NAMES);
    let change = |policy, moderator| Command::ChangeConversation {
        change: ConversationChange { policy, moderator, ..ConversationChange::default() },
    };
    let stranger = Moderator::Participant { participant: crate::support::cast(&["A", "B", "C", "D"])[3].id };

    assert_eq!(table.tries(change(Some(Policy::Moderator), None)).unwrap_err().field, Some("moderator"));
    assert_eq!(table.tries(change(None, Some(stranger))).unwrap_err().field, Some("moderator.participant"));
    let judge = Moderator::Model { model: model("judge") };
    table.does(change(Some(Policy::Moderator), Some(judge)));
    table.start();

    assert!(table.is_moderating());
    table.user_cuts_in("Take your time.");
    assert!(table.is_moderating(), "nobody spoke who could be cut off");
    let cut =
        |kind: &EventKind| matches!(kind, EventKind::MessageInterrupted { cause: InterruptCause::Interjected, .. });
    assert!(!table.kinds().any(cut));
}

impl Table {
    fn joins_as(&mut self, name: &str) {
        let id = chimera_core::ParticipantId::new(chimera_core::Timestamp::from_millis(5), [78; 10]);
        let participant = chimera_core::Participant { id, ..crate::support::cast(&[name]).remove(0) };
        self.does(Command::Join { participant, seat: None });
    }
}
