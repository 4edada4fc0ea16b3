//! Whoever stops listening hangs up, at whatever point: a server that goes on costs money. That the server sees the
//! connection closed is awaited here for every point, and how soon for one; `cargo xtask bench provider` measures it.

use std::time::{Duration, Instant};

use chimera_core::{Connection, ReplyEvent, ReplyStream};
use chimera_providers::Providers;
use chimera_testkit::builders::{local_connection, question};
use chimera_testkit::{Asked, FakeLlm, Reply};
use futures::{FutureExt, StreamExt};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::dialect::Dialect;

fn reply(server: &FakeLlm, dialect: Dialect) -> ReplyStream {
    let connection = server.connection_of(dialect.kind());
    Providers::new().open(&connection, None).expect("loopback may be called").reply(question("m"))
}

/// Returns when the server has seen the connection end; a server that waits for ever fails the test.
async fn is_hung_up(asked: &Asked) {
    timeout(Duration::from_secs(10), asked.is_over()).await.expect("the server sees that nobody listens");
}

/// Listens until the server has the question, and hangs up then.
async fn hangs_up_when_asked(server: &FakeLlm, mut reply: ReplyStream) -> Asked {
    let asked = tokio::select! {
        asked = server.request(0) => asked,
        event = reply.next() => panic!("nothing was said, but heard {event:?}"),
    };
    drop(reply);
    asked
}

/// Listens until something of this kind comes, and hangs up then.
async fn hangs_up_after(mut reply: ReplyStream, is_it: impl Fn(&ReplyEvent) -> bool) {
    loop {
        match reply.next().await {
            Some(Ok(event)) if is_it(&event) => return,
            Some(Ok(_)) => {}
            other => panic!("the reply ended with {other:?}"),
        }
    }
}

in_every_dialect! {
    async fn a_reply_that_nobody_listens_to_is_never_asked_for(dialect: Dialect) {
        let server = FakeLlm::start().await;

        drop(reply(&server, dialect));

        assert!(server.request(0).now_or_never().is_none());
    }

    async fn while_connecting(dialect: Dialect) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        // The greeting of TLS is never returned.
        let url = format!("https://127.0.0.1:{}/v1", listener.local_addr().unwrap().port());
        let connection = Connection { kind: dialect.kind(), ..local_connection("x".parse().unwrap(), &url) };
        let mut reply = Providers::new().open(&connection, None).unwrap().reply(question("m"));
        let greeted = async {
            let (mut socket, _) = listener.accept().await.unwrap();
            assert!(socket.read(&mut [0; 16]).await.unwrap() > 0, "the client speaks first");
            socket
        };
        let mut socket = tokio::select! {
            socket = greeted => socket,
            event = reply.next() => panic!("nothing was said, but heard {event:?}"),
        };

        drop(reply);

        let mut rest = Vec::new();
        let ended = timeout(Duration::from_secs(10), socket.read_to_end(&mut rest)).await;
        // The end or a reset: either is an end.
        drop(ended.expect("the server sees that nobody listens"));
    }

    async fn while_waiting_for_the_head(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(Reply::silence());

        let asked = hangs_up_when_asked(&server, reply(&server, dialect)).await;

        is_hung_up(&asked).await;
    }

    async fn while_an_error_is_being_explained(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(Reply::fails(500, r#"{"error": {"#).hangs());

        let asked = hangs_up_when_asked(&server, reply(&server, dialect)).await;

        is_hung_up(&asked).await;
    }

    async fn after_the_head(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(Reply::events().hangs());

        hangs_up_after(reply(&server, dialect), |event| matches!(event, ReplyEvent::Opened { .. })).await;

        is_hung_up(&server.request(0).await).await;
    }

    async fn in_the_preamble(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(dialect.begins("").comment("still thinking").hangs());

        let is_preamble = |event: &ReplyEvent| !matches!(event, ReplyEvent::Opened { .. });
        hangs_up_after(reply(&server, dialect), is_preamble).await;

        is_hung_up(&server.request(0).await).await;
    }

    async fn in_the_middle_of_a_sentence(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(dialect.begins("Half a ").hangs());

        hangs_up_after(reply(&server, dialect), |event| matches!(event, ReplyEvent::Text(_))).await;

        is_hung_up(&server.request(0).await).await;
    }

    async fn within_a_fifth_of_a_second(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.always().replies(dialect.begins("Half a ").hangs());
        let mut best = Duration::MAX;

        // A busy machine may be late for reasons of its own, but not every time.
        for attempt in 0..10 {
            let mut reply = reply(&server, dialect);
            while !matches!(reply.next().await, Some(Ok(ReplyEvent::Text(_)))) {}
            let asked = server.request(attempt).await;
            let hung_up = Instant::now();
            drop(reply);
            is_hung_up(&asked).await;
            best = best.min(hung_up.elapsed());
        }

        assert!(best < Duration::from_millis(200), "the server sees it after {best:?} at best");
    }

    async fn in_a_flood_of_words(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(dialect.more(dialect.begins("Half a "), &"word ".repeat(2_000)).hangs());

        hangs_up_after(reply(&server, dialect), |event| matches!(event, ReplyEvent::Text(_))).await;

        is_hung_up(&server.request(0).await).await;
    }

    async fn after_an_error_in_the_stream_by_itself(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(dialect.event(dialect.begins(""), dialect.overloaded()).hangs());
        let mut reply = reply(&server, dialect);
        while !matches!(reply.next().await, Some(Err(_))) {}

        assert!(reply.next().await.is_none());

        is_hung_up(&server.request(0).await).await;
    }

    async fn after_the_end_of_an_answer_by_itself(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(dialect.says("A plank.").hangs());
        let mut reply = reply(&server, dialect);
        while !matches!(reply.next().await, Some(Ok(ReplyEvent::Finished(_)))) {}

        assert!(reply.next().await.is_none());

        is_hung_up(&server.request(0).await).await;
    }
}
