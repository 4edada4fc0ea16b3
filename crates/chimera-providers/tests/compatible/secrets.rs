//! A key goes out in one header and comes back in nothing.

use chimera_core::{ErrorClass, Secret};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Heard, Reply};
use serde_json::json;

const CANARY: &str = "sk-canary-5e1f0b7d";

#[tokio::test]
async fn a_server_that_echoes_the_key_puts_it_into_no_error() {
    let echo = json!({"error": {"message": format!("Incorrect API key provided: {CANARY}."), "code": CANARY}});
    let wrapped = |raw| json!({"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": raw, "provider_name": CANARY}}});
    let long = format!("{} {CANARY}", "x".repeat(400 - CANARY.len() - 10));
    let server = FakeLlm::start().await;
    let provider = Providers::new().open(&server.connection(), Some(Secret::new(CANARY))).unwrap();
    let refusals = [
        Reply::fails(400, &wrapped(echo.to_string()).to_string()),
        Reply::fails(400, &wrapped(long).to_string()),
        Reply::stream().chunk(wrapped(format!("not with {CANARY}"))),
        Reply::fails(401, &echo.to_string()).header("x-request-id", CANARY),
        Reply::whole(500, "text/plain", format!("debug: Authorization: Bearer {CANARY}")),
        Reply::stream().chunk(echo.clone()),
        Reply::stream().text("A plank").breaks_off().header("x-request-id", CANARY),
        Reply::redirects(&format!("http://{CANARY}.example.com/?key={CANARY}")),
        Reply::raw(format!("{CANARY}\r\n\r\n")),
    ];
    for reply in refusals {
        server.next().replies(reply);

        let heard = Heard::all_of(provider.reply(question("m"))).await;

        let error = heard.error();
        assert!(!format!("{error} {error:?}").contains(&CANARY[..10]), "{error:?}");
    }
    assert!(server.requests().iter().all(|asked| asked.header("authorization") == Some(&*format!("Bearer {CANARY}"))));
}

#[tokio::test]
async fn a_list_of_models_that_echoes_the_key_is_censored_too() {
    let server = FakeLlm::start().await;
    server.models().fails(403, &format!(r#"{{"error":"not with {CANARY}"}}"#));

    let error = Providers::new().models(&server.connection(), Some(Secret::new(CANARY))).await.unwrap_err();

    assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_refused_without_being_shown() {
    let server = FakeLlm::start().await;

    let refused =
        Providers::new().open(&server.connection(), Some(Secret::new(format!("{CANARY}\nx-evil: 1")))).map(drop);

    let error = refused.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unauthorized);
    assert!(!format!("{error:?}").contains(CANARY));
}

#[tokio::test]
async fn a_key_in_the_address_is_in_no_error_either() {
    let server = FakeLlm::start().await;
    let mut connection = server.connection();
    connection.base_url = Some(format!("http://127.0.0.1:1/v1?key={CANARY}"));

    let heard = Heard::all_of(Providers::new().open(&connection, None).unwrap().reply(question("m"))).await;

    assert_eq!(heard.finish(), Err(ErrorClass::Unreachable));
    assert!(!format!("{:?}", heard.error()).contains(CANARY), "{:?}", heard.error());
}
