use http::header::HOST;
use http::request::Parts;

use super::Refusal;

/// The names under which the side door answers, each with its port. A page that rebinds its own name to this machine
/// still has to write that name here.
#[derive(Debug)]
pub(super) struct Hosts([String; 3]);

impl Hosts {
    pub(super) fn of(port: u16) -> Self {
        Self([format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("[::1]:{port}")])
    }

    pub(super) fn check(&self, head: &Parts) -> Result<(), Refusal> {
        let mut given = head.headers.get_all(HOST).iter();
        let (Some(host), None) = (given.next(), given.next()) else { return Err(Refusal::Host) };
        if !self.0.iter().any(|ours| host.as_bytes().eq_ignore_ascii_case(ours.as_bytes())) {
            return Err(Refusal::Host);
        }
        // `GET http://name:port/path` names its target a second time.
        match head.uri.authority() {
            Some(authority) if !authority.as_str().as_bytes().eq_ignore_ascii_case(host.as_bytes()) => {
                Err(Refusal::Host)
            }
            Some(_) if head.uri.scheme_str().is_some_and(|scheme| scheme != "http") => Err(Refusal::Host),
            Some(_) | None => Ok(()),
        }
    }
}
