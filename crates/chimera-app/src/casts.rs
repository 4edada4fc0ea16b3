//! Casts: tables laid for a purpose, those that ship with Chimera and those that the user keeps.

mod file;
mod library;
mod seating;
mod table;

use chimera_core::{Cast, CastId, CastView, Event, EventKind, MAX_CASTS, NewCast, Topic};
use chimera_store::CastRow;

pub use file::ImportedCast;
pub use library::shipped_casts;

use crate::{Chimera, Error, ErrorCode, Result, once, validate};

impl Chimera {
    /// Those that ship with Chimera, then the user's own in the order in which they were saved.
    pub async fn casts(&self) -> Result<Vec<CastView>> {
        let own = self.store().casts().await?.into_iter().filter(|row| !row.deleted);
        Ok(shipped_casts().into_iter().chain(own.map(|row| self.own(row.cast))).collect())
    }

    pub async fn cast(&self, id: &CastId) -> Result<CastView> {
        if let Some(cast) = library::find(id) {
            return Ok(CastView { cast, shipped: true, open: Vec::new() });
        }
        Ok(self.own(present(&self.store().casts().await?, id)?))
    }

    /// A cast of the user's own, under an id made from its name. Its seats may wait for their models.
    pub async fn save_cast(&self, new: NewCast) -> Result<CastView> {
        let new = validate::cast(new, self.connection_list())?;
        self.keep(|rows| saved(new, rows)).await
    }

    /// All of it is as given from now on; what is left out is the default, not what was before.
    pub async fn change_cast(&self, id: &CastId, new: NewCast) -> Result<CastView> {
        must_be_own(id)?;
        let new = validate::cast(new, self.connection_list())?;
        self.keep(|rows| {
            present(rows, id)?;
            Ok(EventKind::CastChanged { cast: new.saved_as(id.clone()) })
        })
        .await
    }

    /// A copy that can be changed, of a cast that ships with Chimera or of one's own.
    pub async fn duplicate_cast(&self, id: &CastId, name: Option<&str>) -> Result<CastView> {
        let CastView { cast, .. } = self.cast(id).await?;
        let name = match name {
            Some(name) => validate::cast_name(name)?,
            None => validate::copy_name(&cast.name),
        };
        self.keep(|rows| saved(NewCast { name, ..cast.into() }, rows)).await
    }

    /// Out of the list; [`Chimera::restore_cast`] takes it back. Conversations of it stay as they are.
    pub async fn delete_cast(&self, id: &CastId) -> Result<()> {
        must_be_own(id)?;
        let deleted = self.write_library(|rows| {
            present(rows, id)?;
            Ok(EventKind::CastDeleted { cast: id.clone() })
        });
        deleted.await.map(drop)
    }

    /// One that was deleted is back as it was.
    pub async fn restore_cast(&self, id: &CastId) -> Result<CastView> {
        must_be_own(id)?;
        self.keep(|rows| match rows.iter().find(|row| row.cast.id == *id) {
            None => Err(no_cast(id)),
            Some(row) if !row.deleted => {
                Err(Error::new(ErrorCode::WrongState, format!("the cast `{id}` was not deleted")))
            }
            Some(_) => {
                check_room(rows)?;
                Ok(EventKind::CastRestored { cast: id.clone() })
            }
        })
        .await
    }

    async fn keep(&self, decide: impl FnOnce(&[CastRow]) -> Result<EventKind>) -> Result<CastView> {
        let recorded = self.write_library(decide).await?;
        let id = recorded.iter().find_map(|event| match &event.kind {
            EventKind::CastSaved { cast } | EventKind::CastChanged { cast } => Some(cast.id.clone()),
            EventKind::CastRestored { cast } => Some(cast.clone()),
            _ => None,
        });
        self.cast(&id.expect("what is kept of a cast names it")).await
    }

    /// Decides by what there is and writes it down, one at a time, so that two are never saved under one id.
    async fn write_library(&self, decide: impl FnOnce(&[CastRow]) -> Result<EventKind>) -> Result<Vec<Event>> {
        self.must_write()?;
        let _alone = self.library().lock().await;
        if let Some(events) = once::earlier(self.store()).await? {
            return Ok(events);
        }
        let kind = decide(&self.store().casts().await?)?;
        once::append(self.store(), Topic::Library, self.now(), vec![kind]).await
    }

    fn own(&self, cast: Cast) -> CastView {
        let open = seating::open(&cast, self.connection_list());
        CastView { cast, shipped: false, open }
    }
}

fn saved(new: NewCast, rows: &[CastRow]) -> Result<EventKind> {
    check_room(rows)?;
    // One that was deleted may come back: its id stays its own.
    let is_taken = |id: &CastId| library::find(id).is_some() || rows.iter().any(|row| row.cast.id == *id);
    let base = validate::slug(&new.name, "cast");
    let id = std::iter::once(base.clone())
        .chain((2..).map(|n| format!("{base}-{n}")))
        .filter_map(|text| CastId::try_from(text).ok())
        .find(|id| !is_taken(id))
        .expect("the numbers do not run out");
    Ok(EventKind::CastSaved { cast: new.saved_as(id) })
}

fn check_room(rows: &[CastRow]) -> Result<()> {
    if rows.iter().filter(|row| !row.deleted).count() >= MAX_CASTS {
        let message = format!("there are {MAX_CASTS} casts of your own, which is all there can be: delete one first");
        return Err(Error::new(ErrorCode::WrongState, message));
    }
    Ok(())
}

fn present(rows: &[CastRow], id: &CastId) -> Result<Cast> {
    let found = rows.iter().find(|row| row.cast.id == *id && !row.deleted);
    found.map(|row| row.cast.clone()).ok_or_else(|| no_cast(id))
}

fn must_be_own(id: &CastId) -> Result<()> {
    if library::find(id).is_some() {
        let message = format!("`{id}` came with Chimera and stays as it is: duplicate it and change the copy");
        return Err(Error::new(ErrorCode::WrongState, message));
    }
    Ok(())
}

fn no_cast(id: &CastId) -> Error {
    Error::new(ErrorCode::CastNotFound, format!("there is no cast `{id}`")).on("cast")
}
