use std::convert::Infallible;
use std::str::FromStr;

use chimera_core::{ModelRef, Money};
use clap::{Args as ClapArgs, ValueEnum};

use super::acts::On;
use super::{AfterCutArg, PolicyArg, RefusalsArg, UnansweredArg};

/// From now on, also while they talk. What is not named stays as it was.
#[derive(Debug, ClapArgs)]
pub struct Change {
    #[command(flatten)]
    pub on: On,
    /// How the next speaker is chosen.
    #[arg(long, value_enum)]
    pub policy: Option<PolicyArg>,
    /// Who at the table is asked for the next speaker, by name; goes with `--policy moderator`.
    #[arg(long, value_name = "NAME")]
    pub moderator: Option<String>,
    /// A model without a seat that is asked for the next speaker; goes with `--policy moderator`.
    #[arg(long, value_name = "CONNECTION/MODEL", value_parser = crate::models::model_ref, conflicts_with = "moderator")]
    pub moderator_model: Option<ModelRef>,
    #[command(flatten)]
    pub ends: NewEnds,
    /// What becomes of an answer that breaks off after its first word.
    #[arg(long, value_enum)]
    pub after_cut: Option<AfterCutArg>,
    /// What becomes of a refusal before the first word.
    #[arg(long, value_enum)]
    pub refusals: Option<RefusalsArg>,
    /// What becomes of a turn whose server's certificate is not trusted.
    #[arg(long, value_enum)]
    pub bad_certificate: Option<BadCertificateArg>,
    /// What becomes of a turn that no model answered.
    #[arg(long, value_enum)]
    pub unanswered: Option<UnansweredArg>,
    /// Seconds without a new word after which a speaker is passed over, 5 to 86400; 0 waits as long as its provider
    /// does.
    #[arg(long, value_name = "SECONDS")]
    pub stall_after: Option<u32>,
    /// Whether what falls out of a speaker's sight is summed up for it.
    #[arg(long, value_enum)]
    pub summaries: Option<SummariesArg>,
    /// Models that are asked for it, in order, instead of the speaker's own.
    #[arg(long, value_name = "CONNECTION/MODEL,…", value_delimiter = ',', value_parser = crate::models::model_ref)]
    pub summary_models: Vec<ModelRef>,
}

/// When the talk ends; `none` takes a rule away.
#[derive(Debug, ClapArgs)]
pub struct NewEnds {
    /// Turns since the last start, 1 to 10000.
    #[arg(long, value_name = "N|none")]
    pub turns: Option<Limit<u32>>,
    /// Turns of each participant.
    #[arg(long, value_name = "N|none")]
    pub turns_each: Option<Limit<u32>>,
    /// Turns since a person last did anything; then it pauses.
    #[arg(long, value_name = "N|none")]
    pub turns_without_user: Option<Limit<u32>>,
    /// Minutes in which it runs.
    #[arg(long, value_name = "N|none")]
    pub minutes: Option<Limit<u32>>,
    /// Tokens of all calls together, reserved before each.
    #[arg(long, value_name = "N|none")]
    pub tokens: Option<Limit<u32>>,
    /// What all calls together may cost, reserved before each.
    #[arg(long, value_name = "DOLLARS|none")]
    pub money: Option<Limit<Money>>,
    /// Whether models of unknown price are asked while money is limited.
    #[arg(long, value_enum)]
    pub unpriced: Option<UnpricedArg>,
    /// End when somebody says this.
    #[arg(long, value_name = "PHRASE|none")]
    pub until: Option<Limit<String>>,
    /// Whose word counts for --until, by name. [default: anybody's]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', requires = "until")]
    pub until_by: Vec<String>,
    /// Whether it pauses when the speakers go round in circles.
    #[arg(long, value_enum)]
    pub loops: Option<LoopsArg>,
}

/// A limit, or that there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit<T>(pub Option<T>);

impl FromStr for Limit<u32> {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        limit(text)
    }
}

impl FromStr for Limit<Money> {
    type Err = <Money as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        limit(text)
    }
}

impl FromStr for Limit<String> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        limit(text)
    }
}

fn limit<T: FromStr>(text: &str) -> Result<Limit<T>, T::Err> {
    if text == "none" { Ok(Limit(None)) } else { text.parse().map(|limit| Limit(Some(limit))) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UnpricedArg {
    Refuse,
    Allow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LoopsArg {
    Pause,
    Allow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummariesArg {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BadCertificateArg {
    /// A person decides.
    Stop,
    /// The next model on the route is asked.
    AskAnother,
}
