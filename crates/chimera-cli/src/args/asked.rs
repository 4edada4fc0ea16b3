//! What several commands are given alike.

use std::path::PathBuf;

use chimera_app::RouteSpec;
use chimera_core::ModelRef;
use clap::Args as ClapArgs;

/// Whom a seat asks.
#[derive(Debug, ClapArgs)]
pub struct Asked {
    /// Models of your connections to ask, in order.
    #[arg(long, value_name = "CONNECTION/MODEL,…", value_delimiter = ',', value_parser = crate::models::model_ref, conflicts_with = "route")]
    pub models: Vec<ModelRef>,
    /// Models to ask, in order, by the addresses of their servers: KIND@BASE_URL#MODEL,… where KIND is openai,
    /// openai-responses, anthropic, gemini, compatible or demo. Vendors and the demo need no @BASE_URL:
    /// `anthropic#MODEL`, `demo#VOICE`. Plain http is for addresses of this machine or its network.
    #[arg(long, value_name = "ROUTE")]
    pub route: Option<RouteSpec>,
    /// Name of the environment variable that holds the key for the route's server: its vendor, or the one that is not
    /// this machine. For several servers it is given once for each, in the order of the route. A key is stored nowhere:
    /// whoever lets them talk later names it again.
    #[arg(long, value_name = "VAR", requires = "route")]
    pub key_env: Vec<String>,
}

/// Files to be seen.
#[derive(Debug, Default, ClapArgs)]
pub struct Pictures {
    /// Image to show with it, or for everybody to see when they begin: a PNG, JPEG, WebP or GIF. Can be given more than
    /// once.
    #[arg(long, value_name = "FILE")]
    pub image: Vec<PathBuf>,
    /// What is to be seen in an image, for models that do not see; once for each, in their order.
    #[arg(long, value_name = "TEXT", requires = "image")]
    pub alt: Vec<String>,
}
