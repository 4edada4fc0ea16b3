//! A key goes out in its vendor's one header, never in a URL, and comes back in nothing.

use chimera_core::{ProviderKind, Secret};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Heard, Reply};

use crate::KINDS;

const CANARY: &str = "sk-canary-5e1f0b7d";
const HEADERS: [&str; 3] = ["authorization", "x-api-key", "x-goog-api-key"];

fn its_header(kind: ProviderKind) -> (&'static str, String) {
    match kind {
        ProviderKind::Anthropic => ("x-api-key", CANARY.to_owned()),
        ProviderKind::Gemini => ("x-goog-api-key", CANARY.to_owned()),
        ProviderKind::Demo | ProviderKind::Compatible | ProviderKind::Openai | ProviderKind::OpenaiResponses => {
            ("authorization", format!("Bearer {CANARY}"))
        }
    }
}

#[tokio::test]
async fn a_key_is_in_its_one_header_and_in_no_url() {
    for kind in KINDS {
        let server = FakeLlm::start().await;
        server.always().replies(Reply::says_in(kind, "Yes."));
        server.models().replies(Reply::whole(200, "application/json", r#"{"data":[],"models":[]}"#));
        let providers = Providers::new();

        Heard::all_of(
            providers.open(&server.connection_of(kind), Some(Secret::new(CANARY))).unwrap().reply(question("m")),
        )
        .await;
        providers.models(&server.connection_of(kind), Some(Secret::new(CANARY))).await.unwrap();

        let asked = server.requests();
        assert_eq!(asked.len(), 2);
        for asked in asked {
            let (right, value) = its_header(kind);
            for header in HEADERS {
                let expected = (header == right).then_some(value.as_str());
                assert_eq!(asked.header(header), expected, "{kind:?} {header}");
            }
            assert!(!asked.path().contains(CANARY), "{kind:?} {}", asked.path());
        }
    }
}

#[tokio::test]
async fn a_server_that_echoes_the_key_puts_it_into_no_error() {
    let echo = format!(r#"{{"error":{{"message":"not with {CANARY}","code":"{CANARY}"}}}}"#);
    for kind in KINDS {
        let server = FakeLlm::start().await;
        let provider = Providers::new().open(&server.connection_of(kind), Some(Secret::new(CANARY))).unwrap();
        for reply in [
            Reply::fails(401, &echo).header("request-id", CANARY),
            Reply::events().bytes(format!("data: {echo}\n\n")),
            Reply::events().bytes(format!(": {CANARY}\n\n{echo}")),
        ] {
            server.next().replies(reply);

            let heard = Heard::all_of(provider.reply(question("m"))).await;

            assert!(!format!("{} {0:?}", heard.error()).contains(CANARY), "{:?}", heard.error());
        }
    }
}

#[tokio::test]
async fn a_server_that_says_the_key_is_not_heard_to_say_it() {
    for kind in KINDS {
        let server = FakeLlm::start().await;
        let provider = Providers::new().open(&server.connection_of(kind), Some(Secret::new(CANARY))).unwrap();
        let (one, other) = CANARY.split_at(7);
        let begun = ["It is ", one, other, ", or ", &CANARY[..5]].into_iter();
        let begun = begun.fold(Reply::begins_in(kind, ""), |reply, words| reply.words_in(kind, words));
        for (reply, text) in [
            (begun.clone().breaks_off(), "It is [key], or sk-ca"),
            (begun.clone().ends_in(kind), "It is [key], or sk-ca"),
            (begun.words_in(kind, " and so on.").ends_in(kind), "It is [key], or sk-ca and so on."),
        ] {
            server.next().replies(reply);

            let heard = Heard::all_of(provider.reply(question("m"))).await;

            assert_eq!(heard.text, text, "{kind:?}");
        }
    }
}

#[test]
fn a_key_that_no_header_can_hold_is_refused_without_being_shown() {
    for kind in KINDS {
        let connection = chimera_testkit::builders::local_connection("x".parse().unwrap(), "http://127.0.0.1:1");
        let connection = chimera_core::Connection { kind, ..connection };

        let refused = Providers::new().open(&connection, Some(Secret::new(format!("{CANARY}\nx-evil: 1")))).map(drop);

        assert!(!format!("{:?}", refused.unwrap_err()).contains(CANARY));
    }
}
