use chimera_core::{BranchId, ConversationId, MessageId, ModelRef};
use clap::{Args as ClapArgs, Subcommand};

use super::{Data, On, Talking};

#[derive(Debug, ClapArgs)]
pub struct Branches {
    /// The conversation, by its id.
    pub id: ConversationId,
    /// Print one JSON list.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, ClapArgs)]
pub struct Branch {
    #[command(subcommand)]
    pub action: BranchAction,
}

#[derive(Debug, Subcommand)]
pub enum BranchAction {
    /// Go on after an earlier message, on a branch of its own; prints the branch's id.
    Create {
        #[command(flatten)]
        on: On,
        /// The message to go on after, as `show --ids` names it.
        #[arg(long, value_name = "MESSAGE")]
        from: MessageId,
        #[arg(long)]
        name: Option<String>,
    },
    /// Go on with another branch.
    Switch {
        #[command(flatten)]
        on: On,
        /// As `branches` names it.
        branch: BranchId,
    },
    /// Give a branch another name.
    Rename {
        #[command(flatten)]
        on: On,
        /// As `branches` names it.
        branch: BranchId,
        name: String,
    },
    /// Two branches turn by turn, from where they part; needs no network.
    Compare {
        id: ConversationId,
        left: BranchId,
        right: BranchId,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, ClapArgs)]
pub struct Message {
    #[command(subcommand)]
    pub action: MessageAction,
}

#[derive(Debug, Subcommand)]
pub enum MessageAction {
    /// Have it said anew by the same speaker, as an alternative; what followed stays on the old branch.
    Regenerate(Regenerate),
    /// Let them talk on from it; what had followed stays on its branch.
    Continue(Continue),
    /// Go on with the branch that holds this alternative.
    Choose(OfMessage),
    /// Put other words in its place; the old ones are kept as a version.
    Edit {
        #[command(flatten)]
        of: OfMessage,
        text: String,
        /// Say your own words anew beside the old ones, and go on from there.
        #[arg(long)]
        as_branch: bool,
    },
    /// Hide it from people and models.
    Delete(OfMessage),
    /// Show it again.
    Restore(OfMessage),
    /// Every wording it has had; needs no network.
    Versions(Versions),
}

#[derive(Debug, ClapArgs)]
pub struct OfMessage {
    #[command(flatten)]
    pub on: On,
    /// The message, as `show --ids` names it.
    pub message: MessageId,
}

#[derive(Debug, ClapArgs)]
pub struct Regenerate {
    #[command(flatten)]
    pub of: OfMessage,
    /// Ask this model instead of the speaker's route.
    #[arg(long, value_name = "CONNECTION/MODEL", value_parser = crate::models::model_ref)]
    pub model: Option<ModelRef>,
    #[command(flatten)]
    pub talking: Talking,
}

#[derive(Debug, ClapArgs)]
pub struct Continue {
    #[command(flatten)]
    pub of: OfMessage,
    #[command(flatten)]
    pub talking: Talking,
}

#[derive(Debug, ClapArgs)]
pub struct Versions {
    /// The conversation, by its id.
    pub id: ConversationId,
    /// The message, as `show --ids` names it.
    pub message: MessageId,
    /// Print one JSON list.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub data: Data,
}
