mod connections;
mod tree;

use std::path::PathBuf;

use chimera_app::{Pace, RouteSpec, Scope};
use chimera_core::{
    AfterCut, BranchId, CastId, ConnectionId, ConversationId, ModelRef, Money, PersonaId, Policy, Refusals,
};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub use connections::{AddConnection, ChangeConnection, Connections, ConnectionsAction, KeyFrom};
pub use tree::{Branch, BranchAction, Branches, Message, MessageAction, OfMessage, Undo};

use crate::ask::Seconds;

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
    /// Hold a conversation and end when it ends.
    Talk(Talk),
    /// List the conversations of the history; needs no network.
    List(List),
    /// Show one conversation of the history; needs no network.
    Show(Show),
    /// List the branches of a conversation; needs no network.
    Branches(Branches),
    /// Make, switch, rename and compare the branches of a conversation.
    Branch(Branch),
    /// Regenerate, edit, delete and restore a message, and choose between alternatives.
    Message(Message),
    /// Take back the newest edit, deletion, restoration, branch or switch.
    Undo(Undo),
    /// Do again what was undone last.
    Redo(Undo),
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
    /// List the casts that ship with Chimera: tables laid for a debate, a panel, a review.
    Casts(Casts),
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
pub struct Ask {
    /// Models to ask, in order: KIND@BASE_URL#MODEL,… where KIND is openai, openai-responses, anthropic, gemini,
    /// compatible or demo. Vendors and the demo need no @BASE_URL: `anthropic#MODEL`, `demo#VOICE`.
    #[arg(long, value_name = "ROUTE")]
    pub route: RouteSpec,
    /// Name of the environment variable that holds the key. Given once it is for the whole route (for its one vendor,
    /// if one is not on this machine); given once for each server of the route, in that order.
    #[arg(long, value_name = "VAR")]
    pub key_env: Vec<String>,
    /// The system text.
    #[arg(long, value_name = "TEXT")]
    pub system: Option<String>,
    /// The question. Without this and a file it is read from standard input.
    #[arg(long, value_name = "TEXT", conflicts_with = "prompt_file")]
    pub prompt: Option<String>,
    /// File that holds the question; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub prompt_file: Option<PathBuf>,
    /// Print one JSON object in the end and nothing else: outcome, text, reasoning, usage, attempts, parts.
    #[arg(long)]
    pub json: bool,
    /// What becomes of an answer that breaks off after its first word.
    #[arg(long, value_enum, default_value_t = AfterCutArg::Auto)]
    pub after_cut: AfterCutArg,
    /// What becomes of a refusal before the first word.
    #[arg(long, value_enum, default_value_t = RefusalsArg::Leave)]
    pub refusals: RefusalsArg,
    /// Seconds a model may take to its first word or thought. [default: 30; 120 where the model thinks; 300 on this
    /// machine and its network]
    #[arg(long, value_name = "SECONDS")]
    pub first_token_timeout: Option<Seconds>,
    /// Seconds between two signs of life, once it has begun. [default: 60; 120 on this machine and its network]
    #[arg(long, value_name = "SECONDS")]
    pub idle_timeout: Option<Seconds>,
    /// Seconds for one whole answer. [default: 900]
    #[arg(long, value_name = "SECONDS")]
    pub total_timeout: Option<Seconds>,
    /// How fast the demo voices speak. [default: instant]
    #[arg(long, value_enum)]
    pub pace: Option<PaceArg>,
}

#[derive(Debug, ClapArgs)]
pub struct Talk {
    /// What the conversation is about.
    #[arg(long, value_name = "TEXT")]
    pub topic: String,
    #[command(flatten)]
    pub ends: Ends,
    /// Seat the authored demo voices: no AI, no key, no network.
    #[arg(long, conflicts_with = "route", required_unless_present = "route")]
    pub demo: bool,
    /// Models to ask, in order, for every seat: KIND@BASE_URL#MODEL,… where KIND is openai, openai-responses, anthropic,
    /// gemini, compatible or demo. Vendors and the demo need no @BASE_URL: `anthropic#MODEL`, `demo#VOICE`.
    #[arg(long, value_name = "ROUTE")]
    pub route: Option<RouteSpec>,
    /// Name of the environment variable that holds the key for the route's vendor, or else for its servers; it is
    /// stored nowhere.
    #[arg(long, value_name = "VAR", requires = "route")]
    pub key_env: Option<String>,
    /// Who sits at the table.
    #[arg(long, value_name = "PERSONA,…", value_delimiter = ',', default_values = ["sceptic", "poet", "engineer"])]
    pub personas: Vec<PersonaId>,
    /// A cast instead of personas, by its id in `chimera casts`: it brings its own policy.
    #[arg(long, value_name = "CAST", conflicts_with_all = ["personas", "policy", "moderator", "seed", "stall_after", "after_cut"])]
    pub cast: Option<CastId>,
    /// How the next speaker is chosen.
    #[arg(long, value_enum, default_value_t = PolicyArg::Balanced)]
    pub policy: PolicyArg,
    /// What becomes of an answer that breaks off after its first word.
    #[arg(long, value_enum, default_value_t = AfterCutArg::Auto)]
    pub after_cut: AfterCutArg,
    /// Which of the personas is asked who speaks next; goes with `--policy moderator`.
    #[arg(long, value_name = "PERSONA")]
    pub moderator: Option<PersonaId>,
    /// Makes the dice repeatable.
    #[arg(long, value_name = "S")]
    pub seed: Option<u32>,
    /// Pass over a speaker that has had no new word for so many seconds, 5 to 86400.
    #[arg(long, value_name = "SECONDS")]
    pub stall_after: Option<u32>,
    /// How fast the demo voices speak. [default: human in a terminal, brisk elsewhere]
    #[arg(long, value_enum)]
    pub pace: Option<PaceArg>,
    /// Print each event as one line of JSON, as the socket would send it.
    #[arg(long)]
    pub json: bool,
    /// Write down everything that happens, for `chimera replay`; the file holds what is said, and no key.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
}

/// When the talk ends; whichever comes first.
#[derive(Debug, ClapArgs)]
pub struct Ends {
    /// Turns to hold, 1 to 10000. [default: 6, unless --turns-each, --minutes or --until is given]
    #[arg(long, value_name = "N")]
    pub turns: Option<u32>,
    /// Turns of each participant.
    #[arg(long, value_name = "N")]
    pub turns_each: Option<u32>,
    /// Minutes to talk; who speaks then may finish. [default: 10]
    #[arg(long, value_name = "N")]
    pub minutes: Option<u32>,
    /// Tokens of all calls together, reserved before each. [default: 200000]
    #[arg(long, value_name = "N")]
    pub tokens: Option<u32>,
    /// What all calls together may cost, reserved before each; models without a known price are not asked. [default:
    /// 1.00, and models without a known price are]
    #[arg(long, value_name = "DOLLARS")]
    pub money: Option<Money>,
    /// With --money, ask also models whose price is not known; what they cost is not part of the limit.
    #[arg(long, requires = "money")]
    pub allow_unpriced: bool,
    /// End when somebody says this.
    #[arg(long, value_name = "PHRASE")]
    pub until: Option<String>,
    /// Go on when the speakers go round in circles.
    #[arg(long)]
    pub allow_loops: bool,
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
pub struct List {
    /// Conversations to list, 1 to 200.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
    /// Where the next page begins: `next_cursor` of the page before.
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
    /// Print one JSON object: {"items": […], "next_cursor": …}.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, ClapArgs)]
pub struct Casts {
    /// Print them as JSON, with everybody's instructions.
    #[arg(long)]
    pub json: bool,
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
    /// What would be sent if the next speaker spoke now.
    #[arg(long)]
    pub next: bool,
    /// Whose prompt --next shows, by name. [default: whoever is next]
    #[arg(long, value_name = "NAME", requires = "next")]
    pub participant: Option<String>,
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
pub struct Keys {
    #[command(subcommand)]
    pub action: KeysAction,
}

#[derive(Debug, Subcommand)]
pub enum KeysAction {
    /// Say whether there is a file of keys.
    Status {
        #[command(flatten)]
        data: Data,
    },
    /// Make a file of keys, sealed with a passphrase. Without the passphrase nobody can open it.
    Create {
        #[command(flatten)]
        passphrase: PassphraseFrom,
        #[command(flatten)]
        data: Data,
    },
    /// Seal the file of keys with another passphrase.
    Change {
        #[command(flatten)]
        passphrase: PassphraseFrom,
        /// Name of the environment variable that holds the new passphrase.
        #[arg(long, value_name = "VAR")]
        new_passphrase_env: Option<String>,
        #[command(flatten)]
        data: Data,
    },
}

/// Where a passphrase comes from.
#[derive(Debug, ClapArgs)]
pub struct PassphraseFrom {
    /// Name of the environment variable that holds the passphrase. [default: asked for in a terminal, else a line of
    /// standard input]
    #[arg(long, value_name = "VAR")]
    pub passphrase_env: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub struct Providers {
    #[command(subcommand)]
    pub action: ProvidersAction,
}

#[derive(Debug, Subcommand)]
pub enum ProvidersAction {
    /// List the connections; asks nobody.
    List {
        /// Print one JSON array.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Have a connection, or each of them, answer one small question. It costs a few tokens.
    Test {
        /// The connection, by its id. [default: all]
        id: Option<ConnectionId>,
        /// The model to ask. [default: the first that the connection offers]
        #[arg(long, value_name = "MODEL")]
        model: Option<String>,
        /// Print one JSON array: connection, answer, error.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, ClapArgs)]
pub struct Models {
    #[command(subcommand)]
    pub action: ModelsAction,
}

#[derive(Debug, Subcommand)]
pub enum ModelsAction {
    /// List the models of a connection, asked of its server; costs nothing.
    List {
        /// The connection, by its id.
        connection: ConnectionId,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Knock at the usual ports of this machine and list the model servers that answer.
    Find {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
    /// Say what is true of a model. It wins over the server's list and over the table that ships with Chimera.
    Set(SetFacts),
    /// Let the lists count again.
    Clear {
        #[arg(value_name = "CONNECTION/MODEL", value_parser = crate::models::model_ref)]
        model: ModelRef,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, ClapArgs)]
pub struct SetFacts {
    #[arg(value_name = "CONNECTION/MODEL", value_parser = crate::models::model_ref)]
    pub model: ModelRef,
    /// Tokens of prompt and answer together.
    #[arg(long, value_name = "TOKENS")]
    pub context: Option<u32>,
    /// Tokens of the longest answer.
    #[arg(long, value_name = "TOKENS")]
    pub max_output: Option<u32>,
    /// Whether it sees images.
    #[arg(long, value_name = "true|false")]
    pub sees: Option<bool>,
    /// US dollars for a million tokens of input.
    #[arg(long, value_name = "DOLLARS", requires = "output_price", value_parser = crate::models::dollars)]
    pub input_price: Option<f64>,
    /// US dollars for a million tokens of output.
    #[arg(long, value_name = "DOLLARS", requires = "input_price", value_parser = crate::models::dollars)]
    pub output_price: Option<f64>,
    /// US dollars for a million tokens of input that the server had in its cache.
    #[arg(long, value_name = "DOLLARS", requires = "input_price", value_parser = crate::models::dollars)]
    pub cached_price: Option<f64>,
    #[command(flatten)]
    pub data: Data,
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

/// The policies that need nobody's hand: a talk in a terminal has no way to nudge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PolicyArg {
    Balanced,
    RoundRobin,
    Random,
    Moderator,
}

impl From<PolicyArg> for Policy {
    fn from(policy: PolicyArg) -> Self {
        match policy {
            PolicyArg::Balanced => Policy::Balanced,
            PolicyArg::RoundRobin => Policy::RoundRobin,
            PolicyArg::Random => Policy::Random,
            PolicyArg::Moderator => Policy::Moderator,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RefusalsArg {
    /// The refusal stands.
    Leave,
    /// The next model on the route is asked.
    AskAnother,
}

impl From<RefusalsArg> for Refusals {
    fn from(refusals: RefusalsArg) -> Self {
        match refusals {
            RefusalsArg::Leave => Refusals::Leave,
            RefusalsArg::AskAnother => Refusals::AskAnother,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AfterCutArg {
    /// Continue from 200 characters on, replace below.
    Auto,
    /// The next model goes on where it broke off.
    Continue,
    /// The next model answers anew.
    Replace,
    /// What was said stands, interrupted.
    Stop,
}

impl From<AfterCutArg> for AfterCut {
    fn from(after_cut: AfterCutArg) -> Self {
        match after_cut {
            AfterCutArg::Auto => AfterCut::Auto,
            AfterCutArg::Continue => AfterCut::Continue,
            AfterCutArg::Replace => AfterCut::Replace,
            AfterCutArg::Stop => AfterCut::Stop,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PaceArg {
    Human,
    Brisk,
    Instant,
}

impl From<PaceArg> for Pace {
    fn from(pace: PaceArg) -> Self {
        match pace {
            PaceArg::Human => Pace::Human,
            PaceArg::Brisk => Pace::Brisk,
            PaceArg::Instant => Pace::Instant,
        }
    }
}
