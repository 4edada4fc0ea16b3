//! Looking for model servers on this machine, when a person asks for it and at no other time.

use std::net::SocketAddr;

use chimera_core::{ConnectionId, ProviderKind};
use chimera_providers::{LocalServer, LocalServerKind, ModelInfo, usual_local_addresses};
use serde::Serialize;

use crate::Chimera;

/// A model server that was found, as the connection that it could become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct LocalServerFound {
    pub server: LocalServerKind,
    /// What to add: a connection of this kind, name and address, marked as local.
    pub kind: ProviderKind,
    pub name: String,
    pub base_url: String,
    pub local: bool,
    pub needs_key: bool,
    pub models: Vec<ModelInfo>,
    /// The connection that leads there already.
    pub connection: Option<ConnectionId>,
}

impl Chimera {
    /// Knocks where model servers usually listen on this machine, and says who answers. Nothing is added.
    pub async fn detect_local_servers(&self) -> Vec<LocalServerFound> {
        self.detect_servers_at(&usual_local_addresses()).await
    }

    /// The same at these addresses, of which those beyond this machine are passed over.
    pub async fn detect_servers_at(&self, addresses: &[SocketAddr]) -> Vec<LocalServerFound> {
        let found = self.connection_list().providers().find_local(addresses).await;
        found.into_iter().map(|server| self.as_connection(server)).collect()
    }

    fn as_connection(&self, found: LocalServer) -> LocalServerFound {
        let name = match found.kind {
            LocalServerKind::Ollama => "Ollama".to_owned(),
            LocalServerKind::LmStudio => "LM Studio".to_owned(),
            LocalServerKind::LlamaCpp => "llama.cpp".to_owned(),
            LocalServerKind::Vllm => "vLLM".to_owned(),
            LocalServerKind::Other => crate::validate::name_for_address(&found.base_url),
        };
        // People write the same address in more ways than one.
        let spellings = ["127.0.0.1", "localhost", "[::1]"]
            .map(|host| found.base_url.replace("127.0.0.1", host).replace("[::1]", host));
        let known = self.connection_list().all().into_iter().find(|connection| {
            connection.kind == ProviderKind::Compatible
                && connection.base_url.as_ref().is_some_and(|base_url| spellings.contains(base_url))
        });
        LocalServerFound {
            server: found.kind,
            kind: ProviderKind::Compatible,
            name,
            base_url: found.base_url,
            local: true,
            needs_key: found.needs_key,
            models: found.models,
            connection: known.map(|connection| connection.id),
        }
    }
}
