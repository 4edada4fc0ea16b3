//! A real server on loopback does everything a server can do wrong.

use std::time::Duration;

use chimera_core::{Connection, ErrorClass, Finish, ReplyEvent};
use chimera_providers::Providers;
use chimera_testkit::builders::{local_connection, question};
use chimera_testkit::{FakeLlm, Reply};
use futures::StreamExt;
use serde_json::json;

use crate::listening::{Heard, listen};

async fn ask(connection: &Connection) -> Heard {
    listen(Providers::new().open(connection, None).expect("loopback may be called").reply(question("m"))).await
}

/// What is heard when a server answers so.
async fn answered(reply: Reply) -> Heard {
    let server = FakeLlm::start().await;
    server.always().replies(reply);
    ask(&server.connection()).await
}

#[tokio::test]
async fn a_good_answer_is_heard_from_its_opening_to_its_end() {
    let server = FakeLlm::start().await;
    server.next().replies(Reply::says("A plank is a promise.").header("x-request-id", "req-7"));

    let reply = Providers::new().open(&server.connection(), None).unwrap().reply(question("m"));
    let events: Vec<ReplyEvent> = reply.map(|event| event.unwrap()).collect().await;

    assert_eq!(events.first(), Some(&ReplyEvent::Opened { request_id: Some("req-7".into()) }));
    assert_eq!(events.last(), Some(&ReplyEvent::Finished(Finish::Stop)));
    assert!(events.contains(&ReplyEvent::Model("m".into())));
    assert!(events.iter().any(|event| matches!(event, ReplyEvent::Usage(usage) if usage.input_tokens == Some(10))));
}

#[tokio::test]
async fn a_refusal_keeps_its_status_its_words_its_wait_and_its_id() {
    let reply = Reply::fails(429, r#"{"error":{"message":"slow down"}}"#)
        .header("retry-after", "20")
        .header("x-request-id", "req-8");

    let heard = answered(reply).await;

    let error = heard.error();
    assert_eq!((error.class, error.status, error.detail.as_str()), (ErrorClass::RateLimited, Some(429), "slow down"));
    assert_eq!((error.retry_after, error.request_id.as_deref()), (Some(Duration::from_secs(20)), Some("req-8")));
}

#[tokio::test]
async fn a_page_is_no_api_and_a_failing_page_is_a_failing_server() {
    let page = "<!doctype html><title>Log in to Hotel Wi-Fi</title>";

    assert_eq!(answered(Reply::whole(200, "text/html", page)).await.finish(), Err(ErrorClass::NotAnApi));
    assert_eq!(answered(Reply::whole(200, "text/event-stream", page)).await.finish(), Err(ErrorClass::NotAnApi));
    assert_eq!(answered(Reply::whole(404, "text/html", page)).await.finish(), Err(ErrorClass::NotAnApi));
    assert_eq!(answered(Reply::whole(502, "text/html", page)).await.finish(), Err(ErrorClass::ServerError));
}

#[tokio::test]
async fn a_redirect_is_refused_and_named_and_nothing_is_sent_on() {
    let elsewhere = FakeLlm::start().await;

    let heard = answered(Reply::redirects(&format!("{}/v1/chat/completions", elsewhere.url()))).await;

    assert_eq!(heard.finish(), Err(ErrorClass::RedirectRefused));
    assert!(heard.error().detail.contains("127.0.0.1"), "{}", heard.error().detail);
    assert!(elsewhere.requests().is_empty(), "the question went on to another server");
}

#[tokio::test]
async fn an_answer_in_one_piece_is_taken_though_a_stream_was_asked_for() {
    let whole = json!({
        "object": "chat.completion", "model": "m-1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "A plank.", "reasoning": "Hm."}, "finish_reason": null}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2}
    });

    let heard = answered(Reply::whole(200, "application/json", whole.to_string())).await;

    assert_eq!((heard.text.as_str(), heard.reasoning.as_str(), heard.finish()), ("A plank.", "Hm.", Ok(Finish::Stop)));
    assert_eq!(heard.usage.and_then(|usage| usage.output_tokens), Some(2));
}

#[tokio::test]
async fn an_error_or_something_else_in_one_piece_is_not_an_answer() {
    let error = r#"{"error":"Unexpected endpoint or method. (POST /chat)"}"#;

    assert_eq!(answered(Reply::whole(200, "application/json", error)).await.finish(), Err(ErrorClass::NotAnApi));
    assert_eq!(
        answered(Reply::whole(200, "application/json", r#"{"hello":1}"#)).await.finish(),
        Err(ErrorClass::EmptyAnswer)
    );
    assert_eq!(
        answered(Reply::whole(200, "application/json", r#"{"choices":[{"#)).await.finish(),
        Err(ErrorClass::Malformed)
    );
    assert_eq!(answered(Reply::whole(200, "text/event-stream", "")).await.finish(), Err(ErrorClass::EmptyAnswer));
}

#[tokio::test]
async fn an_error_event_ends_the_answer_before_and_after_the_first_word() {
    let error = json!({"error": {"message": "upstream gave up", "code": 502}});

    let before = answered(Reply::stream().chunk(error.clone())).await;
    let after = answered(Reply::stream().text("A plank").chunk(error).text("never heard").ends()).await;

    assert_eq!((before.text.as_str(), before.finish()), ("", Err(ErrorClass::ServerError)));
    assert_eq!((after.text.as_str(), after.finish()), ("A plank", Err(ErrorClass::ServerError)));
}

#[tokio::test]
async fn a_stream_that_breaks_keeps_its_words_and_is_no_success() {
    let words = || Reply::stream().text("A plank");

    for reply in [words(), words().breaks_off(), words().resets(), words().cut_at(400), words().bytes("data: {\"cho")] {
        let heard = answered(reply.clone()).await;

        assert_eq!(heard.finish(), Err(ErrorClass::Truncated), "{reply:?}");
        assert!("A plank".starts_with(&heard.text));
    }
}

#[tokio::test]
async fn a_whole_answer_survives_what_comes_after_it() {
    let whole = || Reply::stream().text("A plank.").finish("stop");

    // The last one never closes: the afterword is waited for, but not for ever.
    for reply in
        [whole(), whole().breaks_off(), whole().resets(), whole().done().text("more").breaks_off(), whole().hangs()]
    {
        let heard = answered(reply.clone()).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)), "{reply:?}");
        assert_eq!(heard.usage, None, "no usage was sent");
    }
}

#[tokio::test]
async fn an_answer_that_drips_byte_by_byte_is_the_same_answer() {
    let heard = answered(Reply::says("Grüße, 船よ 🦁.").drips()).await;

    assert_eq!((heard.text.as_str(), heard.finish()), ("Grüße, 船よ 🦁.", Ok(Finish::Stop)));
}

#[tokio::test]
async fn a_flood_is_cut_at_its_bound() {
    let endless_line = Reply::events().bytes(vec![b'x'; 3 << 20]);
    let endless_event = Reply::events().bytes("data: so much\n".repeat(80_000));
    let bomb = Reply::gzip_bomb(8 << 20);

    for reply in [endless_line, endless_event, bomb] {
        assert_eq!(answered(reply).await.finish(), Err(ErrorClass::Malformed));
    }
}

#[tokio::test]
async fn an_endless_head_is_an_error() {
    let endless = format!("HTTP/1.1 200 OK\r\n{}", "x-more: and more\r\n".repeat(60_000));

    assert!(answered(Reply::raw(endless)).await.finish().is_err());
}

#[tokio::test]
async fn what_is_not_http_is_not_reached() {
    let heard = answered(Reply::raw("SSH-2.0-OpenSSH_9.2\r\n")).await;

    assert_eq!(heard.finish(), Err(ErrorClass::Unreachable));
}

#[tokio::test]
async fn garbled_compression_is_not_understood() {
    let heard = answered(Reply::events().header("content-encoding", "gzip").bytes("data: not gzip at all\n\n")).await;

    assert_eq!(heard.finish(), Err(ErrorClass::Malformed));
}

#[tokio::test]
async fn keep_alives_are_signs_of_life_and_not_words() {
    let server = FakeLlm::start().await;
    server.next().replies(Reply::events().comment("OPENROUTER PROCESSING").hangs());

    let reply = Providers::new().open(&server.connection(), None).unwrap().reply(question("m"));
    let first: Vec<_> = reply.take(2).collect().await;

    assert_eq!(first, [Ok(ReplyEvent::Opened { request_id: None }), Ok(ReplyEvent::Alive)]);
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let server = FakeLlm::start().await;
    let gone = server.connection();
    drop(server);
    // The port is free again as soon as the server's task is gone.
    tokio::task::yield_now().await;

    assert_eq!(ask(&gone).await.finish(), Err(ErrorClass::Unreachable));
}

#[tokio::test]
async fn tls_to_a_server_without_it_fails_as_a_connection() {
    let server = FakeLlm::start().await;
    let tls = local_connection("tls".parse().unwrap(), &server.url().replace("http://", "https://"));

    assert_eq!(ask(&tls).await.finish(), Err(ErrorClass::Unreachable));
}

#[test]
fn a_forbidden_address_is_refused_when_it_is_opened() {
    let open = |url: &str, local: bool| {
        let connection = Connection { local, ..local_connection("x".parse().unwrap(), url) };
        Providers::new().open(&connection, None).map(drop).map_err(|error| error.class)
    };

    assert_eq!(open("http://169.254.169.254/v1", true), Err(ErrorClass::NotConfigured));
    assert_eq!(open("https://10.0.0.7/v1", false), Err(ErrorClass::NotConfigured));
    assert_eq!(open("http://api.example.com/v1", false), Err(ErrorClass::NotConfigured));
    assert_eq!(open("https://api.example.com/v1", false), Ok(()));
}
