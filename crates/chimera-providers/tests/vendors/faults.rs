//! A real server on loopback does in each protocol what a server can do wrong.

use std::time::Duration;

use chimera_core::{ErrorClass, Finish, ProviderKind, ReplyEvent};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Reply};
use futures::StreamExt;
use serde_json::json;
use tokio::time::timeout;

use crate::KINDS;
use crate::listening::{Heard, listen};

/// What is heard when a server answers so.
async fn answered(kind: ProviderKind, reply: Reply) -> Heard {
    let server = FakeLlm::start().await;
    server.always().replies(reply);
    let connection = server.connection_of(kind);
    listen(Providers::new().open(&connection, None).expect("loopback may be called").reply(question("m"))).await
}

#[tokio::test]
async fn an_answer_that_drips_byte_by_byte_is_the_same_answer() {
    for kind in KINDS {
        let heard = answered(kind, Reply::says_in(kind, "Grüße, 船よ 🦁.").drips()).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("Grüße, 船よ 🦁.", Ok(Finish::Stop)), "{kind:?}");
        assert_eq!(heard.usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((Some(10), Some(5))));
        assert_eq!(heard.model.as_deref(), Some("m"));
    }
}

#[tokio::test]
async fn a_stream_that_breaks_keeps_its_words_and_is_no_success() {
    for kind in KINDS {
        let words = || Reply::begins_in(kind, "A plank");

        for reply in [words(), words().breaks_off(), words().resets(), words().bytes("data: {\"ty")] {
            let heard = answered(kind, reply.clone()).await;

            assert_eq!(heard.finish(), Err(ErrorClass::Truncated), "{kind:?} {reply:?}");
            assert!("A plank".starts_with(&heard.text));
        }
    }
}

#[tokio::test]
async fn a_whole_answer_survives_what_comes_after_it() {
    for kind in KINDS {
        let whole = || Reply::says_in(kind, "A plank.");

        // The last one never closes: the afterword is waited for, but not for ever.
        for reply in [whole().breaks_off(), whole().resets(), whole().hangs()] {
            let heard = answered(kind, reply.clone()).await;

            assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)), "{kind:?} {reply:?}");
        }
    }
}

#[tokio::test]
async fn a_page_is_no_api_and_an_empty_success_no_answer() {
    for kind in KINDS {
        let page = Reply::whole(200, "text/html", "<title>Log in to Hotel Wi-Fi</title>");

        assert_eq!(answered(kind, page).await.finish(), Err(ErrorClass::NotAnApi));
        assert_eq!(answered(kind, Reply::events()).await.finish(), Err(ErrorClass::EmptyAnswer));
        let hello = Reply::whole(200, "application/json", r#"{"hello":1}"#);
        assert!(matches!(answered(kind, hello).await.finish(), Err(ErrorClass::EmptyAnswer | ErrorClass::Malformed)));
    }
}

#[tokio::test]
async fn an_answer_in_one_piece_is_taken_though_a_stream_was_asked_for() {
    let anthropic = json!({
        "type": "message", "model": "m",
        "content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "A plank."}],
        "stop_reason": "end_turn", "usage": {"input_tokens": 3, "output_tokens": 2}
    });
    // Without `alt=sse` the events are a list.
    let gemini = json!([
        {"candidates": [{"content": {"parts": [{"text": "Hm.", "thought": true}, {"text": "A "}]}}]},
        {"candidates": [{"content": {"parts": [{"text": "plank."}]}, "finishReason": "STOP"}],
         "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2}}
    ]);
    let responses = json!({
        "object": "response", "status": "completed", "model": "m", "error": null,
        "output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]},
            {"type": "message", "content": [{"type": "output_text", "text": "A plank."}]}
        ],
        "usage": {"input_tokens": 3, "output_tokens": 2}
    });

    for (kind, whole) in [
        (ProviderKind::Anthropic, anthropic),
        (ProviderKind::Gemini, gemini),
        (ProviderKind::OpenaiResponses, responses),
    ] {
        let heard = answered(kind, Reply::whole(200, "application/json", whole.to_string())).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)), "{kind:?}");
        assert_eq!(heard.reasoning, "Hm.", "{kind:?}");
        assert_eq!(heard.usage.and_then(|usage| usage.output_tokens), Some(2), "{kind:?}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_its_wait_from_the_header_or_from_the_body() {
    let anthropic = Reply::fails(429, r#"{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}"#)
        .header("retry-after", "20")
        .header("request-id", "req-8");
    let gemini = Reply::fails(
        429,
        r#"{"error":{"code":429,"message":"quota and billing","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"20s"}]}}"#,
    );

    for (kind, reply, id) in [(ProviderKind::Anthropic, anthropic, Some("req-8")), (ProviderKind::Gemini, gemini, None)]
    {
        let heard = answered(kind, reply).await;

        let error = heard.error();
        assert_eq!((error.class, error.status), (ErrorClass::RateLimited, Some(429)), "{kind:?}");
        assert_eq!((error.retry_after, error.request_id.as_deref()), (Some(Duration::from_secs(20)), id), "{kind:?}");
    }
}

#[tokio::test]
async fn an_overloaded_server_says_so_with_a_status_of_its_own_or_inside_a_success() {
    let overloaded = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});

    for reply in [Reply::fails(529, &overloaded.to_string()), Reply::events().event(overloaded)] {
        assert_eq!(answered(ProviderKind::Anthropic, reply).await.finish(), Err(ErrorClass::Overloaded));
    }
}

#[tokio::test]
async fn dropping_a_reply_in_mid_sentence_closes_the_connection() {
    for kind in KINDS {
        let server = FakeLlm::start().await;
        server.next().replies(Reply::begins_in(kind, "Half a ").hangs());
        let mut reply = Providers::new().open(&server.connection_of(kind), None).unwrap().reply(question("m"));
        while !matches!(reply.next().await, Some(Ok(ReplyEvent::Text(_)))) {}

        drop(reply);

        let asked = server.request(0).await;
        assert!(timeout(Duration::from_secs(10), asked.is_over()).await.is_ok(), "{kind:?} goes on");
    }
}
