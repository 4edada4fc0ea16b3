//! Which addresses are one's own machine or network, as far as can be told from how they are written.

use std::net::IpAddr;

use url::{Host, Url};

use crate::http::Reach;

/// Endings of names that mean nothing outside of one's own network.
const ENDINGS: [&str; 5] = [".local", ".lan", ".internal", ".home.arpa", ".localhost"];

/// Whether the server of an address is on this machine or its network. A name is taken at its word; one of another form
/// may lead there all the same, but only a person can say so.
pub fn is_at_home(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Domain(name)) => return !name.contains('.') || ENDINGS.iter().any(|end| name.ends_with(end)),
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        None => return false,
    };
    Reach::Internet.allows(address).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ones_own_is_what_nobody_else_can_mean() {
        let at_home = |url: &str| is_at_home(&url.parse().unwrap());

        for own in [
            "http://127.0.0.1:8080/v1",
            "http://[::1]",
            "http://0.0.0.0:1",
            "http://192.168.1.5/v1",
            "http://100.101.102.103",
            "http://[fd12::1]/v1",
            "http://localhost:11434",
            "http://LOCALHOST",
            "http://ollama:11434/v1",
            "http://me.localhost",
            "http://box.local",
            "http://Box.LAN/v1",
            "https://gpu.internal",
            "http://nas.home.arpa",
        ] {
            assert!(at_home(own), "{own}");
        }
        for elsewhere in [
            "http://api.example.com/v1",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://1.1.1.1",
            "http://[2606:4700::1111]",
            "http://[::ffff:8.8.8.8]",
            "http://box.lan.example.com",
            "file:///etc/hosts",
        ] {
            assert!(!at_home(elsewhere), "{elsewhere}");
        }
    }
}
