//! The archive and the trash in a terminal. What there is no way back from is asked about first.

use std::io::{BufRead, IsTerminal, Write};

use chimera_app::Emptied;
use chimera_core::{ConversationCounts, ConversationSummary, Shelf};
use serde_json::json;

use crate::act::Act;
use crate::acts::at_once;
use crate::args::{Data, Delete, Discarded, List, On, Trash};
use crate::exit::Exit;
use crate::fault::{Fault, Result};
use crate::house::within;
use crate::out::{print, print_json, tame};
use crate::read::{open, state_words};

pub async fn list(args: List) -> Result<Exit> {
    let shelf = args.shelf();
    let page = open(&args.data).await?.conversations_on(shelf, args.cursor.as_deref(), args.limit).await?;
    if args.json {
        print_json(&page)?;
        return Ok(Exit::Done);
    }
    if page.items.is_empty() {
        print(&nothing_on(shelf, &page.counts))?;
    }
    for item in &page.items {
        print(&row(item))?;
    }
    if let Some(cursor) = page.next_cursor {
        print(&format!("More: --cursor {cursor}\n"))?;
    }
    Ok(Exit::Done)
}

fn nothing_on(shelf: Shelf, counts: &ConversationCounts) -> String {
    match (shelf, counts.archived, counts.trashed) {
        (Shelf::Current | Shelf::All, 0, 0) => {
            "No conversations yet. `chimera talk --demo --topic TEXT` holds one.\n".into()
        }
        (Shelf::Current | Shelf::All, archived, trashed) => {
            format!("No conversation is in the list; --archived shows {archived}, --trashed shows {trashed}.\n")
        }
        (Shelf::Archived, ..) => "Nothing is archived.\n".into(),
        (Shelf::Trashed, ..) => "The trash is empty.\n".into(),
    }
}

fn row(item: &ConversationSummary) -> String {
    let state = state_words(item.state);
    let away = match (item.trashed, item.archived) {
        (true, _) => ", in the trash",
        (false, true) => ", archived",
        (false, false) => "",
    };
    format!("{}  {}  {state}, {} messages{away}  {}\n", item.id, item.updated_at, item.messages, tame(&item.title))
}

pub async fn archive(on: On) -> Result<Exit> {
    at_once(&on, |_| Ok(Act::Archive)).await
}

pub async fn unarchive(on: On) -> Result<Exit> {
    at_once(&on, |_| Ok(Act::Unarchive)).await
}

pub async fn restore(on: On) -> Result<Exit> {
    at_once(&on, |_| Ok(Act::Restore)).await
}

pub async fn trash(args: Trash) -> Result<Exit> {
    let Trash { what, yes, json, data } = args;
    match what {
        Discarded::One(id) => at_once(&On { id, json, data }, |_| Ok(Act::Trash)).await,
        Discarded::Everything => empty(&data, yes, json).await,
    }
}

async fn empty(data: &Data, yes: bool, json: bool) -> Result<Exit> {
    within(data, None, async |house| {
        let trashed = house.reading().conversations_on(Shelf::Trashed, None, 1).await?.counts.trashed;
        if trashed > 0 {
            must_be_meant(&format!("{} in the trash will be deleted for good.", conversations(trashed)), yes)?;
        }
        let emptied: Emptied = house.ask("trash.empty", json!({}), async |chimera| chimera.empty_trash().await).await?;
        if json {
            print_json(&emptied)?;
        } else {
            print(&format!("{} deleted for good.\n", conversations(emptied.deleted)))?;
        }
        Ok(Exit::Done)
    })
    .await
}

fn conversations(number: u32) -> String {
    format!("{number} conversation{}", if number == 1 { "" } else { "s" })
}

pub async fn delete(args: Delete) -> Result<Exit> {
    let Delete { on, yes } = args;
    within(&on.data, None, async |house| {
        let title = house.view(on.id).await?.title;
        must_be_meant(&format!("“{}” will be deleted for good.", tame(&title)), yes)?;
        house.act(on.id, Act::Delete).await?;
        if on.json {
            print_json(&json!({ "deleted": on.id }))?;
        }
        Ok(Exit::Done)
    })
    .await
}

/// At a terminal a person is asked; a script has to say it beforehand.
fn must_be_meant(what: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Fault::invalid("yes", format!("{what} There is no way back: say --yes to have it done")));
    }
    // Beside what a script may read, and lost when nobody can see it: then nothing is deleted.
    let _ = write!(std::io::stderr(), "{what} There is no way back. Type yes to have it done: ");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && answer.trim().eq_ignore_ascii_case("yes") {
        Ok(())
    } else {
        Err(Fault::invalid("yes", "nothing was deleted"))
    }
}
