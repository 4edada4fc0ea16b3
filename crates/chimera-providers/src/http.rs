//! The one way out of the house: two HTTP clients, and the rules for what may be called with a key in hand.
//!
//! Redirects are never followed: a client strips `Authorization` on the way to another host, but not the headers that
//! other vendors put their key in. Addresses are judged after the name is resolved, because a name proves nothing.

mod address;
mod base_url;
mod body;
mod censor;
mod endpoint;
mod failure;
mod resolver;
mod retry_after;
mod veil;

use std::sync::{Arc, LazyLock, Once};
use std::time::Duration;

use chimera_core::{ErrorClass, ProviderError};
use reqwest::{Client, ClientBuilder, redirect};

pub use address::Reach;
pub use body::{Body, Kind};
pub use endpoint::{Answer, Credential, Endpoint, Rejection};
use resolver::Resolver;
pub use retry_after::retry_after;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two bytes of an answer to a question that needs no thinking, like the list of models.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
const MAX_HEADERS: usize = 100;
const MAX_HEADER_LIST: u32 = 64 * 1024;

/// The clients. They pool connections, so there is one pair of them for the whole app; each is built when it is first
/// needed, since reading the system's certificates takes a while.
#[derive(Clone)]
pub struct Http {
    remote: Arc<LazyLock<Option<Client>>>,
    local: Arc<LazyLock<Option<Client>>>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            remote: Arc::new(LazyLock::new(|| build(Reach::Internet))),
            local: Arc::new(LazyLock::new(|| build(Reach::Anywhere))),
        }
    }
}

impl Http {
    fn client(&self, reach: Reach) -> Result<Client, ProviderError> {
        let client = match reach {
            Reach::Internet => &self.remote,
            Reach::Anywhere => &self.local,
        };
        let unusable = || ProviderError::new(ErrorClass::BadCertificate, "this system's TLS could not be set up");
        client.as_ref().as_ref().cloned().ok_or_else(unusable)
    }
}

fn build(reach: Reach) -> Option<Client> {
    static CRYPTO: Once = Once::new();
    // An error means that the program had installed a provider before us, which serves as well.
    CRYPTO.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));

    let strict = || configure(reach).build();
    // Without any system certificate, servers on plain http can still be used; every other will be found untrusted.
    let without_roots = |_| configure(reach).tls_certs_only([]).build();
    strict().or_else(without_roots).inspect_err(|error| tracing::error!(%error, "no http client")).ok()
}

fn configure(reach: Reach) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(concat!("chimera/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEADER_LIST)
        // A connection that a sleeping machine or a changed network left dead is found within the minute.
        .http2_keep_alive_interval(Duration::from_secs(20))
        .http2_keep_alive_timeout(Duration::from_secs(20))
        .dns_resolver(Resolver::new(reach));
    match reach {
        Reach::Internet => builder,
        // A proxy has no business between two programs on one machine or network.
        Reach::Anywhere => builder.no_proxy(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Port 9 discards, where it is served at all; nothing gets that far.
    async fn call(reach: Reach, url: &str) -> ProviderError {
        let client = Http::default().client(reach).unwrap();
        failure::not_reached(client.get(url).send().await.unwrap_err())
    }

    #[tokio::test]
    async fn a_name_that_leads_into_this_machine_is_refused_after_it_was_resolved() {
        let refused = call(Reach::Internet, "https://localhost:9/").await;
        let permitted = call(Reach::Anywhere, "https://localhost:9/").await;

        assert_eq!(refused.class, ErrorClass::NotConfigured);
        assert!(refused.detail.contains("mark the connection as local"), "{refused}");
        assert_eq!(permitted.class, ErrorClass::Unreachable);
    }
}
