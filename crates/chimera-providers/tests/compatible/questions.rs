//! What is sent, and what is learned about a server.

use chimera_core::{ErrorClass, PromptMessage, Repair, ReplyRequest, Role, Sampling, Secret};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Heard, Reply};
use serde_json::{Value, json};

fn full_question() -> ReplyRequest {
    ReplyRequest {
        messages: vec![
            PromptMessage::new(Role::User, "Bo: one"),
            PromptMessage::new(Role::Assistant, "two"),
            PromptMessage::new(Role::User, "Bo: three"),
        ],
        sampling: Sampling { temperature: Some(0.5), max_output_tokens: Some(300) },
        stop: ["\nBo:", "\nUser:", "c", "d", "one too many"].map(String::from).into(),
        ..question("m")
    }
}

#[tokio::test]
async fn a_question_says_everything_once() {
    let server = FakeLlm::start().await;
    server.always().says("Yes.");
    let provider = Providers::new().open(&server.connection(), Some(Secret::new("sk-1"))).unwrap();

    Heard::all_of(provider.reply(full_question())).await;

    let asked = server.request(0).await;
    assert_eq!((asked.method(), asked.path()), ("POST", "/v1/chat/completions"));
    assert_eq!(asked.header("authorization"), Some("Bearer sk-1"));
    assert_eq!((asked.header("cookie"), asked.header("referer")), (None, None));
    let expected = json!({
        "model": "m",
        "messages": [
            {"role": "system", "content": "You are Ada. Write only your next turn."},
            {"role": "user", "content": "Bo: one"},
            {"role": "assistant", "content": "two"},
            {"role": "user", "content": "Bo: three"},
        ],
        "stream": true,
        "stream_options": {"include_usage": true},
        "temperature": 0.5,
        "max_tokens": 300,
        "stop": ["\nBo:", "\nUser:", "c", "d"],
        "seed": 7,
    });
    assert_eq!(asked.body(), &expected);
}

#[tokio::test]
async fn what_was_not_chosen_is_left_to_the_server() {
    let server = FakeLlm::start().await;
    server.always().says("Yes.");

    Heard::all_of(
        Providers::new().open(&server.connection(), None).unwrap().reply(ReplyRequest { seed: None, ..question("m") }),
    )
    .await;

    let asked = server.request(0).await;
    for absent in ["temperature", "max_tokens", "max_completion_tokens", "stop", "seed"] {
        assert_eq!(asked.body().get(absent), None, "{absent} was sent");
    }
    assert_eq!(asked.header("authorization"), None);
}

#[tokio::test]
async fn a_parameter_that_a_server_refuses_is_left_out_then_and_ever_after() {
    let server = FakeLlm::start().await;
    server.next().fails(400, r#"{"error":{"message":"Unrecognized request argument supplied: stream_options"}}"#);
    server.next().fails(400, r#"{"error":{"message":"Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}"#);
    server.always().says("Yes.");
    let providers = Providers::new();

    let first = Heard::all_of(providers.open(&server.connection(), None).unwrap().reply(full_question())).await;
    let second = Heard::all_of(providers.open(&server.connection(), None).unwrap().reply(full_question())).await;

    assert_eq!((first.text.as_str(), second.text.as_str()), ("Yes.", "Yes."));
    assert_eq!(first.repairs, [Repair::NoStreamOptions, Repair::MaxCompletionTokens]);
    assert_eq!(second.repairs, [], "nothing is sent twice that is known");
    let asked = server.requests();
    assert_eq!(asked.len(), 4, "two lessons, two answers");
    for body in asked[2..].iter().map(|asked| asked.body()) {
        assert_eq!(body.get("stream_options"), None);
        assert_eq!((body.get("max_tokens"), body["max_completion_tokens"].as_u64()), (None, Some(300)));
    }
}

#[tokio::test]
async fn a_server_that_names_two_parameters_at_once_is_asked_without_either() {
    let server = FakeLlm::start().await;
    for _ in 0..2 {
        server.next().fails(400, r#"{"error":{"message":"Unsupported: stream_options, 'temperature'"}}"#);
    }
    server.always().says("Yes.");

    let heard = Heard::all_of(Providers::new().open(&server.connection(), None).unwrap().reply(full_question())).await;

    assert_eq!(heard.text, "Yes.");
    assert_eq!(heard.repairs, [Repair::NoStreamOptions, Repair::NoTemperature]);
}

#[tokio::test]
async fn a_server_that_repeats_the_question_it_refuses_teaches_nothing_by_that() {
    let server = FakeLlm::start().await;
    let echo = r#"{"stream_options":{"include_usage":true},"temperature":0.5,"stop":["c"],"seed":7}"#;
    let pydantic = format!(
        r#"{{"detail":[{{"type":"missing","loc":["body","prompt"],"msg":"Field required","input":{echo}}}],"body":{echo}}}"#
    );
    server.always().fails(422, &pydantic);

    let heard = Heard::all_of(Providers::new().open(&server.connection(), None).unwrap().reply(full_question())).await;

    assert_eq!((heard.finish(), heard.repairs.as_slice()), (Err(ErrorClass::BadRequest), [].as_slice()));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_did_not_help_is_not_remembered() {
    let server = FakeLlm::start().await;
    let refusal =
        r#"{"error":{"message":"messages: no","of":{"stream_options":{},"temperature":1,"stop":[],"seed":7}}}"#;
    for _ in 0..5 {
        server.next().fails(400, refusal);
    }
    server.always().says("Yes.");
    let providers = Providers::new();
    let ask = async || Heard::all_of(providers.open(&server.connection(), None).unwrap().reply(full_question())).await;

    let refused = ask().await;
    let answered = ask().await;

    assert_eq!((refused.finish(), refused.repairs.len()), (Err(ErrorClass::BadRequest), 4));
    assert_eq!(answered.text, "Yes.");
    let asked = server.requests();
    assert_eq!(asked[5].body(), asked[0].body(), "all of the question is asked again");
}

#[tokio::test]
async fn what_helped_is_remembered_though_the_question_was_refused_for_something_else() {
    let server = FakeLlm::start().await;
    server.next().fails(400, r#"{"error":{"message":"Unrecognized request argument supplied: stream_options"}}"#);
    server.next().fails(400, r#"{"error":{"message":"messages: too many"}}"#);
    server.always().says("Yes.");
    let providers = Providers::new();
    let ask = async || Heard::all_of(providers.open(&server.connection(), None).unwrap().reply(full_question())).await;

    let refused = ask().await;
    let answered = ask().await;

    assert_eq!(refused.finish(), Err(ErrorClass::BadRequest));
    assert_eq!((answered.text.as_str(), answered.repairs.as_slice()), ("Yes.", [].as_slice()));
    assert_eq!(server.requests()[2].body().get("stream_options"), None);
}

#[tokio::test]
async fn a_server_that_is_loading_its_model_is_waited_for() {
    let server = FakeLlm::start().await;
    let loading = r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#;
    for _ in 0..2 {
        server.next().fails(503, loading);
    }
    server.next().says("Here I am.");
    let providers = Providers::new();

    let heard = Heard::all_of(providers.open(&server.connection(), None).unwrap().reply(full_question())).await;

    assert_eq!((heard.text.as_str(), heard.repairs.as_slice()), ("Here I am.", [].as_slice()));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_reasoning_model_of_xai_speaks_at_a_table_where_prompts_send_stop() {
    let server = FakeLlm::start().await;
    server
        .next()
        .fails(400, r#"{"code":"invalid-argument","error":"Model grok-4.6 does not support parameter stop."}"#);
    server.always().says("Yes.");

    let heard = Heard::all_of(Providers::new().open(&server.connection(), None).unwrap().reply(full_question())).await;

    assert_eq!(heard.text, "Yes.");
    let asked = server.requests();
    assert_eq!((asked.len(), asked[1].body().get("stop")), (2, None));
}

#[tokio::test]
async fn a_model_without_a_system_role_is_told_before_the_first_turn_then_and_ever_after() {
    let server = FakeLlm::start().await;
    let said =
        r#"{"object":"error","message":"System role not supported","type":"BadRequestError","param":null,"code":400}"#;
    server.next().fails(400, said);
    server.always().says("Yes.");
    let providers = Providers::new();

    for _ in 0..2 {
        let heard = Heard::all_of(providers.open(&server.connection(), None).unwrap().reply(full_question())).await;
        assert_eq!(heard.text, "Yes.");
    }

    let asked = server.requests();
    assert_eq!(asked.len(), 3, "one lesson, two answers");
    let expected = json!([
        {"role": "user", "content": "You are Ada. Write only your next turn.\n\nBo: one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": "Bo: three"},
    ]);
    assert!(asked[1..].iter().all(|asked| asked.body()["messages"] == expected), "{:?}", asked[1].body());
}

#[tokio::test]
async fn a_lesson_that_changes_nothing_in_the_question_is_no_reason_to_ask_again() {
    let server = FakeLlm::start().await;
    server.always().fails(400, r#"{"error":{"message":"Unsupported parameter: 'seed'","param":"seed"}}"#);
    let question = ReplyRequest { seed: None, ..full_question() };

    let heard = Heard::all_of(Providers::new().open(&server.connection(), None).unwrap().reply(question)).await;

    assert_eq!(heard.finish(), Err(ErrorClass::BadRequest));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_bad_request_that_teaches_nothing_is_asked_once() {
    let server = FakeLlm::start().await;
    server.always().fails(400, r#"{"error":{"message":"stream_options: no. messages: no."}}"#);

    let heard = Heard::all_of(Providers::new().open(&server.connection(), None).unwrap().reply(question("m"))).await;

    assert_eq!(heard.finish(), Err(ErrorClass::BadRequest));
    assert_eq!(server.requests().len(), 2, "once with what was refused, once without, and never again");
}

#[tokio::test]
async fn models_are_listed_in_the_servers_order() {
    let server = FakeLlm::start().await;
    server.serves(&["b", "a"]);

    let models = Providers::new().models(&server.connection(), None).await.unwrap();

    assert_eq!(models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(server.requests()[0].path(), "/v1/models");
    assert_eq!(server.requests()[0].body(), &Value::Null);
}

#[tokio::test]
async fn a_list_that_is_none_is_an_error() {
    let server = FakeLlm::start().await;
    let providers = Providers::new();
    for (reply, class) in [
        (Reply::fails(401, "{}"), ErrorClass::Unauthorized),
        (Reply::whole(200, "text/html", "<html>"), ErrorClass::NotAnApi),
        (Reply::whole(200, "application/json", vec![b' '; 9 << 20]), ErrorClass::Malformed),
        (Reply::whole(200, "application/json", "{").breaks_off(), ErrorClass::Truncated),
    ] {
        server.models().replies(reply);

        assert_eq!(providers.models(&server.connection(), None).await.map_err(|error| error.class), Err(class));
    }
}
