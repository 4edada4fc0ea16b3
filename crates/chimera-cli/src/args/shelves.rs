//! The archive and the trash.

use std::str::FromStr;

use chimera_core::{ConversationId, Shelf};
use clap::Args as ClapArgs;

use super::{Data, On};

#[derive(Debug, ClapArgs)]
pub struct List {
    /// Those that were archived.
    #[arg(long, conflicts_with_all = ["trashed", "all"])]
    pub archived: bool,
    /// Those in the trash.
    #[arg(long, conflicts_with = "all")]
    pub trashed: bool,
    /// All of them. [default: those that are neither archived nor in the trash]
    #[arg(long)]
    pub all: bool,
    /// Conversations to list, 1 to 200.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
    /// Where the next page begins: `next_cursor` of the page before.
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
    /// Print one JSON object: {"items": […], "next_cursor": …, "counts": …}.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

impl List {
    pub fn shelf(&self) -> Shelf {
        match (self.archived, self.trashed, self.all) {
            (true, _, _) => Shelf::Archived,
            (_, true, _) => Shelf::Trashed,
            (_, _, true) => Shelf::All,
            (false, false, false) => Shelf::Current,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub struct Trash {
    /// The conversation to throw away, by its id; or `empty`: what lies in the trash is deleted for good.
    #[arg(value_name = "ID|empty")]
    pub what: Discarded,
    /// Empty it without being asked.
    #[arg(long)]
    pub yes: bool,
    /// Print what the local API answers.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

/// One conversation goes into the trash, or all of them out of it for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discarded {
    One(ConversationId),
    Everything,
}

impl FromStr for Discarded {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "empty" => Ok(Self::Everything),
            id => id.parse().map(Self::One).map_err(|error| format!("{error}, nor is it `empty`")),
        }
    }
}

#[derive(Debug, ClapArgs)]
pub struct Delete {
    #[command(flatten)]
    pub on: On,
    /// Delete it without being asked.
    #[arg(long)]
    pub yes: bool,
}
