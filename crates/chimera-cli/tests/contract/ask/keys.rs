//! Whom a key is shown to. 0.0.0.0 leads to this machine and is not one of its loopback addresses, so that two servers of
//! a test are two servers of a network.

use chimera_testkit::FakeLlm;
use serde_json::json;

use super::{KEY, answer_with, ask};

const OTHER_KEY: &str = "sk-canary-15d0e8b2";

fn of_the_network(servers: [&FakeLlm; 2]) -> String {
    let stop = |server: &FakeLlm| format!("compatible@{}/v1#m", server.url().replace("127.0.0.1", "0.0.0.0"));
    servers.map(stop).join(",")
}

async fn a_broken_and_a_sound_server() -> [FakeLlm; 2] {
    let servers = [FakeLlm::start().await, FakeLlm::start().await];
    servers[0].always().fails(400, r#"{"error":{"message":"no such thing here","code":"model_not_found"}}"#);
    servers[1].always().says("The keeper.");
    servers
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_not_shown_to_two_servers() {
    let [broken, sound] = a_broken_and_a_sound_server().await;
    let route = of_the_network([&broken, &sound]);

    let refused = ask(&route, &[]);

    let said = crate::program::stderr(&refused);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("give --key-env once for each server of the route, in its order"), "{said}");
    assert!(broken.requests().is_empty() && sound.requests().is_empty(), "nobody was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_server_is_shown_its_own_key() {
    let [broken, sound] = a_broken_and_a_sound_server().await;
    let route = of_the_network([&broken, &sound]);

    let (told, code) = answer_with(&route, &["--key-env", "OTHER_KEY"], &[("OTHER_KEY", OTHER_KEY)]);

    assert_eq!((&told["text"], code), (&json!("The keeper."), 0), "{told}");
    for (server, key) in [(&broken, KEY), (&sound, OTHER_KEY)] {
        let shown: Vec<_> =
            server.requests().iter().map(|asked| asked.header("authorization").map(str::to_owned)).collect();
        assert!(!shown.is_empty() && shown.iter().all(|shown| *shown == Some(format!("Bearer {key}"))), "{shown:?}");
    }
}
