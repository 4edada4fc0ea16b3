//! What is asked of a conversation of the history.

use chimera_core::{ConversationId, MessageId, ModelRef, SummaryId};
use clap::{Args as ClapArgs, Subcommand};

use super::{Data, PaceArg, Pictures};

/// A conversation, and how what became of it is told.
#[derive(Debug, ClapArgs)]
pub struct On {
    /// The conversation, by its id, as `list` names it.
    pub id: ConversationId,
    /// Print what the local API answers: the conversation as it then stands, or the id of what was made. Where the
    /// talk is followed: each event as one line of JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

/// For acts after which they talk.
#[derive(Debug, Default, ClapArgs)]
pub struct Talking {
    /// Do not follow the talk; possible where another Chimera that has the data folder open goes on with it.
    #[arg(long, short)]
    pub detach: bool,
    #[command(flatten)]
    pub joining: Joining,
    /// How fast the demo voices speak. [default: human in a terminal, brisk elsewhere]
    #[arg(long, value_enum)]
    pub pace: Option<PaceArg>,
    /// Name of the environment variable with the key for the one server at the table whose key is kept nowhere.
    #[arg(long, value_name = "VAR")]
    pub key_env: Option<String>,
    /// Open the file of keys with the passphrase in this environment variable.
    #[arg(long, value_name = "VAR")]
    pub passphrase_env: Option<String>,
}

/// Whether somebody joins in while they talk.
#[derive(Debug, Default, ClapArgs)]
pub struct Joining {
    /// Say what comes in on standard input, line by line, as if it was typed: see `/help` there. [default: only what a
    /// person types at a terminal]
    #[arg(long, conflicts_with = "no_input")]
    pub input: bool,
    /// Read nothing, also at a terminal.
    #[arg(long)]
    pub no_input: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Go {
    #[command(flatten)]
    pub on: On,
    #[command(flatten)]
    pub talking: Talking,
}

#[derive(Debug, ClapArgs)]
pub struct Skip {
    #[command(flatten)]
    pub on: On,
    /// Only this one of those who answer together; by name, the beginning of a name, or id.
    pub participant: Option<String>,
    #[command(flatten)]
    pub talking: Talking,
}

#[derive(Debug, ClapArgs)]
pub struct Summary {
    #[command(subcommand)]
    pub action: SummaryAction,
}

#[derive(Debug, Subcommand)]
pub enum SummaryAction {
    /// From now on it stands in prompts with these words. `show --ids` names the summaries.
    Edit {
        #[command(flatten)]
        on: On,
        /// The summary, by its id.
        summary: SummaryId,
        /// What it says now; `-` reads standard input.
        text: String,
    },
}

#[derive(Debug, ClapArgs)]
pub struct Retry {
    #[command(flatten)]
    pub on: On,
    /// Ask these models in this one turn, in order, in place of the speaker's own.
    #[arg(long, value_name = "CONNECTION/MODEL,…", value_delimiter = ',', value_parser = crate::models::model_ref)]
    pub models: Vec<ModelRef>,
    #[command(flatten)]
    pub talking: Talking,
}

#[derive(Debug, ClapArgs)]
pub struct Stop {
    #[command(flatten)]
    pub on: On,
    /// Whoever speaks may finish. [default: is cut off, and what was said is kept]
    #[arg(long)]
    pub after_turn: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Say {
    #[command(flatten)]
    pub on: On,
    /// What you say, up to 200000 characters; `-` is standard input. With images it may be left out.
    #[arg(required_unless_present = "image")]
    pub text: Option<String>,
    #[command(flatten)]
    pub pictures: Pictures,
    /// Whisper to these participants alone, by name.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub to: Vec<String>,
    /// Cut in: whoever speaks is interrupted. [default: it may finish]
    #[arg(long)]
    pub now: bool,
    /// Let them talk about it: start or resume the conversation if it rests.
    #[arg(long)]
    pub go_on: bool,
    #[command(flatten)]
    pub talking: Talking,
}

#[derive(Debug, ClapArgs)]
pub struct Rename {
    #[command(flatten)]
    pub on: On,
    /// Up to 200 characters.
    pub title: String,
}

#[derive(Debug, ClapArgs)]
pub struct Pin {
    #[command(flatten)]
    pub on: On,
    /// The message, as `show --ids` names it.
    pub message: MessageId,
}
