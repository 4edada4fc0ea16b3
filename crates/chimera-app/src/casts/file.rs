//! A cast as a file, to be given to somebody else. It holds no key and no address: a model is named by its connection's
//! id, and where the reader has no such connection, a model is to be chosen.
//!
//! Such a file may come from anybody. Nothing in it is obeyed; it is read strictly, and what it brings is checked like
//! what a person types in.

use chimera_core::{CastId, CastView, MAX_CAST_FILE_BYTES, ModelRef, NewCast, NewModerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Chimera, Error, Result};

/// How a file says what it is.
const KIND: &str = "cast";
/// The newest shape of the file that this Chimera writes and reads.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct CastFile {
    chimera: String,
    version: u32,
    cast: NewCast,
}

/// A cast that was read from a file, and the models it named at connections that there are none of here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ImportedCast {
    pub cast: CastView,
    pub unknown_models: Vec<ModelRef>,
}

impl Chimera {
    /// The text of a file that [`Chimera::import_cast`] reads.
    pub async fn export_cast(&self, id: &CastId) -> Result<String> {
        let CastView { cast, .. } = self.cast(id).await?;
        let file = CastFile { chimera: KIND.into(), version: VERSION, cast: cast.into() };
        let text = serde_json::to_string_pretty(&file).expect("plain data with string keys always becomes JSON");
        Ok(text + "\n")
    }

    /// Saves the cast of such a file as one of the user's own. What it asks of connections that do not exist here is left
    /// out and named: models are to be chosen there.
    pub async fn import_cast(&self, text: &str) -> Result<ImportedCast> {
        let mut new = read(text)?;
        let unknown_models = self.leave_out_unknown(&mut new);
        Ok(ImportedCast { cast: self.save_cast(new).await.map_err(within_file)?, unknown_models })
    }

    fn leave_out_unknown(&self, new: &mut NewCast) -> Vec<ModelRef> {
        let is_known = |model: &ModelRef| self.connection_list().get(&model.connection).is_some();
        let mut unknown = Vec::new();
        for seat in &mut new.participants {
            unknown.extend(seat.route.extract_if(.., |model| !is_known(model)));
        }
        unknown.extend(new.summary.route.extract_if(.., |model| !is_known(model)));
        if let Some(NewModerator::Model { model }) = new.moderator.take_if(|moderator| match moderator {
            NewModerator::Model { model } => !is_known(model),
            NewModerator::Seat { .. } => false,
        }) {
            unknown.push(model);
        }
        unknown
    }
}

fn read(text: &str) -> Result<NewCast> {
    if text.len() > MAX_CAST_FILE_BYTES {
        let message = format!("the file holds {} bytes: a cast has at most {MAX_CAST_FILE_BYTES}", text.len());
        return Err(Error::invalid("file", message));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let file: CastFile = serde_path_to_error::deserialize(&mut json).map_err(|error| misfit(&error))?;
    json.end().map_err(|error| Error::invalid("file", format!("something follows the cast: {error}")))?;
    if file.chimera != KIND {
        return Err(Error::invalid("chimera", format!("this is no cast: `chimera` should be `{KIND}`")));
    }
    if file.version != VERSION {
        let message = format!("this file is of version {}; this Chimera reads version {VERSION}", file.version);
        return Err(Error::invalid("version", message));
    }
    let given: Value = serde_json::from_str(text).map_err(|error| Error::invalid("file", error.to_string()))?;
    let meant = serde_json::to_value(&file).expect("plain data with string keys always becomes JSON");
    match unknown_field(&given, &meant, String::new()) {
        Some(field) => Err(Error::invalid(&field, format!("a cast has no field `{field}`: take it out"))),
        None => Ok(file.cast),
    }
}

fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let inner = error.inner();
    // Its words may quote what stands there.
    let words: String = inner.to_string().chars().take(200).collect();
    if inner.classify() != serde_json::error::Category::Data {
        return Error::invalid("file", format!("this is not JSON: {words}"));
    }
    let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')).map(|(field, _)| field);
    let path = Some(error.path().to_string()).filter(|path| path != ".");
    let field = path.into_iter().chain(missing.map(str::to_owned)).collect::<Vec<_>>().join(".");
    Error::invalid(if field.is_empty() { "file".into() } else { field }, words)
}

/// The path of something that stands in the file and was not taken for anything.
fn unknown_field(given: &Value, meant: &Value, path: String) -> Option<String> {
    match (given, meant) {
        (Value::Object(given), Value::Object(meant)) => given.iter().find_map(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match meant.get(name) {
                Some(meant) => unknown_field(value, meant, path),
                None => Some(path),
            }
        }),
        (Value::Array(given), Value::Array(meant)) => given
            .iter()
            .zip(meant)
            .enumerate()
            .find_map(|(place, (given, meant))| unknown_field(given, meant, format!("{path}[{place}]"))),
        // What is left out is written as its default, and a plain value was read or refused.
        _ => None,
    }
}

/// Fields are named as they stand in the file.
fn within_file(mut error: Error) -> Error {
    error.field = error.field.map(|field| format!("cast.{field}"));
    error
}
