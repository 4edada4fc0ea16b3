//! Servers whose signer this machine trusts, and what is wrong with their certificates all the same. Whom a machine
//! trusts is a setting of the machine, which the program reads as every other program does.

use chimera_core::ProviderKind;
use chimera_testkit::{Authority, FakeLlm, Flaw, TlsDoor};
use serde_json::{Value, json};

use super::{DIALECTS, answer_with, ask_with, server, stderr};
use crate::program::folder;
use chimera_testkit::Reply;

/// A server behind a door with this flaw, whose signer is trusted by whoever has this in its environment.
struct House {
    server: FakeLlm,
    door: TlsDoor,
    _folder: tempfile::TempDir,
    trusted: String,
}

impl House {
    async fn with(flaw: Flaw) -> Self {
        let (authority, folder) = (Authority::new(), folder());
        let server = FakeLlm::start().await;
        let door = TlsDoor::before(&server, &authority, flaw).await;
        let trusted = folder.path().join("trusted.pem");
        std::fs::write(&trusted, authority.pem()).unwrap();
        let trusted = trusted.to_str().unwrap().to_owned();
        Self { server, door, _folder: folder, trusted }
    }

    fn route(&self, kind: ProviderKind) -> String {
        let version = if matches!(kind, ProviderKind::Anthropic | ProviderKind::Gemini) { "" } else { "/v1" };
        format!("{}@{}{version}#m", kind.as_str(), self.door.url())
    }

    fn environment(&self) -> [(&str, &str); 1] {
        [("SSL_CERT_FILE", &self.trusted)]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_good_papers_is_talked_to_in_every_dialect() {
    for kind in DIALECTS {
        let house = House::with(Flaw::Nothing).await;
        house.server.always().replies(Reply::says_in(kind, "Nobody did."));

        let (told, code) = answer_with(&house.route(kind), &[], &house.environment());

        assert_eq!((&told["outcome"], &told["text"], code), (&json!("completed"), &json!("Nobody did."), 0), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_papers_are_named_and_nobody_is_asked_again_or_instead() {
    for (flaw, said) in [
        (Flaw::SelfSigned, "have the system trust its certificate"),
        (Flaw::Expired, "the server's owner has to renew it"),
        (Flaw::NotYetValid, "see whether this machine's clock is right"),
        (Flaw::OtherName, "see whether the address is right"),
    ] {
        for kind in DIALECTS {
            let house = House::with(flaw).await;
            let other = server([Reply::says_in(kind, "I would have answered.")]).await;
            let route = format!("{},{}", house.route(kind), super::route(kind, &[&other]));

            let (told, code) = answer_with(&route, &[], &house.environment());

            assert_eq!((&told["outcome"], code), (&json!("failed"), 3), "{flaw:?} {kind:?}: {told}");
            let [attempt] = told["attempts"].as_array().unwrap().as_slice() else { panic!("{told}") };
            assert_eq!((&attempt["class"], &attempt["status"]), (&json!("bad_certificate"), &Value::Null), "{attempt}");
            assert!(attempt["error"].as_str().unwrap().contains(said), "{flaw:?}: {attempt}");
            assert_eq!(house.door.knocks(), 1, "{flaw:?} is no failure of the network");
            assert!(house.server.requests().is_empty() && other.requests().is_empty(), "{flaw:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_allows_it_is_answered_by_the_next() {
    let house = House::with(Flaw::Expired).await;
    let other = server([Reply::says("Nobody did.")]).await;
    let kind = ProviderKind::Compatible;
    let route = format!("{},{}", house.route(kind), super::route(kind, &[&other]));

    let (told, code) = answer_with(&route, &["--bad-certificate", "ask-another"], &house.environment());

    assert_eq!((&told["text"], code), (&json!("Nobody did."), 0), "{told}");
    assert_eq!(house.door.knocks(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reads_what_to_do() {
    let house = House::with(Flaw::Expired).await;

    let output = ask_with(&house.route(ProviderKind::Compatible), &[], &house.environment());

    let said = stderr(&output);
    assert!(said.contains("certificate is not trusted") && said.contains("it has expired"), "{said}");
}
