//! Events that are broken, unknown, misplaced, doubled, or only signs of life.

use chimera_core::{ErrorClass, Finish, ReplyEvent};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Reply};
use futures::StreamExt;
use serde_json::json;

use crate::dialect::Dialect;
use crate::matrix::{answered, refused};

/// An answer with this in its middle.
async fn with_in_the_middle(dialect: Dialect, oddity: impl Fn(Reply) -> Reply) -> (String, Result<Finish, ErrorClass>) {
    let heard = answered(dialect, dialect.ends(dialect.more(oddity(dialect.begins("A ")), "plank."))).await;
    let finish = heard.finish();
    (heard.text, finish)
}

fn whole() -> (String, Result<Finish, ErrorClass>) {
    ("A plank.".to_owned(), Ok(Finish::Stop))
}

in_every_dialect! {
    async fn a_good_answer_is_heard_from_its_opening_to_its_end(dialect: Dialect) {
        let server = FakeLlm::start().await;
        server.next().replies(dialect.says("A plank is a promise.").header("x-request-id", "req-7"));

        let reply = Providers::new().open(&server.connection_of(dialect.kind()), None).unwrap().reply(question("m"));
        let events: Vec<ReplyEvent> = reply.map(|event| event.unwrap()).collect().await;

        assert_eq!(events.first(), Some(&ReplyEvent::Opened { request_id: Some("req-7".into()), status: Some(200) }));
        assert_eq!(events.last(), Some(&ReplyEvent::Finished(Finish::Stop)));
        assert!(events.contains(&ReplyEvent::Model("m".into())));
        assert!(events.iter().any(|event| matches!(event, ReplyEvent::Usage(usage) if usage.input_tokens == Some(10))));
        let words = events.iter().filter_map(|event| if let ReplyEvent::Text(text) = event { Some(&**text) } else { None });
        assert_eq!(words.collect::<String>(), "A plank is a promise.");
    }

    async fn keep_alives_are_signs_of_life_and_not_words(dialect: Dialect) {
        let ping = |reply: Reply| match dialect {
            Dialect::Messages => reply.event(json!({"type": "ping"})),
            _ => reply.comment("keep-alive"),
        };
        let server = FakeLlm::start().await;
        server.next().replies(ping(Reply::events()).hangs());

        let reply = Providers::new().open(&server.connection_of(dialect.kind()), None).unwrap().reply(question("m"));
        let first: Vec<_> = reply.take(2).collect().await;

        assert_eq!(first, [Ok(ReplyEvent::Opened { request_id: None, status: Some(200) }), Ok(ReplyEvent::Alive)]);
        assert_eq!(with_in_the_middle(dialect, ping).await, whole());
        let only = (0..50).fold(Reply::events(), |reply, _| ping(reply));
        assert_eq!(refused(dialect, only).await.class, ErrorClass::Truncated);
    }

    async fn a_broken_event_costs_only_itself(dialect: Dialect) {
        for broken in ["data: {not json\n\n", "data: \n\n", "data: null\n\n", "data: 7\n\n", "data: \"text\"\n\n", "data: {}\n\n"] {
            assert_eq!(with_in_the_middle(dialect, |reply| reply.bytes(broken)).await, whole(), "{broken:?}");
        }
    }

    async fn more_than_a_hundred_broken_events_are_no_answer(dialect: Dialect) {
        let few = with_in_the_middle(dialect, |reply| reply.repeats("data: {not json\n\n", 100)).await;
        let (text, many) = with_in_the_middle(dialect, |reply| reply.repeats("data: {not json\n\n", 101)).await;

        assert_eq!(few, whole());
        assert_eq!((text.as_str(), many), ("A ", Err(ErrorClass::Malformed)));
    }

    async fn an_unknown_event_is_passed_over(dialect: Dialect) {
        let unknown = |reply: Reply| {
            let reply = reply.bytes("event: chimera.tomorrow\nid: 7\nretry: 1\nfoo: bar\ndata: {\"type\":\"chimera.tomorrow\",\"text\":\"x\"}\n\n");
            dialect.event(reply, json!({"type": "execute", "code": "rm -rf /", "delta": {"text": "no"}, "parts": []}))
        };

        assert_eq!(with_in_the_middle(dialect, unknown).await, whole());
    }

    async fn what_belongs_beside_the_answer_is_not_mixed_into_it(dialect: Dialect) {
        assert_eq!(with_in_the_middle(dialect, |reply| dialect.event(reply, dialect.beside_the_answer())).await, whole());
    }

    async fn a_doubled_beginning_or_end_doubles_nothing(dialect: Dialect) {
        let begun = dialect.begins("");
        let again = match dialect {
            Dialect::ChatCompletions => json!({"model": "m", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}),
            Dialect::Responses => json!({"type": "response.created", "response": {"object": "response", "model": "m"}}),
            Dialect::Messages => json!({"type": "message_start", "message": {"model": "m", "content": [], "usage": {"input_tokens": 10}}}),
            Dialect::GenerateContent => json!({"modelVersion": "m", "candidates": [{"content": {"parts": [{"text": ""}]}, "index": 0}]}),
        };

        let reply = dialect.event(dialect.more(dialect.event(begun, again.clone()), "A plank."), again);
        let heard = answered(dialect, dialect.ends(dialect.ends(reply))).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)));
        let counted = heard.usage.map(|usage| (usage.input_tokens, usage.output_tokens));
        assert_eq!(counted, Some((Some(10), Some(5))), "tokens are not counted twice");
    }

    async fn usage_that_is_missing_or_absurd_spoils_no_answer(dialect: Dialect) {
        for absurd in [json!(null), json!(-5), json!(1e300), json!("many"), json!({"n": 1}), json!([]), json!(u64::MAX), json!(0.5)] {
            let heard = answered(dialect, dialect.ends_with_usage(dialect.begins("A plank."), &absurd)).await;

            assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)), "{absurd}");
            // What Anthropic and Gemini have counted before stays known.
            let counted = heard.usage.and_then(|usage| usage.output_tokens);
            assert!(counted.is_none_or(|tokens| tokens <= 1), "{absurd} counts as {counted:?}");
        }
    }

    async fn a_usage_of_another_shape_spoils_no_answer(dialect: Dialect) {
        for (shape, at) in [(json!("none"), 0), (json!([1, 2]), 1), (json!(true), 2)] {
            let usage = json!({"type": "chimera.usage", "choices": [], "usage": shape, "usageMetadata": shape, "response": {"usage": shape}});

            assert_eq!(with_in_the_middle(dialect, |reply| dialect.event(reply, usage.clone())).await, whole(), "{at}");
        }
    }
}
