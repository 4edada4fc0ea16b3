use std::error::Error;
use std::io;

use chimera_core::{ErrorClass, ProviderError};

use super::address::Refused;

/// What a failed call means. The client's error prints the URL, in which people keep keys, so only what lies beneath it
/// is put into words.
pub(super) fn not_reached(error: reqwest::Error) -> ProviderError {
    let error = error.without_url();
    if let Some(refused) = cause::<Refused>(&error) {
        return ProviderError::new(ErrorClass::NotConfigured, refused.to_string());
    }
    if let Some(tls) = tls_cause(&error) {
        let (class, detail) = distrust(tls);
        return ProviderError::new(class, detail);
    }
    let detail = if let Some(proxy) = proxy_cause(&error) {
        proxy
    } else if error.is_dns() {
        "the name of the server is unknown".to_owned()
    } else if error.is_timeout() {
        "the server did not answer in time".to_owned()
    } else {
        innermost(&error)
    };
    let class = if error.is_builder() { ErrorClass::NotConfigured } else { ErrorClass::Unreachable };
    ProviderError::new(class, detail)
}

/// What it means that an answer broke off. Words may have come before.
pub(super) fn broken_off(error: reqwest::Error) -> ProviderError {
    let error = error.without_url();
    let class = if is_garbled(&error) {
        ErrorClass::Malformed
    } else if error.is_timeout() {
        ErrorClass::IdleTimeout
    } else {
        ErrorClass::Truncated
    };
    ProviderError::new(class, innermost(&error))
}

/// Whether the server is not who it should be, or TLS just does not come about; and what to do about the former.
fn distrust(error: &rustls::Error) -> (ErrorClass, String) {
    use rustls::CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext, Revoked,
        UnknownIssuer,
    };
    let words = match error {
        rustls::Error::InvalidCertificate(flaw) => match flaw {
            Expired | ExpiredContext { .. } => {
                "it has expired: the server's owner has to renew it, unless this machine's clock is wrong"
            }
            NotValidYet | NotValidYetContext { .. } => "it is not valid yet: see whether this machine's clock is right",
            NotValidForName | NotValidForNameContext { .. } => {
                "it is made out for another name: see whether the address is right"
            }
            UnknownIssuer => {
                "nobody whom this system trusts has signed it: if the server is your own, have the system trust its \
                 certificate; if it is not, somebody may be listening in"
            }
            Revoked => "it was revoked: its owner no longer stands by it",
            _ => return (ErrorClass::BadCertificate, error.to_string()),
        },
        rustls::Error::NoCertificatesPresented => "there is none",
        _ => return (ErrorClass::Unreachable, error.to_string()),
    };
    (ErrorClass::BadCertificate, words.to_owned())
}

/// What came between when it is the proxy. The type of its error is not public, so it is known by how it begins.
fn proxy_cause(error: &(dyn Error + 'static)) -> Option<String> {
    let tunnel = chain(error).find(|error| error.to_string().starts_with("tunnel error"))?;
    let said = tunnel.to_string();
    Some(match tunnel.source() {
        Some(_) => format!("the proxy that this system names is not reached: {}", innermost(tunnel)),
        None if said.contains("authorization") => "the proxy that this system names asks for a password".to_owned(),
        None => "the proxy that this system names does not let us through".to_owned(),
    })
}

/// rustls's error travels inside an [`io::Error`], or inside one in another, and neither shows what it holds as its
/// source.
fn tls_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    fn within<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
        let held = || error.downcast_ref::<io::Error>()?.get_ref();
        error.downcast_ref().or_else(|| within(held()?))
    }
    chain(error).find_map(within)
}

/// The bytes came, but could not be inflated.
fn is_garbled(error: &(dyn Error + 'static)) -> bool {
    chain(error)
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
}

fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|error| error.downcast_ref())
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source())
}
