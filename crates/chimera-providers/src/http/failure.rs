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
        return ProviderError::new(tls_class(tls), tls.to_string());
    }
    let detail = if error.is_dns() {
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

fn tls_class(error: &rustls::Error) -> ErrorClass {
    match error {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => ErrorClass::BadCertificate,
        _ => ErrorClass::Unreachable,
    }
}

/// rustls's error travels inside an [`io::Error`], which does not show it as a source.
fn tls_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    chain(error).find_map(|error| {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()).or_else(|| error.downcast_ref())
    })
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
