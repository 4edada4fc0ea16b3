use chimera_core::{
    Attempt, AttemptOutcome, Author, ErrorClass, Event, EventKind, Finish, InterruptCause, Money, Part, ProviderKind,
    Repair, StateReason, TurnOutcome, Usage,
};
use serde::Serialize;

use crate::route::Reached;

/// How a question came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    pub outcome: Outcome,
    /// Everything said, also where it was cut.
    pub text: String,
    /// The thoughts of the model that answered, where it shows them.
    pub reasoning: String,
    /// Of all attempts together.
    pub usage: Usage,
    /// The same in billionths of a dollar, as far as it is known: an attempt of which it is not makes it unknown.
    pub cost: Option<Money>,
    pub attempts: Vec<AttemptReport>,
    /// Who wrote what of the text.
    pub parts: Vec<PartReport>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Completed,
    /// Broken off after its first word, and nobody went on.
    Interrupted,
    /// No model on the route answered.
    Failed,
    /// A provider's policy refused it, or held back the rest.
    Refused,
    CutByLimit,
    /// Stopped by the user.
    Cancelled,
}

/// One call to one model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttemptReport {
    pub number: u32,
    /// As a route is written.
    pub kind: &'static str,
    pub base_url: Option<String>,
    pub model: String,
    /// The model that says it answered, when it names another than was asked.
    pub answered_by: Option<String>,
    /// `answered`, `failed`, `cancelled` or `skipped`.
    pub outcome: &'static str,
    pub finish: Option<Finish>,
    pub class: Option<ErrorClass>,
    pub status: Option<u16>,
    pub queued_ms: Option<u32>,
    pub first_byte_ms: Option<u32>,
    pub first_token_ms: Option<u32>,
    pub total_ms: Option<u32>,
    /// How often this model had been asked before.
    pub retries: u32,
    /// What was changed of the question because the server did not take it, one for each time it was sent once more.
    pub repairs: Vec<Repair>,
    pub error: Option<String>,
    pub request_id: Option<String>,
    pub usage: Option<Usage>,
    /// In billionths of a dollar; none where nobody knows.
    pub cost: Option<Money>,
    /// The character of the text at which its words begin; none when none of them are in it.
    pub from_char: Option<u32>,
    /// What it wrote, where the text says something else.
    pub raw: Option<String>,
}

/// Words of the text that came from one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartReport {
    /// The number of the attempt.
    pub attempt: u32,
    pub model: String,
    pub from_char: u32,
    pub to_char: u32,
}

/// What the log of a question says in the end.
pub(super) fn of(events: &[Event], reached: &[Reached]) -> Answer {
    let mut attempts: Vec<Attempt> = Vec::new();
    let (mut outcome, mut text, mut reasoning) = (Outcome::Failed, String::new(), String::new());
    for event in events {
        match &event.kind {
            EventKind::AttemptThought { thoughts, .. } => reasoning.clone_from(thoughts),
            EventKind::AttemptStarted { attempt, turn, number, model, retry, reserved, .. } => {
                reasoning.clear();
                attempts.push(Attempt {
                    id: *attempt,
                    turn: *turn,
                    number: *number,
                    retry: *retry,
                    model: model.clone(),
                    answered_by: None,
                    outcome: None,
                    queued: false,
                    timings: Default::default(),
                    usage: None,
                    cost: None,
                    reserved: *reserved,
                    purpose: chimera_core::AttemptPurpose::Speak,
                    from_char: None,
                    raw: None,
                    repairs: Vec::new(),
                    started_at: event.ts,
                    status: None,
                    request_id: None,
                    thought_chars: None,
                });
            }
            EventKind::AttemptEnded {
                attempt,
                turn: _,
                outcome,
                answered_by,
                timings,
                usage,
                cost,
                raw,
                repairs,
                status,
                request_id,
            } => {
                if let Some(known) = attempts.iter_mut().find(|known| known.id == *attempt) {
                    known.outcome = Some(outcome.clone());
                    known.answered_by.clone_from(answered_by);
                    known.timings = *timings;
                    known.usage = *usage;
                    known.cost = *cost;
                    known.raw.clone_from(raw);
                    known.repairs.clone_from(repairs);
                    known.status = *status;
                    known.request_id.clone_from(request_id);
                }
            }
            EventKind::MessageStarted { .. } => {
                if let Some(speaking) = attempts.last_mut() {
                    speaking.from_char = Some(0);
                }
            }
            EventKind::MessageTakenOver { attempt, from_char, .. } => {
                for known in &mut attempts {
                    known.from_char = known.from_char.filter(|from| from < from_char);
                    if known.id == *attempt {
                        known.from_char = Some(*from_char);
                    }
                }
            }
            EventKind::MessageCompleted { author: Author::Participant { .. }, text: said, finish, .. } => {
                text.clone_from(said);
                outcome = match finish {
                    Some(Finish::Length) => Outcome::CutByLimit,
                    Some(Finish::ContentFilter | Finish::Refusal) => Outcome::Refused,
                    Some(Finish::Stop | Finish::Other) | None => Outcome::Completed,
                };
            }
            EventKind::MessageInterrupted { text: said, cause, .. } => {
                text.clone_from(said);
                outcome = match cause {
                    InterruptCause::Provider { class: ErrorClass::ContentPolicy, .. } => Outcome::Refused,
                    InterruptCause::Provider { .. } | InterruptCause::Slept => Outcome::Interrupted,
                    InterruptCause::TooLong => Outcome::CutByLimit,
                    InterruptCause::User
                    | InterruptCause::Restarted
                    | InterruptCause::Left
                    | InterruptCause::Interjected
                    | InterruptCause::Stalled { .. } => Outcome::Cancelled,
                };
            }
            EventKind::TurnEnded { outcome: TurnOutcome::Failed, .. } => {
                let last = attempts.last().and_then(|attempt| class(attempt.outcome.as_ref()));
                outcome = match last {
                    Some(ErrorClass::ContentPolicy) => Outcome::Refused,
                    Some(ErrorClass::OutputLimit) => Outcome::CutByLimit,
                    Some(_) | None => Outcome::Failed,
                };
            }
            EventKind::TurnEnded { outcome: TurnOutcome::Cancelled, .. } => outcome = Outcome::Cancelled,
            // Before a word: nobody stopped it.
            EventKind::ConversationStateChanged { reason: StateReason::Slept, .. } if text.is_empty() => {
                outcome = Outcome::Failed;
            }
            _ => {}
        }
    }
    let parts = Part::of(&attempts, &text);
    let number =
        |part: &Part| attempts.iter().find(|attempt| attempt.id == part.attempt).map_or(0, |known| known.number);
    let parts = parts.iter().map(|part| PartReport {
        attempt: number(part),
        model: part.model.model.clone(),
        from_char: part.from_char,
        to_char: part.to_char,
    });
    Answer {
        outcome,
        reasoning,
        cost: attempts.iter().map(|attempt| attempt.cost).sum(),
        usage: sum(attempts.iter().filter_map(|attempt| attempt.usage)),
        parts: parts.collect(),
        attempts: attempts.iter().map(|attempt| report(attempt, reached)).collect(),
        text,
    }
}

fn report(attempt: &Attempt, reached: &[Reached]) -> AttemptReport {
    let connection = reached.iter().find(|reached| reached.model == attempt.model).map(|reached| &reached.connection);
    let mut report = AttemptReport {
        number: attempt.number,
        kind: connection.map_or(ProviderKind::Demo, |connection| connection.kind).as_str(),
        base_url: connection.and_then(|connection| connection.base_url.clone()),
        model: attempt.model.model.clone(),
        answered_by: attempt.answered_by.clone(),
        outcome: "cancelled",
        finish: None,
        class: class(attempt.outcome.as_ref()),
        status: attempt.status,
        queued_ms: attempt.timings.queued_ms,
        first_byte_ms: attempt.timings.first_byte_ms,
        first_token_ms: attempt.timings.first_token_ms,
        total_ms: attempt.timings.total_ms,
        retries: attempt.retry,
        repairs: attempt.repairs.clone(),
        error: None,
        request_id: attempt.request_id.clone(),
        usage: attempt.usage,
        cost: attempt.cost,
        from_char: attempt.from_char,
        raw: attempt.raw.clone(),
    };
    match &attempt.outcome {
        Some(AttemptOutcome::Answered { finish }) => {
            report.outcome = "answered";
            report.finish = Some(*finish);
        }
        Some(AttemptOutcome::Failed { detail, .. }) => {
            report.outcome = "failed";
            report.error = Some(detail.clone());
        }
        Some(AttemptOutcome::Skipped { detail, .. }) => {
            report.outcome = "skipped";
            report.error = Some(detail.clone());
        }
        Some(AttemptOutcome::Cancelled) | None => {}
    }
    report
}

fn class(outcome: Option<&AttemptOutcome>) -> Option<ErrorClass> {
    match outcome? {
        AttemptOutcome::Failed { class, .. } | AttemptOutcome::Skipped { class, .. } => Some(*class),
        AttemptOutcome::Answered { .. } | AttemptOutcome::Cancelled => None,
    }
}

/// What is unknown of one attempt makes nothing of what is known of the others; an estimate makes the sum one.
fn sum(all: impl Iterator<Item = Usage>) -> Usage {
    let add = |one: Option<u32>, other: Option<u32>| match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    };
    all.fold(Usage::default(), |sum, usage| Usage {
        input_tokens: add(sum.input_tokens, usage.input_tokens),
        output_tokens: add(sum.output_tokens, usage.output_tokens),
        cached_tokens: add(sum.cached_tokens, usage.cached_tokens),
        reasoning_tokens: add(sum.reasoning_tokens, usage.reasoning_tokens),
        estimated: sum.estimated || usage.estimated,
    })
}
