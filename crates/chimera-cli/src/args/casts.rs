use std::path::PathBuf;

use chimera_core::{CastId, ConversationId};
use clap::{Args, Subcommand};

use super::Data;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Casts {
    #[command(subcommand)]
    pub action: Option<CastsAction>,
    #[command(flatten)]
    pub list: ListCasts,
}

#[derive(Debug, Args)]
pub struct ListCasts {
    /// Print them as JSON, with everybody's instructions.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Subcommand)]
pub enum CastsAction {
    /// List the casts that ship with Chimera, and your own. The same as `chimera casts` alone.
    List(ListCasts),
    /// Show one cast: who sits at it and by which rules they talk.
    Show {
        /// The cast, by its id in the list.
        id: CastId,
        /// Print one JSON object, with everybody's instructions.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Keep the table of a conversation as a cast of your own; nothing of what was said.
    Save {
        /// The conversation, by its id.
        conversation: ConversationId,
        #[arg(long)]
        name: String,
        /// One line: what it is good for.
        #[arg(long, value_name = "TEXT", default_value = "")]
        tagline: String,
        #[command(flatten)]
        data: Data,
    },
    /// Copy a cast, one that ships with Chimera or your own; the copy can be changed.
    Copy {
        id: CastId,
        /// [default: the name of the original, marked as a copy]
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        data: Data,
    },
    /// Take a cast of your own out of the list; `restore` takes it back.
    Delete {
        id: CastId,
        #[command(flatten)]
        data: Data,
    },
    /// Take back that a cast was deleted.
    Restore {
        id: CastId,
        #[command(flatten)]
        data: Data,
    },
    /// Write a cast as a file, to be given to somebody else. It holds no key and no address.
    Export {
        id: CastId,
        /// [default: standard output]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        #[command(flatten)]
        data: Data,
    },
    /// Read a cast from such a file, as one of your own.
    Import {
        /// `-` is standard input.
        file: PathBuf,
        #[command(flatten)]
        data: Data,
    },
}
