//! One turn under the whole policy, against servers that misbehave.

mod certificates;
// Elsewhere 0.0.0.0 leads nowhere.
#[cfg(unix)]
mod keys;
mod proxies;
mod timers;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Output, Stdio};

use chimera_core::ProviderKind;
use chimera_testkit::{FakeLlm, Reply};
use serde_json::{Value, json};

use crate::program::{chimera, folder, stderr};

const KEY: &str = "sk-canary-77aa31c0";
const LONG: &str = "The keeper of the old lighthouse climbed the stairs every evening, counted the steps aloud, lit the \
                    lamp, and wrote into his book what the sea had been like, which ships had passed, and who had \
                    waved to him from the";

/// A route over these servers, all of one kind.
fn route(kind: ProviderKind, servers: &[&FakeLlm]) -> String {
    let version = match kind {
        ProviderKind::Compatible | ProviderKind::Openai | ProviderKind::OpenaiResponses => "/v1",
        ProviderKind::Anthropic | ProviderKind::Gemini | ProviderKind::Demo => "",
    };
    let stop = |(number, server): (usize, &&FakeLlm)| format!("{}@{}{version}#m{number}", kind.as_str(), server.url());
    servers.iter().enumerate().map(stop).collect::<Vec<_>>().join(",")
}

fn ask(route: &str, more: &[&str]) -> Output {
    ask_with(route, more, &[])
}

/// The same with more in the environment.
fn ask_with(route: &str, more: &[&str], environment: &[(&str, &str)]) -> Output {
    let folder = folder();
    let output = tokio::task::block_in_place(|| {
        chimera(folder.path())
            .args(["ask", "--route", route, "--prompt", "Who waved?", "--key-env", "MY_KEY"])
            .args(more)
            .env("MY_KEY", KEY)
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    });
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was left behind");
    assert!(!String::from_utf8_lossy(&output.stdout).contains(KEY) && !stderr(&output).contains(KEY));
    output
}

/// The one object on standard output, and the exit code.
fn answer(route: &str, more: &[&str]) -> (Value, i32) {
    answer_with(route, more, &[])
}

fn answer_with(route: &str, more: &[&str], environment: &[(&str, &str)]) -> (Value, i32) {
    let output = ask_with(route, &[&["--json"], more].concat(), environment);
    let answer = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    (answer, output.status.code().unwrap())
}

async fn server(replies: impl IntoIterator<Item = Reply>) -> FakeLlm {
    let server = FakeLlm::start().await;
    for reply in replies {
        server.next().replies(reply);
    }
    server
}

const DIALECTS: [ProviderKind; 5] = [
    ProviderKind::Compatible,
    ProviderKind::Openai,
    ProviderKind::OpenaiResponses,
    ProviderKind::Anthropic,
    ProviderKind::Gemini,
];

#[tokio::test(flavor = "multi_thread")]
async fn every_dialect_answers_and_breaks_off_and_is_gone_on_with() {
    for kind in DIALECTS {
        let whole = server([Reply::says_in(kind, "Nobody did.")]).await;
        let (told, code) = answer(&route(kind, &[&whole]), &["--system", "Be brief."]);
        assert_eq!(
            (&told["outcome"], &told["text"], code),
            (&json!("completed"), &json!("Nobody did."), 0),
            "{kind:?}"
        );
        assert_eq!(told["attempts"][0]["kind"], kind.as_str());
        assert_eq!(told["usage"]["output_tokens"], 5, "{kind:?}: {told}");
        let asked = whole.requests()[0].body().to_string();
        assert!(asked.contains("Who waved?") && asked.contains("Be brief."), "{asked}");
        assert!(!asked.contains("User:") && !asked.contains("table"), "nothing is put into anyone's mouth: {asked}");

        let cut = server([Reply::begins_in(kind, LONG).breaks_off()]).await;
        let on = server([Reply::says_in(kind, "shore.")]).await;
        let (told, code) = answer(&route(kind, &[&cut, &on]), &[]);
        assert_eq!((&told["outcome"], code), (&json!("completed"), 0), "{kind:?}: {told}");
        assert_eq!(told["text"], format!("{LONG} shore."), "{kind:?}");
        assert_eq!(told["parts"].as_array().unwrap().len(), 2);
        assert_eq!(told["attempts"][0]["outcome"], "failed");
        assert!(on.requests()[0].body().to_string().contains("waved to him from the"), "it was shown what stands");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_before_the_first_word_is_told_by_its_class_and_the_next_answers() {
    let error = |message: &str| json!({"error": {"message": message}}).to_string();
    let faults = [
        (Reply::fails(401, &error("bad key")), "unauthorized", json!(401)),
        (Reply::fails(429, &error("slow down")).header("retry-after", "7"), "rate_limited", json!(429)),
        (Reply::fails(402, &error("no credit")), "quota_exhausted", json!(402)),
        (Reply::fails(404, &error("model not found")), "model_not_found", json!(404)),
        (Reply::whole(200, "text/html", "<html>Log in</html>"), "not_an_api", json!(200)),
        (
            Reply::stream().reasoning("Hm.").bytes("data: {\"error\":{\"message\":\"gone\"}}\n\n"),
            "server_error",
            json!(200),
        ),
    ];
    for (fault, class, status) in faults {
        let bad = server([fault]).await;
        let good = server([Reply::says("Nobody did.")]).await;
        let (told, code) = answer(&route(ProviderKind::Compatible, &[&bad, &good]), &[]);

        let first = &told["attempts"][0];
        assert_eq!((&told["outcome"], &told["text"], code), (&json!("completed"), &json!("Nobody did."), 0), "{class}");
        assert_eq!((&first["class"], &first["status"], &first["outcome"]), (&json!(class), &status, &json!("failed")));
        assert!(first["total_ms"].is_u64() && first["first_token_ms"].is_null(), "{first}");
        assert_eq!(told["attempts"].as_array().unwrap().len(), 2, "{class}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_a_server_does_not_understand_is_put_to_no_other_of_its_kind() {
    use ProviderKind::{Anthropic, Compatible};

    let unknown = r#"{"error":{"message":"bad key"}}"#;
    for (kind, outcome, code) in [(Compatible, "failed", 3), (Anthropic, "completed", 0)] {
        let first = server([Reply::fails(401, unknown)]).await;
        let puzzled = server([Reply::fails(400, r#"{"error":{"message":"Unknown parameter: 'foo'."}}"#)]).await;
        let good = server([Reply::says_in(Compatible, "Nobody did.")]).await;
        let stops = [route(Compatible, &[&first]), route(kind, &[&puzzled]), route(Compatible, &[&good])];

        let (told, ended) = answer(&stops.join(","), &[]);

        assert_eq!((&told["outcome"], ended), (&json!(outcome), code), "{told}");
        assert_eq!(told["attempts"][1]["class"], "bad_request", "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_failed_once_is_asked_again_and_that_is_counted() {
    let shaky = server([
        Reply::fails(500, "{}").header("x-request-id", "req-1"),
        Reply::says("Nobody did.").header("x-request-id", "req-2"),
    ])
    .await;

    let (told, code) = answer(&route(ProviderKind::Compatible, &[&shaky]), &[]);

    assert_eq!((&told["text"], code), (&json!("Nobody did."), 0));
    assert_eq!((&told["attempts"][0]["retries"], &told["attempts"][1]["retries"]), (&json!(0), &json!(1)));
    let calls = json!([told["attempts"][0]["request_id"], told["attempts"][1]["request_id"]]);
    assert_eq!(calls, json!(["req-1", "req-2"]));
    assert_eq!(json!([told["attempts"][0]["status"], told["attempts"][1]["status"]]), json!([500, 200]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_repaired_and_sent_once_more_says_so_with_its_attempt() {
    let refuses = |said: &str| Reply::fails(400, &json!({"error": {"message": said}}).to_string());
    let refusals = ["Unrecognized request argument supplied: stream_options", "System role not supported"];
    let picky = server(refusals.map(refuses).into_iter().chain([Reply::says("Nobody did.")])).await;

    let (told, code) = answer(&route(ProviderKind::Compatible, &[&picky]), &["--system", "Be brief."]);

    assert_eq!((&told["text"], code, picky.requests().len()), (&json!("Nobody did."), 0, 3), "{told}");
    let attempts = told["attempts"].as_array().unwrap();
    assert_eq!((attempts.len(), &attempts[0]["retries"]), (1, &json!(0)), "it is one attempt");
    assert_eq!(attempts[0]["repairs"], json!(["no_stream_options", "system_in_first_turn"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_an_error_stands_when_nobody_is_to_go_on() {
    let reply = Reply::stream().text("Half a ").text("story").bytes("data: {\"error\":{\"message\":\"gone\"}}\n\n");
    let bad = server([reply]).await;

    let (told, code) = answer(&route(ProviderKind::Compatible, &[&bad]), &["--after-cut", "stop"]);

    assert_eq!((&told["outcome"], &told["text"], code), (&json!("interrupted"), &json!("Half a story"), 6));
    assert_eq!(told["attempts"][0]["class"], "server_error");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_beginning_is_answered_anew_and_kept_with_its_attempt() {
    let cut = server([Reply::stream().text("Half a ").text("story").breaks_off()]).await;
    let anew = server([Reply::says("A whole story.")]).await;

    let (told, code) = answer(&route(ProviderKind::Compatible, &[&cut, &anew]), &[]);

    assert_eq!((&told["text"], code), (&json!("A whole story."), 0));
    assert_eq!(told["attempts"][0]["raw"].as_str().map(str::trim), Some("Half a story"));
    assert!(told["attempts"][0]["from_char"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_and_limits_have_outcomes_of_their_own() {
    let refuses = || server([Reply::stream().finish("content_filter").done()]);
    let good = || server([Reply::says("Nobody did.")]);

    let (told, code) = answer(&route(ProviderKind::Compatible, &[&refuses().await, &good().await]), &[]);
    assert_eq!((&told["outcome"], code), (&json!("refused"), 7));
    let another = ["--refusals", "ask-another"];
    let (told, code) = answer(&route(ProviderKind::Compatible, &[&refuses().await, &good().await]), &another);
    assert_eq!((&told["outcome"], code), (&json!("completed"), 0));

    let limited = server([Reply::stream().text("And then").finish("length").usage(10, 5).done()]).await;
    let (told, code) = answer(&route(ProviderKind::Compatible, &[&limited]), &[]);
    assert_eq!((&told["outcome"], &told["text"], code), (&json!("cut-by-limit"), &json!("And then"), 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_spends_its_limit_on_thoughts_is_cut_and_not_asked_again() {
    let thinks = || Reply::stream().event(json!({"choices": [{"delta": {"reasoning": "Hm"}}]})).finish("length").done();
    let thinker = server([thinks(), thinks()]).await;
    let good = server([Reply::says("Nobody did.")]).await;

    let (told, code) = answer(&route(ProviderKind::Compatible, &[&thinker]), &[]);
    assert_eq!((&told["outcome"], code), (&json!("cut-by-limit"), 8));
    assert_eq!((&told["attempts"][0]["class"], thinker.requests().len()), (&json!("output_limit"), 1));
    let (told, code) = answer(&route(ProviderKind::Compatible, &[&thinker, &good]), &[]);
    assert_eq!((&told["text"], code), (&json!("Nobody did."), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_says_whether_to_ask_again_is_heard() {
    let busy = |again: &str| Reply::fails(500, r#"{"error":{"message":"busy"}}"#).header("x-should-retry", again);
    let locked = |again: &str| Reply::fails(403, r#"{"error":{"message":"wait"}}"#).header("x-should-retry", again);
    for (fault, class, asked) in [
        (busy("false"), "server_error", 1),
        (busy("true"), "server_error", 3),
        (locked("false"), "forbidden", 1),
        (locked("true"), "forbidden", 3),
    ] {
        let bad = server([fault.clone(), fault.clone(), fault]).await;
        let good = server([Reply::says("Nobody did.")]).await;

        let (told, code) = answer(&route(ProviderKind::Compatible, &[&bad, &good]), &[]);

        assert_eq!((&told["text"], code), (&json!("Nobody did."), 0), "{told}");
        assert_eq!((bad.requests().len(), &told["attempts"][0]["class"]), (asked, &json!(class)), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_answer_is_asked_for_once_more_and_then_of_the_next() {
    let empty = || Reply::stream().finish("stop").usage(10, 0).done();
    let silent = server([empty(), empty()]).await;
    let good = server([Reply::says("Nobody did.")]).await;

    let (told, _) = answer(&route(ProviderKind::Compatible, &[&silent, &good]), &[]);

    let classes: Vec<_> = told["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["class"]).collect();
    assert_eq!(classes, [&json!("empty_answer"), &json!("empty_answer"), &Value::Null]);
    assert_eq!(told["usage"]["input_tokens"], 30, "every attempt counts");
    assert_eq!(
        (&told["cost"], &told["attempts"][2]["cost"]),
        (&json!(0), &json!(0)),
        "a model on this machine is free"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_json_the_words_are_on_standard_output_and_the_rest_beside_them() {
    let bad = server([Reply::fails(401, r#"{"error":{"message":"bad key"}}"#)]).await;
    let good = server([Reply::stream().reasoning("Who?").text("User: I ").text("did.").ends()]).await;

    let output = ask(&route(ProviderKind::Compatible, &[&bad, &good]), &[]);

    assert_eq!(String::from_utf8_lossy(&output.stdout), "User: I did.\n", "every word is the model's own");
    assert!(stderr(&output).contains("the key was refused"), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn thoughts_are_shown_apart() {
    let thinks = server([Reply::stream().reasoning("Who ").reasoning("was it?").text("Nobody.").ends()]).await;

    let (told, _) = answer(&route(ProviderKind::Compatible, &[&thinks]), &[]);

    assert_eq!((&told["text"], &told["reasoning"]), (&json!("Nobody."), &json!("Who was it?")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_may_come_from_a_file_or_from_standard_input() {
    let folder = folder();
    let file = folder.path().join("question.txt");
    std::fs::write(&file, "From a file").unwrap();
    let server = FakeLlm::start().await;
    server.always().says("Yes.");
    let route = route(ProviderKind::Compatible, &[&server]);

    tokio::task::block_in_place(|| {
        let words = ["ask", "--route", &route, "--prompt-file", file.to_str().unwrap()];
        assert!(chimera(folder.path()).args(words).output().unwrap().status.success());
        let mut piped = chimera(folder.path());
        piped.args(["ask", "--route", &route, "--prompt-file", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"From a pipe").unwrap();
        assert!(child.wait_with_output().unwrap().status.success());
    });

    let asked: Vec<_> =
        server.requests().iter().map(|request| request.body()["messages"][0]["content"].clone()).collect();
    assert_eq!(asked, ["From a file", "From a pipe"]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_keeps_what_was_said_and_closes_the_line() {
    let folder = folder();
    let hangs = server([Reply::stream().text("Half a ").text("story").hangs()]).await;
    let route = route(ProviderKind::Compatible, &[&hangs]);

    let mut child = chimera(folder.path())
        .args(["ask", "--route", &route, "--prompt", "Who waved?"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = tokio::task::block_in_place(|| {
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = vec![0; "Half a story".len()];
        out.read_exact(&mut said).unwrap();
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let mut rest = String::new();
        out.read_line(&mut rest).unwrap();
        (String::from_utf8(said).unwrap() + &rest, child.wait().unwrap().code())
    });

    assert_eq!(told, ("Half a story\n".to_owned(), Some(130)));
    hangs.request(0).await.is_over().await;
}

#[test]
fn what_cannot_be_asked_is_a_mistake_in_the_command() {
    let cases: [(&[&str], &str); 5] = [
        (&["ask", "--route", "nonsense", "--prompt", "x"], "KIND@BASE_URL#MODEL"),
        (&["ask", "--prompt", "x"], "--route"),
        (&["ask", "--route", "demo#poet", "--prompt", "  "], "prompt"),
        (&["ask", "--route", "demo#poet", "--prompt", "x", "--key-env", "CHIMERA_NO_SUCH_VARIABLE"], "key-env"),
        (&["ask", "--route", "demo#poet", "--prompt", "x", "--idle-timeout", "0"], "86400"),
    ];
    for (words, said) in cases {
        let folder = folder();
        let output = crate::program::run(folder.path(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{words:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn the_demo_answers_without_a_network() {
    let folder = folder();
    let output = crate::program::run(folder.path(), &["ask", "--route", "demo#poet", "--prompt", "Bees", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();

    assert_eq!((&told["outcome"], &told["attempts"][0]["kind"]), (&json!("completed"), &json!("demo")));
}
