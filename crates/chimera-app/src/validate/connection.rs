use std::ops::RangeInclusive;

use chimera_core::{
    CALLS_AT_ONCE, Connection, ConnectionId, ConnectionLimits, KeyPlace, PATIENCE_SECONDS, ProviderKind,
};
use url::{Host, Url};

use super::{line, slug};
use crate::connections::{KeyStorage, NewConnection};
use crate::models::Connections;
use crate::{Error, Result};

const MAX_CONNECTION_NAME_CHARS: usize = 60;
/// What a connection is called whose name leaves nothing for an id.
const ID: &str = "connection";
const MAX_URL_CHARS: usize = 2_000;

/// A connection with an id of its own, made from its name.
pub(crate) fn connection(new: &NewConnection, has_key: bool, known: &Connections) -> Result<Connection> {
    let fields = connection_fields(new, has_key)?;
    let base = slug(&fields.name, ID);
    let is_free = |id: &ConnectionId| known.get(id).is_none();
    let id = std::iter::once(base.clone())
        .chain((2..).map(|n| format!("{base}-{n}")))
        .filter_map(|text| ConnectionId::try_from(text).ok())
        .find(is_free)
        .expect("the numbers do not run out");
    Ok(Connection { id, ..fields })
}

/// The fields alone, under a provisional id.
pub(crate) fn connection_fields(new: &NewConnection, has_key: bool) -> Result<Connection> {
    let name = line("name", &new.name, MAX_CONNECTION_NAME_CHARS)?;
    if new.kind == ProviderKind::Demo {
        return Err(Error::invalid("kind", "the demo voices are built in"));
    }
    // The vendor's address is written down like any other: a key belongs to where it was given for.
    let given = new.base_url.as_deref().filter(|given| !given.trim().is_empty());
    let base_url = base_url(given.or(new.kind.default_base_url()).unwrap_or_default(), new.local)?;
    // Others speak the vendors' protocols without one.
    if !has_key && new.kind.default_base_url() == Some(&base_url) {
        return Err(Error::invalid("key", "the key is missing: this vendor answers nobody without one"));
    }
    let key = match (has_key, new.key_storage) {
        (false, _) => KeyPlace::None,
        (true, KeyStorage::Keyring) => KeyPlace::Keyring,
        (true, KeyStorage::Session) => KeyPlace::Session,
        (true, KeyStorage::File) => KeyPlace::File,
    };
    check_limits(&new.limits)?;
    let id = ConnectionId::try_from(slug(&name, ID)).expect("a slug is a well-formed name");
    let (kind, local, limits) = (new.kind, new.local, new.limits);
    Ok(Connection { id, kind, name, base_url: Some(base_url), local, key, limits })
}

fn check_limits(limits: &ConnectionLimits) -> Result<()> {
    let ConnectionLimits { calls_at_once, first_token_s, idle_s, no_progress_s, total_s } = limits;
    within("limits.calls_at_once", "calls", &CALLS_AT_ONCE, *calls_at_once)?;
    for (field, seconds) in [
        ("limits.first_token_s", first_token_s),
        ("limits.idle_s", idle_s),
        ("limits.no_progress_s", no_progress_s),
        ("limits.total_s", total_s),
    ] {
        within(field, "seconds", &PATIENCE_SECONDS, *seconds)?;
    }
    Ok(())
}

fn within(field: &str, what: &str, range: &RangeInclusive<u32>, given: Option<u32>) -> Result<()> {
    if given.is_none_or(|given| range.contains(&given)) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    Err(Error::invalid(field, format!("give a number of {what} from {least} to {most}, or none for what is usual")))
}

fn base_url(given: &str, local: bool) -> Result<String> {
    let given = given.trim().trim_end_matches('/');
    let refuse = |message: &str| Err(Error::invalid("base_url", message));
    if given.is_empty() {
        return refuse("the address is missing: for Ollama it is http://127.0.0.1:11434/v1");
    }
    if given.len() > MAX_URL_CHARS {
        return refuse("the address is too long");
    }
    let Ok(url) = Url::parse(given) else {
        return refuse("this is no address: it should look like https://api.example.com/v1");
    };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return refuse("the address must begin with https:// (or http:// for a server of your own)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("the address may not hold a name or password: give the key in its own field");
    }
    // Azure's older addresses want it; anything else there may well be a key.
    let is_version_only = url.query_pairs().all(|(name, _)| name == "api-version");
    if !is_version_only || url.query() == Some("") || url.fragment().is_some() {
        return refuse("the address may not hold ? or # (but for ?api-version=…): give the part before it");
    }
    if url.scheme() == "http" && !local && !is_loopback(&url) {
        return refuse("over plain http anyone on the way could read the key: use https, or mark the server as local");
    }
    Ok(given.to_owned())
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// How a connection is called when only its address is known.
pub(crate) fn name_for_address(base_url: &str) -> String {
    let url = Url::parse(base_url).ok();
    let host = url.as_ref().and_then(|url| url.host_str()).unwrap_or("server");
    let host: String = host.chars().take(MAX_CONNECTION_NAME_CHARS - 6).collect();
    match url.as_ref().and_then(Url::port) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_only_to_loopback_or_to_a_server_marked_local() {
        assert!(base_url("http://127.0.0.1:11434/v1/", false).is_ok());
        assert!(base_url("http://[::1]:11434/v1", false).is_ok());
        assert!(base_url("http://192.168.1.5:8000/v1", true).is_ok());
        assert!(base_url("http://192.168.1.5:8000/v1", false).is_err());
        assert!(base_url("http://127.0.0.1.evil.example/v1", false).is_err());
    }

    #[test]
    fn a_vendor_has_an_address_and_wants_a_key() {
        let new = |kind, base_url: Option<&str>| NewConnection {
            kind,
            name: "work".into(),
            base_url: base_url.map(str::to_owned),
            local: false,
            key: None,
            key_storage: KeyStorage::Session,
            limits: ConnectionLimits::default(),
        };
        let fields = |kind, base_url, has_key| {
            let fields = connection_fields(&new(kind, base_url), has_key);
            fields
                .map(|connection| connection.base_url.unwrap_or_default())
                .map_err(|error| error.field.unwrap_or_default())
        };

        for blank in [None, Some(""), Some(" ")] {
            let found = fields(ProviderKind::Anthropic, blank, true);
            assert_eq!(found.as_deref(), Ok("https://api.anthropic.com"));
        }
        assert_eq!(fields(ProviderKind::Gemini, None, false), Err("key".into()));
        assert_eq!(fields(ProviderKind::Compatible, None, true), Err("base_url".into()));
        let own = Some("http://127.0.0.1:8080");
        assert_eq!(fields(ProviderKind::Anthropic, own, false).as_deref(), Ok("http://127.0.0.1:8080"));
    }

    #[test]
    fn a_limit_out_of_its_range_is_named_with_its_range() {
        let usual = ConnectionLimits::default();
        let refused = |limits: ConnectionLimits| check_limits(&limits).map_err(|error| error.field.unwrap_or_default());

        for seconds in [0, 86_401] {
            let seconds = Some(seconds);
            for (field, limits) in [
                ("limits.first_token_s", ConnectionLimits { first_token_s: seconds, ..usual }),
                ("limits.idle_s", ConnectionLimits { idle_s: seconds, ..usual }),
                ("limits.no_progress_s", ConnectionLimits { no_progress_s: seconds, ..usual }),
                ("limits.total_s", ConnectionLimits { total_s: seconds, ..usual }),
            ] {
                assert_eq!(refused(limits), Err(field.into()), "{seconds:?}");
            }
        }
        for calls in [0, 257] {
            let error = check_limits(&ConnectionLimits { calls_at_once: Some(calls), ..usual }).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("limits.calls_at_once"));
            assert!(error.message.contains("from 1 to 256"), "{error}");
        }
        assert_eq!(refused(ConnectionLimits { calls_at_once: Some(256), total_s: Some(86_400), ..usual }), Ok(()));
    }

    #[test]
    fn an_address_that_hides_something_is_refused() {
        for bad in [
            "",
            "example.com/v1",
            "ftp://x/v1",
            "https://key@host/v1",
            "https://host/v1?key=1",
            "https://host/v1?api-version=1&key=1",
            "https://host/#a",
        ] {
            let error = base_url(bad, false).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("base_url"), "{bad}");
        }
    }

    #[test]
    fn azures_version_may_stand_behind_the_address() {
        let azure = "https://me.openai.azure.com/openai/deployments/chat?api-version=2024-10-21";
        assert_eq!(base_url(azure, false).ok().as_deref(), Some(azure));
    }

    #[test]
    fn a_name_of_any_script_makes_an_id() {
        assert_eq!(slug("Work OpenAI!", ID), "work-openai");
        assert_eq!(slug("模型", ID), "connection");
    }
}
