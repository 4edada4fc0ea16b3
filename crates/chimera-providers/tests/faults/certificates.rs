//! A server that is not who it says it is. What becomes of those whose signer the system trusts is tested with the
//! whole program, since that is a setting of the system.

use chimera_core::{Connection, ErrorClass, Secret};
use chimera_providers::Providers;
use chimera_testkit::builders::{local_connection, question};
use chimera_testkit::{Authority, FakeLlm, Flaw, Heard, TlsDoor};

use crate::dialect::Dialect;

in_every_dialect! {
    async fn a_server_that_nobody_vouches_for_is_told_nothing_and_asked_once(dialect: Dialect) {
        for flaw in [Flaw::SelfSigned, Flaw::Nothing, Flaw::Expired, Flaw::NotYetValid, Flaw::OtherName] {
            let server = FakeLlm::start().await;
            server.always().replies(dialect.says("Give me your key."));
            let door = TlsDoor::before(&server, &Authority::new(), flaw).await;
            let connection = local_connection("x".parse().unwrap(), &format!("{}/v1", door.url()));
            let connection = Connection { kind: dialect.kind(), ..connection };
            let provider = Providers::new().open(&connection, Some(Secret::new("sk-canary"))).unwrap();

            let heard = Heard::all_of(provider.reply(question("m"))).await;

            assert_eq!((heard.text.as_str(), heard.finish()), ("", Err(ErrorClass::BadCertificate)), "{flaw:?}: {}", heard.error());
            assert_eq!((door.knocks(), server.requests().len()), (1, 0), "{flaw:?}");
        }
    }
}
