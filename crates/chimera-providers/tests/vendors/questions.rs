//! What is sent, and what the lists of models say.

use chimera_core::{Connection, ErrorClass, PromptMessage, ProviderKind, Repair, ReplyRequest, Role, Sampling, Secret};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{Asked, FakeLlm, Heard, Reply};
use serde_json::{Value, json};

use crate::KINDS;

const SYSTEM: &str = "You are Ada. Write only your next turn.";

fn full_question(model: &str) -> ReplyRequest {
    let said = |role, text: &str| PromptMessage::new(role, text);
    ReplyRequest {
        messages: vec![
            said(Role::User, "Bo: one"),
            said(Role::Assistant, "two"),
            said(Role::User, "Bo: three"),
            said(Role::User, "Cy: four"),
        ],
        sampling: Sampling { temperature: Some(0.5), max_output_tokens: Some(300) },
        stop: ["\nBo:", "\nUser:", "c", "d", "e", "f"].map(String::from).into(),
        ..question(model)
    }
}

/// What arrives when this is asked over a protocol.
async fn asked(kind: ProviderKind, request: ReplyRequest) -> Asked {
    let server = FakeLlm::start().await;
    server.always().replies(Reply::says_in(kind, "Yes."));
    Heard::all_of(
        Providers::new().open(&server.connection_of(kind), None).expect("loopback may be called").reply(request),
    )
    .await;
    assert_eq!(server.requests().len(), 1);
    server.request(0).await
}

#[tokio::test]
async fn anthropic_is_asked_in_its_pinned_version_with_the_system_prompt_apart() {
    let asked = asked(ProviderKind::Anthropic, full_question("claude-sonnet-4-5")).await;

    assert_eq!((asked.method(), asked.path()), ("POST", "/v1/messages"));
    assert_eq!(asked.header("anthropic-version"), Some("2023-06-01"));
    let expected = json!({
        "model": "claude-sonnet-4-5",
        "max_tokens": 300,
        "system": SYSTEM,
        "messages": [
            {"role": "user", "content": "Bo: one"},
            {"role": "assistant", "content": "two"},
            {"role": "user", "content": "Bo: three\n\nCy: four"},
        ],
        "stream": true,
        "temperature": 0.5,
        "stop_sequences": ["\nBo:", "\nUser:", "c", "d", "e", "f"],
    });
    assert_eq!(asked.body(), &expected);
}

#[tokio::test]
async fn gemini_is_asked_for_events_by_user_and_model() {
    let asked = asked(ProviderKind::Gemini, full_question("models/gemini-2.5-flash")).await;

    // The base URL names a version of its own, which is kept.
    assert_eq!((asked.method(), asked.path()), ("POST", "/v1/models/gemini-2.5-flash:streamGenerateContent?alt=sse"));
    let expected = json!({
        "systemInstruction": {"parts": [{"text": SYSTEM}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Bo: one"}]},
            {"role": "model", "parts": [{"text": "two"}]},
            {"role": "user", "parts": [{"text": "Bo: three\n\nCy: four"}]},
        ],
        "generationConfig": {
            "temperature": 0.5,
            "maxOutputTokens": 300,
            "stopSequences": ["\nBo:", "\nUser:", "c", "d", "e"],
            "seed": 7,
        },
    });
    assert_eq!(asked.body(), &expected);
}

#[tokio::test]
async fn responses_are_asked_for_with_the_whole_history_and_kept_nowhere() {
    let asked = asked(ProviderKind::OpenaiResponses, full_question("gpt-m")).await;

    assert_eq!((asked.method(), asked.path()), ("POST", "/v1/responses"));
    let expected = json!({
        "model": "gpt-m",
        "instructions": SYSTEM,
        "input": [
            {"role": "user", "content": "Bo: one"},
            {"role": "assistant", "content": "two"},
            {"role": "user", "content": "Bo: three\n\nCy: four"},
        ],
        "stream": true,
        "store": false,
        "temperature": 0.5,
        "max_output_tokens": 300,
    });
    assert_eq!(asked.body(), &expected);
}

#[tokio::test]
async fn openai_gets_its_own_names_for_the_limit_and_the_system_prompt() {
    for (model, role) in [("gpt-5", "developer"), ("o4-mini", "developer"), ("gpt-4o", "system")] {
        let asked = asked(ProviderKind::Openai, full_question(model)).await;

        let body = asked.body();
        assert_eq!(asked.path(), "/v1/chat/completions");
        assert_eq!(body["messages"][0], json!({"role": role, "content": SYSTEM}), "{model}");
        assert_eq!((body.get("max_tokens"), &body["max_completion_tokens"]), (None, &json!(300)));
    }
}

#[tokio::test]
async fn what_was_not_chosen_is_left_to_the_vendor() {
    for kind in KINDS {
        let asked = asked(kind, ReplyRequest { seed: None, ..question("m") }).await;

        for absent in ["temperature", "top_p", "top_k", "max_output_tokens", "stop_sequences", "generationConfig"] {
            assert_eq!(asked.body().get(absent), None, "{kind:?} was sent {absent}");
        }
    }
}

#[tokio::test]
async fn anthropic_is_always_told_a_limit_and_its_newer_models_no_temperature() {
    let asked = asked(
        ProviderKind::Anthropic,
        ReplyRequest {
            sampling: Sampling { temperature: Some(1.5), max_output_tokens: None },
            ..question("claude-opus-4-7")
        },
    )
    .await;

    assert_eq!(asked.body()["max_tokens"], json!(4096));
    assert_eq!(asked.body().get("temperature"), None);
}

#[tokio::test]
async fn a_temperature_that_a_reasoning_model_refuses_is_left_out_then_and_ever_after() {
    let server = FakeLlm::start().await;
    server.next().fails(
        400,
        r#"{"error":{"message":"Unsupported parameter: 'temperature' is not supported with this model.","type":"invalid_request_error","param":"temperature","code":null}}"#,
    );
    server.always().replies(Reply::says_in(ProviderKind::OpenaiResponses, "Yes."));
    let providers = Providers::new();

    for _ in 0..2 {
        let provider = providers.open(&server.connection_of(ProviderKind::OpenaiResponses), None).unwrap();
        assert_eq!(Heard::all_of(provider.reply(full_question("m"))).await.text, "Yes.");
    }

    let temperatures: Vec<_> = server.requests().iter().map(|asked| asked.body().get("temperature").cloned()).collect();
    assert_eq!(temperatures, [Some(json!(0.5)), None, None]);
}

#[tokio::test]
async fn what_anthropic_or_gemini_does_not_take_is_left_out_then_and_ever_after() {
    let anthropic = |said: &str| json!({"type": "error", "error": {"type": "invalid_request_error", "message": said}});
    let gemini = |said: &str| json!({"error": {"code": 400, "message": said, "status": "INVALID_ARGUMENT"}});
    let no_place = "Developer instruction is not enabled for models/gemma-3-27b-it";
    let no_seed = "Invalid JSON payload received. Unknown name \"seed\" at 'generation_config': Cannot find field.";
    for (kind, model, refusals, repairs, absent) in [
        (
            ProviderKind::Anthropic,
            "claude-sonnet-4",
            [anthropic("`temperature` is deprecated for this model."), anthropic("stop_sequences: not permitted")],
            [Repair::NoTemperature, Repair::NoStop],
            ["/temperature", "/stop_sequences"],
        ),
        (
            ProviderKind::Gemini,
            "gemma-3-27b-it",
            [gemini(no_place), gemini(no_seed)],
            [Repair::SystemInFirstTurn, Repair::NoSeed],
            ["/systemInstruction", "/generationConfig/seed"],
        ),
    ] {
        let server = FakeLlm::start().await;
        for refusal in refusals {
            server.next().fails(400, &refusal.to_string());
        }
        server.always().replies(Reply::says_in(kind, "Yes."));
        let providers = Providers::new();
        let ask = async || {
            let provider = providers.open(&server.connection_of(kind), None).unwrap();
            Heard::all_of(provider.reply(full_question(model))).await
        };

        let (first, second) = (ask().await, ask().await);

        assert_eq!((first.text.as_str(), first.repairs.as_slice()), ("Yes.", repairs.as_slice()), "{kind:?}");
        assert_eq!((second.text.as_str(), second.repairs.as_slice()), ("Yes.", [].as_slice()), "{kind:?}");
        let asked = server.requests();
        assert_eq!(asked.len(), 4, "{kind:?}: two lessons, two answers");
        for part in absent {
            assert!(asked[0].body().pointer(part).is_some(), "{kind:?} was sent no {part} at first");
            assert!(asked[2..].iter().all(|asked| asked.body().pointer(part).is_none()), "{kind:?} was sent {part}");
        }
    }
}

#[tokio::test]
async fn a_base_url_is_understood_with_and_without_a_version() {
    for (kind, base, path) in [
        (ProviderKind::Anthropic, "", "/v1/messages"),
        (ProviderKind::Anthropic, "/anthropic", "/anthropic/v1/messages"),
        (ProviderKind::Gemini, "", "/v1beta/models/m:streamGenerateContent?alt=sse"),
        (ProviderKind::Gemini, "/v1beta", "/v1beta/models/m:streamGenerateContent?alt=sse"),
    ] {
        let server = FakeLlm::start().await;
        server.always().replies(Reply::says_in(kind, "Yes."));
        let connection = Connection { base_url: Some(format!("{}{base}", server.url())), ..server.connection_of(kind) };

        Heard::all_of(Providers::new().open(&connection, None).unwrap().reply(question("m"))).await;

        assert_eq!(server.request(0).await.path(), path);
    }
}

#[test]
fn a_vendor_is_found_without_an_address() {
    for kind in ProviderKind::ALL.into_iter().filter(|kind| kind.default_base_url().is_some()) {
        let connection = chimera_testkit::builders::local_connection("x".parse().unwrap(), "");
        let connection = Connection { kind, base_url: None, local: false, ..connection };

        assert!(Providers::new().open(&connection, None).is_ok(), "{kind:?}");
    }
}

#[tokio::test]
async fn a_list_of_models_is_read_to_its_last_page() {
    let anthropic = [
        json!({"data": [{"type": "model", "id": "claude-b", "display_name": "Claude B"}], "has_more": true, "last_id": "claude-b"}),
        json!({"data": [{"type": "model", "id": "claude-a", "display_name": "Claude A"}], "has_more": false, "last_id": "claude-a"}),
    ];
    let gemini = [
        json!({"models": [
            {"name": "models/gemini-b", "displayName": "Gemini B", "inputTokenLimit": 1048576, "supportedGenerationMethods": ["generateContent"]},
            {"name": "models/embedding", "supportedGenerationMethods": ["embedContent"]},
            {"name": "models/gemini-c-image", "supportedGenerationMethods": ["generateContent"]},
        ], "nextPageToken": "p/2"}),
        json!({"models": [{"name": "models/gemini-a"}]}),
    ];

    for (kind, pages, paths, expected) in [
        (
            ProviderKind::Anthropic,
            anthropic,
            ["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=claude-b"],
            vec![("claude-b", "Claude B", None), ("claude-a", "Claude A", None)],
        ),
        (
            ProviderKind::Gemini,
            gemini,
            ["/v1/models?pageSize=1000", "/v1/models?pageSize=1000&pageToken=p%2F2"],
            vec![
                ("gemini-b", "Gemini B", Some(1_048_576)),
                ("gemini-a", "gemini-a", None),
                ("gemini-c-image", "gemini-c-image", None),
            ],
        ),
    ] {
        let server = FakeLlm::start().await;
        for page in &pages {
            server.next().replies(Reply::whole(200, "application/json", page.to_string()));
        }

        let models = Providers::new().models(&server.connection_of(kind), None).await.unwrap();

        let found: Vec<_> = models.iter().map(|model| (&*model.id, &*model.label, model.context_tokens)).collect();
        assert_eq!(found, expected);
        assert_eq!(server.requests().iter().map(Asked::path).collect::<Vec<_>>(), paths);
    }
}

#[tokio::test]
async fn a_list_that_goes_in_circles_or_is_none_comes_to_an_end() {
    let circle = json!({"data": [], "has_more": true, "last_id": "x"}).to_string();
    let server = FakeLlm::start().await;
    server.models().replies(Reply::whole(200, "application/json", circle));
    let models = |kind| {
        let connection = server.connection_of(kind);
        async move { Providers::new().models(&connection, None).await.map_err(|error| error.class) }
    };

    assert_eq!(models(ProviderKind::Anthropic).await, Ok(vec![]));
    assert_eq!(models(ProviderKind::Gemini).await, Err(ErrorClass::NotAnApi));
    server.models().fails(400, &bad_key().to_string());
    assert_eq!(models(ProviderKind::Gemini).await, Err(ErrorClass::Unauthorized));
}

fn bad_key() -> Value {
    json!({"error": {"code": 400, "message": "Something about a key.", "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]}})
}

#[tokio::test]
async fn a_key_that_a_public_list_does_not_ask_for_is_asked_about() {
    let list = || Reply::whole(200, "application/json", json!({"data": [{"id": "a/b"}]}).to_string());
    let ask = async |told: Reply, key: Option<&str>| {
        let server = FakeLlm::start().await;
        let base_url = server.connection().base_url.map(|url| url.replace("/v1", "/api/v1"));
        let connection = Connection { base_url, ..server.connection_of(ProviderKind::Compatible) };
        server.next().replies(told).replies(list());
        let models = Providers::new().models(&connection, key.map(Secret::new)).await;
        let paths = server.requests().iter().map(|asked| asked.path().to_owned()).collect::<Vec<_>>();
        (models.map(|models| models.len()).map_err(|error| error.class), paths)
    };
    let unknown = || Reply::fails(401, r#"{"error":{"message":"User not found.","code":401}}"#);
    let nothing_there = || Reply::fails(404, r#"{"error":"not found"}"#);
    let paths = |paths: &[&str]| paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>();

    assert_eq!(ask(unknown(), Some("sk-wrong")).await, (Err(ErrorClass::Unauthorized), paths(&["/api/v1/key"])));
    let both = ["/api/v1/key", "/api/v1/models"];
    assert_eq!(ask(Reply::whole(200, "application/json", "{}"), Some("sk-good")).await, (Ok(1), paths(&both)));
    assert_eq!(ask(nothing_there(), Some("sk-else")).await, (Ok(1), paths(&both)));
    assert_eq!(ask(list(), None).await, (Ok(1), paths(&["/api/v1/models"])));
}
