//! Nobody is reached.

use chimera_core::{Connection, ErrorClass};
use chimera_providers::Providers;
use chimera_testkit::builders::{local_connection, question};
use chimera_testkit::{FakeLlm, Heard, Reply};

use crate::dialect::Dialect;
use crate::matrix::refused;

/// The class of error with which a call to this address ends.
async fn called(dialect: Dialect, url: &str) -> (ErrorClass, String) {
    let connection = local_connection("x".parse().unwrap(), url);
    let connection = Connection { kind: dialect.kind(), ..connection };
    let heard =
        Heard::all_of(Providers::new().open(&connection, None).expect("it may be called").reply(question("m"))).await;
    (heard.error().class, heard.error().detail.clone())
}

in_every_dialect! {
    async fn a_port_on_which_nobody_listens_is_unreachable(dialect: Dialect) {
        let server = FakeLlm::start().await;
        let url = server.url().to_owned();
        drop(server);
        // The port is free again as soon as the server's task is gone.
        tokio::task::yield_now().await;

        assert_eq!(called(dialect, &url).await.0, ErrorClass::Unreachable);
    }

    async fn a_name_that_nobody_has_is_unreachable(dialect: Dialect) {
        // Longer than any name may be, so that no name server is asked.
        let name = "x".repeat(64);

        let (class, detail) = called(dialect, &format!("http://{name}.invalid/v1")).await;

        assert_eq!((class, detail.as_str()), (ErrorClass::Unreachable, "the name of the server is unknown"));
    }

    async fn tls_to_a_server_without_it_fails_as_a_connection(dialect: Dialect) {
        let server = FakeLlm::start().await;

        let (class, _) = called(dialect, &server.url().replace("http://", "https://")).await;

        assert_eq!(class, ErrorClass::Unreachable);
    }

    async fn what_is_not_http_is_not_reached(dialect: Dialect) {
        let error = refused(dialect, Reply::raw("SSH-2.0-OpenSSH_9.2\r\n")).await;

        assert_eq!(error.class, ErrorClass::Unreachable);
    }

    async fn a_server_that_hangs_up_on_the_question_is_not_reached(dialect: Dialect) {
        for reply in [Reply::raw("").breaks_off(), Reply::raw("").resets(), Reply::raw("HTTP/1.1 200 OK\r\nconten").breaks_off()] {
            assert_eq!(refused(dialect, reply).await.class, ErrorClass::Unreachable);
        }
    }

    async fn a_forbidden_address_is_refused_before_anything_is_sent(dialect: Dialect) {
        let open = |url: &str, local: bool| {
            let connection = local_connection("x".parse().unwrap(), url);
            let connection = Connection { kind: dialect.kind(), local, ..connection };
            Providers::new().open(&connection, None).map(drop).map_err(|error| error.class)
        };

        assert_eq!(open("http://169.254.169.254/v1", true), Err(ErrorClass::NotConfigured));
        assert_eq!(open("https://10.0.0.7/v1", false), Err(ErrorClass::NotConfigured));
        assert_eq!(open("http://api.example.com/v1", false), Err(ErrorClass::NotConfigured));
        assert_eq!(open("https://api.example.com/v1", false), Ok(()));
    }
}
