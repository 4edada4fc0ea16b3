//! Who may speak to the side door at all, decided from a request's head alone: no IO, no clock, no lookup of tokens.
//!
//! The order is fixed and the first refusal wins: Host, Origin, framing, method, credentials. Whether a token is
//! valid, and what it allows, is asked afterwards.

pub(crate) mod credentials;
mod host;
mod origin;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderValue, Method};

use crate::Error;

pub(crate) const HEALTH_PATH: &str = "/healthz";
pub(crate) const SOCKET_PATH: &str = "/api/v1/ws";

#[derive(Debug)]
pub(crate) struct Guard {
    hosts: host::Hosts,
    origins: Vec<HeaderValue>,
}

/// A request that may go on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pass<'a> {
    pub(crate) entry: Entry<'a>,
    /// The allowed origin the request came from, if a browser sent it.
    pub(crate) origin: Option<&'a HeaderValue>,
}

/// By which way it comes in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// What anybody on this machine may ask.
    Open,
    /// Shows a token, which may be right or wrong.
    Token(&'a str),
    /// A handshake without a token: it gets a socket that answers nothing but a valid `auth` message.
    Unannounced,
}

/// Why a request goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Addressed to a name that is not ours: the mark of DNS rebinding.
    Host,
    /// Sent by a web page nobody allowed.
    Origin,
    Malformed(&'static str),
    Method,
    /// No token, or not as one is shown.
    Unauthorized,
}

impl Guard {
    pub(crate) fn new(port: u16, origins: &[String]) -> Result<Self, Error> {
        Ok(Self { hosts: host::Hosts::of(port), origins: origin::allowed(origins)? })
    }

    pub(crate) fn decide<'a>(&self, head: &'a Parts) -> Result<Pass<'a>, Refusal> {
        self.hosts.check(head)?;
        let origin = origin::check(&self.origins, &head.headers)?;
        check_framing(head)?;
        check_method(&head.method)?;
        if head.uri.path() == HEALTH_PATH {
            return Ok(Pass { entry: Entry::Open, origin });
        }
        let entry = match credentials::token(head)? {
            Some(token) => Entry::Token(token),
            None if credentials::may_follow(head) => Entry::Unannounced,
            None => return Err(Refusal::Unauthorized),
        };
        Ok(Pass { entry, origin })
    }
}

/// Two answers to "where does the body end" are one request too many. The parser below refuses most of it; this holds
/// whatever the parser does.
fn check_framing(head: &Parts) -> Result<(), Refusal> {
    let lengths = head.headers.get_all(CONTENT_LENGTH).iter().count();
    let codings = head.headers.get_all(TRANSFER_ENCODING).iter().count();
    if lengths + codings > 1 {
        return Err(Refusal::Malformed("the length of the body is given more than once"));
    }
    Ok(())
}

/// No route takes another method. Preflights are refused with the rest: a page that may come in uses the socket.
fn check_method(method: &Method) -> Result<(), Refusal> {
    match *method {
        Method::GET | Method::HEAD | Method::POST => Ok(()),
        _ => Err(Refusal::Method),
    }
}

#[cfg(test)]
mod tests;
