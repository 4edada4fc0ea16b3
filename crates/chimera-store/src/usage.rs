//! What a conversation has come to: sums over its attempts, by who asked and who was asked.

use chimera_core::{
    ConversationId, ConversationUsage, Cost, ModelRef, ModelUsage, ParticipantUsage, PurposeUsage, Spent,
};
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::asides;
use crate::attempts::money;

pub(crate) async fn of_conversation(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<ConversationUsage> {
    let (total, participants, asides, models) = (Spent::default(), Vec::new(), Vec::new(), Vec::new());
    let mut usage = ConversationUsage { conversation, total, participants, asides, models };
    for row in sums(db, conversation).await? {
        let spent = row.spent();
        let participant = row.participant_id.into();
        match usage.participants.iter_mut().find(|sum| sum.participant == participant) {
            Some(sum) => sum.spent.add(&spent),
            None => usage.participants.push(ParticipantUsage { participant, name: row.name, spent }),
        }
        let connection = row.connection.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        add(&mut usage, ModelRef { connection, model: row.model }, &spent);
    }
    for aside in asides::of_conversation(db, conversation).await?.into_iter().filter(|aside| aside.outcome.is_some()) {
        let mut spent = Spent::default();
        spent.count(&aside);
        match usage.asides.iter_mut().find(|sum| sum.purpose == aside.purpose) {
            Some(sum) => sum.spent.add(&spent),
            None => usage.asides.push(PurposeUsage { purpose: aside.purpose, spent }),
        }
        add(&mut usage, aside.model, &spent);
    }
    usage.models.sort_by(|one, other| one.model.cmp(&other.model));
    Ok(usage)
}

fn add(usage: &mut ConversationUsage, model: ModelRef, spent: &Spent) {
    usage.total.add(spent);
    match usage.models.iter_mut().find(|sum| sum.model == model) {
        Some(sum) => sum.spent.add(spent),
        None => usage.models.push(ModelUsage { model, spent: *spent }),
    }
}

/// A row for every participant and model. Whoever has left the table comes last.
async fn sums(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(
        "select turns.participant_id, participants.name, attempts.connection, attempts.model,
                count(*) as attempts,
                sum(coalesce(usage ->> 'input_tokens', 0)) as input_tokens,
                sum(coalesce(usage ->> 'output_tokens', 0)) as output_tokens,
                sum(coalesce(usage ->> 'cached_tokens', 0)) as cached_tokens,
                sum(coalesce(usage ->> 'reasoning_tokens', 0)) as reasoning_tokens,
                sum(coalesce(cost, 0)) as cost,
                sum(cost is null) as unpriced,
                max(coalesce(usage ->> 'estimated', 0)) as estimated
         from turns
         join attempts on attempts.turn_id = turns.id
         join participants on participants.id = turns.participant_id
         where turns.conversation_id = ? and attempts.outcome is not null
         group by turns.participant_id, attempts.connection, attempts.model
         order by participants.seat < 0, participants.seat, attempts.connection, attempts.model",
    )
    .bind(*conversation.as_uuid())
    .fetch_all(db)
    .await
}

#[derive(FromRow)]
struct Row {
    participant_id: Uuid,
    name: String,
    connection: String,
    model: String,
    attempts: i64,
    input_tokens: i64,
    output_tokens: i64,
    cached_tokens: i64,
    reasoning_tokens: i64,
    cost: i64,
    unpriced: i64,
    estimated: i64,
}

impl Row {
    fn spent(&self) -> Spent {
        let tokens = |sum: i64| u64::try_from(sum).unwrap_or(0);
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        Spent {
            attempts: count(self.attempts),
            input_tokens: tokens(self.input_tokens),
            output_tokens: tokens(self.output_tokens),
            cached_tokens: tokens(self.cached_tokens),
            reasoning_tokens: tokens(self.reasoning_tokens),
            cost: Cost {
                known: money(self.cost),
                unpriced_attempts: count(self.unpriced),
                estimated: self.estimated != 0,
            },
        }
    }
}
