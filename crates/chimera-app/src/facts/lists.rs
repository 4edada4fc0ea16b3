//! The servers' lists of models as they were last fetched, kept beside the history so that prices and limits are known
//! from the first turn after a start. It is a cache: when it cannot be read or written, nothing is lost but that.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use chimera_core::{Connection, ConnectionId, ModelFacts};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Lists(HashMap<ConnectionId, List>);

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct List {
    /// What another server said is not said of this one.
    base_url: Option<String>,
    models: BTreeMap<String, ModelFacts>,
}

impl Lists {
    pub(super) fn read(path: &Path) -> Self {
        fs::read(path).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
    }

    /// The old file or the new one, whenever the power goes.
    pub(super) fn write(&self, path: &Path) -> std::io::Result<()> {
        let beside = beside(path);
        fs::write(&beside, serde_json::to_vec(self)?)?;
        fs::rename(&beside, path)
    }

    pub(super) fn facts(&self, connection: &Connection, model: &str) -> Option<&ModelFacts> {
        let list = self.0.get(&connection.id).filter(|list| list.base_url == connection.base_url)?;
        list.models.get(model)
    }

    pub(super) fn put(&mut self, connection: &Connection, models: BTreeMap<String, ModelFacts>) {
        // What says nothing takes up no room.
        let models = models.into_iter().filter(|(_, facts)| *facts != ModelFacts::default()).collect();
        self.0.insert(connection.id.clone(), List { base_url: connection.base_url.clone(), models });
    }

    pub(super) fn remove(&mut self, connection: &ConnectionId) {
        self.0.remove(connection);
    }
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("json.new")
}

#[cfg(test)]
mod tests {
    use chimera_core::{KeyPlace, ProviderKind};

    use super::*;

    #[test]
    fn a_list_outlives_the_app_and_not_its_server() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lists.json");
        let at = |base_url: &str| Connection {
            id: "mine".parse().unwrap(),
            kind: ProviderKind::Compatible,
            name: "Mine".into(),
            base_url: Some(base_url.into()),
            local: false,
            key: KeyPlace::None,
            limits: Default::default(),
        };
        let facts = ModelFacts { context_tokens: Some(8_192), ..ModelFacts::default() };
        let mut lists = Lists::default();
        lists.put(&at("https://one"), BTreeMap::from([("m".into(), facts.clone()), ("n".into(), Default::default())]));

        lists.write(&path).unwrap();
        let read = Lists::read(&path);

        assert_eq!(read, lists);
        assert_eq!(read.facts(&at("https://one"), "m"), Some(&facts));
        assert_eq!(read.facts(&at("https://two"), "m"), None);
        fs::write(&path, "{half").unwrap();
        assert_eq!(Lists::read(&path), Lists::default(), "what cannot be read is fetched again");
    }
}
