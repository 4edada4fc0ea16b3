//! OpenAI's models in Microsoft's house: the wire of chat completions and of Responses, at addresses of its own, with the
//! key in a header of its own. What is asked for is not a model but a deployment, which its owner named.

use chimera_core::{Connection, ProviderError, Secret};
use url::Url;

use crate::ModelInfo;
use crate::compatible;
use crate::http::{Credential, Endpoint, Http};

/// Endings of the names under which it listens.
const HOSTS: [&str; 4] =
    [".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com", ".openai.azure.us"];
/// The newest that is no preview, for addresses that need one and name none.
const API_VERSION: &str = "2024-10-21";

/// A way in that was recognised, with its address as it is to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Azure {
    connection: Connection,
    shape: Shape,
}

/// The two generations of addresses, of which the older is written in two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    /// `…/openai/v1`: as at OpenAI, and the deployment is in the body.
    V1,
    /// `…/openai/deployments/NAME?api-version=…`: one deployment, in the address.
    Deployment(String),
    /// `…/openai?api-version=…`: any deployment, in the path of each call.
    Deployments,
}

impl Azure {
    /// The way in, if this address leads there: by its host, or by a path that only Azure and gateways to it have.
    pub(crate) fn at(connection: &Connection) -> Option<Self> {
        let mut url = Url::parse(connection.base_url.as_deref()?).ok()?;
        let is_its_host = url.host_str().is_some_and(|host| HOSTS.iter().any(|ending| host.ends_with(ending)));
        let path: Vec<String> = url.path_segments()?.filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let names_version = url.query_pairs().any(|(name, _)| name == "api-version");
        let deployments = path.windows(2).position(|two| two == ["openai", "deployments"]);

        let (shape, path) = match (deployments, &path[..]) {
            (Some(at), path) if path.len() > at + 2 => (Shape::Deployment(path[at + 2].to_owned()), &path[..at + 3]),
            (Some(at), path) => (Shape::Deployments, &path[..=at]),
            (None, _) if !is_its_host => return None,
            (None, [] | ["openai"]) if names_version => (Shape::Deployments, &["openai"][..]),
            (None, [] | ["openai"]) => (Shape::V1, &["openai", "v1"][..]),
            // Pasted out of the portal with the call still on it.
            (None, [path @ .., "chat", "completions"] | [path @ .., "responses"] | path) => (Shape::V1, path),
        };
        url.path_segments_mut().ok()?.clear().extend(path);
        if shape != Shape::V1 && !names_version {
            url.query_pairs_mut().append_pair("api-version", API_VERSION);
        }
        let base_url = Some(url.to_string());
        Some(Self { connection: Connection { base_url, ..connection.clone() }, shape })
    }

    pub(crate) fn endpoint(&self, http: &Http, key: Option<Secret>) -> Result<Endpoint, ProviderError> {
        endpoint(http, &self.connection, key)
    }

    /// What stands between the address and the call, when this deployment is asked.
    pub(crate) fn way_to(&self, deployment: &str) -> Vec<String> {
        match self.shape {
            Shape::V1 | Shape::Deployment(_) => Vec::new(),
            Shape::Deployments => vec!["deployments".to_owned(), deployment.to_owned()],
        }
    }

    /// What can be asked for. The older addresses list the models that could be deployed, not the deployments: for one
    /// that names a deployment the list only shows whether the key is good.
    pub(crate) async fn models(&self, http: &Http, key: Option<Secret>) -> Result<Vec<ModelInfo>, ProviderError> {
        let Shape::Deployment(name) = &self.shape else {
            return compatible::models(&self.endpoint(http, key)?).await;
        };
        let base_url = self.connection.base_url.as_deref().unwrap_or_default();
        let above = base_url.replacen(&format!("/deployments/{name}"), "", 1);
        let above = Connection { base_url: Some(above), ..self.connection.clone() };
        compatible::models(&endpoint(http, &above, key)?).await?;
        Ok(vec![ModelInfo::new(name, name, Default::default())])
    }
}

fn endpoint(http: &Http, connection: &Connection, key: Option<Secret>) -> Result<Endpoint, ProviderError> {
    Endpoint::new(http, connection, key.map(|key| Credential::header("api-key", key)).transpose()?)
}

#[cfg(test)]
mod tests {
    use chimera_core::{KeyPlace, ProviderKind};

    use super::*;

    fn at(base_url: &str) -> Option<(String, Vec<String>)> {
        let id = "azure".parse().unwrap();
        let connection = Connection {
            id,
            kind: ProviderKind::Openai,
            name: "Azure".into(),
            base_url: Some(base_url.into()),
            local: false,
            key: KeyPlace::Session,
            limits: Default::default(),
        };
        let azure = Azure::at(&connection)?;
        Some((azure.connection.base_url.clone().unwrap(), azure.way_to("chat")))
    }

    #[test]
    fn every_address_that_the_portal_shows_leads_to_the_deployment() {
        let named = "https://me.openai.azure.com/openai/deployments/chat?api-version=2025-01-01-preview";
        let v1 = "https://me.openai.azure.com/openai/v1";
        for (given, called, way) in [
            ("https://me.openai.azure.com", v1, ""),
            ("https://me.openai.azure.com/openai/", v1, ""),
            ("https://me.openai.azure.com/openai/v1/", v1, ""),
            ("https://me.openai.azure.com/openai/v1/chat/completions", v1, ""),
            ("https://me.openai.azure.com/openai/v1/responses", v1, ""),
            (named, named, ""),
            (
                "https://me.openai.azure.com/openai/deployments/chat/chat/completions?api-version=2025-01-01-preview",
                named,
                "",
            ),
            (
                "https://me.openai.azure.com/openai/deployments/chat",
                "https://me.openai.azure.com/openai/deployments/chat?api-version=2024-10-21",
                "",
            ),
            (
                "https://me.openai.azure.com?api-version=2024-10-21",
                "https://me.openai.azure.com/openai?api-version=2024-10-21",
                "deployments/chat",
            ),
            (
                "https://me.services.ai.azure.com/models?api-version=2024-05-01-preview",
                "https://me.services.ai.azure.com/models?api-version=2024-05-01-preview",
                "",
            ),
            (
                "https://gateway.example.com/ai/openai/deployments/chat?api-version=2024-10-21",
                "https://gateway.example.com/ai/openai/deployments/chat?api-version=2024-10-21",
                "",
            ),
        ] {
            let (base_url, path) = at(given).unwrap();
            assert_eq!((base_url.as_str(), path.join("/").as_str()), (called, way), "{given}");
        }
    }

    #[test]
    fn others_are_not_taken_for_azure() {
        for other in [
            "https://api.openai.com/v1",
            "https://openai.azure.com.evil.example/openai/v1",
            "http://127.0.0.1:8000/openai/v1",
            "https://api.groq.com/openai/v1",
        ] {
            assert_eq!(at(other), None, "{other}");
        }
    }
}
