use axum::Json;
use axum::extract::State;
use chimera_core::{FeedItem, Seq};
use serde::Serialize;

use crate::params::Params;
use crate::problem::Answer;
use crate::side_door::SideDoor;

/// The log's numbers are the database's.
const MOST_SEQ: u64 = i64::MAX.unsigned_abs();

/// A page of the log, each event as the socket would send it.
#[derive(Serialize)]
pub(super) struct Log {
    items: Vec<FeedItem>,
    /// What to give as `after` to read on.
    next_after: Seq,
}

pub(super) async fn page(State(door): State<SideDoor>, params: Params) -> Answer<Json<Log>> {
    let after = Seq(params.number("after", 0..=MOST_SEQ)?.unwrap_or(0));
    let limit = params.number("limit", 1..=1_000)?.unwrap_or(100);
    let events = door.chimera().events(after, params.parsed("topic")?, limit).await?;
    let next_after = events.last().map_or(after, |event| event.seq);
    Ok(Json(Log { items: events.into_iter().map(FeedItem::Event).collect(), next_after }))
}
