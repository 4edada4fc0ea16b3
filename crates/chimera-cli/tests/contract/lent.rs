use chimera_testkit::FakeLlm;

use crate::program::{chimera, folder, stderr};

const KEY: &str = "sk-canary-1d77c2a0";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_kept_nowhere_is_named_again_by_whoever_lets_them_talk() {
    let folder = folder();
    let server = FakeLlm::start().await;
    server.always().says("A plank is a promise.");
    let route = format!("compatible@{}/v1#a", server.url());
    let chimera = |words: &[&str]| {
        tokio::task::block_in_place(|| chimera(folder.path()).args(words).env("MY_KEY", KEY).output().unwrap())
    };
    let key = ["--key-env", "MY_KEY"];
    let laid =
        chimera(&[&["create", "--topic", "Ships", "--turns", "2", "--route", route.as_str()], key.as_slice()].concat());
    let id = String::from_utf8(laid.stdout).unwrap().trim().to_owned();

    let without = chimera(&["start", &id]);
    let with = chimera(&[&["retry", id.as_str()], key.as_slice()].concat());

    assert_eq!(without.status.code(), Some(3), "{}", stderr(&without));
    assert_eq!(with.status.code(), Some(0), "{}", stderr(&with));
    let asked = server.requests();
    assert!(!asked.is_empty());
    assert!(asked.iter().all(|request| request.header("authorization") == Some(&format!("Bearer {KEY}"))));
}
