mod acts;
mod asked;
mod casts;
mod change;
mod choices;
mod connections;
mod keys;
mod looking;
mod models;
mod participant;
mod shelves;
mod talk;
#[cfg(test)]
mod tests;
mod tree;

use std::path::PathBuf;

use chimera_app::Scope;
use chimera_core::{AttemptId, BranchId, ConnectionId, ConversationId};
use clap::{Args as ClapArgs, Parser, Subcommand};

pub use acts::{Go, Joining, On, Pin, Rename, Retry, Say, Skip, Stop, Summary, SummaryAction, Talking};
pub use asked::{Asked, Pictures};
pub use casts::{Casts, CastsAction, ListCasts};
pub use change::{BadCertificateArg, Change, Limit, LoopsArg, NewEnds, SummariesArg, UnpricedArg};
pub use choices::{AfterCutArg, PaceArg, PolicyArg, RefusalsArg, UnansweredArg};
pub use connections::{AddConnection, ChangeConnection, Connections, ConnectionsAction, KeyFrom, NewLimits};
pub use keys::{Keys, KeysAction, PassphraseFrom};
pub use looking::{Events, Personas, Watch};
pub use models::{Models, ModelsAction, SetFacts};
pub use participant::{Change as ChangeParticipant, Join, Participant, ParticipantAction, Traits, Whom};
pub use shelves::{Delete, Discarded, List, Trash};
pub use talk::{Ask, Ends, Talk};
pub use tree::{Branch, BranchAction, Branches, Continue, Message, MessageAction, OfMessage, Regenerate, Versions};

/// Several AIs of different makers hold a conversation, in the terminal.
#[derive(Debug, Parser)]
#[command(name = "chimera", version, about, after_help = crate::exit::HELP)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put one question to a route of models, with every fallback, and show what became of it; needs no history.
    Ask(Ask),
    /// Hold a conversation and end when it ends. At a terminal you can join in while they talk: /help there.
    Talk(Box<Talk>),
    /// Lay the table as `talk` does, and let nobody speak yet; prints the conversation's id.
    #[command(mut_arg("record", |arg| arg.hide(true)), mut_arg("pace", |arg| arg.hide(true)))]
    Create(Box<Talk>),
    /// Start a conversation that has not begun or has ended, and follow it until it rests. Ctrl-C pauses it.
    Start(Go),
    /// Go on with a paused conversation, and follow it until it rests. Ctrl-C pauses it.
    Resume(Go),
    /// One turn, then paused.
    Step(Go),
    /// Look on while they talk in another Chimera. Ctrl-C only looks away.
    Watch(Watch),
    /// Pause a conversation that talks in another Chimera; who speaks may finish.
    Pause(On),
    /// End a conversation.
    Stop(Stop),
    /// Say something to all or whisper to some; prints the message's id.
    Say(Say),
    /// On to the next speaker: cut off who speaks, or pass over who was not answered for.
    Skip(Skip),
    /// Ask for the speaker that no model answered for once more.
    Retry(Retry),
    /// Who sits at the table: join, leave, mute, nudge, change, reorder.
    Participant(Participant),
    /// Change the rules of a conversation: policy, ends, budget, what becomes of failures.
    Change(Box<Change>),
    /// Give a conversation another title.
    Rename(Rename),
    /// Put a conversation away: out of the list until somebody says something in it or sets it going.
    Archive(On),
    /// Take it out of the archive.
    Unarchive(On),
    /// Throw a conversation away, or empty the trash; until it is emptied everything in it can be restored.
    Trash(Trash),
    /// Take a conversation out of the trash, as it was.
    Restore(On),
    /// Delete a conversation that lies in the trash for good.
    Delete(Delete),
    /// Pin a message: from now on it stands in every prompt of those who heard it.
    Pin(Pin),
    /// Take a pin away.
    Unpin(Pin),
    /// List the conversations of the history, its archive or its trash; needs no network.
    List(List),
    /// Show one conversation of the history; needs no network.
    Show(Show),
    /// List the branches of a conversation; needs no network.
    Branches(Branches),
    /// Make, switch, rename and compare the branches of a conversation.
    Branch(Branch),
    /// Regenerate, edit, delete and restore a message, and choose between alternatives.
    Message(Message),
    /// Put better what the older part of a talk was summed up to.
    Summary(Summary),
    /// Take back the newest edit, deletion, restoration, branch or switch.
    Undo(On),
    /// Do again what was undone last.
    Redo(On),
    /// Add, change, try out and remove connections.
    Connections(Connections),
    /// The file of keys, for systems without a keyring.
    Keys(Keys),
    /// What is known of models: how much they read, whether they see, what they cost; and correct it.
    Models(Models),
    /// Show what a model was shown, or what the next one would be; needs no network.
    Prompt(Prompt),
    /// What a conversation has cost, by participant and model; needs no network.
    Usage(Usage),
    /// Run a recording through the engine again, offline, and see whether it still makes the same of it.
    Replay(Replay),
    /// Make all tables anew from the log of events, and see whether they are the same.
    Rebuild(Rebuild),
    /// List the connections, and have them answer.
    Providers(Providers),
    /// Tables laid for a debate, a panel, a review: list them, keep your own, give and take them as files.
    Casts(Casts),
    /// List the personas that ship with Chimera; needs no network.
    Personas(Personas),
    /// Print the log of events, each as one line of JSON, as the socket sends it; needs no network.
    Events(Events),
    /// Open the local API for companion tools, without a window.
    Serve(Serve),
    /// Make, list and revoke tokens of the local API.
    Token(Token),
}

#[derive(Debug, ClapArgs)]
pub struct Data {
    /// Folder of the history. [default: $CHIMERA_DATA_DIR, else the system's place for app data]
    #[arg(long, value_name = "DIR", env = "CHIMERA_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct Usage {
    /// The conversation, by its id.
    pub id: ConversationId,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, ClapArgs)]
pub struct Show {
    /// The conversation, by its id.
    pub id: ConversationId,
    /// The messages of this branch, not of the current one.
    #[arg(long, value_name = "BRANCH")]
    pub branch: Option<BranchId>,
    /// Print the id of each message before it.
    #[arg(long)]
    pub ids: bool,
    /// Print one JSON object with participants, messages and attempts.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, ClapArgs)]
pub struct Prompt {
    /// The conversation, by its id.
    pub id: ConversationId,
    /// The turn, by its number. [default: the newest]
    #[arg(long, value_name = "N", conflicts_with = "next")]
    pub turn: Option<u32>,
    /// One call, by its id as `show --json` names it: also those to a moderator, and for a summary.
    #[arg(long, value_name = "ATTEMPT", conflicts_with_all = ["next", "turn"])]
    pub attempt: Option<AttemptId>,
    /// What would be sent if the next speaker spoke now.
    #[arg(long)]
    pub next: bool,
    /// Whose prompt --next shows, by name. [default: whoever is next]
    #[arg(long, value_name = "NAME", requires = "next")]
    pub participant: Option<String>,
    /// What it showed of its thinking, in place of what it was shown.
    #[arg(long, conflicts_with = "next")]
    pub thoughts: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, ClapArgs)]
pub struct Replay {
    /// What `chimera talk --record` has written.
    pub file: PathBuf,
    /// Print each event as one line of JSON, as the socket would send it.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Rebuild {
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, ClapArgs)]
pub struct Serve {
    /// Port on 127.0.0.1 and ::1; 0 takes any free one. [default: 7171, or the next free one]
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Calls to models elsewhere that may be under way at once, over all conversations. [default: 16]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub calls_at_once: Option<u16>,
    /// The same for each server on this machine or its network. [default: 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub local_calls_at_once: Option<u16>,
    /// Record every conversation into the data folder, for `chimera replay`.
    #[arg(long)]
    pub record: bool,
    /// Open the file of keys with the passphrase in this environment variable.
    #[arg(long, value_name = "VAR")]
    pub passphrase_env: Option<String>,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, ClapArgs)]
pub struct Providers {
    #[command(subcommand)]
    pub action: ProvidersAction,
}

#[derive(Debug, Subcommand)]
pub enum ProvidersAction {
    /// The same as `chimera connections list`; asks nobody.
    List {
        /// Print one JSON array.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// How each model and connection stands that something is known of: who is limited, down or off; asks nobody.
    Health {
        /// Print one JSON array.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Have a connection, or each of them, answer one small question. It costs a few tokens. The exit code is that of
    /// `ask`; of several connections, that of the worst.
    Test {
        /// The connection, by its id. [default: all]
        id: Option<ConnectionId>,
        /// The model to ask. [default: the first that the connection offers to talk with]
        #[arg(long, value_name = "MODEL")]
        model: Option<String>,
        /// Print one JSON array: connection, answer, class, error.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        passphrase: PassphraseFrom,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, ClapArgs)]
pub struct Token {
    #[command(subcommand)]
    pub action: TokenAction,
}

#[derive(Debug, Subcommand)]
pub enum TokenAction {
    /// Make a token; it is printed this once.
    Create {
        /// What it is for: `obs-overlay`.
        name: String,
        /// What it may do.
        #[arg(long, value_delimiter = ',', default_values = ["read"])]
        scopes: Vec<Scope>,
        #[command(flatten)]
        data: Data,
    },
    /// List the tokens; the tokens themselves are not kept.
    List {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Refuse a token from now on.
    Revoke {
        /// Its number in the list.
        id: i64,
        #[command(flatten)]
        data: Data,
    },
}
