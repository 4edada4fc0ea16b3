//! Every limit of the engine's patience, over real sockets and set as a person sets it. Each server can only break the
//! one limit that is short, so that a slow machine changes nothing.

use std::time::Duration;

use chimera_core::ProviderKind;
use chimera_testkit::{FakeLlm, Reply};
use serde_json::{Value, json};

use super::{DIALECTS, LONG, answer, route, server};

/// What `ask` says of a server that answers so, in each dialect, and the server.
async fn asked(limits: &[&str], reply: impl Fn(ProviderKind) -> Reply) -> Vec<(Value, i32, FakeLlm)> {
    let mut all = Vec::new();
    for kind in DIALECTS {
        let server = server([reply(kind)]).await;
        let (told, code) = answer(&route(kind, &[&server]), &[&["--after-cut", "stop"], limits].concat());
        assert_eq!(told["attempts"].as_array().unwrap().len(), 1, "{kind:?} is asked once: {told}");
        all.push((told, code, server));
    }
    all
}

/// The same again and again, for longer than any test lasts.
fn for_ever(reply: Reply, more: impl Fn(Reply) -> Reply) -> Reply {
    (0..2_000).fold(reply, |reply, _| more(reply.rests(Duration::from_millis(20))))
}

fn pings(reply: Reply) -> Reply {
    for_ever(reply, |reply| reply.comment("ping"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_hole_is_given_up_before_the_first_word() {
    for (told, code, hole) in asked(&["--first-token-timeout", "0.3"], |_| Reply::silence()).await {
        let first = &told["attempts"][0];
        assert_eq!((&told["outcome"], code), (&json!("failed"), 3), "{told}");
        assert_eq!((&first["class"], &first["status"]), (&json!("first_token_timeout"), &Value::Null), "{told}");
        hole.request(0).await.is_over().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_are_not_taken_for_a_first_word() {
    let thinking = |kind| pings(Reply::begins_in(kind, ""));

    for (told, code, server) in asked(&["--first-token-timeout", "0.5", "--idle-timeout", "60"], thinking).await {
        let first = &told["attempts"][0];
        assert_eq!((&told["outcome"], code), (&json!("failed"), 3), "{told}");
        assert_eq!(first["class"], json!("first_token_timeout"), "{told}");
        server.request(0).await.is_over().await;
    }
}

/// As long as the other, and one word: it comes in one piece, or a slow machine might be given up within it.
fn long_word() -> String {
    LONG.replace(' ', "-")
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_stop_coming_are_given_up_and_stand() {
    let stalls = |kind| Reply::begins_in(kind, &long_word()).hangs();

    for (told, code, server) in asked(&["--idle-timeout", "0.5", "--no-progress-timeout", "60"], stalls).await {
        let first = &told["attempts"][0];
        assert_eq!((&told["outcome"], &told["text"], code), (&json!("interrupted"), &json!(long_word()), 6));
        assert_eq!((&first["class"], &first["status"]), (&json!("idle_timeout"), &json!(200)), "{told}");
        server.request(0).await.is_over().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_alone_do_not_keep_an_answer_alive_for_ever() {
    let pinging = |kind| pings(Reply::begins_in(kind, &long_word()));

    for (told, code, server) in asked(&["--no-progress-timeout", "0.5", "--idle-timeout", "60"], pinging).await {
        assert_eq!((&told["outcome"], &told["text"], code), (&json!("interrupted"), &json!(long_word()), 6));
        assert_eq!(told["attempts"][0]["class"], "idle_timeout", "{told}");
        server.request(0).await.is_over().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_drips_for_ever_ends_with_the_total() {
    let drips = |kind| for_ever(Reply::begins_in(kind, "drip"), move |reply| reply.words_in(kind, " drip"));

    for (told, code, server) in asked(&["--total-timeout", "3"], drips).await {
        assert_eq!((&told["outcome"], code), (&json!("interrupted"), 6), "{told}");
        assert_eq!(told["attempts"][0]["class"], "total_timeout", "{told}");
        assert!(told["text"].as_str().unwrap().starts_with("drip"), "{told}");
        server.request(0).await.is_over().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stopped_is_gone_on_with_by_the_next() {
    let stalls = server([Reply::stream().text(LONG).hangs()]).await;
    // In one piece: it has no more time between its parts than the other.
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "shore."}, "finish_reason": "stop"}]});
    let whole = format!("data: {chunk}\n\ndata: [DONE]\n\n");
    let good = server([Reply::whole(200, "text/event-stream", whole)]).await;

    let (told, code) = answer(&route(ProviderKind::Compatible, &[&stalls, &good]), &["--idle-timeout", "2"]);

    assert_eq!((&told["attempts"][0]["class"], code), (&json!("idle_timeout"), 0));
    assert_eq!(told["text"], format!("{LONG} shore."));
}
