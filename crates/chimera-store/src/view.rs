use std::collections::HashMap;

use chimera_core::{
    Attempt, BranchId, BranchView, Choice, ChoiceReason, ConversationId, ConversationState, ConversationView, Held,
    Message, MessageId, Progress, RoundId, Spent, Timestamp, TurnId, TurnOutcome, TurnView,
};
use sqlx::SqliteConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::word::Word;
use crate::{asides, attempts, branches, conversations, events, messages, participants, recaps, turns};

/// A conversation as it stands after the last event of the log, with the messages of one branch: of the current one, if
/// none is named. Nothing when there is no such conversation, or no such branch in it. The caller holds a transaction, so that all of it is
/// read from one moment and the number agrees with the content.
pub(crate) async fn conversation(
    db: &mut SqliteConnection,
    id: ConversationId,
    branch: Option<BranchId>,
) -> sqlx::Result<Option<ConversationView>> {
    let Some(row) = conversations::get(db, id).await? else { return Ok(None) };
    let seq = events::last_seq(db).await?;
    let left = participants::left(db, id).await?;
    let participants = participants::of_conversation(db, id).await?;
    let all_asides = asides::of_conversation(db, id).await?;
    let asides = asides::since_last_turn(db, id).await?;
    let attempts: Vec<Attempt> = all_asides.into_iter().chain(attempts::of_conversation(db, id).await?).collect();
    let (mut spent, mut held) = (Spent::default(), Held::default());
    for attempt in &attempts {
        spent.count(attempt);
        held.count(attempt);
    }
    let attempts = by_turn(attempts);
    let choices = turns::choices(db, id).await?;
    let branches = branches::of_conversation(db, id).await?;
    let branch = branch.unwrap_or(row.branch.into());
    let waits_for_a_person = row.state.0 == ConversationState::NeedsAttention;
    let Some(shown) = branches.iter().find(|other| other.id == branch) else { return Ok(None) };
    let messages = messages_of(db, id, shown, &attempts, &choices).await?;
    let turns = waiting_turns(db, id, row.last_turn, row.state.0, &attempts).await?;
    let mut passed_over = turns::without_an_answer(db, id).await?;
    passed_over.retain(|row| turns.iter().all(|turn| turn.id != row.id.into()));
    passed_over
        .retain(|row| row.after_id.is_none_or(|after| messages.iter().any(|message| message.id == after.into())));
    // Where nobody was heard nobody is missing.
    let was_heard = |row: &turns::Row| messages.iter().any(|message| message.round == row.round.map(RoundId::from));
    passed_over.retain(|row| !matches!(row.outcome, Some(Word(TurnOutcome::Cancelled))) || was_heard(row));
    let passed_over = passed_over.into_iter().map(|row| turn_view(row, &attempts)).collect();
    let mut summaries = recaps::of_conversation(db, id).await?;
    summaries.retain(|summary| messages.iter().any(|message| message.id == summary.through));
    Ok(Some(ConversationView {
        id,
        seq,
        title: row.title,
        topic: row.topic,
        state: row.state.0,
        reason: row.reason.map(|reason| reason.0),
        archived: row.archived,
        trashed: row.trashed,
        policy: row.policy.0,
        end: row.end_rules.0,
        fallback: row.fallback.0,
        seed: row.seed,
        stall_after_s: row.stall_after_s,
        moderator: row.moderator.map(|Json(moderator)| moderator),
        summary: row.summary.map(|Json(summary)| summary).unwrap_or_default(),
        summaries,
        summary_failure: row.summary_failure,
        participants,
        left,
        branch,
        branches,
        messages,
        undoable: row.undoable,
        redoable: row.redoable,
        turn: turns.iter().find(|turn| turn.outcome.is_none() || waits_for_a_person).cloned(),
        turns,
        passed_over,
        asides,
        spent,
        held,
        progress: Progress { turns: row.turns, turns_without_user: row.turns_without_user, ran_ms: row.ran_ms },
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }))
}

type AttemptsByTurn = HashMap<TurnId, Vec<Attempt>>;

fn by_turn(attempts: impl IntoIterator<Item = Attempt>) -> AttemptsByTurn {
    let mut by_turn = AttemptsByTurn::new();
    for attempt in attempts {
        by_turn.entry(attempt.turn).or_default().push(attempt);
    }
    by_turn
}

async fn messages_of(
    db: &mut SqliteConnection,
    id: ConversationId,
    branch: &BranchView,
    attempts: &AttemptsByTurn,
    choices: &HashMap<TurnId, (Choice, Option<RoundId>)>,
) -> sqlx::Result<Vec<Message>> {
    let Some(head) = branch.head else { return Ok(Vec::new()) };
    let mut siblings: HashMap<Option<Uuid>, Vec<MessageId>> = HashMap::new();
    for (parent, sibling) in messages::siblings(db, id).await? {
        siblings.entry(parent).or_default().push(sibling.into());
    }
    let of_turn = |turn: Option<Uuid>| turn.and_then(|turn| attempts.get(&turn.into())).cloned().unwrap_or_default();
    let rows = messages::of_branch(db, *head.as_uuid()).await?.into_iter();
    let whole = rows.map(|row| {
        let (attempts, alternatives) = (of_turn(row.turn_id), siblings.get(&row.parent_id).cloned());
        let choice = row.turn_id.and_then(|turn| choices.get(&turn.into()).cloned());
        row.with(attempts, choice, alternatives.unwrap_or_default())
    });
    Ok(whole.collect())
}

/// The turns that have no end, those of the open round that ended without a word, and the last turn, or those of its round, while the
/// failure waits for the user: no message shows their attempts.
async fn waiting_turns(
    db: &mut SqliteConnection,
    id: ConversationId,
    last: Option<Uuid>,
    state: ConversationState,
    attempts: &AttemptsByTurn,
) -> sqlx::Result<Vec<TurnView>> {
    let Some(last) = last else { return Ok(Vec::new()) };
    let mut rows = turns::newest(db, id).await?;
    if rows.iter().all(|row| row.id != last) {
        rows.push(turns::get(db, last).await?);
    }
    let alternatives: Vec<Uuid> = rows.iter().filter(|row| is_alternative(row, &rows)).map(|row| row.id).collect();
    let is_of_round = |row: &turns::Row| row.round.is_some() && !alternatives.contains(&row.id);
    let is_open = rows.iter().any(|row| row.outcome.is_none() && is_of_round(row));
    let is_of_newest = |row: &turns::Row| is_of_round(row) && !alternatives.contains(&last);
    let waits = |row: &turns::Row| match &row.outcome {
        None => true,
        Some(Word(TurnOutcome::Failed)) if state == ConversationState::NeedsAttention => {
            row.id == last || is_of_newest(row)
        }
        // When the round is through these were passed over.
        Some(Word(TurnOutcome::Failed | TurnOutcome::Stalled | TurnOutcome::Cancelled)) => is_open && is_of_round(row),
        Some(Word(TurnOutcome::Completed | TurnOutcome::Interrupted)) => false,
    };
    Ok(rows.into_iter().filter(waits).map(|row| turn_view(row, attempts)).collect())
}

/// What is said anew bears the round of what it replaces, also when it is tried again; in a round everybody speaks once.
fn is_alternative(row: &turns::Row, of_round: &[turns::Row]) -> bool {
    let mut before = of_round.iter().take_while(|other| other.id != row.id);
    let spoke_before = |other: &turns::Row| other.participant_id == row.participant_id && other.round == row.round;
    row.choice.reason == ChoiceReason::Regenerated
        || (row.choice.reason == ChoiceReason::Retried && before.any(spoke_before))
}

fn turn_view(row: turns::Row, attempts: &AttemptsByTurn) -> TurnView {
    let id = TurnId::from(row.id);
    let calls = attempts.get(&id).cloned().unwrap_or_default();
    let (attempts, asides) = calls.into_iter().partition(|attempt| attempt.purpose.is_speak());
    TurnView {
        id,
        participant: row.participant_id.into(),
        number: row.number,
        choice: row.choice.0,
        round: row.round.map(RoundId::from),
        after: row.after_id.map(MessageId::from),
        outcome: row.outcome.map(|Word(outcome)| outcome),
        attempts,
        asides,
    }
}
