//! OpenAI's models in Microsoft's house, over an address that names a deployment: the host proves nothing here.

use chimera_core::{Connection, ErrorClass, Finish, ProviderKind, Secret};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Heard, Reply};
use serde_json::json;

const KEY: &str = "azure-canary-42";

/// A connection to a deployment by the name of `chat`.
fn deployment(server: &FakeLlm) -> Connection {
    let base_url = format!("{}/openai/deployments/chat?api-version=2024-10-21", server.url());
    Connection { base_url: Some(base_url), ..server.connection_of(ProviderKind::Openai) }
}

async fn asked(server: &FakeLlm, model: &str) -> Heard {
    let provider = Providers::new().open(&deployment(server), Some(Secret::new(KEY))).expect("loopback may be called");
    Heard::all_of(provider.reply(question(model))).await
}

#[tokio::test]
async fn a_deployment_is_asked_at_its_own_address_with_the_key_in_its_own_header() {
    let server = FakeLlm::start().await;
    let stream = include_bytes!("../fixtures/compatible/azure_prompt_filter_first.sse");
    server.next().replies(Reply::whole(200, "text/event-stream", *stream));

    let heard = asked(&server, "chat").await;

    let request = server.request(0).await;
    assert_eq!(request.path(), "/openai/deployments/chat/chat/completions?api-version=2024-10-21");
    assert_eq!((request.header("api-key"), request.header("authorization")), (Some(KEY), None));
    assert_eq!(request.body()["messages"][0]["role"], "system", "a deployment's name says nothing of its model");
    assert_eq!((heard.text.as_str(), heard.finish()), ("A plank is a promise.", Ok(Finish::Stop)));
}

#[tokio::test]
async fn an_older_version_is_asked_again_without_what_it_does_not_know() {
    let server = FakeLlm::start().await;
    let refusal = json!({"error": {"message": "Unrecognized request argument supplied: stream_options", "type": "invalid_request_error", "param": null, "code": null}});
    server.next().fails(400, &refusal.to_string());
    server.next().says("Yes.");

    let heard = asked(&server, "chat").await;

    assert_eq!(heard.text, "Yes.");
    let [first, second] = [server.request(0).await, server.request(1).await];
    assert!(first.body().get("stream_options").is_some() && second.body().get("stream_options").is_none());
}

#[tokio::test]
async fn what_the_filter_refuses_is_known_by_the_code_or_by_what_lies_in_it() {
    for (code, inner) in [("content_filter", "ResponsibleAIPolicyViolation"), ("400", "ResponsibleAIPolicyViolation")] {
        let server = FakeLlm::start().await;
        let refusal = json!({"error": {
            "message": "The response was filtered due to the prompt triggering the content management policy.",
            "type": null, "param": "prompt", "code": code, "status": 400,
            "innererror": {"code": inner, "content_filter_result": {"hate": {"filtered": true, "severity": "high"}}},
        }});
        server.next().fails(400, &refusal.to_string());

        assert_eq!(asked(&server, "chat").await.finish(), Err(ErrorClass::ContentPolicy), "{code}");
    }
}

#[tokio::test]
async fn a_wait_is_told_in_bare_seconds() {
    let server = FakeLlm::start().await;
    let refusal = json!({"error": {"code": "429", "message": "Requests have exceeded call rate limit of your tier."}});
    let busy = Reply::fails(429, &refusal.to_string());
    server.next().replies(busy.header("x-ratelimit-remaining-requests", "0").header("x-ratelimit-reset-requests", "7"));

    let error = asked(&server, "chat").await.end.unwrap().unwrap_err();

    assert_eq!((error.class, error.retry_after.map(|wait| wait.as_secs())), (ErrorClass::RateLimited, Some(7)));
}

#[tokio::test]
async fn a_deployment_that_is_not_there_is_a_model_that_is_not_there() {
    let server = FakeLlm::start().await;
    let missing = json!({"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}});
    server.next().fails(404, &missing.to_string());

    assert_eq!(asked(&server, "chat").await.finish(), Err(ErrorClass::ModelNotFound));
}

#[tokio::test]
async fn the_list_shows_that_the_key_is_good_and_offers_the_deployment() {
    let server = FakeLlm::start().await;
    server.serves(&["gpt-4o", "gpt-4.1"]);

    let models = Providers::new().models(&deployment(&server), Some(Secret::new(KEY))).await.unwrap();

    assert_eq!(models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["chat"]);
    let request = server.request(0).await;
    assert_eq!(request.path(), "/openai/models?api-version=2024-10-21");
    assert_eq!(request.header("api-key"), Some(KEY));

    server
        .models()
        .fails(401, r#"{"error": {"code": "401", "message": "Access denied due to invalid subscription key"}}"#);
    let refused = Providers::new().models(&deployment(&server), Some(Secret::new(KEY))).await.unwrap_err();
    assert_eq!(refused.class, ErrorClass::Unauthorized);
}
