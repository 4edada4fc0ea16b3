use std::net::IpAddr;

use url::{Host, Url};

use super::address::Reach;

/// The address as the person gave it, if it may be called at all, and how far it may lead.
pub(super) fn base_url(text: &str, local: bool) -> Result<(Url, Reach), String> {
    let trimmed = text.trim().trim_end_matches('/');
    if trimmed.is_empty() {
        return Err("the connection has no address".into());
    }
    // Pasted out of documentation with the call still on it.
    let trimmed = trimmed.strip_suffix("/chat/completions").unwrap_or(trimmed);
    let url = Url::parse(trimmed).map_err(|error| format!("the address is not a URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a name or password does not belong into the address".into());
    }
    // Names are judged when they are resolved; a number never is.
    let number = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err("the address names no server".into()),
    };
    // Who writes `localhost` means this machine, marked or not.
    let is_this_machine = url.host_str() == Some("localhost") || number.is_some_and(|address| address.is_loopback());
    let reach = if local || is_this_machine { Reach::Anywhere } else { Reach::Internet };
    match (url.scheme(), reach) {
        ("https", _) | ("http", Reach::Anywhere) => {}
        ("http", Reach::Internet) => {
            return Err(
                "plain http would show the key to everyone on the way: use https, or mark the connection as local"
                    .into(),
            );
        }
        _ => return Err("the address should begin with https://".into()),
    }
    if let Some(address) = number {
        reach.allows(address).map_err(|refused| refused.to_string())?;
    }
    Ok((url, reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_given_but_for_what_cannot_be_meant() {
        for (given, kept) in [
            ("https://api.example.com/v1/", "https://api.example.com/v1"),
            ("https://api.example.com", "https://api.example.com/"),
            (" https://api.example.com/v1/chat/completions ", "https://api.example.com/v1"),
            ("https://x.example.com/openai?api-version=1", "https://x.example.com/openai?api-version=1"),
        ] {
            assert_eq!(base_url(given, false).map(|(url, _)| url.to_string()).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn what_must_not_be_called_is_refused_before_a_byte_is_sent() {
        for refused in [
            "",
            "api.example.com/v1",
            "localhost:11434",
            "ftp://example.com",
            "http://api.example.com/v1",
            "http://localhost.example.com",
            "https://[::ffff:7f00:1]/",
            "https://10.1.2.3",
            "https://0xa.1/",
            "https://me:pw@example.com",
            "https://169.254.169.254",
        ] {
            assert!(base_url(refused, false).is_err(), "{refused:?} was accepted");
        }
        for refused in
            ["http://169.254.169.254/v1", "http://[::ffff:a9fe:a9fe]/", "http://[fe80::1]/", "http://224.0.0.1"]
        {
            assert!(base_url(refused, true).is_err(), "{refused:?} was accepted");
        }
    }

    #[test]
    fn this_machine_may_be_called_by_name_and_its_network_when_it_is_marked() {
        for loopback in ["http://localhost:11434/v1", "http://127.0.0.1:8080", "http://[::1]:1234/v1"] {
            assert!(base_url(loopback, false).is_ok(), "{loopback:?} was refused");
        }
        for network in ["http://192.168.1.7:8080", "http://box.lan", "https://10.0.0.2/v1"] {
            assert!(base_url(network, true).is_ok(), "{network:?} was refused");
        }
    }
}
