use std::time::Duration;

use chimera_core::RetryAdvice;
use http::HeaderMap;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Longer than this is not a wait but a closed door; it is capped so that arithmetic on it stays harmless.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long the server asks us to stay away, in whichever form it says so. What makes no sense counts as unsaid.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);

    let millis = text("retry-after-ms").and_then(|ms| seconds(ms)?.checked_div(1000));
    let plain = || text("retry-after").and_then(|value| seconds(value).or_else(|| until(value, text("date"), now)));
    // Only of the limit that is used up: the other one's reset says nothing.
    let is_spent = |left: String| text(&left).is_some_and(|left| left.parse() == Ok(0));
    let reset = || {
        let spent = ["requests", "tokens"].into_iter();
        let spent = spent.filter(|limit| is_spent(format!("x-ratelimit-remaining-{limit}")));
        spent.filter_map(|limit| go_duration(text(&format!("x-ratelimit-reset-{limit}"))?)).max()
    };
    let anthropic_reset = || {
        let spent = ["requests", "tokens", "input-tokens", "output-tokens"].into_iter();
        let spent = spent.filter(|limit| is_spent(format!("anthropic-ratelimit-{limit}-remaining")));
        let moments = spent.filter_map(|limit| text(&format!("anthropic-ratelimit-{limit}-reset"))?.parse().ok());
        moments.max().map(|moment: Timestamp| Duration::try_from(moment.duration_since(now)).unwrap_or_default())
    };
    // OpenRouter's, and that of others who count one thing only.
    let only_reset = || {
        let is_left = text("x-ratelimit-remaining").is_some_and(|left| left.parse() != Ok(0.0));
        Some(text("x-ratelimit-reset")?).filter(|_| !is_left).and_then(|reset| from_now(reset, now))
    };
    let told = millis.or_else(plain).or_else(reset).or_else(anthropic_reset).or_else(only_reset);
    told.map(|wait| wait.min(LONGEST))
}

/// What OpenAI, Anthropic and those who do as they do say of asking the same once more.
pub(super) fn advice(headers: &HeaderMap) -> Option<RetryAdvice> {
    let said = headers.get("x-should-retry")?.to_str().ok()?.trim();
    match said.to_ascii_lowercase().as_str() {
        "true" => Some(RetryAdvice::Again),
        "false" => Some(RetryAdvice::NotAgain),
        _ => None,
    }
}

fn seconds(text: &str) -> Option<Duration> {
    let number: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(number).ok()
}

/// A wait, or the moment of its end in seconds or milliseconds of the epoch: which one is seen by how large it is. A moment
/// that has passed says nothing.
fn from_now(text: &str, now: Timestamp) -> Option<Duration> {
    const SECONDS: f64 = 1e9;
    const MILLISECONDS: f64 = 1e12;

    let number = match text.parse::<f64>() {
        Ok(number) if number >= MILLISECONDS => number / 1e3,
        Ok(number) if number >= SECONDS => number,
        Ok(_) | Err(_) => return go_duration(text),
    };
    let left = number - now.as_millisecond() as f64 / 1e3;
    Duration::try_from_secs_f64(left).ok().filter(|left| !left.is_zero())
}

/// An HTTP date, measured by the server's own clock where it tells it.
fn until(date: &str, server_now: Option<&str>, now: Timestamp) -> Option<Duration> {
    let moment = |text| Some(rfc2822::parse(text).ok()?.timestamp());
    let now = server_now.and_then(moment).unwrap_or(now);
    Some(Duration::try_from(moment(date)?.duration_since(now)).unwrap_or_default())
}

/// `6m0s`, `1.5s`, `12ms`, or a bare number of seconds.
fn go_duration(text: &str) -> Option<Duration> {
    if let Some(bare) = seconds(text) {
        return Some(bare);
    }
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let unit_end = rest[number_end..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| number_end + at);
        let unit = match &rest[number_end..unit_end] {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        total += rest[..number_end].parse::<f64>().ok()? * unit;
        rest = &rest[unit_end..];
    }
    Duration::try_from_secs_f64(total).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        retry_after(&headers, now)
    }

    #[test]
    fn every_form_of_a_wait_is_understood() {
        let millis = |ms| Some(Duration::from_millis(ms));
        for (name, value, expected) in [
            ("retry-after", "20", millis(20_000)),
            ("retry-after", "0", millis(0)),
            ("retry-after", " 1.5 ", millis(1_500)),
            ("retry-after-ms", "250", millis(250)),
            ("retry-after", "Sun, 22 Nov 2026 10:00:30 GMT", millis(30_000)),
            ("retry-after", "Sun, 22 Nov 2026 09:00:00 GMT", millis(0)),
            ("retry-after", "99999999999", Some(LONGEST)),
        ] {
            assert_eq!(told(&[(name, value)]), expected, "{name}: {value}");
        }
    }

    #[test]
    fn garbage_counts_as_unsaid() {
        for value in ["", "-5", "soon", "NaN", "inf", "1e400", "Sun, 99 Nov 2026 10:00:30 GMT"] {
            assert_eq!(told(&[("retry-after", value)]), None, "{value:?}");
        }
        assert_eq!(told(&[("retry-after-ms", "soon"), ("retry-after", "3")]), Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_date_is_measured_by_the_clock_of_who_said_it() {
        let headers = [("retry-after", "Sun, 22 Nov 2026 12:00:05 GMT"), ("date", "Sun, 22 Nov 2026 12:00:00 GMT")];

        assert_eq!(told(&headers), Some(Duration::from_secs(5)));
    }

    #[test]
    fn a_reset_counts_only_for_the_limit_that_is_used_up() {
        let reset = |remaining, reset| {
            told(&[
                ("x-ratelimit-remaining-tokens", remaining),
                ("x-ratelimit-reset-tokens", reset),
                ("x-ratelimit-reset-requests", "1h"),
            ])
        };

        assert_eq!(reset("0", "6m0s"), Some(Duration::from_secs(360)));
        assert_eq!(reset("0", "12ms"), Some(Duration::from_millis(12)));
        assert_eq!(reset("0", "500"), Some(Duration::from_secs(500)));
        assert_eq!(reset("0", "6 minutes"), None);
        assert_eq!(reset("7", "6m0s"), None);
    }

    #[test]
    fn the_reset_of_the_only_limit_may_be_a_moment_of_the_epoch() {
        // The clock of these tests stands at 1795341600.
        for (remaining, reset, expected) in [
            (Some("0"), "1795341630000", Some(Duration::from_secs(30))),
            (Some("0"), "1795341630", Some(Duration::from_secs(30))),
            (None, "1795341630", Some(Duration::from_secs(30))),
            (Some("0"), "30", Some(Duration::from_secs(30))),
            (Some("0"), "1795341590000", None),
            (Some("0"), "1795341600", None),
            (Some("1"), "1795341630000", None),
            (Some("some"), "1795341630000", None),
            (Some("0"), "tomorrow", None),
            (Some("0"), "NaN", None),
            (Some("0"), "1e300", None),
            (Some("0"), "9795341630000", Some(LONGEST)),
        ] {
            let remaining = remaining.map(|left| ("x-ratelimit-remaining", left));
            let headers: Vec<_> = remaining.into_iter().chain([("x-ratelimit-reset", reset)]).collect();

            assert_eq!(told(&headers), expected, "{headers:?}");
        }
        let both = [("retry-after", "3"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795341630000")];
        assert_eq!(told(&both), Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_reset_may_be_a_moment() {
        let reset = |remaining| {
            told(&[
                ("anthropic-ratelimit-requests-remaining", "3"),
                ("anthropic-ratelimit-requests-reset", "2026-11-22T11:00:00Z"),
                ("anthropic-ratelimit-input-tokens-remaining", remaining),
                ("anthropic-ratelimit-input-tokens-reset", "2026-11-22T10:00:30Z"),
            ])
        };

        assert_eq!(reset("0"), Some(Duration::from_secs(30)));
        assert_eq!(reset("1"), None);
    }
}
