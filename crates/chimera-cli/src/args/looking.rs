//! What is only looked at.

use chimera_core::ConversationId;
use clap::Args as ClapArgs;

use super::Data;
use super::acts::{Joining, On};

#[derive(Debug, ClapArgs)]
pub struct Watch {
    #[command(flatten)]
    pub on: On,
    #[command(flatten)]
    pub joining: Joining,
}

#[derive(Debug, ClapArgs)]
pub struct Personas {
    /// Print them as JSON, with their instructions.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Events {
    /// Only those of this conversation, by its id.
    pub id: Option<ConversationId>,
    /// Only those after this one, by its number.
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    pub after: u64,
    /// Events to print, 1 to 1000.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
    #[command(flatten)]
    pub data: Data,
}
