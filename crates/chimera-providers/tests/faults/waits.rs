//! How long a server asks us to stay away, in every form in which one says so.

use std::time::Duration;

use chimera_core::{ErrorClass, RetryAdvice};
use chimera_testkit::Reply;

use crate::dialect::Dialect;
use crate::matrix::refused;

fn too_fast() -> Reply {
    Reply::fails(429, r#"{"error":{"message":"slow down","type":"rate_limit_error"}}"#)
}

in_every_dialect! {
    async fn every_form_of_a_wait_is_understood(dialect: Dialect) {
        for (name, value, millis) in [
            ("retry-after", "20", Some(20_000)),
            ("retry-after", "0", Some(0)),
            ("retry-after", "1.5", Some(1_500)),
            ("retry-after-ms", "250", Some(250)),
            ("Retry-After", "Sun, 22 Nov 2026 10:00:30 GMT", Some(30_000)),
            ("retry-after", "Sun, 22 Nov 2026 09:00:00 GMT", Some(0)),
            ("retry-after", "-5", None),
            ("retry-after", "soon", None),
            ("retry-after", "NaN", None),
            ("retry-after", "", None),
        ] {
            let reply = too_fast().header("date", "Sun, 22 Nov 2026 10:00:00 GMT").header(name, value);

            let error = refused(dialect, reply).await;

            assert_eq!(error.class, ErrorClass::RateLimited);
            assert_eq!(error.retry_after, millis.map(Duration::from_millis), "{name}: {value}");
        }
    }

    async fn a_wait_beyond_all_reason_is_bounded(dialect: Dialect) {
        let error = refused(dialect, too_fast().header("retry-after", "99999999999")).await;

        let wait = error.retry_after.expect("a wait was named");
        assert!(wait > Duration::from_secs(60) && wait < Duration::from_secs(90 * 86_400), "{wait:?}");
    }

    async fn the_reset_of_a_used_up_limit_is_a_wait(dialect: Dialect) {
        let openai = too_fast()
            .header("x-ratelimit-remaining-tokens", "0")
            .header("x-ratelimit-reset-tokens", "6m0s");
        let left = too_fast().header("x-ratelimit-remaining-tokens", "7").header("x-ratelimit-reset-tokens", "6m0s");

        assert_eq!(refused(dialect, openai).await.retry_after, Some(Duration::from_secs(360)));
        assert_eq!(refused(dialect, left).await.retry_after, None);
    }

    async fn a_wait_in_the_body_counts_where_no_header_names_one(dialect: Dialect) {
        let body = r#"{"error":{"code":429,"message":"quota and billing","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"34.4s"}]}}"#;

        let from_body = refused(dialect, Reply::fails(429, body)).await;
        let from_header = refused(dialect, Reply::fails(429, body).header("retry-after", "20")).await;

        assert_eq!(from_body.retry_after, Some(Duration::from_millis(34_400)));
        assert_eq!(from_header.retry_after, Some(Duration::from_secs(20)));
    }

    async fn what_a_server_says_of_asking_again_is_heard(dialect: Dialect) {
        for (value, advice) in [
            (Some("true"), Some(RetryAdvice::Again)),
            (Some("False"), Some(RetryAdvice::NotAgain)),
            (Some("maybe"), None),
            (None, None),
        ] {
            let reply = value.map_or(too_fast(), |value| too_fast().header("x-should-retry", value));

            assert_eq!(refused(dialect, reply).await.advice, advice, "{value:?}");
        }
    }

    async fn an_overloaded_server_may_name_a_wait_as_well(dialect: Dialect) {
        for status in [503, 529] {
            let error = refused(dialect, Reply::fails(status, "").header("retry-after", "3")).await;

            assert_eq!((error.class, error.retry_after), (ErrorClass::Overloaded, Some(Duration::from_secs(3))));
        }
    }
}
