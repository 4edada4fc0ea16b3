use std::io::Read;
use std::path::Path;

use chimera_app::{Chimera, Error, ErrorCode, ImportedCast, shipped_casts};
use chimera_core::{CastView, MAX_CAST_FILE_BYTES, NewParticipant};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::args::{Casts, CastsAction, Data, ListCasts};
use crate::exit::Exit;
use crate::fault::Result;
use crate::house::within;
use crate::out::{print, print_json, tame};
use crate::read::open;

pub async fn run(args: Casts) -> Result<Exit> {
    match args.action.unwrap_or(CastsAction::List(args.list)) {
        CastsAction::List(args) => list(&args).await?,
        CastsAction::Show { id, json, data } => {
            let known = shipped_casts().into_iter().find(|cast| cast.cast.id == id);
            let cast = match known {
                Some(cast) => cast,
                None => open(&data).await?.cast(&id).await?,
            };
            if json { print_json(&cast)? } else { print(&card(&cast))? }
        }
        CastsAction::Save { conversation, name, tagline, data } => {
            let asked = json!({"id": conversation, "name": name, "tagline": tagline});
            let save = async |chimera: &Chimera| chimera.save_table_as_cast(conversation, &name, &tagline).await;
            print(&row(&with(&data, "conversation.save_as_cast", asked, save).await?))?;
        }
        CastsAction::Copy { id, name, data } => {
            let asked = json!({"id": id, "name": name});
            let copy = async |chimera: &Chimera| chimera.duplicate_cast(&id, name.as_deref()).await;
            print(&row(&with(&data, "cast.duplicate", asked, copy).await?))?;
        }
        CastsAction::Delete { id, data } => {
            let delete = async |chimera: &Chimera| chimera.delete_cast(&id).await;
            with(&data, "cast.delete", json!({"id": id}), delete).await?;
        }
        CastsAction::Restore { id, data } => {
            let restore = async |chimera: &Chimera| chimera.restore_cast(&id).await;
            print(&row(&with(&data, "cast.restore", json!({"id": id}), restore).await?))?;
        }
        CastsAction::Export { id, to, data } => {
            let text = open(&data).await?.export_cast(&id).await?;
            match to {
                None => print(&text)?,
                Some(file) => std::fs::write(&file, text).map_err(|error| unwritable(&file, &error))?,
            }
        }
        CastsAction::Import { file, data } => {
            let text = read(&file)?;
            let import = async |chimera: &Chimera| chimera.import_cast(&text).await;
            let asked = json!({"file": as_json(&text)});
            let imported: ImportedCast = with(&data, "cast.import", asked, import).await?;
            print(&row(&imported.cast))?;
            for model in &imported.unknown_models {
                print(&format!("  left out: {}, for there is no such connection here\n", tame(&model.to_string())))?;
            }
        }
    }
    Ok(Exit::Done)
}

/// What ships with Chimera is there before there is a history.
async fn list(args: &ListCasts) -> Result<()> {
    let casts = match open(&args.data).await {
        Ok(chimera) => chimera.casts().await?,
        Err(error) if error.field.as_deref() == Some("data_dir") => shipped_casts(),
        Err(error) => return Err(error.into()),
    };
    if args.json {
        return Ok(print_json(&casts)?);
    }
    Ok(casts.iter().try_for_each(|cast| print(&row(cast)))?)
}

async fn with<T: DeserializeOwned>(
    data: &Data,
    command: &str,
    asked: Value,
    use_case: impl AsyncFnOnce(&Chimera) -> chimera_app::Result<T>,
) -> Result<T> {
    within(data, None, async |house| house.ask(command, asked, use_case).await).await
}

/// What is no JSON is refused as no cast, by whoever reads it.
fn as_json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

/// No more of it than a cast can have: a file from somebody else may be anything.
fn read(file: &Path) -> chimera_app::Result<String> {
    let unreadable = |error: std::io::Error| {
        Error::new(ErrorCode::Storage, format!("{} could not be read: {error}", file.display()))
    };
    let most = MAX_CAST_FILE_BYTES as u64 + 1;
    let mut text = String::new();
    match file.to_str() {
        Some("-") => std::io::stdin().lock().take(most).read_to_string(&mut text),
        _ => std::fs::File::open(file).map_err(unreadable)?.take(most).read_to_string(&mut text),
    }
    .map_err(unreadable)?;
    Ok(text)
}

fn unwritable(file: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorCode::Storage, format!("{} could not be written: {error}", file.display()))
}

fn row(view: &CastView) -> String {
    let cast = &view.cast;
    let whose = if view.shipped { "" } else { "  (yours)" };
    let tagline = if cast.tagline.is_empty() { String::new() } else { format!("  {}\n", tame(&cast.tagline)) };
    format!("{}  {}{whose}\n{tagline}", cast.id, tame(&cast.name))
}

fn card(view: &CastView) -> String {
    let mut card = row(view);
    if !view.cast.topic.is_empty() {
        card += &format!("  To begin with: {}\n", tame(&view.cast.topic));
    }
    for (place, seat) in view.cast.participants.iter().enumerate() {
        let is_open = view.open.iter().any(|path| *path == format!("participants[{place}].route"));
        let models: Vec<_> = seat.route.iter().map(|model| tame(&model.to_string())).collect();
        let models = match (is_open, view.shipped) {
            (true, _) => "choose a model".to_owned(),
            (false, true) => "a model of your choice, else a demo voice".to_owned(),
            (false, false) => models.join(", "),
        };
        card += &format!("  {}: {models}\n", tame(&name(seat)));
    }
    card
}

fn name(seat: &NewParticipant) -> String {
    let persona = || seat.persona.as_ref().map(ToString::to_string);
    seat.name.clone().or_else(persona).unwrap_or_default()
}
