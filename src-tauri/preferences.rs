//! What the user likes, kept by tauri-plugin-store in the data folder and used from Rust alone: no store command is
//! open to the page.

use std::path::Path;
use std::sync::Arc;

use chimera_app::Recording;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_store::{Store, StoreBuilder};

use crate::error::{CommandError, CommandResult};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct Preferences {
    pub theme: Theme,
    pub sidebar_open: bool,
    pub inspector_open: bool,
    /// Size of all text in percent, 80 to 200.
    pub text_scale: u16,
    /// Every conversation is written down, input by input, into the data folder.
    pub record_all: bool,
}

impl Preferences {
    pub fn recording(&self) -> Recording {
        if self.record_all { Recording::All } else { Recording::Off }
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { theme: Theme::System, sidebar_open: true, inspector_open: true, text_scale: 100, record_all: false }
    }
}

/// Size and place of the window when it was last closed, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    pub width: f64,
    pub height: f64,
    pub maximized: bool,
}

const PREFERENCES: &str = "preferences";
const PLACEMENT: &str = "window";
const COMPANION: &str = "companion";

struct Kept(Arc<Store<Wry>>);

pub fn open(app: &AppHandle, data_dir: &Path) -> CommandResult<()> {
    let store =
        StoreBuilder::new(app, data_dir.join("preferences.json")).build().map_err(CommandError::of_the_shell)?;
    app.manage(Kept(store));
    Ok(())
}

/// What an older version did not know yet has its default; so has all, when what is kept cannot be read.
pub fn read(app: &AppHandle) -> CommandResult<Preferences> {
    let mut merged = serde_json::to_value(Preferences::default()).map_err(CommandError::of_the_shell)?;
    if let (Some(merged), Some(kept)) = (merged.as_object_mut(), get::<Map<String, Value>>(app, PREFERENCES)) {
        merged.extend(kept);
    }
    Ok(serde_json::from_value(merged).unwrap_or_default())
}

pub fn write(app: &AppHandle, preferences: &Preferences) -> CommandResult<()> {
    if !(80..=200).contains(&preferences.text_scale) {
        let message = "text_scale goes from 80 to 200 percent".to_owned();
        return Err(CommandError { code: "invalid".into(), message, field: Some("text_scale".into()) });
    }
    set(app, PREFERENCES, preferences)
}

pub fn placement(app: &AppHandle) -> Option<Placement> {
    get(app, PLACEMENT)
}

pub fn set_placement(app: &AppHandle, placement: &Placement) -> CommandResult<()> {
    set(app, PLACEMENT, placement)
}

/// Whether the side door was open; off until the user opens it.
pub fn companion(app: &AppHandle) -> bool {
    get(app, COMPANION).unwrap_or(false)
}

pub fn set_companion(app: &AppHandle, open: bool) -> CommandResult<()> {
    set(app, COMPANION, &open)
}

/// What cannot be read, after an edit by hand or by a newer version, counts as not set.
fn get<T: for<'de> Deserialize<'de>>(app: &AppHandle, key: &str) -> Option<T> {
    app.state::<Kept>().0.get(key).and_then(|value| serde_json::from_value(value).ok())
}

fn set<T: Serialize>(app: &AppHandle, key: &str, value: &T) -> CommandResult<()> {
    let value = serde_json::to_value(value).map_err(CommandError::of_the_shell)?;
    let store = &app.state::<Kept>().0;
    store.set(key, value);
    store.save().map_err(CommandError::of_the_shell)
}
