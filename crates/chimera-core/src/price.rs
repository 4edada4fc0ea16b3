use std::fmt;
use std::iter::Sum;
use std::ops::Add;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Usage;

/// US dollars in billionths: small enough that one token of the cheapest model is not nothing, whole so that sums are
/// exact.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
#[specta(transparent)]
pub struct Money(#[specta(type = u32)] u64);

impl Money {
    pub const ZERO: Money = Money(0);

    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Whole cents, for limits that people set.
    pub const fn from_cents(cents: u64) -> Self {
        Self(cents.saturating_mul(10_000_000))
    }

    pub const fn nanos(self) -> u64 {
        self.0
    }
}

impl Add for Money {
    type Output = Money;

    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

/// Dollars, with or without their sign: `0.25`, `$3`.
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let refused = || MoneyError(text.chars().take(40).collect());
        let plain = text.trim();
        let (dollars, fraction) = plain.strip_prefix('$').unwrap_or(plain).split_once('.').unwrap_or((plain, "0"));
        let dollars = dollars.strip_prefix('$').unwrap_or(dollars);
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        if !is_number(dollars) || !is_number(fraction) || fraction.len() > 9 {
            return Err(refused());
        }
        let whole: u64 = dollars.parse().map_err(|_| refused())?;
        let part: u64 = format!("{fraction:0<9}").parse().map_err(|_| refused())?;
        whole.checked_mul(1_000_000_000).and_then(|whole| whole.checked_add(part)).map(Money).ok_or_else(refused)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no amount of dollars; write it like 0.25")]
pub struct MoneyError(String);

/// `$1.25`, and as many digits more as a small amount needs to be seen.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dollars = self.0 as f64 / 1e9;
        match self.0 {
            0 => f.write_str("$0.00"),
            1..10_000_000 => write!(f, "${dollars:.6}"),
            10_000_000..1_000_000_000 => write!(f, "${dollars:.4}"),
            _ => write!(f, "${dollars:.2}"),
        }
    }
}

/// What a model's tokens cost, in millionths of a US dollar for a million tokens: `150000` is $0.15.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Price {
    pub input: u32,
    pub output: u32,
    /// Input that the provider had in its cache; counted like other input where it is not given.
    #[serde(default)]
    pub cached_input: Option<u32>,
    /// The day on which somebody looked it up, `2026-11-01`.
    pub as_of: String,
    pub source: PriceSource,
}

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PriceSource {
    /// The table that ships with the app.
    Table,
    /// The server's own list of models.
    Server,
    /// The user.
    User,
}

impl Price {
    /// What an attempt cost. Unknown when either count is unknown: never zero for want of a number.
    pub fn cost(&self, usage: &Usage) -> Option<Money> {
        let (input, output) = (usage.input_tokens?, usage.output_tokens?);
        let cached = usage.cached_tokens.unwrap_or(0).min(input);
        let rates =
            [(input - cached, self.input), (cached, self.cached_input.unwrap_or(self.input)), (output, self.output)];
        // A millionth of a dollar for a million tokens is a thousandth of a billionth for one.
        let thousandths: u64 = rates.into_iter().map(|(tokens, rate)| u64::from(tokens) * u64::from(rate)).sum();
        Some(Money(thousandths.div_ceil(1000)))
    }

    /// The most that a call with so many tokens in and out can cost.
    pub fn worst(&self, input: u32, output: u32) -> Money {
        let usage = Usage { input_tokens: Some(input), output_tokens: Some(output), ..Usage::default() };
        self.cost(&usage).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: fn() -> Price = || Price {
        input: 150_000,
        output: 600_000,
        cached_input: Some(75_000),
        as_of: "2026-11-01".into(),
        source: PriceSource::Table,
    };

    #[test]
    fn a_million_tokens_cost_what_the_price_says() {
        let usage = Usage { input_tokens: Some(1_000_000), output_tokens: Some(1_000_000), ..Usage::default() };
        assert_eq!(PRICE().cost(&usage), Some(Money::from_cents(75)));
    }

    #[test]
    fn cached_input_is_cheaper_and_never_more_than_the_input() {
        let cached = |cached| Usage {
            input_tokens: Some(1_000_000),
            output_tokens: Some(0),
            cached_tokens: Some(cached),
            ..Usage::default()
        };
        assert_eq!(PRICE().cost(&cached(1_000_000)), Some(Money::from_nanos(75_000_000)));
        assert_eq!(PRICE().cost(&cached(5_000_000)), Some(Money::from_nanos(75_000_000)));
    }

    #[test]
    fn a_count_that_is_missing_makes_the_cost_unknown() {
        assert_eq!(PRICE().cost(&Usage { input_tokens: Some(9), ..Usage::default() }), None);
    }

    #[test]
    fn dollars_are_read_exactly_and_nonsense_is_refused() {
        for (text, nanos) in
            [("0.25", 250_000_000), ("$3", 3_000_000_000), ("$0.000000001", 1), (" 12.5 ", 12_500_000_000)]
        {
            assert_eq!(text.parse(), Ok(Money::from_nanos(nanos)), "{text}");
        }
        for text in ["", "-1", "1,5", "1.", ".5", "1e3", "0.0000000001", "99999999999999999999", "$"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_smallest_call_is_not_free() {
        let usage = Usage { input_tokens: Some(1), output_tokens: Some(0), ..Usage::default() };
        assert_eq!(PRICE().cost(&usage), Some(Money::from_nanos(150)));
    }
}
