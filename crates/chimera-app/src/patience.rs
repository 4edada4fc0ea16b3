//! How long a model may keep us waiting: by where its server is, by what its name says of it, and by what a person said.

mod thinking;

use std::net::Ipv4Addr;
use std::time::Duration;

use chimera_core::{Connection, ConnectionLimits, ProviderKind};
use chimera_engine::Patience;
use url::{Host, Url};

/// Models that think before they speak, and may not show it.
const REASONING_FIRST_TOKEN: Duration = Duration::from_secs(120);

/// What a person said of it; none is left to what is usual.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    pub first_token: Option<Duration>,
    pub idle: Option<Duration>,
    pub no_progress: Option<Duration>,
    pub total: Option<Duration>,
}

impl Timeouts {
    fn of(limits: &ConnectionLimits) -> Self {
        let seconds = |given: Option<u32>| given.map(|seconds| Duration::from_secs(seconds.into()));
        Self {
            first_token: seconds(limits.first_token_s),
            idle: seconds(limits.idle_s),
            no_progress: seconds(limits.no_progress_s),
            total: seconds(limits.total_s),
        }
    }

    /// What is said of one timer stretches those that would cut it short and of which nothing is said.
    pub(crate) fn over(self, usual: Patience) -> Patience {
        let first_token = self.first_token.unwrap_or(usual.first_token);
        let idle = self.idle.unwrap_or(usual.idle);
        let no_progress = self.no_progress.unwrap_or(usual.no_progress.max(self.idle.unwrap_or_default()));
        let total = self.total.unwrap_or(usual.total.max(first_token + no_progress));
        Patience { first_token, idle, no_progress, total }
    }
}

pub(crate) fn patience(connection: &Connection, model: &str) -> Patience {
    Timeouts::of(&connection.limits).over(usual(connection, model))
}

/// What counts where nobody says anything.
pub(crate) fn usual(connection: &Connection, model: &str) -> Patience {
    let usual = if is_near(connection) { Patience::LOCAL } else { Patience::CLOUD };
    match thinking::thinks(model) {
        true => Patience { first_token: usual.first_token.max(REASONING_FIRST_TOKEN), ..usual },
        false => usual,
    }
}

/// Whether its server is on this machine or its network, where a model may have to be loaded first.
pub(crate) fn is_near(connection: &Connection) -> bool {
    if connection.kind == ProviderKind::Demo {
        return true;
    }
    let Some(url) = connection.base_url.as_deref().and_then(|given| Url::parse(given).ok()) else { return false };
    match url.host() {
        Some(Host::Ipv4(address)) => is_near_v4(address),
        Some(Host::Ipv6(address)) => match address.to_ipv4_mapped() {
            Some(inner) => is_near_v4(inner),
            None => address.is_loopback() || address.is_unique_local(),
        },
        Some(Host::Domain(name)) => {
            let name = name.to_ascii_lowercase();
            let is_own =
                [".localhost", ".local", ".lan", ".home.arpa", ".internal"].iter().any(|end| name.ends_with(end));
            // Nobody else's model is behind plain http.
            !name.contains('.') || is_own || (connection.local && url.scheme() == "http")
        }
        None => false,
    }
}

fn is_near_v4(address: Ipv4Addr) -> bool {
    // Overlay networks between one's own machines, like Tailscale's, live in 100.64/10.
    let is_overlay = matches!(address.octets(), [100, 64..=127, ..]);
    address.is_loopback() || address.is_private() || address.is_unspecified() || is_overlay
}

#[cfg(test)]
mod tests {
    use super::*;
    use chimera_core::KeyPlace;

    fn at(base_url: &str, local: bool) -> Connection {
        Connection {
            id: "test".parse().unwrap(),
            kind: ProviderKind::Compatible,
            name: "test".into(),
            base_url: Some(base_url.into()),
            local,
            key: KeyPlace::None,
            limits: Default::default(),
        }
    }

    #[test]
    fn a_server_nearby_may_take_long_to_load_a_model_and_one_far_away_may_not() {
        for near in [
            "http://127.0.0.1:1/v1",
            "http://[::1]:1",
            "http://192.168.1.5/v1",
            "http://localhost:1",
            "http://box.lan",
            "http://100.64.0.1:11434/v1",
            "http://100.127.255.254/v1",
            "http://[::ffff:192.168.1.5]/v1",
            "http://[::ffff:100.101.102.103]/v1",
        ] {
            assert_eq!(patience(&at(near, false), "m"), Patience::LOCAL, "{near}");
        }
        for far in ["https://100.63.255.255/v1", "https://100.128.0.1/v1", "https://[2606:4700::1111]/v1"] {
            assert_eq!(patience(&at(far, false), "m"), Patience::CLOUD, "{far}");
        }
        assert_eq!(patience(&at("https://api.example.com/v1", true), "m"), Patience::CLOUD);
        assert_eq!(patience(&at("http://gpu.example.com/v1", true), "m"), Patience::LOCAL);
    }

    #[test]
    fn what_a_person_said_of_a_connection_counts_before_what_is_usual() {
        let mut slow = at("http://127.0.0.1:1/v1", false);
        slow.limits = ConnectionLimits { first_token_s: Some(1_800), idle_s: Some(600), ..ConnectionLimits::default() };
        let mut quick = at("https://api.example.com", false);
        quick.limits = ConnectionLimits {
            first_token_s: Some(5),
            idle_s: Some(6),
            no_progress_s: Some(7),
            total_s: Some(8),
            ..ConnectionLimits::default()
        };
        let seconds = |connection: &Connection, model: &str| {
            let Patience { first_token, idle, no_progress, total } = patience(connection, model);
            [first_token, idle, no_progress, total].map(|span| span.as_secs())
        };

        assert_eq!(seconds(&slow, "m"), [1_800, 600, 600, 2_400], "nothing cuts short what was said");
        assert_eq!(seconds(&quick, "o3"), [5, 6, 7, 8], "also of a model that thinks");
    }

    #[test]
    fn a_model_that_thinks_has_two_minutes_for_its_first_word() {
        let first = |model: &str| patience(&at("https://api.example.com", false), model).first_token.as_secs();

        assert_eq!([first("o3"), first("gpt-4o")], [120, 30]);
        assert_eq!(patience(&at("http://127.0.0.1/v1", false), "qwq").first_token.as_secs(), 300);
    }
}
