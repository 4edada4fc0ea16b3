//! Finding the model servers that run on this machine. Nothing is asked before somebody wants to know, nothing but
//! loopback is ever asked, and nothing is asked but what a server offers.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use chimera_core::{Connection, ErrorClass, KeyPlace, ProviderError, ProviderKind};
use serde::Serialize;
use serde_json::Value;
use specta::Type;

use crate::compatible;
use crate::http::{Endpoint, Http, Rejection};
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

/// The addresses at which model servers usually listen on this machine.
pub fn usual_local_addresses() -> Vec<SocketAddr> {
    USUAL_PORTS.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).into()
}

/// Asks these addresses, all at once, for their models. Addresses beyond this machine are passed over.
pub(crate) async fn find(http: &Http, addresses: &[SocketAddr]) -> Vec<LocalServer> {
    let loopback = addresses.iter().filter(|address| address.ip().is_loopback());
    let asked = loopback.map(|address| async move { tokio::time::timeout(DEADLINE, ask(http, *address)).await.ok()? });
    futures::future::join_all(asked).await.into_iter().flatten().collect()
}

async fn ask(http: &Http, address: SocketAddr) -> Option<LocalServer> {
    let base_url = format!("http://{address}/v1");
    let found = |kind, needs_key, models| LocalServer { kind, base_url: base_url.clone(), needs_key, models };
    match get(http, &base_url, &["models"]).await {
        Ok(list) => match compatible::list(&list) {
            Ok(models) => Some(found(who(http, address, &list).await, false, models)),
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
    };
    let mut answer = Endpoint::new(http, &connection, None)?.get(path).await?;
    let bytes = answer.body.whole(MAX_ANSWER).await?;
    Ok(serde_json::from_slice(&bytes)
        .map_err(|_| ProviderError::new(ErrorClass::NotAnApi, "the answer is not JSON"))?)
}
