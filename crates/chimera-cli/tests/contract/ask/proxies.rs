//! A proxy that the system names, and that does not do what it should. Servers that may be on this machine or its network
//! are never asked through one, so a vendor is asked, or a server elsewhere; nothing gets as far as there.

use chimera_testkit::{FakeLlm, Reply};
use serde_json::json;
use tokio::net::TcpListener;

use super::answer_with;

const ROUTE: &str = "openai#m";
const ELSEWHERE: &str = "compatible@https://api.example.com/v1#m";

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_down_is_named_as_what_is_not_reached() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let proxy = format!("http://{address}");

    for route in [ROUTE, ELSEWHERE] {
        let (told, code) = answer_with(route, &[], &[("HTTPS_PROXY", &proxy)]);

        assert_eq!((&told["outcome"], code), (&json!("failed"), 3), "{told}");
        let attempts = told["attempts"].as_array().unwrap();
        assert_eq!(attempts.len(), 3, "it is asked twice more, and that is all");
        for attempt in attempts {
            assert_eq!(attempt["class"], "unreachable");
            assert!(attempt["error"].as_str().unwrap().starts_with("the proxy that this system names"), "{attempt}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_refuses_is_named_and_is_not_shown_the_key() {
    for (status, said) in
        [(407, "asks for a password"), (403, "does not let us through"), (502, "does not let us through")]
    {
        let proxy = FakeLlm::start().await;
        proxy.always().replies(Reply::fails(status, "{}"));

        let (told, code) = answer_with(ROUTE, &[], &[("HTTPS_PROXY", proxy.url())]);

        assert_eq!((&told["attempts"][0]["class"], code), (&json!("unreachable"), 3), "{told}");
        assert!(told["attempts"][0]["error"].as_str().unwrap().ends_with(said), "{told}");
        let asked = proxy.requests();
        assert!(!asked.is_empty() && asked.iter().all(|asked| asked.method() == "CONNECT"), "{asked:?}");
        assert!(asked.iter().all(|asked| asked.header("authorization").is_none()));
    }
}
