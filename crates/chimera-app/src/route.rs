//! Routes as a person writes them in a terminal: `anthropic#claude-sonnet-4-5,compatible@http://127.0.0.1:8080/v1#qwen3`.

use std::str::FromStr;

use chimera_core::{Connection, ConnectionId, MAX_ROUTE_MODELS, ModelRef, ProviderKind, Secret};

use crate::connections::KeyInput;
use crate::models::demo_connection;
use crate::{Chimera, Error, KeyStorage, NewConnection, Result};

/// A route by the addresses of its servers rather than by connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteSpec(Vec<Stop>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stop {
    kind: ProviderKind,
    base_url: Option<String>,
    model: String,
}

impl FromStr for RouteSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let stops: Vec<Stop> = text.split(',').map(|stop| parse_stop(stop.trim())).collect::<Result<_>>()?;
        if stops.len() > MAX_ROUTE_MODELS {
            return Err(Error::invalid("route", format!("a route holds at most {MAX_ROUTE_MODELS} models")));
        }
        Ok(Self(stops))
    }
}

fn parse_stop(text: &str) -> Result<Stop> {
    let form = "write KIND@BASE_URL#MODEL, such as compatible@http://127.0.0.1:8080/v1#qwen3, or KIND#MODEL where the \
                kind has an address of its own, such as anthropic#claude-sonnet-4-5 or demo#poet";
    let wrong = |what: &str| Error::invalid("route", format!("`{text}` {what}: {form}"));
    let (place, model) = text.rsplit_once('#').ok_or_else(|| wrong("names no model"))?;
    if model.is_empty() {
        return Err(wrong("names no model"));
    }
    let (kind, base_url) = match place.split_once('@') {
        Some((kind, base_url)) => (kind, Some(base_url.to_owned())),
        None => (place, None),
    };
    let Some(kind) = ProviderKind::ALL.into_iter().find(|known| known.as_str() == kind) else {
        let known = ProviderKind::ALL.map(ProviderKind::as_str).join(", ");
        return Err(wrong(&format!("is of no known kind ({known})")));
    };
    match (kind, &base_url) {
        (ProviderKind::Demo, Some(_)) => Err(wrong("gives the demo an address")),
        (ProviderKind::Compatible, None) => Err(wrong("gives no address")),
        (ProviderKind::Demo, None)
        | (ProviderKind::Compatible, Some(_))
        | (
            ProviderKind::Openai | ProviderKind::OpenaiResponses | ProviderKind::Anthropic | ProviderKind::Gemini,
            None | Some(_),
        ) => Ok(Stop { kind, base_url, model: model.to_owned() }),
    }
}

impl RouteSpec {
    /// One key is given for the whole route. If there is a vendor in it, the key is that vendor's and nobody else's.
    fn is_for(&self, stop: &Stop) -> Result<bool> {
        let mut vendors = self.0.iter().filter(|stop| stop.is_vendor()).map(Stop::address);
        let Some(vendor) = vendors.next() else { return Ok(true) };
        if vendors.any(|other| other != vendor) {
            return Err(Error::invalid("route", "one key cannot be for two vendors: add them as connections first"));
        }
        Ok(stop.is_vendor())
    }
}

/// A stop with what it takes to call it.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    pub(crate) connection: Connection,
    pub(crate) key: Option<Secret>,
    pub(crate) model: ModelRef,
}

impl Reached {
    /// As a person would write it.
    pub(crate) fn written(&self) -> String {
        let kind = self.connection.kind.as_str();
        match &self.connection.base_url {
            Some(base_url) => format!("{kind}@{base_url}#{}", self.model.model),
            None => format!("{kind}#{}", self.model.model),
        }
    }
}

impl RouteSpec {
    pub(crate) fn empty() -> Self {
        Self(Vec::new())
    }

    /// The route as connections that nobody has configured. One key is for the whole route (and for no more than one
    /// vendor on the internet); several are for its servers, each once, in the order of the route.
    pub(crate) fn reach(&self, keys: &[Secret]) -> Result<Vec<Reached>> {
        let wants_key = |stop: &&Stop| stop.address().is_some();
        let servers = self.0.iter().filter(wants_key).count();
        if keys.len() > 1 && keys.len() != servers {
            let message = format!("{} keys for {servers} servers: give one for all, or one for each", keys.len());
            return Err(Error::invalid("key-env", message));
        }
        let mut reached: Vec<Reached> = Vec::new();
        let mut several = keys.iter();
        for stop in &self.0 {
            let key = match (stop.address(), keys) {
                (None, _) | (_, []) => None,
                (Some(_), [key]) => (self.is_all_here() || self.is_for(stop)?).then(|| key.clone()),
                (Some(_), _) => several.next().cloned(),
            };
            let known = reached.iter().find(|known| {
                known.connection.kind == stop.kind
                    && known.connection.base_url.as_deref() == stop.address()
                    && known.key.as_ref().map(Secret::expose) == key.as_ref().map(Secret::expose)
            });
            let connection = match (known, stop.address()) {
                (Some(known), _) => known.connection.clone(),
                (None, None) => demo_connection(),
                (None, Some(address)) => {
                    let fields = crate::validate::connection_fields(&stop.connection(address, None), key.is_some())?;
                    let id = format!("{}-{}", stop.kind.as_str(), reached.len() + 1);
                    Connection { id: ConnectionId::try_from(id).expect("a kind and a number are a slug"), ..fields }
                }
            };
            let model = ModelRef { connection: connection.id.clone(), model: stop.model.clone() };
            reached.push(Reached { connection, key, model });
        }
        Ok(reached)
    }

    /// Whether every server of it is this machine: then a key leaves it for nobody.
    fn is_all_here(&self) -> bool {
        let is_here = |address: &str| {
            url::Url::parse(address).is_ok_and(|url| match url.host() {
                Some(url::Host::Ipv4(address)) => address.is_loopback(),
                Some(url::Host::Ipv6(address)) => address.is_loopback(),
                Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
                None => false,
            })
        };
        self.0.iter().filter_map(Stop::address).all(is_here)
    }
}

impl Stop {
    fn connection(&self, address: &str, key: Option<Secret>) -> NewConnection {
        NewConnection {
            kind: self.kind,
            name: crate::validate::name_for_address(address),
            base_url: Some(address.to_owned()),
            // Whoever writes an address into a command has decided that it may be asked.
            local: self.base_url.is_some(),
            key: key.map(KeyInput),
            key_storage: KeyStorage::Session,
        }
    }

    fn is_vendor(&self) -> bool {
        self.kind.default_base_url().is_some()
    }

    fn address(&self) -> Option<&str> {
        self.base_url.as_deref().or(self.kind.default_base_url())
    }
}

impl Chimera {
    /// Finds or adds the connections of a route. The key, if any, is held in memory for them and stored nowhere.
    pub async fn route(&self, spec: &RouteSpec, key: Option<Secret>) -> Result<Vec<ModelRef>> {
        let mut route = Vec::new();
        for stop in &spec.0 {
            let connection = match stop.address() {
                None => demo_connection(),
                Some(address) => {
                    let key = match &key {
                        Some(key) if spec.is_for(stop)? => Some(key.clone()),
                        Some(_) | None => None,
                    };
                    self.session_connection(stop, address, key).await?
                }
            };
            route.push(ModelRef { connection: connection.id, model: stop.model.clone() });
        }
        Ok(route)
    }

    async fn session_connection(
        &self,
        stop: &Stop,
        address: &str,
        key: Option<Secret>,
    ) -> Result<chimera_core::Connection> {
        let new = stop.connection(address, key.clone());
        let wanted = crate::validate::connection_fields(&new, key.is_some())?;
        let known = self.connection_list().all().into_iter().find(|connection| {
            connection.kind == stop.kind && connection.base_url == wanted.base_url && connection.key == wanted.key
        });
        match known {
            Some(connection) => {
                self.connection_list().learn(connection.clone(), key);
                Ok(connection)
            }
            None => Ok(self.add_connection(new).await?.connection),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_read_as_it_is_written() {
        let route: RouteSpec = "compatible@http://127.0.0.1:8080/v1#org/model:7b, demo#poet!cut@1".parse().unwrap();

        let models: Vec<_> = route.0.iter().map(|stop| stop.model.as_str()).collect();
        assert_eq!(models, ["org/model:7b", "poet!cut@1"]);
        assert_eq!(route.0[0].base_url.as_deref(), Some("http://127.0.0.1:8080/v1"));
    }

    #[test]
    fn a_vendor_needs_no_address_and_may_have_one() {
        let route: RouteSpec = "anthropic#claude-m,openai-responses@http://127.0.0.1:1/v1#m,gemini#g".parse().unwrap();

        let addresses: Vec<_> = route.0.iter().map(|stop| stop.address().unwrap()).collect();
        assert_eq!(
            addresses,
            ["https://api.anthropic.com", "http://127.0.0.1:1/v1", "https://generativelanguage.googleapis.com"]
        );
    }

    #[test]
    fn a_key_goes_to_the_vendor_of_the_route_and_to_nobody_else() {
        let is_for = |route: &str| {
            let route: RouteSpec = route.parse().unwrap();
            route.0.iter().map(|stop| route.is_for(stop)).collect::<Result<Vec<_>>>().ok()
        };

        assert_eq!(
            is_for("compatible@http://127.0.0.1:1/v1#a,compatible@http://127.0.0.1:2/v1#b"),
            Some(vec![true; 2])
        );
        assert_eq!(is_for("anthropic#a,compatible@http://127.0.0.1:1/v1#b,anthropic#c"), Some(vec![true, false, true]));
        assert_eq!(is_for("openai#a,openai-responses#b"), Some(vec![true; 2]));
        assert_eq!(is_for("anthropic#a,gemini#b"), None);
    }

    #[test]
    fn several_keys_are_for_the_servers_in_their_order_and_one_for_all_on_this_machine() {
        let keys = |route: &str, keys: &[&str]| {
            let route: RouteSpec = route.parse().unwrap();
            let keys: Vec<_> = keys.iter().map(|key| Secret::new(*key)).collect();
            let reached = route.reach(&keys).ok()?;
            Some(reached.iter().map(|at| at.key.as_ref().map(|key| key.expose().to_owned())).collect::<Vec<_>>())
        };
        let some = |key: &str| Some(key.to_owned());
        let here = "openai@http://127.0.0.1:1/v1#a,demo#poet,anthropic@http://127.0.0.1:2#b";

        assert_eq!(keys(here, &["k"]), Some(vec![some("k"), None, some("k")]));
        assert_eq!(keys(here, &["k", "l"]), Some(vec![some("k"), None, some("l")]));
        assert_eq!(keys(here, &["k", "l", "m"]), None);
        assert_eq!(keys("anthropic#a,gemini#b", &["k"]), None, "one key is not for two vendors");
        assert_eq!(keys("anthropic#a,gemini#b", &["k", "l"]), Some(vec![some("k"), some("l")]));
    }

    #[test]
    fn a_route_that_cannot_be_read_is_refused_with_its_form() {
        for bad in [
            "",
            "demo",
            "demo#",
            "compatible#m",
            "demo@http://x#m",
            "openai2@http://x#m",
            "anthropic#",
            "demo#a,,demo#b",
        ] {
            let error = bad.parse::<RouteSpec>().unwrap_err();
            assert_eq!(error.field.as_deref(), Some("route"), "{bad}");
            assert!(error.message.contains("KIND@BASE_URL#MODEL"), "{bad}: {error}");
        }
    }
}
