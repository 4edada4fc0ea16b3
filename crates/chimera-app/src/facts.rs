//! What is known of models: what the user says wins over the server's own list, and that over the table that ships with
//! the app.

mod lists;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chimera_core::{Connection, ConnectionId, EventKind, ModelFacts, ModelRef, Price, PriceSource, Topic};
use chimera_providers::{ModelInfo, known_facts};
use serde::Deserialize;

use crate::{Chimera, Result, validate};
use lists::Lists;

/// What a user says of a model. What is left out is taken from the lists.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(default)]
pub struct NewModelFacts {
    pub context_tokens: Option<u32>,
    pub max_output_tokens: Option<u32>,
    pub sees_images: Option<bool>,
    pub price: Option<NewPrice>,
}

/// A price as a user gives it, in millionths of a US dollar for a million tokens: `150000` is $0.15.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
pub struct NewPrice {
    pub input: u32,
    pub output: u32,
    #[serde(default)]
    pub cached_input: Option<u32>,
}

impl Chimera {
    /// What is known of a model now. Asks nobody.
    pub fn model_facts(&self, model: &ModelRef) -> Result<ModelFacts> {
        let connection = self.known_connection(&model.connection)?;
        Ok(self.connection_list().fact_book().facts(&connection, &model.model))
    }

    /// The models for which the user has said something, and what.
    pub fn said_model_facts(&self) -> Vec<(ModelRef, ModelFacts)> {
        self.connection_list().fact_book().said_by_user()
    }

    /// Corrects the lists for one model; what was said of it before counts no more. Conversations know it from their
    /// next command or question on.
    pub async fn set_model_facts(&self, model: ModelRef, new: NewModelFacts) -> Result<ModelFacts> {
        self.must_write()?;
        self.known_connection(&model.connection)?;
        validate::model_facts(&model, &new)?;
        let facts = ModelFacts {
            context_tokens: new.context_tokens,
            max_output_tokens: new.max_output_tokens,
            sees_images: new.sees_images,
            image_tokens: None,
            price: new.price.map(|price| Price {
                input: price.input,
                output: price.output,
                cached_input: price.cached_input,
                as_of: self.now().to_string().chars().take("2026-11-01".len()).collect(),
                source: PriceSource::User,
            }),
        };
        let set = EventKind::ModelFactsSet { model: model.clone(), facts: facts.clone() };
        self.store().append(Topic::Providers, self.now(), vec![set]).await?;
        self.connection_list().fact_book().set(model.clone(), facts);
        self.model_facts(&model)
    }

    /// Lets the lists count again. Done, too, when nothing had been said.
    pub async fn clear_model_facts(&self, model: &ModelRef) -> Result<ModelFacts> {
        self.must_write()?;
        self.known_connection(&model.connection)?;
        if self.connection_list().fact_book().has(model) {
            let cleared = EventKind::ModelFactsCleared { model: model.clone() };
            self.store().append(Topic::Providers, self.now(), vec![cleared]).await?;
            self.connection_list().fact_book().clear(model);
        }
        self.model_facts(model)
    }
}

/// What was said and what was listed, kept so that nobody has to wait for it.
pub(crate) struct FactBook {
    said: Mutex<HashMap<ModelRef, ModelFacts>>,
    /// By the servers' lists, as they were last fetched.
    listed: Mutex<Lists>,
    /// Models that refused an image because they do not see, for as long as the app runs.
    blind: Mutex<HashSet<ModelRef>>,
    /// Where the lists are kept; none when nothing may be written.
    file: Option<PathBuf>,
    /// Whoever writes the file waits for whoever does.
    writing: tokio::sync::Mutex<()>,
}

impl FactBook {
    /// With what the user said, and what the servers' lists said when they were last kept in this file.
    pub(crate) fn open(said: Vec<(ModelRef, ModelFacts)>, file: PathBuf, may_write: bool) -> Self {
        let listed = Mutex::new(Lists::read(&file));
        let said = Mutex::new(said.into_iter().collect());
        let blind = Mutex::default();
        Self { said, listed, blind, file: may_write.then_some(file), writing: tokio::sync::Mutex::default() }
    }

    /// Its own word beats the lists, and the user's beats both.
    pub(crate) fn does_not_see(&self, model: &ModelRef) {
        lock(&self.blind).insert(model.clone());
    }

    pub(crate) fn facts(&self, connection: &Connection, model: &str) -> ModelFacts {
        let key = ModelRef { connection: connection.id.clone(), model: model.to_owned() };
        let said = lock(&self.said).get(&key).cloned().unwrap_or_default();
        let listed = lock(&self.listed).facts(connection, model).cloned().unwrap_or_default();
        let refused = lock(&self.blind).contains(&key).then_some(false);
        let refused = ModelFacts { sees_images: refused, ..ModelFacts::default() };
        said.or(refused).or(listed).or(known_facts(connection, model))
    }

    /// Keeps what a server's list says, in place of what it said before, and completes it by what else is known.
    pub(crate) async fn learn(&self, connection: &Connection, models: Vec<ModelInfo>) -> Vec<ModelInfo> {
        let said = models.iter().map(|model| (model.id.clone(), model.facts.clone())).collect();
        lock(&self.listed).put(connection, said);
        self.keep().await;
        let completed = |model: ModelInfo| {
            let facts = self.facts(connection, &model.id);
            ModelInfo { context_tokens: facts.context_tokens, facts, ..model }
        };
        models.into_iter().map(completed).collect()
    }

    async fn keep(&self) {
        let Some(file) = self.file.clone() else { return };
        let _turn = self.writing.lock().await;
        let lists = lock(&self.listed).clone();
        match tokio::task::spawn_blocking(move || lists.write(&file)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the lists of models could not be kept"),
            Err(error) => tracing::warn!(%error, "the lists of models could not be kept"),
        }
    }

    pub(crate) fn forget(&self, connection: &ConnectionId) {
        lock(&self.listed).remove(connection);
        lock(&self.said).retain(|model, _| model.connection != *connection);
    }

    fn set(&self, model: ModelRef, facts: ModelFacts) {
        lock(&self.said).insert(model, facts);
    }

    fn clear(&self, model: &ModelRef) {
        lock(&self.said).remove(model);
    }

    fn has(&self, model: &ModelRef) -> bool {
        lock(&self.said).contains_key(model)
    }

    fn said_by_user(&self) -> Vec<(ModelRef, ModelFacts)> {
        let mut said: Vec<_> = lock(&self.said).iter().map(|(model, facts)| (model.clone(), facts.clone())).collect();
        said.sort_by(|(one, _), (other, _)| one.cmp(other));
        said
    }
}

fn lock<T>(book: &Mutex<T>) -> MutexGuard<'_, T> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}
