//! Rows by dialects, each field of the table a test of its own.

use chimera_core::ProviderError;
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Heard, Reply};

use crate::dialect::Dialect;

/// One test for each dialect from each row: `a_row::messages` and its like.
macro_rules! in_every_dialect {
    ($(async fn $row:ident($dialect:ident: Dialect) $body:block)*) => {$(
        mod $row {
            #[allow(unused_imports, reason = "not every row needs all that its neighbours need")]
            use super::*;

            async fn row($dialect: Dialect) $body

            #[tokio::test]
            async fn chat_completions() {
                row(Dialect::ChatCompletions).await;
            }

            #[tokio::test]
            async fn responses() {
                row(Dialect::Responses).await;
            }

            #[tokio::test]
            async fn messages() {
                row(Dialect::Messages).await;
            }

            #[tokio::test]
            async fn generate_content() {
                row(Dialect::GenerateContent).await;
            }
        }
    )*};
}

/// What is heard in this dialect when a server answers so.
pub async fn answered(dialect: Dialect, reply: Reply) -> Heard {
    let server = FakeLlm::start().await;
    server.always().replies(reply);
    let connection = server.connection_of(dialect.kind());
    Heard::all_of(Providers::new().open(&connection, None).expect("loopback may be called").reply(question("m"))).await
}

/// The error that such an answer is.
pub async fn refused(dialect: Dialect, reply: Reply) -> ProviderError {
    let heard = answered(dialect, reply).await;
    assert_eq!(heard.text, "", "nothing was said");
    heard.error().clone()
}
