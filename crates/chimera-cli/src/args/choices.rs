//! What may be chosen by a word, and what it means to the rest of the house.

use chimera_app::Pace;
use chimera_core::{AfterCut, Policy, Refusals, Unanswered};
use clap::ValueEnum;

/// How the next speaker is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PolicyArg {
    Balanced,
    RoundRobin,
    Random,
    Moderator,
    /// All answer at once, without each other's words; the answers are shown together.
    Parallel,
    /// Nobody speaks until you nudge it.
    Manual,
}

impl From<PolicyArg> for Policy {
    fn from(policy: PolicyArg) -> Self {
        match policy {
            PolicyArg::Balanced => Policy::Balanced,
            PolicyArg::RoundRobin => Policy::RoundRobin,
            PolicyArg::Random => Policy::Random,
            PolicyArg::Moderator => Policy::Moderator,
            PolicyArg::Parallel => Policy::Parallel,
            PolicyArg::Manual => Policy::Manual,
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
pub enum UnansweredArg {
    /// The conversation waits for you.
    Wait,
    /// The others go on without the speaker.
    PassOver,
}

impl From<UnansweredArg> for Unanswered {
    fn from(unanswered: UnansweredArg) -> Self {
        match unanswered {
            UnansweredArg::Wait => Unanswered::Wait,
            UnansweredArg::PassOver => Unanswered::PassOver,
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
