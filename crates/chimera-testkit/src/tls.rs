//! Servers behind TLS, whose certificates are made on the spot and may be wrong in every way in which one can be.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::FakeLlm;

/// Whoever signs certificates. No system trusts it before it is told to, by [`pem`](Self::pem).
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    Nothing,
    /// Nobody but itself has signed it.
    SelfSigned,
    Expired,
    NotYetValid,
    /// It is made out for another name than that under which it is shown.
    OtherName,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key can be made");
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "The workshop");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a sound certificate").pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// Its own certificate, as a system's list of those that it trusts would hold it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Papers for a server on loopback.
    fn papers(&self, flaw: Flaw) -> ServerConfig {
        let name = if flaw == Flaw::OtherName { "somebody-else.example" } else { "127.0.0.1" };
        let mut params = CertificateParams::new([name.to_owned()]).expect("names are names");
        match flaw {
            Flaw::Expired => params.not_after = date_time_ymd(2001, 1, 1),
            Flaw::NotYetValid => params.not_before = date_time_ymd(4000, 1, 1),
            Flaw::Nothing | Flaw::SelfSigned | Flaw::OtherName => {}
        }
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = match flaw {
            Flaw::SelfSigned => params.self_signed(&key),
            _ => params.signed_by(&key, &self.issuer),
        };
        let chain: Vec<CertificateDer<'static>> = vec![certificate.expect("a certificate").der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key in a usual form");
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows them")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("the key is that of the certificate")
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

/// The door of a [`FakeLlm`] that is opened by TLS only. It stands until it is dropped.
pub struct TlsDoor {
    url: String,
    knocks: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl TlsDoor {
    /// Shows a certificate of this authority with this flaw to everybody, and leads whoever accepts it to the server.
    pub async fn before(server: &FakeLlm, authority: &Authority, flaw: Flaw) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let inside = server.url().trim_start_matches("http://").parse().expect("the server has an address");
        let acceptor = TlsAcceptor::from(Arc::new(authority.papers(flaw)));
        let knocks = Arc::<AtomicUsize>::default();
        let task = tokio::spawn(attend(listener, acceptor, inside, knocks.clone()));
        Self { url: format!("https://{address}"), knocks, task }
    }

    /// `https://127.0.0.1:port`, without `/v1`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How often somebody has come so far, to be let in or not.
    pub fn knocks(&self) -> usize {
        self.knocks.load(Ordering::SeqCst)
    }
}

impl Drop for TlsDoor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn attend(listener: TcpListener, acceptor: TlsAcceptor, inside: SocketAddr, knocks: Arc<AtomicUsize>) {
    let mut guests = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        knocks.fetch_add(1, Ordering::SeqCst);
        let acceptor = acceptor.clone();
        guests.spawn(async move {
            // Who does not like the certificate hangs up, and that is that.
            let Ok(mut outside) = acceptor.accept(socket).await else { return };
            let Ok(mut inside) = TcpStream::connect(inside).await else { return };
            let _ = copy_bidirectional(&mut outside, &mut inside).await;
        });
    }
}
