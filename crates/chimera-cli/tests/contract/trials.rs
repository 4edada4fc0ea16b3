//! `chimera providers test` over servers that behave, and over those that do not.

use std::io::{BufReader, Read};
use std::process::Stdio;

use chimera_testkit::{FakeLlm, Reply};
use serde_json::{Value, json};

use crate::program::{chimera, folder, run, stderr};

/// A history with connections of these names, each to a server that answers so.
async fn house(replies: impl IntoIterator<Item = (&'static str, Reply)>) -> (tempfile::TempDir, Vec<FakeLlm>) {
    let folder = folder();
    let mut servers = Vec::new();
    for (name, reply) in replies {
        let server = FakeLlm::start().await;
        server.serves(&["m"]);
        server.always().replies(reply);
        let url = format!("{}/v1", server.url());
        let added = run(
            folder.path(),
            &["connections", "add", "--kind", "compatible", "--name", name, "--url", &url, "--local"],
        );
        assert!(added.status.success(), "{}", stderr(&added));
        servers.push(server);
    }
    (folder, servers)
}

fn filtered() -> Reply {
    Reply::stream().text("I ").finish("content_filter").done()
}

fn cut() -> Reply {
    Reply::stream().text("O").finish("length").usage(10, 1).done()
}

fn bad_key() -> Reply {
    Reply::fails(401, r#"{"error":{"message":"bad key"}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_ending_has_the_exit_code_of_ask_and_says_why() {
    let broken = || Reply::stream().text("Half a ").bytes("data: {\"error\":{\"message\":\"gone\"}}\n\n");
    for (reply, code, outcome, class, error) in [
        (Reply::says("OK"), 0, "completed", Value::Null, Value::Null),
        (bad_key(), 3, "failed", json!("unauthorized"), json!("bad key")),
        (broken(), 6, "interrupted", json!("server_error"), json!("gone")),
        (Reply::stream().finish("content_filter").done(), 7, "refused", json!("content_policy"), Value::Null),
        (filtered(), 7, "refused", json!("content_policy"), json!("the rest was held back by a policy")),
        (cut(), 8, "cut-by-limit", json!("cut_by_limit"), json!("the limit of output tokens was reached")),
    ] {
        let (folder, _servers) = house([("Work", reply)]).await;

        let tested = run(folder.path(), &["providers", "test", "work", "--json"]);

        let told: Value = serde_json::from_slice(&tested.stdout).unwrap_or_else(|_| panic!("{}", stderr(&tested)));
        assert_eq!((&told[0]["answer"]["outcome"], tested.status.code()), (&json!(outcome), Some(code)), "{told}");
        assert_eq!(told[0]["class"], class, "{told}");
        if error.is_string() {
            assert_eq!(told[0]["error"], error, "{told}");
        }
        assert_eq!(told[0]["error"].is_null(), code == 0, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_connections_each_is_told_and_the_worst_counts() {
    let (folder, _servers) = house([("Cut", cut()), ("Good", Reply::says("OK")), ("Refusing", filtered())]).await;

    let tested = run(folder.path(), &["providers", "test"]);

    let told = String::from_utf8_lossy(&tested.stdout).into_owned();
    assert_eq!(tested.status.code(), Some(7), "{told}");
    for line in [
        "demo  answers",
        "cut  says: O\ncut  is cut short: the limit of output tokens was reached",
        "good  says: OK\ngood  answers  [m, ",
        "refusing  says: I\nrefusing  refuses: the provider's policy refused the content",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_model_that_one_can_talk_with_is_asked() {
    let (folder, servers) = house([("Work", Reply::says("OK"))]).await;
    servers[0].serves(&["text-embedding-3-small", "whisper-1", "gpt-5.2", "gpt-image-1"]);

    let tested = run(folder.path(), &["providers", "test", "work"]);
    assert_eq!(tested.status.code(), Some(0), "{}", stderr(&tested));
    assert_eq!(servers[0].requests().last().unwrap().body()["model"], "gpt-5.2");

    let listed = run(folder.path(), &["models", "list", "work"]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(listed.starts_with("gpt-5.2  free\ntext-embedding-3-small  not to talk with, free\n"), "{listed}");

    servers[0].serves(&["text-embedding-3-small", "whisper-1"]);
    let tested = run(folder.path(), &["providers", "test", "work"]);
    let told = String::from_utf8_lossy(&tested.stdout).into_owned();
    assert!(told.contains("could not be asked: Work offers no model to talk with: name one"), "{told}");
    let named = run(folder.path(), &["providers", "test", "work", "--model", "whisper-1"]);
    assert_eq!((tested.status.code(), named.status.code()), (Some(3), Some(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_there_is_none_of_is_an_error() {
    let (folder, _servers) = house([("Work", Reply::says("OK"))]).await;

    let tested = run(folder.path(), &["providers", "test", "nobody"]);

    assert_eq!(tested.status.code(), Some(1));
    assert!(stderr(&tested).contains("there is no connection `nobody`"), "{}", stderr(&tested));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn words_are_shown_as_they_come_and_ctrl_c_asks_nobody_else() {
    let hangs = Reply::stream().text("Half a ").text("story").hangs();
    let (folder, servers) = house([("A", hangs), ("B", Reply::says("OK"))]).await;

    let mut child = chimera(folder.path()).args(["providers", "test"]).stdout(Stdio::piped()).spawn().unwrap();
    let (told, code) = tokio::task::block_in_place(|| {
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut told = String::new();
        while !told.ends_with("a  says: Half a story") {
            let mut letter = [0];
            out.read_exact(&mut letter).unwrap();
            told.push(letter[0] as char);
        }
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        out.read_to_string(&mut told).unwrap();
        (told, child.wait().unwrap().code())
    });

    assert_eq!(code, Some(130), "{told}");
    assert!(told.contains("a  says: Half a story\na  cancelled"), "{told}");
    assert_eq!(servers[1].requests().len(), 0, "{told}");
}
