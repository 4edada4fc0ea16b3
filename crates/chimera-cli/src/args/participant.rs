use chimera_core::PersonaId;
use clap::{Args as ClapArgs, Subcommand};

use super::Asked;
use super::acts::{On, Talking};

#[derive(Debug, ClapArgs)]
pub struct Participant {
    #[command(subcommand)]
    pub action: ParticipantAction,
}

#[derive(Debug, Subcommand)]
pub enum ParticipantAction {
    /// Who sits at the table, by seat, with the models of each; needs no network.
    List(On),
    /// Seat somebody; everybody is told. Prints the participant's id.
    Join(Join),
    /// Let somebody go. Cut off if it speaks; what it said stays.
    Leave(Whom),
    /// From now on only you make it speak.
    Mute(Whom),
    /// Let it be chosen again.
    Unmute(Whom),
    /// It speaks next; if the conversation rests, at once and for one turn.
    Nudge(Nudge),
    /// Another name, other instructions, other models: from its next turn on.
    Change(Change),
    /// Seat everybody anew: all names, once, in the new order.
    Reorder(Reorder),
}

#[derive(Debug, ClapArgs)]
pub struct Whom {
    #[command(flatten)]
    pub on: On,
    /// By name, the beginning of a name where that is enough, or id.
    pub participant: String,
}

#[derive(Debug, ClapArgs)]
pub struct Nudge {
    #[command(flatten)]
    pub whom: Whom,
    #[command(flatten)]
    pub talking: Talking,
}

#[derive(Debug, ClapArgs)]
pub struct Join {
    #[command(flatten)]
    pub on: On,
    /// A persona of the library; what is given beside it overrules it.
    #[arg(long, value_name = "PERSONA", required_unless_present = "name")]
    pub persona: Option<PersonaId>,
    #[command(flatten)]
    pub traits: Traits,
    /// Speak with an authored demo voice: no AI, no key, no network.
    #[arg(long, required_unless_present_any = ["models", "route"])]
    pub demo: bool,
    /// Before whoever has this seat, counted from 0. [default: last]
    #[arg(long, value_name = "N")]
    pub seat: Option<u32>,
}

#[derive(Debug, ClapArgs)]
pub struct Change {
    #[command(flatten)]
    pub whom: Whom,
    #[command(flatten)]
    pub traits: Traits,
}

#[derive(Debug, ClapArgs)]
pub struct Reorder {
    #[command(flatten)]
    pub on: On,
    #[arg(required = true)]
    pub participants: Vec<String>,
}

/// What can be said of a participant.
#[derive(Debug, ClapArgs)]
pub struct Traits {
    /// Up to 60 characters, unique at the table.
    #[arg(long)]
    pub name: Option<String>,
    /// What it is told of itself, up to 32000 characters; `-` is standard input.
    #[arg(long, value_name = "TEXT")]
    pub instructions: Option<String>,
    /// Its colour, 0 to 359 degrees.
    #[arg(long, value_name = "DEGREES")]
    pub hue: Option<u16>,
    /// How readily it speaks unasked, 0 to 1.
    #[arg(long, value_name = "0..1")]
    pub talkativeness: Option<f32>,
    #[command(flatten)]
    pub asked: Asked,
    /// 0 to 2.
    #[arg(long, value_name = "T")]
    pub temperature: Option<f32>,
    /// Tokens of its longest answer.
    #[arg(long, value_name = "N")]
    pub answer_tokens: Option<u32>,
}
