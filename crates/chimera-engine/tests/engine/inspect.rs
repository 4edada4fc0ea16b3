//! The prompt of every past turn, and of the next, can be looked at.

use chimera_core::{
    AfterCut, EndRules, ErrorClass, EventKind, ModelFacts, Money, Policy, Price, PromptMessage, PromptPart,
    PromptSource, PromptView, ReplyRequest,
};
use chimera_engine::{Command, Dialogue, EditAs};

use crate::budget::price;
use crate::support::{Seating, Table};

pub fn sent(view: &PromptView) -> (String, Vec<PromptMessage>) {
    let mut turns: Vec<PromptMessage> = Vec::new();
    for piece in &view.messages {
        match turns.last_mut() {
            Some(last) if last.role == piece.role => last.text.push_str(&format!("\n\n{}", piece.text)),
            _ => turns.push(PromptMessage::new(piece.role, piece.text.clone())),
        }
    }
    (view.system.clone(), turns)
}

pub fn asked(request: &ReplyRequest) -> (String, Vec<PromptMessage>) {
    (request.system.clone(), request.messages.clone())
}

/// Every prompt that was ever sent, for whatever it asked, is made again to the letter.
fn all_can_be_made_again(table: &Table) -> Vec<PromptView> {
    let attempts = table.kinds().filter_map(|kind| match kind {
        EventKind::AttemptStarted { attempt, .. } => Some(*attempt),
        _ => None,
    });
    let views: Vec<_> =
        attempts.map(|attempt| Dialogue::prompt_of(table.dialogue.id(), &table.log, attempt).unwrap()).collect();
    assert_eq!(views.len(), table.requests.len());
    for (view, request) in views.iter().zip(&table.requests) {
        assert_eq!(sent(view), asked(request));
        assert!(view.exact);
        assert_eq!(view.model.model, request.model);
    }
    views
}

#[test]
fn the_prompt_of_every_past_attempt_is_what_the_model_was_sent() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.user_says("Welcome.");
    table.start();
    table.answers("I am Ada.");
    table.user_whispers("Contradict her.", &["Ben"]);
    table.fails(ErrorClass::Unauthorized);
    table.answers("No.");
    table.answers("Yes.");

    all_can_be_made_again(&table);
}

#[test]
fn the_prompt_of_whoever_went_on_with_an_answer_quotes_what_had_been_said_then() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two", "three"]).after_cut(AfterCut::Continue).table();
    table.start();
    table.says("The old light");
    table.fails(ErrorClass::Truncated);
    let unfinished = table.conversation().turns[0].attempt.unwrap();
    let view = Dialogue::prompt_of(table.dialogue.id(), &table.log, unfinished).unwrap();
    assert!(!view.exact, "how far it was the log will tell when the turn has ended");
    table.says("lighthouse was");
    table.fails(ErrorClass::Truncated);
    table.answers("dark.");
    let message = table.conversation().lines.head().unwrap();
    table.does(Command::Edit { message, text: "Another wording altogether.".into(), edit: EditAs::Version });

    let views = all_can_be_made_again(&table);

    let quoted = |view: &PromptView| view.messages.last().unwrap().text.clone();
    assert!(quoted(&views[1]).contains("\n\"\"\"\nThe old light\n"), "{}", quoted(&views[1]));
    assert!(quoted(&views[2]).contains("\nThe old lighthouse was\n"), "{}", quoted(&views[2]));
}

#[test]
fn what_a_moderator_was_asked_can_be_read_also_when_it_was_asked_twice() {
    for by_seat in [false, true] {
        let mut seating = Seating::of(&["Ada", "Ben", "Cleo"]).moderated_by("judge");
        if by_seat {
            let participant = seating.participants[0].id;
            seating.moderator = Some(chimera_core::Moderator::Participant { participant });
        }
        let mut table = seating.table();
        table.start();
        table.answers("The weather is fine.");
        table.answers(r#"{"next": "Ben"}"#);
        table.does(Command::Skip);
        table.answers(r#"{"next": "Cleo"}"#);
        table.answers("It is an arch.");

        let views = all_can_be_made_again(&table);

        assert_eq!(views[0].participant, None, "it is nobody's turn yet");
        assert!(views[1].messages.iter().any(|piece| piece.text == "The weather is fine."), "{:?}", views[1].messages);
    }
}

#[test]
fn what_was_to_be_summed_up_can_be_read_whatever_came_of_it() {
    let mut table = Seating::of(&["Ada", "Ben"]).sums_up(&["scribe"]).table();
    table.is_known(&ModelFacts { context_tokens: Some(1_400), ..ModelFacts::default() });
    table.start();
    for number in 0..60 {
        match table.speaker() {
            Some("Summary") if number % 2 == 0 => table.answers("They agree that it holds."),
            Some("Summary") => table.fails(ErrorClass::Forbidden),
            _ => table.answers(&format!("point{number} {}", "holds as long as the river lets it stand ".repeat(5))),
        }
    }

    let views = all_can_be_made_again(&table);

    let summed =
        table.kinds().filter(|kind| matches!(kind, EventKind::SummaryWritten { extends: Some(_), .. })).count();
    assert!(summed > 0, "one went on from another");
    let asides = views.iter().filter(|view| view.participant.is_none());
    assert!(asides.clone().count() > 2);
    for view in asides {
        assert!(view.messages.last().unwrap().text.contains("words.)"));
        assert!(view.shares.iter().any(|share| share.part == PromptPart::Others));
    }
}

#[test]
fn what_the_log_cannot_prove_is_not_called_exact() {
    let mut table = Table::with(&["Ada"]);
    table.start();
    for event in &mut table.log {
        if let EventKind::AttemptStarted { prompt, .. } = &mut event.kind {
            *prompt = None;
        }
    }
    let attempt = table.conversation().turns[0].attempt.unwrap();

    let view = Dialogue::prompt_of(table.dialogue.id(), &table.log, attempt).unwrap();

    assert!(!view.exact);
    assert_eq!(view.window_tokens, 24_000);
}

#[test]
fn a_preview_is_what_the_next_speaker_will_be_sent() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_says("Hello.");
    let preview = table.dialogue.preview(None).unwrap();
    table.start();

    assert_eq!(sent(&preview), asked(table.prompt()));
    assert_eq!(preview.participant, Some(table.id("Ada")));
    let refused = table.dialogue.preview(None).unwrap_err();
    assert!(refused.message.contains("somebody is speaking"), "{refused}");
    let ben = table.dialogue.preview(Some(table.id("Ben"))).unwrap();
    assert!(ben.system.contains("You are Ben"));
}

#[test]
fn a_preview_of_a_round_and_of_a_closing_round_is_what_will_be_sent() {
    let mut table = Seating::of(&["Ada", "Ben"]).policy(Policy::Parallel).table();
    table.user_says("Hello.");
    let preview = table.dialogue.preview(Some(table.id("Ada"))).unwrap();
    table.start();
    assert!(preview.exact);
    assert_eq!(sent(&preview), asked(&table.requests[0]));

    let mut seating = Seating::of(&["Ada", "Ben"]);
    seating.end = EndRules { tokens: Some(6_000), ..EndRules::NONE };
    let mut table = seating.table();
    table.user_says("Hello.");
    let preview = table.dialogue.preview(None).unwrap();
    table.start();
    assert!(table.conversation().closing.is_some(), "there is room for a last word of each");
    assert!(preview.exact);
    assert_eq!(sent(&preview), asked(table.prompt()));
}

#[test]
fn a_preview_that_something_will_still_be_added_to_is_not_called_exact() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("I am still");
    let ben = table.id("Ben");
    assert!(!table.dialogue.preview(Some(ben)).unwrap().exact, "what is being said will stand in it");

    let mut table = Seating::of(&["Ada", "Ben"]).sums_up(&["scribe"]).table();
    table.is_known(&ModelFacts { context_tokens: Some(1_400), ..ModelFacts::default() });
    for number in 0..16 {
        table.user_says(&format!("point{number} {}", "holds as long as the river lets it stand ".repeat(8)));
    }
    assert!(!table.dialogue.preview(None).unwrap().exact, "a summary will stand in it");
}

#[test]
fn the_shares_tell_where_the_tokens_go() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_says("Something long enough to count.");
    table.user_whispers("And this in private.", &["Ada"]);
    table.does(Command::Step);
    table.answers("I see.");

    let view = table.dialogue.preview(Some(table.id("Ada"))).unwrap();

    let parts: Vec<_> = view.shares.iter().map(|share| share.part).collect();
    assert_eq!(
        parts,
        [
            PromptPart::Persona,
            PromptPart::Table,
            PromptPart::Topic,
            PromptPart::Rules,
            PromptPart::Own,
            PromptPart::Others,
            PromptPart::Whispers,
            PromptPart::Notes,
        ]
    );
    let percent: f32 = view.shares.iter().map(|share| share.percent).sum();
    assert!((99.0..=101.0).contains(&percent), "{percent}");
    assert_eq!(view.messages.last().unwrap().source, PromptSource::Note);
}

/// Of this table the preview of whoever is next is what a step asks first.
fn is_foreseen(table: &mut Table, participant: Option<&str>) -> PromptView {
    let participant = participant.map(|name| table.id(name));
    let preview = table.dialogue.preview(participant).unwrap();
    assert!(preview.exact);
    let before = table.requests.len();
    table.step();
    let first = &table.requests[before];
    assert_eq!(sent(&preview), asked(first));
    assert_eq!(preview.model.model, first.model);
    assert_eq!(participant.unwrap_or(table.id(&first.scene.speaker)), table.id(&first.scene.speaker));
    preview
}

#[test]
fn a_preview_of_a_round_that_the_end_rules_leave_to_one_is_of_one_who_speaks_alone() {
    let mut table = Seating::of(&["Ada", "Ben"]).policy(Policy::Parallel).ends_after(1).table();
    table.user_says("Hello.");

    let view = is_foreseen(&mut table, Some("Ada"));

    assert!(!view.messages.iter().any(|piece| piece.text.contains("at the same time")));
}

#[test]
fn a_preview_of_the_turn_that_begins_the_closing_round_is_of_whoever_speaks_then() {
    let mut closed = Vec::new();
    for tokens in (5_000..12_000).step_by(500) {
        let mut seating = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Balanced);
        seating.end = EndRules { tokens: Some(tokens), ..EndRules::NONE };
        let mut table = seating.table();
        table.user_says("Cleo, what do you say?");

        is_foreseen(&mut table, None);

        closed.extend(table.conversation().closing.as_ref().and_then(|_| table.speaker().map(str::to_owned)));
    }
    assert!(closed.contains(&"Ada".to_owned()), "{closed:?}");
}

#[test]
fn a_preview_passes_over_a_model_that_the_budget_has_no_room_for() {
    let mut seating = Seating::of(&["Ada", "Ben"]).route(&["dear", "cheap"]);
    seating.end = EndRules { money: Some(Money::from_nanos(40_000_000)), ..EndRules::NONE };
    let mut table = seating.table();
    table.learns("dear", Some(Price { input: 900_000_000, output: 900_000_000, ..price() }));
    table.learns("cheap", Some(price()));
    table.user_says("Hello.");

    let view = is_foreseen(&mut table, None);

    assert_eq!(view.model.model, "cheap");
}
