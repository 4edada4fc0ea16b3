use serde::{Deserialize, Deserializer, Serialize};
use specta::Type;

use crate::Money;

/// When a conversation ends by itself. Any rule that is met ends it; `None` is no rule.
///
/// Turns, minutes and the phrase are counted since the last start. Tokens and money are a budget: they count every call
/// the conversation ever made, and neither a restart nor a new start refills them; a higher limit does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EndRules {
    /// Turns of AIs.
    #[serde(default)]
    pub turns: Option<u32>,
    /// Turns of each AI. Who has had them is chosen no more; when all have, it ends.
    #[serde(default)]
    pub turns_per_participant: Option<u32>,
    /// Turns of AIs since a person last said something or led the conversation: then it pauses and waits for one.
    #[serde(default)]
    pub turns_without_user: Option<u32>,
    /// Minutes in which it ran; pauses do not count. Who speaks when they are over may finish.
    #[serde(default)]
    pub minutes: Option<u32>,
    /// Tokens of all calls, those of failed ones included.
    #[serde(default)]
    pub tokens: Option<u32>,
    /// What all calls cost.
    #[serde(default)]
    pub money: Option<Money>,
    /// What becomes of models without a known price while `money` is set.
    #[serde(default)]
    pub unpriced: Unpriced,
    #[serde(default)]
    pub phrase: Option<EndPhrase>,
    /// Whether it pauses when the AIs go round in circles.
    #[serde(default)]
    pub loops: bool,
}

/// Words that end a conversation when an AI says them, whatever the case of their letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EndPhrase {
    pub text: String,
    /// Names of those whose word counts; anybody's does when it is empty.
    #[serde(default)]
    pub by: Vec<String>,
}

/// A price that is not known is never taken for zero.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Unpriced {
    /// Such a model is not asked.
    #[default]
    Refuse,
    /// It is asked; what it costs is not part of the budget.
    Allow,
}

/// By what it was seen that the AIs go round in circles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LoopSign {
    /// They say what has been said: so many percent of their three-word sequences.
    Repetition,
    /// They thank, praise, agree and take leave: so many percent of their sentences.
    Agreement,
    /// They find no new words: so many percent of their words have been used before.
    Stalling,
}

impl EndRules {
    /// Nothing ends the conversation but a person.
    pub const NONE: EndRules = EndRules {
        turns: None,
        turns_per_participant: None,
        turns_without_user: None,
        minutes: None,
        tokens: None,
        money: None,
        unpriced: Unpriced::Refuse,
        phrase: None,
        loops: false,
    };
}

impl Default for EndRules {
    /// What a conversation gets of which nobody said more: nobody's money runs away overnight. The limit on money is
    /// ours and not the user's, so it does not shut out the models whose price nobody knows.
    fn default() -> Self {
        Self {
            turns_without_user: Some(20),
            minutes: Some(10),
            tokens: Some(200_000),
            money: Some(Money::from_cents(100)),
            unpriced: Unpriced::Allow,
            loops: true,
            ..Self::NONE
        }
    }
}

/// The rules as a client gives them: what is left out is the default, `null` is no rule. In the log it is the other way
/// round: an event of before a rule is one without it.
pub(crate) fn asked_for<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EndRules, D::Error> {
    #[derive(Deserialize)]
    #[serde(default)]
    struct Asked {
        turns: Option<u32>,
        turns_per_participant: Option<u32>,
        turns_without_user: Option<u32>,
        minutes: Option<u32>,
        tokens: Option<u32>,
        #[serde(deserialize_with = "given")]
        money: Given<Money>,
        unpriced: Option<Unpriced>,
        phrase: Option<EndPhrase>,
        loops: bool,
    }

    impl Default for Asked {
        fn default() -> Self {
            let EndRules { turns, turns_per_participant, turns_without_user, minutes, tokens, phrase, loops, .. } =
                EndRules::default();
            let (money, unpriced) = (Given::Not, None);
            Self { turns, turns_per_participant, turns_without_user, minutes, tokens, money, unpriced, phrase, loops }
        }
    }

    enum Given<T> {
        Not,
        As(Option<T>),
    }

    fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Given<T>, D::Error> {
        Option::deserialize(deserializer).map(Given::As)
    }

    let Asked { turns, turns_per_participant, turns_without_user, minutes, tokens, money, unpriced, phrase, loops } =
        Asked::deserialize(deserializer)?;
    let ours = EndRules::default();
    let (money, unless_said) = match money {
        Given::Not => (ours.money, ours.unpriced),
        // Who sets a limit means it.
        Given::As(money) => (money, Unpriced::Refuse),
    };
    let unpriced = unpriced.unwrap_or(unless_said);
    Ok(EndRules { turns, turns_per_participant, turns_without_user, minutes, tokens, money, unpriced, phrase, loops })
}

/// The same where no rules at all may be given.
pub(crate) fn asked_for_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EndRules>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Given(#[serde(deserialize_with = "asked_for")] EndRules);

    Ok(Option::<Given>::deserialize(deserializer)?.map(|Given(end)| end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewConversation;

    fn asked(end: &str) -> EndRules {
        let new = format!(r#"{{"topic": "t", "participants": [], "end": {end}}}"#);
        serde_json::from_str::<NewConversation>(&new).unwrap().end
    }

    #[test]
    fn what_a_client_leaves_out_is_the_default_and_null_is_no_rule() {
        assert_eq!(asked("{}"), EndRules::default());
        assert_eq!(
            asked(r#"{"turns": 3, "minutes": null}"#),
            EndRules { turns: Some(3), minutes: None, ..EndRules::default() }
        );
    }

    #[test]
    fn a_limit_on_money_that_was_asked_for_refuses_models_without_a_price() {
        let asked_for = asked(r#"{"money": 5000000000}"#);
        assert_eq!((asked_for.money, asked_for.unpriced), (Some(Money::from_cents(500)), Unpriced::Refuse));
        assert_eq!(asked(r#"{"money": 5, "unpriced": "allow"}"#).unpriced, Unpriced::Allow);
    }

    #[test]
    fn an_event_of_before_these_rules_is_one_without_them() {
        let stored: EndRules = serde_json::from_str(r#"{"turns": 3}"#).unwrap();
        assert_eq!(stored, EndRules { turns: Some(3), ..EndRules::NONE });
    }
}
