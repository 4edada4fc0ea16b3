use chimera_core::{BranchId, ConversationId, MessageId, ModelRef};
use clap::{Args as ClapArgs, Subcommand};

use super::Data;

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
        id: ConversationId,
        /// The message to go on after, as `show --ids` names it.
        #[arg(long, value_name = "MESSAGE")]
        from: MessageId,
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        data: Data,
    },
    /// Go on with another branch.
    Switch {
        id: ConversationId,
        branch: BranchId,
        #[command(flatten)]
        data: Data,
    },
    Rename {
        id: ConversationId,
        branch: BranchId,
        name: String,
        #[command(flatten)]
        data: Data,
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
    Regenerate {
        #[command(flatten)]
        of: OfMessage,
        /// Ask this model instead of the speaker's route.
        #[arg(long, value_name = "CONNECTION/MODEL", value_parser = crate::models::model_ref)]
        model: Option<ModelRef>,
    },
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
    Restore(OfMessage),
    /// Every wording it has had; needs no network.
    Versions {
        #[command(flatten)]
        of: OfMessage,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, ClapArgs)]
pub struct OfMessage {
    /// The conversation, by its id.
    pub id: ConversationId,
    /// The message, as `show --ids` names it.
    pub message: MessageId,
    #[command(flatten)]
    pub data: Data,
}

/// The newest edit, deletion, restoration, branch or switch of a conversation.
#[derive(Debug, ClapArgs)]
pub struct Undo {
    /// The conversation, by its id.
    pub id: ConversationId,
    #[command(flatten)]
    pub data: Data,
}
