//! The prompt of every past turn, and of the next, can be looked at.

use chimera_core::{ErrorClass, EventKind, PromptMessage, PromptPart, PromptSource, PromptView, ReplyRequest};
use chimera_engine::{Command, Dialogue};

use crate::support::{Seating, Table};

fn sent(view: &PromptView) -> (String, Vec<PromptMessage>) {
    let mut turns: Vec<PromptMessage> = Vec::new();
    for piece in &view.messages {
        match turns.last_mut() {
            Some(last) if last.role == piece.role => last.text.push_str(&format!("\n\n{}", piece.text)),
            _ => turns.push(PromptMessage::new(piece.role, piece.text.clone())),
        }
    }
    (view.system.clone(), turns)
}

fn asked(request: &ReplyRequest) -> (String, Vec<PromptMessage>) {
    (request.system.clone(), request.messages.clone())
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

    let attempts: Vec<_> = table
        .kinds()
        .filter_map(|kind| match kind {
            EventKind::AttemptStarted { attempt, .. } => Some(*attempt),
            _ => None,
        })
        .collect();
    assert_eq!(attempts.len(), table.requests.len());
    for (attempt, request) in attempts.iter().zip(&table.requests) {
        let view = Dialogue::prompt_of(table.dialogue.id(), &table.log, *attempt).unwrap();
        assert!(view.exact);
        assert_eq!(sent(&view), asked(request));
        assert_eq!(view.model.model, request.model);
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
    assert_eq!(preview.participant, table.id("Ada"));
    let refused = table.dialogue.preview(None).unwrap_err();
    assert!(refused.message.contains("somebody is speaking"), "{refused}");
    let ben = table.dialogue.preview(Some(table.id("Ben"))).unwrap();
    assert!(ben.system.contains("You are Ben"));
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
