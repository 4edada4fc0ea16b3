//! Routes as a person writes them in a terminal: `anthropic#claude-sonnet-4-5,compatible@http://127.0.0.1:8080/v1#qwen3`.

use std::collections::BTreeSet;
use std::str::FromStr;

use chimera_core::{Connection, ConnectionId, ConnectionLimits, MAX_ROUTE_MODELS, ModelRef, ProviderKind, Secret};
use chimera_providers::is_at_home;
use url::Url;

use crate::connections::KeyInput;
use crate::models::demo_connection;
use crate::validate::is_loopback;
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
    if base_url.as_deref().is_some_and(is_in_the_clear) {
        return Err(Error::invalid(
            "route",
            format!(
                "`{text}` is plain http, and not on this machine or its network as far as its name tells: anyone on the \
                 way could read the key and the talk. Use https; if the server is your own, write its number or a name \
                 that ends in .local, .lan, .internal or .home.arpa, or add it with `chimera connections add --local` and \
                 name its models with --models"
            ),
        ));
    }
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

/// Whether what is sent there can be read on its way through networks that are not one's own.
fn is_in_the_clear(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| url.scheme() == "http" && !is_at_home(&url))
}

/// Whom a key is shown to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Server {
    /// Whatever listens on it: a key leaves it for nobody.
    ThisMachine,
    /// Scheme, host and port, as they are written. Two names of one machine are two servers: who answers to them is not
    /// ours to say.
    Elsewhere(String),
}

impl RouteSpec {
    /// The keys of its stops, in its order.
    fn deal(&self, keys: &[Secret]) -> Result<Vec<Option<Secret>>> {
        let wanting: Vec<&Stop> = self.0.iter().filter(|stop| stop.address().is_some()).collect();
        let mut origins: Vec<String> = Vec::new();
        for origin in wanting.iter().map(|stop| stop.origin()) {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        let to_whom: Vec<Option<&Secret>> = match keys {
            [] => Vec::new(),
            [key] => {
                let owner = self.owner()?;
                wanting.iter().map(|stop| (stop.server() == owner).then_some(key)).collect()
            }
            several if several.len() == wanting.len() => several.iter().map(Some).collect(),
            several if several.len() == origins.len() => {
                let place = |stop: &&Stop| origins.iter().position(|origin| *origin == stop.origin());
                wanting.iter().map(|stop| place(stop).and_then(|place| several.get(place))).collect()
            }
            several => {
                let (keys, servers) = (several.len(), origins.len());
                let message = format!("{keys} keys for {servers} servers: give --key-env once for each, in its order");
                return Err(Error::invalid("key-env", message));
            }
        };
        let mut to_whom = to_whom.into_iter();
        let dealt = self.0.iter().map(|stop| stop.address().and_then(|_| to_whom.next()).flatten().cloned());
        Ok(dealt.collect())
    }

    /// A question has a connection for each of its keys; what is kept has one for each server and protocol.
    fn gives_each_connection_one_key(&self, dealt: &[Option<Secret>]) -> Result<()> {
        let all = || self.0.iter().zip(dealt);
        let is_one = |one: &Stop, other: &Stop| one.kind == other.kind && one.address() == other.address();
        let has_another = |(stop, key): &(&Stop, &Option<Secret>)| {
            all().any(|(other, its)| {
                is_one(stop, other) && its.as_ref().map(Secret::expose) != key.as_ref().map(Secret::expose)
            })
        };
        match all().find(has_another) {
            Some((stop, _)) => {
                let message =
                    format!("{} is given two keys: give --key-env once for it", stop.address().unwrap_or_default());
                Err(Error::invalid("key-env", message))
            }
            None => Ok(()),
        }
    }

    /// Whose a single key is: the vendor's, if there is a vendor on the route, else that of the one server that is not
    /// this machine. Shown to another as well it would be known to somebody it was not given to.
    fn owner(&self) -> Result<Server> {
        let of = |is_candidate: &dyn Fn(&Stop) -> bool| -> BTreeSet<Server> {
            let servers = self.0.iter().filter(|stop| stop.address().is_some() && is_candidate(stop));
            servers.map(Stop::server).collect()
        };
        let vendors = of(&Stop::is_vendor);
        let candidates = if vendors.is_empty() { of(&|stop| stop.server() != Server::ThisMachine) } else { vendors };
        let mut candidates = candidates.into_iter();
        match (candidates.next(), candidates.next()) {
            (None, _) => Ok(Server::ThisMachine),
            (Some(owner), None) => Ok(owner),
            (Some(one), Some(other)) => {
                let message = format!(
                    "one key cannot be for {one} and for {other}: give --key-env once for each server of the route, in \
                     its order"
                );
                Err(Error::invalid("key-env", message))
            }
        }
    }
}

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Server::ThisMachine => f.write_str("this machine"),
            Server::Elsewhere(origin) => f.write_str(origin),
        }
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

    /// The route as connections that nobody has configured. One key is for one server; several are for its servers,
    /// each once, in the order of the route.
    pub(crate) fn reach(&self, keys: &[Secret]) -> Result<Vec<Reached>> {
        let mut reached: Vec<Reached> = Vec::new();
        for (stop, key) in self.0.iter().zip(self.deal(keys)?) {
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
}

impl Stop {
    fn connection(&self, address: &str, key: Option<Secret>) -> NewConnection {
        NewConnection {
            kind: self.kind,
            name: crate::validate::name_for_address(address),
            base_url: Some(address.to_owned()),
            // Whoever writes an address of this machine or its network into a command has decided that it may be asked.
            local: Url::parse(address).is_ok_and(|url| is_at_home(&url)),
            key: key.map(KeyInput),
            key_storage: KeyStorage::Session,
            limits: ConnectionLimits::default(),
        }
    }

    fn is_vendor(&self) -> bool {
        self.kind.default_base_url().is_some()
    }

    fn address(&self) -> Option<&str> {
        self.base_url.as_deref().or(self.kind.default_base_url())
    }

    fn server(&self) -> Server {
        let url = self.address().and_then(|address| Url::parse(address).ok());
        if url.is_some_and(|url| is_loopback(&url)) { Server::ThisMachine } else { Server::Elsewhere(self.origin()) }
    }

    fn origin(&self) -> String {
        let address = self.address().unwrap_or_default();
        Url::parse(address).map_or_else(|_| address.to_owned(), |url| url.origin().ascii_serialization())
    }
}

impl Chimera {
    /// Finds or adds the connections of a route. Its keys, dealt out as for a question, are held in memory for them and
    /// stored nowhere.
    pub async fn route(&self, spec: &RouteSpec, keys: impl IntoIterator<Item = Secret>) -> Result<Vec<ModelRef>> {
        let keys: Vec<Secret> = keys.into_iter().collect();
        let dealt = spec.deal(&keys)?;
        spec.gives_each_connection_one_key(&dealt)?;
        let mut route = Vec::new();
        for (stop, key) in spec.0.iter().zip(dealt) {
            let connection = match stop.address() {
                None => demo_connection(),
                Some(address) => self.session_connection(stop, address, key).await?,
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
                if let Some(key) = key {
                    self.learn_key(connection.clone(), key).await;
                }
                Ok(connection)
            }
            None => Ok(self.add_connection(new).await?.connection),
        }
    }
}

#[cfg(test)]
mod tests;
