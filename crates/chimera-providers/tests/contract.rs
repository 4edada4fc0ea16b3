//! What every provider owes to whoever listens, whatever it speaks.

use std::sync::Arc;

use chimera_core::{ErrorClass, Finish, Provider, ProviderError, ProviderKind, ReplyEvent, ReplyRequest};
use chimera_providers::{Pace, Providers};
use chimera_testkit::builders::{demo_connection, question};
use chimera_testkit::{FakeLlm, Reply};
use futures::StreamExt;

/// A provider, and models of it that behave in a known way.
struct Mouth {
    name: &'static str,
    provider: Arc<dyn Provider>,
    well: &'static str,
    cut: &'static str,
    missing: &'static str,
    refused: &'static str,
    /// Kept alive for as long as it is asked.
    _server: Option<FakeLlm>,
}

/// Add yours here: then it is held to all that follows.
async fn every_provider() -> Vec<Mouth> {
    let mut mouths = vec![demo()];
    for kind in [
        ProviderKind::Compatible,
        ProviderKind::Openai,
        ProviderKind::OpenaiResponses,
        ProviderKind::Anthropic,
        ProviderKind::Gemini,
    ] {
        mouths.push(networked(kind).await);
    }
    mouths
}

fn demo() -> Mouth {
    let providers = Providers::new().with_demo_pace(Pace::Instant);
    Mouth {
        name: "demo",
        provider: providers.open(&demo_connection(), None).expect("the demo is always there"),
        well: "poet",
        cut: "poet!cut",
        missing: "nobody",
        refused: "poet!unauthorized",
        _server: None,
    }
}

/// A provider of this kind before a server that speaks its protocol.
async fn networked(kind: ProviderKind) -> Mouth {
    let server = FakeLlm::start().await;
    server.on("well").replies(Reply::says_in(kind, "A plank is a promise."));
    server.on("cut").replies(Reply::begins_in(kind, "A plank").breaks_off());
    server.on("missing").fails(404, r#"{"error":{"message":"model 'missing' not found"}}"#);
    server.on("refused").fails(401, r#"{"error":{"message":"no"}}"#);
    Mouth {
        name: kind.as_str(),
        provider: Providers::new().open(&server.connection_of(kind), None).expect("loopback may be called"),
        well: "well",
        cut: "cut",
        missing: "missing",
        refused: "refused",
        _server: Some(server),
    }
}

impl Mouth {
    /// Everything that is said, and that nothing is said after the end.
    async fn says(&self, request: ReplyRequest) -> Vec<Result<ReplyEvent, ProviderError>> {
        let mut reply = self.provider.reply(request);
        let mut said = Vec::new();
        while let Some(event) = reply.next().await {
            said.push(event);
        }
        assert!(reply.next().await.is_none(), "{} goes on after its end", self.name);
        said
    }

    async fn error(&self, model: &str) -> ProviderError {
        let said = self.says(question(model)).await;
        said.into_iter().next_back().and_then(Result::err).unwrap_or_else(|| panic!("{} did not fail", self.name))
    }
}

fn is_end(event: &Result<ReplyEvent, ProviderError>) -> bool {
    matches!(event, Err(_) | Ok(ReplyEvent::Finished(_)))
}

#[tokio::test]
async fn a_reply_ends_once_and_with_its_end() {
    for mouth in every_provider().await {
        for model in [mouth.well, mouth.cut, mouth.missing, mouth.refused] {
            let said = mouth.says(question(model)).await;

            assert_eq!(said.iter().filter(|event| is_end(event)).count(), 1, "{} {model}: {said:?}", mouth.name);
            assert!(is_end(said.last().unwrap()), "{} {model}: {said:?}", mouth.name);
        }
    }
}

#[tokio::test]
async fn a_good_reply_opens_speaks_and_finishes() {
    for mouth in every_provider().await {
        let said = mouth.says(question(mouth.well)).await;

        assert!(matches!(said.first(), Some(Ok(ReplyEvent::Opened { .. }))), "{}: {said:?}", mouth.name);
        assert_eq!(said.last(), Some(&Ok(ReplyEvent::Finished(Finish::Stop))), "{}", mouth.name);
        assert!(
            said.iter().any(|event| matches!(event, Ok(ReplyEvent::Text(text)) if !text.is_empty())),
            "{}",
            mouth.name
        );
        assert!(said.iter().any(|event| matches!(event, Ok(ReplyEvent::Usage(_)))), "{}", mouth.name);
    }
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_truncated_after_its_words() {
    for mouth in every_provider().await {
        let said = mouth.says(question(mouth.cut)).await;

        assert!(said.iter().any(|event| matches!(event, Ok(ReplyEvent::Text(_)))), "{}: {said:?}", mouth.name);
        let error = said.last().unwrap().clone().unwrap_err();
        assert_eq!(error.class, ErrorClass::Truncated, "{}", mouth.name);
    }
}

#[tokio::test]
async fn a_model_that_is_missing_and_a_key_that_is_refused_are_told_apart() {
    for mouth in every_provider().await {
        assert_eq!(mouth.error(mouth.missing).await.class, ErrorClass::ModelNotFound, "{}", mouth.name);
        assert_eq!(mouth.error(mouth.refused).await.class, ErrorClass::Unauthorized, "{}", mouth.name);
    }
}

#[tokio::test]
async fn an_error_speaks_and_names_no_url() {
    for mouth in every_provider().await {
        for model in [mouth.cut, mouth.missing, mouth.refused] {
            let error = mouth.error(model).await;

            assert!(!error.detail.trim().is_empty(), "{} {model}", mouth.name);
            assert!(!error.to_string().contains("://"), "{} {model}: {error}", mouth.name);
        }
    }
}
