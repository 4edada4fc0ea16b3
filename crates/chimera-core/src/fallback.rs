use serde::{Deserialize, Serialize};
use specta::Type;

/// What a conversation does when a model fails, where that is for a person to say.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct FallbackRules {
    pub after_cut: AfterCut,
    pub refusals: Refusals,
    pub bad_certificate: BadCertificate,
    /// Left out where it is as usual, so that older logs and this one read alike.
    #[serde(skip_serializing_if = "Unanswered::is_usual")]
    pub unanswered: Unanswered,
}

/// What becomes of an answer that breaks off after its first word.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AfterCut {
    /// Continued when much of it was said, replaced when little was.
    #[default]
    Auto,
    /// What was said stands, and another model goes on from there.
    Continue,
    /// Another model answers anew; its first word strikes what was said.
    Replace,
    /// What was said stands, interrupted.
    Stop,
}

/// What becomes of a turn that a provider's policy refused before a word was said.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Refusals {
    /// The refusal stands, and a person decides.
    #[default]
    Leave,
    /// The next model on the route is asked.
    AskAnother,
}

/// What follows when a server's certificate is not trusted: somebody may be listening in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BadCertificate {
    /// A person decides.
    #[default]
    Stop,
    /// The next model on the route is asked.
    AskAnother,
}

/// What becomes of a turn in which no model on the speaker's route answered.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Unanswered {
    /// The conversation waits for a person: it is asked again, passed over or given another route.
    #[default]
    Wait,
    /// The others go on without it. When three turns in a row had no answer, a person is waited for all the same.
    PassOver,
}

impl Unanswered {
    fn is_usual(&self) -> bool {
        *self == Self::Wait
    }
}
