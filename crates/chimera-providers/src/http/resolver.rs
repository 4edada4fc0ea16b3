use std::net::SocketAddr;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{Reach, Refused};

/// The system's resolver, with the addresses left out that the client may not call.
///
/// What is judged here is what is connected to: there is no second look-up that could answer differently.
pub(super) struct Resolver {
    reach: Reach,
    /// Hosts of the system's proxies. They may well lie in the private network, and the person's system vouches for
    /// them; behind one, names are resolved where we cannot see it.
    proxies: Vec<String>,
}

impl Resolver {
    pub(super) fn new(reach: Reach) -> Self {
        let proxies = match reach {
            Reach::Internet => system_proxies(),
            Reach::Anywhere => Vec::new(),
        };
        Self { reach, proxies }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_proxy = self.proxies.iter().any(|host| host.eq_ignore_ascii_case(name.as_str()));
        let reach = if is_proxy { Reach::Anywhere } else { self.reach };
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(permitted(reach, found)?.into_iter()) as Addrs)
        })
    }
}

/// What may be called of what was found, or why nothing may.
fn permitted(reach: Reach, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
    let refusal = found.iter().find_map(|address| reach.allows(address.ip()).err());
    let allowed: Vec<_> = found.into_iter().filter(|address| reach.allows(address.ip()).is_ok()).collect();
    match refusal {
        Some(refusal) if allowed.is_empty() => Err(refusal),
        Some(_) | None => Ok(allowed),
    }
}

/// The proxies that the HTTP client itself will find in the environment and the system's settings.
fn system_proxies() -> Vec<String> {
    let matcher = Matcher::from_system();
    ["http://example.com", "https://example.com"]
        .into_iter()
        .filter_map(|url| matcher.intercept(&http::Uri::from_static(url)))
        .filter_map(|proxy| proxy.uri().host().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_to_both_worlds_leads_only_to_the_permitted_one() {
        let mixed: Vec<SocketAddr> = ["127.0.0.1:0", "1.1.1.1:0"].map(|a| a.parse().unwrap()).into();

        assert_eq!(permitted(Reach::Internet, mixed.clone()), Ok(vec![mixed[1]]));
        assert_eq!(permitted(Reach::Anywhere, mixed.clone()), Ok(mixed.clone()));
        assert_eq!(permitted(Reach::Internet, mixed[..1].to_vec()), Err(Refused::Private));
    }
}
