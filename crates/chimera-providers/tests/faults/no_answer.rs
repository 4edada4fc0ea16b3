//! A success that is none: pages, redirects, other documents, other encodings.

use chimera_core::{ErrorClass, Finish, Secret};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Heard, Reply};

use crate::dialect::Dialect;
use crate::matrix::{answered, refused};

const PAGE: &str = "<!doctype html><title>Log in to Hotel Wi-Fi</title>";

in_every_dialect! {
    async fn a_page_is_no_api_and_a_failing_page_is_a_failing_server(dialect: Dialect) {
        for (reply, class) in [
            (Reply::whole(200, "text/html", PAGE), ErrorClass::NotAnApi),
            (Reply::whole(200, "text/event-stream", PAGE), ErrorClass::NotAnApi),
            (Reply::whole(404, "text/html", PAGE), ErrorClass::NotAnApi),
            (Reply::whole(502, "text/html", PAGE), ErrorClass::ServerError),
        ] {
            assert_eq!(refused(dialect, reply.clone()).await.class, class, "{reply:?}");
        }
    }

    async fn a_redirect_is_refused_and_named_and_neither_question_nor_key_goes_on(dialect: Dialect) {
        let elsewhere = FakeLlm::start().await;
        elsewhere.always().replies(dialect.says("Give me your key."));
        for status in [301, 302, 303, 307, 308] {
            let server = FakeLlm::start().await;
            let target = format!("{}/v1/chat/completions", elsewhere.url());
            server.always().replies(Reply::whole(status, "text/plain", "").header("location", &target));
            let provider =
                Providers::new().open(&server.connection_of(dialect.kind()), Some(Secret::new("sk-canary"))).unwrap();

            let heard = Heard::all_of(provider.reply(question("m"))).await;

            assert_eq!(heard.finish(), Err(ErrorClass::RedirectRefused), "{status}");
            assert!(heard.error().detail.contains("127.0.0.1"), "{}", heard.error().detail);
            let asked = server.request(0).await;
            assert!(asked.header(dialect.key_header()).is_some_and(|value| value.contains("sk-canary")));
            assert!(elsewhere.requests().is_empty(), "the question went on to another server");
        }
    }

    async fn an_answer_in_one_piece_is_taken_though_a_stream_was_asked_for(dialect: Dialect) {
        let whole = dialect.in_one_piece();

        let heard = answered(dialect, Reply::whole(200, "application/json", whole.to_string())).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)));
        assert_eq!((heard.reasoning.as_str(), heard.model.as_deref()), ("Hm.", Some("m")));
        assert_eq!(heard.usage.and_then(|usage| usage.output_tokens), Some(2));
    }

    async fn an_answer_in_one_piece_that_breaks_off_is_no_answer(dialect: Dialect) {
        let whole = dialect.in_one_piece().to_string();

        let server = FakeLlm::start().await;
        let providers = Providers::new();
        let class = async |reply: Reply| {
            server.next().replies(reply);
            let provider = providers.open(&server.connection_of(dialect.kind()), None).unwrap();
            let heard = Heard::all_of(provider.reply(question("m"))).await;
            assert_eq!(heard.text, "", "nothing of it is said");
            heard.error().class
        };

        for cut in 1..whole.len() {
            let broken = Reply::whole(200, "application/json", whole.clone()).cut_at(cut);
            assert_eq!(class(broken).await, ErrorClass::Truncated, "cut at {cut}");
            let ended = Reply::whole(200, "application/json", &whole.as_bytes()[..cut]);
            assert_eq!(class(ended).await, ErrorClass::Malformed, "ended at {cut}");
        }
    }

    async fn another_document_is_no_answer(dialect: Dialect) {
        let hello = refused(dialect, Reply::whole(200, "application/json", r#"{"hello":1}"#)).await;
        let endpoint = r#"{"error":"Unexpected endpoint or method. (POST /chat)"}"#;
        let endpoint = refused(dialect, Reply::whole(200, "application/json", endpoint)).await;

        assert!(matches!(hello.class, ErrorClass::EmptyAnswer | ErrorClass::Malformed), "{hello}");
        assert_eq!(endpoint.class, ErrorClass::NotAnApi);
    }

    async fn a_success_without_a_body_is_a_failure_of_the_server(dialect: Dialect) {
        for reply in [Reply::events(), Reply::whole(200, "application/json", ""), Reply::whole(200, "text/plain", "\r\n \n")] {
            assert_eq!(refused(dialect, reply).await.class, ErrorClass::ServerError);
        }
    }

    async fn garbled_compression_is_not_understood(dialect: Dialect) {
        let reply = Reply::events().header("content-encoding", "gzip").bytes("data: not gzip at all\n\n");

        assert_eq!(refused(dialect, reply).await.class, ErrorClass::Malformed);
    }

    async fn a_stream_in_another_dialect_is_not_taken_for_an_answer(dialect: Dialect) {
        for other in [Dialect::ChatCompletions, Dialect::Responses, Dialect::Messages, Dialect::GenerateContent] {
            if other != dialect {
                let error = refused(dialect, other.says("A plank.")).await;

                let is_named = matches!(error.class, ErrorClass::Malformed | ErrorClass::Truncated | ErrorClass::EmptyAnswer);
                assert!(is_named, "{other:?} is heard as {error}");
            }
        }
    }
}
