//! What a socket listens to. Each subscription is a reader of its own with a cursor of its own; a topic belongs to one
//! subscription at a time, so that nothing is ever told twice.

use chimera_app::{Chimera, FeedReader, Frame, Subscription};
use chimera_core::{Seq, Topic};
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use http::StatusCode;
use serde::Serialize;
use tokio_stream::StreamMap;

use super::message::{RequestId, Subscribe};
use crate::problem::{Answer, Problem};

/// Subscriptions of one socket.
const MOST: usize = 64;
const MOST_TOPICS: usize = 200;
/// Frames that go out together.
const BATCH: usize = 256;

type Frames = BoxStream<'static, chimera_app::Result<Frame>>;

#[derive(Default)]
pub(super) struct Subscriptions {
    frames: StreamMap<RequestId, Frames>,
    topics: Vec<(RequestId, Option<Vec<Topic>>)>,
}

/// A place in the feed that has been taken, and is listened to once the client knows of it.
pub(super) struct Place {
    id: RequestId,
    topics: Option<Vec<Topic>>,
    reader: FeedReader,
    pub(super) told: Told,
}

/// What the client is told of its new subscription.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    /// Everything after `after_seq` comes. False when it was not given, or is ahead of this log: then the client holds
    /// events of another log and should read anew.
    resumed: bool,
    /// The first event that can come.
    from_seq: Seq,
}

impl Place {
    pub(super) async fn take(chimera: &Chimera, id: RequestId, wish: Subscribe) -> Answer<Self> {
        let Subscribe { topics, after_seq: after } = wish;
        for (place, topic) in topics.iter().flatten().enumerate() {
            must_exist(chimera, *topic).await.map_err(|problem| problem.on(format!("topics[{place}]")))?;
        }
        let reader = chimera.subscribe(Subscription { topics: topics.clone(), after })?;
        let cursor = reader.cursor();
        let told = Told { resumed: after == Some(cursor), from_seq: Seq(cursor.0 + 1) };
        Ok(Self { id, topics, reader, told })
    }
}

impl Subscriptions {
    pub(super) fn listen(&mut self, place: Place) {
        let Place { id, topics, reader, told: _ } = place;
        let frames =
            stream::unfold(reader, |mut reader| async { reader.next().await.transpose().map(|frame| (frame, reader)) });
        self.topics.push((id.clone(), topics));
        self.frames.insert(id, frames.boxed());
    }

    pub(super) fn end(&mut self, id: &RequestId) -> Answer<()> {
        if !self.topics.iter().any(|(known, _)| known == id) {
            return Err(Problem::invalid("subscription", "there is no subscription of this id"));
        }
        self.topics.retain(|(known, _)| known != id);
        self.frames.remove(id);
        Ok(())
    }

    /// What is ready, at least one; waits for ever when nothing is listened to. Cancel-safe.
    pub(super) async fn next(&mut self, batch: &mut Vec<(RequestId, chimera_app::Result<Frame>)>) {
        if self.frames.next_many(batch, BATCH).await == 0 {
            std::future::pending::<()>().await;
        }
    }

    /// Whether there is room for what is wished for.
    pub(super) fn check(&self, id: &RequestId, wish: &Subscribe) -> Answer<()> {
        let topics = wish.topics.as_deref();
        if topics.is_some_and(|topics| topics.is_empty() || topics.len() > MOST_TOPICS) {
            let detail = format!("name 1 to {MOST_TOPICS} topics, or leave them out to hear all");
            return Err(Problem::invalid("topics", detail));
        }
        if self.topics.len() == MOST {
            return Err(conflict("too_many_subscriptions", "a socket holds at most 64 subscriptions"));
        }
        if self.topics.iter().any(|(known, _)| known == id) {
            return Err(conflict("already_exists", "a subscription of this id is open").on("id"));
        }
        if self.topics.iter().any(|(_, known)| overlap(known.as_deref(), topics)) {
            let detail = "another subscription of this socket has such a topic: end it first";
            return Err(conflict("already_subscribed", detail).on("topics"));
        }
        Ok(())
    }
}

/// Two subscriptions may share nothing; one to all topics leaves none for another.
fn overlap(some: Option<&[Topic]>, others: Option<&[Topic]>) -> bool {
    match (some, others) {
        (Some(some), Some(others)) => some.iter().any(|topic| others.contains(topic)),
        (None, _) | (_, None) => true,
    }
}

async fn must_exist(chimera: &Chimera, topic: Topic) -> Answer<()> {
    let Topic::Conversation(id) = topic else { return Ok(()) };
    if chimera.events(Seq::START, Some(topic), 1).await?.is_empty() {
        let detail = format!("there is no conversation {id}");
        return Err(Problem::new(StatusCode::NOT_FOUND, "conversation_not_found", detail));
    }
    Ok(())
}

fn conflict(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, detail)
}
