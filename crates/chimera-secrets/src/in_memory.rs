use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chimera_core::Secret;

use crate::vault::{Trouble, Vault};

/// Keys that are gone with the process. Clones hold the same keys.
#[derive(Clone, Default)]
pub(crate) struct InMemory {
    keys: Arc<Mutex<HashMap<String, Secret>>>,
}

impl InMemory {
    fn keys(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vault for InMemory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn get(&mut self, entry: &str) -> Result<Option<Secret>, Trouble> {
        Ok(self.keys().get(entry).cloned())
    }

    fn set(&mut self, entry: &str, secret: &Secret) -> Result<(), Trouble> {
        self.keys().insert(entry.to_owned(), secret.clone());
        Ok(())
    }

    fn delete(&mut self, entry: &str) -> Result<(), Trouble> {
        self.keys().remove(entry);
        Ok(())
    }

    fn is_open(&mut self) -> Result<(), Trouble> {
        Ok(())
    }
}
