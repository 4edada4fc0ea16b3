//! Finding the model servers that run on this machine. Nothing is asked before somebody wants to know, nothing but
//! loopback is ever asked, and nothing is asked but what a server offers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use chimera_core::{Connection, ConnectionLimits, ErrorClass, KeyPlace, ProviderError, ProviderKind};
use serde::Serialize;
use serde_json::Value;
use specta::Type;

use crate::compatible;
use crate::http::{Endpoint, Http, Rejection};
use crate::listed;
use crate::registry::ModelInfo;

/// Whoever runs on this machine answers at once, or is busy with something else.
const DEADLINE: Duration = Duration::from_secs(2);
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// Where they listen unless told otherwise: Ollama, LM Studio, llama.cpp, vLLM.
const USUAL_PORTS: [u16; 4] = [11434, 1234, 8080, 8000];

/// What kind of server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LocalServerKind {
    Ollama,
    LmStudio,
    LlamaCpp,
    Vllm,
    /// One that speaks the OpenAI-compatible protocol and does not say whose it is.
    Other,
}

/// A model server that was found on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct LocalServer {
    pub kind: LocalServerKind,
    pub base_url: String,
    /// It would say more to somebody with a key.
    pub needs_key: bool,
    pub models: Vec<ModelInfo>,
}

/// The addresses at which model servers usually listen on this machine: some only in the older family, some only in the
/// newer.
pub fn usual_local_addresses() -> Vec<SocketAddr> {
    let families = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    families.into_iter().flat_map(|family| USUAL_PORTS.map(|port| SocketAddr::from((family, port)))).collect()
}

/// Asks these addresses, all at once, for their models. Addresses beyond this machine are passed over. A server that
/// listens in both families is told of once, by the address that comes first.
pub(crate) async fn find(http: &Http, addresses: &[SocketAddr]) -> Vec<LocalServer> {
    let loopback = addresses.iter().filter(|address| address.ip().is_loopback());
    let asked =
        loopback.clone().map(|address| async move { tokio::time::timeout(DEADLINE, ask(http, *address)).await.ok()? });
    let mut found: Vec<(u16, LocalServer)> = Vec::new();
    for (address, server) in loopback.zip(futures::future::join_all(asked).await) {
        let is_told = |server: &LocalServer| {
            let is_same = |known: &LocalServer| known.kind == server.kind && known.models == server.models;
            found.iter().any(|(port, known)| *port == address.port() && is_same(known))
        };
        if let Some(server) = server.filter(|server| !is_told(server)) {
            found.push((address.port(), server));
        }
    }
    found.into_iter().map(|(_, server)| server).collect()
}

async fn ask(http: &Http, address: SocketAddr) -> Option<LocalServer> {
    let base_url = format!("http://{address}/v1");
    let found = |kind, needs_key, models| LocalServer { kind, base_url: base_url.clone(), needs_key, models };
    match get(http, &base_url, &["models"]).await {
        Ok(list) => match compatible::list(&list) {
            Ok(models) => {
                let models = listed::those_that_chat_first(models);
                Some(found(who(http, address, &list).await, false, models))
            }
            // Without a model, Ollama's list is null.
            Err(_) if is_ollama(http, address).await => Some(found(LocalServerKind::Ollama, false, Vec::new())),
            Err(_) => None,
        },
        // Many things listen on such ports and ask for a password; a model API says so in JSON.
        Err(Rejection { error, said }) if error.class == ErrorClass::Unauthorized && said.is_object() => {
            Some(found(LocalServerKind::Other, true, Vec::new()))
        }
        Err(_) => None,
    }
}

/// Each writes its own name, or what stands for it, into `owned_by`.
async fn who(http: &Http, address: SocketAddr, list: &Value) -> LocalServerKind {
    let owner = list.pointer("/data/0/owned_by").and_then(Value::as_str).unwrap_or_default();
    match owner {
        "llamacpp" => LocalServerKind::LlamaCpp,
        "vllm" => LocalServerKind::Vllm,
        "organization_owner" => LocalServerKind::LmStudio,
        _ if is_ollama(http, address).await => LocalServerKind::Ollama,
        _ => LocalServerKind::Other,
    }
}

/// Its own protocol stands beside the compatible one.
async fn is_ollama(http: &Http, address: SocketAddr) -> bool {
    let tags = get(http, &format!("http://{address}/api"), &["tags"]).await;
    tags.is_ok_and(|tags| tags.get("models").is_some_and(Value::is_array))
}

async fn get(http: &Http, base_url: &str, path: &[&str]) -> Result<Value, Rejection> {
    let connection = Connection {
        id: "local".parse().expect("a well-formed name"),
        kind: ProviderKind::Compatible,
        name: String::new(),
        base_url: Some(base_url.to_owned()),
        local: true,
        key: KeyPlace::None,
        limits: ConnectionLimits::default(),
    };
    let mut answer = Endpoint::new(http, &connection, None)?.get(path).await?;
    let bytes = answer.body.whole(MAX_ANSWER).await?;
    Ok(serde_json::from_slice(&bytes)
        .map_err(|_| ProviderError::new(ErrorClass::NotAnApi, "the answer is not JSON"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_families_of_addresses_are_asked_and_the_older_one_first() {
        let addresses: Vec<_> = usual_local_addresses().iter().map(ToString::to_string).collect();

        assert_eq!((addresses[0].as_str(), addresses[4].as_str()), ("127.0.0.1:11434", "[::1]:11434"));
    }
}
