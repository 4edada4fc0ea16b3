use chimera_core::{ConnectionId, ModelRef};
use clap::{Args as ClapArgs, Subcommand};

use super::Data;

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
