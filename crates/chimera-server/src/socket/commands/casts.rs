use chimera_app::Chimera;
use chimera_core::{CastId, ConversationId, NewCast, Seating};
use serde::Deserialize;
use serde_json::Value;

use super::{on, value};
use crate::problem::Answer;
use crate::routes::casts::{Copy, Naming};
use crate::socket::message::Command;

#[derive(Debug, Clone, Copy)]
pub(super) enum Name {
    Save,
    SaveTable,
    Change,
    Duplicate,
    Delete,
    Restore,
    Import,
    Seat,
}

#[derive(Deserialize)]
struct File {
    file: Value,
}

/// What is made or changed is the answer.
pub(super) async fn obey(chimera: &Chimera, name: Name, command: Command) -> Answer<Value> {
    Ok(match name {
        Name::Save => value(&chimera.save_cast(command.into_data()?).await?),
        Name::SaveTable => {
            let (id, Naming { name, tagline }) = on::<ConversationId, Naming>(command)?;
            value(&chimera.save_table_as_cast(id, &name, &tagline).await?)
        }
        Name::Change => {
            let (id, new) = on::<CastId, NewCast>(command)?;
            value(&chimera.change_cast(&id, new).await?)
        }
        Name::Duplicate => {
            let (id, Copy { name }) = on::<CastId, Copy>(command)?;
            value(&chimera.duplicate_cast(&id, name.as_deref()).await?)
        }
        Name::Delete => {
            let (id, _) = on::<CastId, Value>(command)?;
            chimera.delete_cast(&id).await?;
            Value::Null
        }
        Name::Restore => {
            let (id, _) = on::<CastId, Value>(command)?;
            value(&chimera.restore_cast(&id).await?)
        }
        Name::Import => {
            let File { file } = command.into_data()?;
            value(&chimera.import_cast(&file.to_string()).await?)
        }
        Name::Seat => {
            let (id, seating) = on::<CastId, Seating>(command)?;
            value(&chimera.seat_cast(&id, seating).await?)
        }
    })
}
