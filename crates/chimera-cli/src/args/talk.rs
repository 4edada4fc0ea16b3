use std::path::PathBuf;

use chimera_app::RouteSpec;
use chimera_core::{CastId, ModelRef, Money, PersonaId};
use clap::Args as ClapArgs;

use super::{
    AfterCutArg, Asked, BadCertificateArg, Data, Joining, PaceArg, Pictures, PolicyArg, RefusalsArg, UnansweredArg,
};
use crate::ask::Seconds;

#[derive(Debug, ClapArgs)]
pub struct Ask {
    /// Models to ask, in order: KIND@BASE_URL#MODEL,… where KIND is openai, openai-responses, anthropic, gemini,
    /// compatible or demo. Vendors and the demo need no @BASE_URL: `anthropic#MODEL`, `demo#VOICE`. Plain http is for
    /// addresses of this machine or its network.
    #[arg(long, value_name = "ROUTE")]
    pub route: RouteSpec,
    /// Name of the environment variable that holds the key for the route's server: its vendor, or the one that is not
    /// this machine. For several servers it is given once for each, in the order of the route.
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
    #[command(flatten)]
    pub pictures: Pictures,
    /// Print one JSON object in the end and nothing else: outcome, text, reasoning, usage, cost,
    /// attempts, parts.
    #[arg(long)]
    pub json: bool,
    /// What becomes of an answer that breaks off after its first word.
    #[arg(long, value_enum, default_value_t = AfterCutArg::Auto)]
    pub after_cut: AfterCutArg,
    /// What becomes of a refusal before the first word.
    #[arg(long, value_enum, default_value_t = RefusalsArg::Leave)]
    pub refusals: RefusalsArg,
    /// What becomes of a route on which a server shows a certificate that is not trusted.
    #[arg(long, value_enum, default_value_t = BadCertificateArg::Stop)]
    pub bad_certificate: BadCertificateArg,
    /// Seconds a model may take to its first word or thought. [default: 30; 120 where the model thinks; 300 on this
    /// machine and its network]
    #[arg(long, value_name = "SECONDS")]
    pub first_token_timeout: Option<Seconds>,
    /// Seconds between two signs of life, once it has begun. [default: 60; 120 on this machine and its network]
    #[arg(long, value_name = "SECONDS")]
    pub idle_timeout: Option<Seconds>,
    /// Seconds between two words or thoughts, however often it shows other signs of life. [default: 180]
    #[arg(long, value_name = "SECONDS")]
    pub no_progress_timeout: Option<Seconds>,
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
    #[command(flatten)]
    pub pictures: Pictures,
    /// Seat the authored demo voices: no AI, no key, no network.
    #[arg(long, conflicts_with_all = ["route", "models"], required_unless_present_any = ["route", "models", "cast"])]
    pub demo: bool,
    #[command(flatten)]
    pub asked: Asked,
    /// Who sits at the table.
    #[arg(long, value_name = "PERSONA,…", value_delimiter = ',', default_values = ["sceptic", "poet", "engineer"])]
    pub personas: Vec<PersonaId>,
    /// A cast instead of personas, by its id in `chimera casts`: it brings its own people, policy and rules, and if it
    /// is your own its models. What else is given here counts instead of what it says.
    #[arg(long, value_name = "CAST", conflicts_with_all = ["personas", "policy", "moderator"])]
    pub cast: Option<CastId>,
    /// How the next speaker is chosen.
    #[arg(long, value_enum, default_value_t = PolicyArg::Balanced)]
    pub policy: PolicyArg,
    /// What becomes of an answer that breaks off after its first word. [default: auto]
    #[arg(long, value_enum)]
    pub after_cut: Option<AfterCutArg>,
    /// What becomes of a turn that no model answered. [default: wait]
    #[arg(long, value_enum)]
    pub unanswered: Option<UnansweredArg>,
    /// Which of the personas is asked who speaks next; goes with `--policy moderator`.
    #[arg(long, value_name = "PERSONA")]
    pub moderator: Option<PersonaId>,
    /// Sum up, by the next speaker's own models, what it can no more be shown of the talk.
    #[arg(long, conflicts_with = "cast")]
    pub summaries: bool,
    /// Models that are asked for the summaries, in order, instead of the next speaker's own.
    #[arg(long, value_name = "CONNECTION/MODEL,…", value_delimiter = ',', value_parser = crate::models::model_ref, requires = "summaries")]
    pub summary_models: Vec<ModelRef>,
    /// Makes the dice repeatable.
    #[arg(long, value_name = "S")]
    pub seed: Option<u32>,
    /// Pass over a speaker that has had no new word for so many seconds, 5 to 86400.
    #[arg(long, value_name = "SECONDS")]
    pub stall_after: Option<u32>,
    /// Tokens of the longest answer, for every seat. [default: 4096 while a budget holds, else the server's own]
    #[arg(long, value_name = "N")]
    pub answer_tokens: Option<u32>,
    /// How fast the demo voices speak. [default: human in a terminal, brisk elsewhere]
    #[arg(long, value_enum)]
    pub pace: Option<PaceArg>,
    /// Print each event as one line of JSON, as the socket would send it.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub joining: Joining,
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
    /// Turns without a word or a hand of yours; then it pauses. [default: no limit, for you sit before it]
    #[arg(long, value_name = "N")]
    pub turns_without_user: Option<u32>,
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
    /// Whose word counts for --until, by the names at the table; everybody's when nobody is named.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', requires = "until")]
    pub until_by: Vec<String>,
    /// Go on when the speakers go round in circles.
    #[arg(long)]
    pub allow_loops: bool,
}
