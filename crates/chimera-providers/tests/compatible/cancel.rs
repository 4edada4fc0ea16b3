//! Whoever stops listening hangs up: a server that goes on costs money.

use std::time::Duration;

use chimera_core::{ReplyEvent, ReplyStream};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{Asked, FakeLlm, Reply};
use futures::{FutureExt, StreamExt};
use tokio::time::timeout;

fn reply(server: &FakeLlm) -> ReplyStream {
    Providers::new().open(&server.connection(), None).expect("loopback may be called").reply(question("m"))
}

async fn is_hung_up(asked: &Asked) -> bool {
    timeout(Duration::from_secs(10), asked.is_over()).await.is_ok()
}

#[tokio::test]
async fn dropping_a_reply_in_mid_sentence_closes_the_connection() {
    let server = FakeLlm::start().await;
    server.next().replies(Reply::stream().text("Half a ").hangs());
    let mut reply = reply(&server);
    while !matches!(reply.next().await, Some(Ok(ReplyEvent::Text(_)))) {}

    drop(reply);

    assert!(is_hung_up(&server.request(0).await).await);
}

#[tokio::test]
async fn dropping_a_reply_that_never_began_closes_the_connection() {
    let server = FakeLlm::start().await;
    server.next().replies(Reply::silence());
    let mut reply = reply(&server);
    let asked = tokio::select! {
        asked = server.request(0) => asked,
        event = reply.next() => panic!("nothing was said, but heard {event:?}"),
    };

    drop(reply);

    assert!(is_hung_up(&asked).await);
}

#[tokio::test]
async fn a_reply_that_nobody_listens_to_is_never_asked_for() {
    let server = FakeLlm::start().await;

    drop(reply(&server));

    assert!(server.request(0).now_or_never().is_none());
}

#[tokio::test]
async fn the_connection_is_closed_after_an_error_in_the_stream() {
    let server = FakeLlm::start().await;
    server.next().replies(Reply::stream().bytes("data: {\"error\":\"enough\"}\n\n").hangs());
    let mut reply = reply(&server);
    while !matches!(reply.next().await, Some(Err(_))) {}

    assert!(reply.next().await.is_none());

    assert!(is_hung_up(&server.request(0).await).await);
}
