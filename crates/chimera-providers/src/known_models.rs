//! What is publicly known of the vendors' models: how much they read and write, whether they see, what they cost.
//!
//! The table ships with the app, so it ages: each price says as of when. It speaks of a vendor's own server only;
//! whoever passes a vendor's models on has prices of its own.

use std::sync::LazyLock;

use chimera_core::{Connection, ModelFacts, Price, PriceSource, ProviderKind};
use serde::Deserialize;
use url::Url;

use crate::is_at_home;

/// `table.json`, read once.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| serde_json::from_str(include_str!("known_models/table.json")).expect("checked by a test"));

#[derive(Deserialize)]
struct Table {
    as_of: String,
    vendors: Vec<Vendor>,
}

#[derive(Deserialize)]
struct Vendor {
    host: String,
    models: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    /// Names, in which `?` is any one character and `*` are any.
    r#match: Vec<String>,
    /// US dollars for a million tokens.
    input: f64,
    output: f64,
    cached_input: Option<f64>,
    context: Option<u32>,
    max_output: Option<u32>,
    vision: Option<bool>,
    /// Tokens of an image at the most, where they are more than others take.
    image: Option<u32>,
}

/// What the table knows of a model at this connection.
pub fn known_facts(connection: &Connection, model: &str) -> ModelFacts {
    if is_free(connection) {
        return ModelFacts { price: Some(free()), ..ModelFacts::default() };
    }
    let url = connection.base_url.as_deref().and_then(|url| Url::parse(url).ok());
    let Some(host) = url.as_ref().and_then(Url::host_str) else { return ModelFacts::default() };
    let model = model.strip_prefix("models/").unwrap_or(model);
    let rows = TABLE.vendors.iter().filter(|vendor| vendor.host == host).flat_map(|vendor| &vendor.models);
    let fitting = rows.flat_map(|row| {
        row.r#match.iter().filter(|pattern| fits(pattern.as_bytes(), model.as_bytes())).map(move |name| (name, row))
    });
    fitting.max_by_key(|(name, _)| name.len()).map(|(_, row)| row.facts()).unwrap_or_default()
}

impl Row {
    fn facts(&self) -> ModelFacts {
        ModelFacts {
            context_tokens: self.context,
            max_output_tokens: self.max_output,
            sees_images: self.vision,
            image_tokens: self.image,
            price: Some(Price {
                input: millionths(self.input),
                output: millionths(self.output),
                cached_input: self.cached_input.map(millionths),
                as_of: TABLE.as_of.clone(),
                source: PriceSource::Table,
            }),
        }
    }
}

fn millionths(dollars: f64) -> u32 {
    (dollars * 1e6).round() as u32
}

fn free() -> Price {
    Price { input: 0, output: 0, cached_input: None, as_of: TABLE.as_of.clone(), source: PriceSource::Table }
}

/// Authored voices, and servers on one's own machine or network. A server that is only marked as local and has a public
/// address may well send bills.
fn is_free(connection: &Connection) -> bool {
    if connection.kind == ProviderKind::Demo {
        return true;
    }
    let url = connection.base_url.as_deref().and_then(|url| Url::parse(url).ok());
    connection.local && url.as_ref().is_some_and(is_at_home)
}

fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => fits(rest, name) || (!name.is_empty() && fits(pattern, &name[1..])),
        ([b'?', pattern @ ..], [_, name @ ..]) => fits(pattern, name),
        ([wanted, pattern @ ..], [found, name @ ..]) => wanted == found && fits(pattern, name),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

#[cfg(test)]
mod tests;
