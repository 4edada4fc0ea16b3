use super::*;

/// The second failure and later ones of a model on the first place of a route of two, unless said otherwise.
fn failure(class: ErrorClass) -> Failure {
    Failure {
        class,
        retry_after: None,
        advice: None,
        tries: 1,
        attempts: 1,
        left: 1,
        lasted: Duration::ZERO,
        thought: false,
        remapped: false,
        saw: false,
        rules: FallbackRules::default(),
    }
}

fn again(millis: u64) -> Decision {
    Decision::Again { after: Duration::from_millis(millis) }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn the_policy_for_every_class() {
    use Decision::{GiveUp, Next, Shorter};
    use ErrorClass::*;

    let policy = [
        // class, after the first try, after the second, after the third; a route of two, and full jitter
        (Unreachable, [again(500), again(1_000), Next]),
        (BadCertificate, [GiveUp, GiveUp, GiveUp]),
        (ServerError, [again(500), again(1_000), Next]),
        (Overloaded, [again(500), Next, Next]),
        (RateLimited, [Next, Next, Next]),
        (QuotaExhausted, [Next, Next, Next]),
        (Unauthorized, [Next, Next, Next]),
        (KeyUnavailable, [Next, Next, Next]),
        (Forbidden, [Next, Next, Next]),
        (ModelNotFound, [Next, Next, Next]),
        (ContextOverflow, [Shorter, Shorter, Next]),
        (RequestTooLarge, [Shorter, Next, Next]),
        (BadRequest, [GiveUp, GiveUp, GiveUp]),
        (ContentPolicy, [GiveUp, GiveUp, GiveUp]),
        (EmptyAnswer, [again(500), Next, Next]),
        (OutputLimit, [Next, Next, Next]),
        (FirstTokenTimeout, [Next, Next, Next]),
        (IdleTimeout, [Next, Next, Next]),
        (TotalTimeout, [Next, Next, Next]),
        (Truncated, [again(500), again(1_000), Next]),
        (Malformed, [again(500), again(1_000), Next]),
        (NotAnApi, [Next, Next, Next]),
        (RedirectRefused, [Next, Next, Next]),
        (NotConfigured, [Next, Next, Next]),
        (ImagesUnsupported, [Next, Next, Next]),
        (Unpriced, [Next, Next, Next]),
        (OverBudget, [Next, Next, Next]),
    ];

    for (class, expected) in policy {
        for (tries, expected) in (1..).zip(expected) {
            let failure = Failure { tries, attempts: tries, ..failure(class) };
            assert_eq!(decide(failure, 1.0), expected, "{class:?} after {tries} tries");
        }
    }
}

#[test]
fn what_the_provider_says_of_asking_again_counts_for_more_than_the_class() {
    use Decision::{GiveUp, Next, Shorter};
    use ErrorClass::*;
    use RetryAdvice::{Again, NotAgain};

    let policy = [
        // class, advice, after the first try, after the second, after the third; a route of two, and full jitter
        (ServerError, NotAgain, [Next, Next, Next]),
        (Overloaded, NotAgain, [Next, Next, Next]),
        (RateLimited, NotAgain, [Next, Next, Next]),
        (ServerError, Again, [again(500), again(1_000), Next]),
        (Overloaded, Again, [again(500), Next, Next]),
        (Forbidden, Again, [again(500), again(1_000), Next]),
        (Unauthorized, Again, [again(500), again(1_000), Next]),
        (ModelNotFound, Again, [again(500), again(1_000), Next]),
        (BadRequest, Again, [again(500), again(1_000), GiveUp]),
        // While another is free, it is asked in place of one that is limited.
        (RateLimited, Again, [Next, Next, Next]),
        // A shorter question is another question.
        (ContextOverflow, NotAgain, [Shorter, Shorter, Next]),
        (RequestTooLarge, NotAgain, [Shorter, Next, Next]),
        (ContextOverflow, Again, [Shorter, Shorter, Next]),
    ];

    for (class, advice, expected) in policy {
        for (tries, expected) in (1..).zip(expected) {
            let failure = Failure { tries, attempts: tries, advice: Some(advice), ..failure(class) };
            assert_eq!(decide(failure, 1.0), expected, "{class:?} after {tries} tries, told {advice:?}");
        }
    }
}

#[test]
fn a_limited_model_that_says_not_to_ask_again_is_not_waited_for() {
    let last = Failure { left: 0, retry_after: Some(SECOND), ..failure(ErrorClass::RateLimited) };

    assert_eq!(decide(last, 0.0), again(1_000));
    assert_eq!(decide(Failure { advice: Some(RetryAdvice::NotAgain), ..last }, 0.0), Decision::GiveUp);
}

#[test]
fn whoever_says_to_ask_again_is_asked_within_the_limits_of_a_turn() {
    let told = Failure { advice: Some(RetryAdvice::Again), ..failure(ErrorClass::Forbidden) };

    assert_eq!(decide(Failure { retry_after: Some(3 * SECOND), ..told }, 0.0), again(3_000));
    assert_eq!(decide(Failure { retry_after: Some(11 * SECOND), ..told }, 0.0), Decision::Next);
    assert_eq!(decide(Failure { attempts: 5, ..told }, 1.0), Decision::Next);
    assert_eq!(decide(Failure { lasted: 90 * SECOND, ..told }, 1.0), Decision::Next);
    assert_eq!(decide(Failure { thought: true, ..told }, 1.0), Decision::Next);
}

#[test]
fn the_last_model_of_a_route_gives_up_where_others_would_pass_on() {
    for class in [ErrorClass::Unauthorized, ErrorClass::FirstTokenTimeout, ErrorClass::ModelNotFound] {
        assert_eq!(decide(Failure { left: 0, ..failure(class) }, 1.0), Decision::GiveUp);
    }
}

#[test]
fn a_rate_limit_is_waited_for_only_when_nobody_else_is_free_and_no_longer_than_a_minute() {
    let limited = |left, seconds: Option<u64>| {
        let retry_after = seconds.map(Duration::from_secs);
        decide(Failure { left, retry_after, ..failure(ErrorClass::RateLimited) }, 0.0)
    };

    assert_eq!(limited(1, Some(1)), Decision::Next);
    assert_eq!(limited(0, Some(1)), again(1_000));
    assert_eq!(limited(0, Some(60)), again(60_000));
    assert_eq!(limited(0, Some(61)), Decision::GiveUp);
    assert_eq!(limited(0, None), again(0), "without a word from the provider, our own backoff");
}

#[test]
fn an_overloaded_server_is_waited_for_as_long_as_it_asks_up_to_ten_seconds() {
    let overloaded = |seconds| {
        let retry_after = Some(Duration::from_secs(seconds));
        decide(Failure { retry_after, ..failure(ErrorClass::Overloaded) }, 0.0)
    };

    assert_eq!(overloaded(10), again(10_000));
    assert_eq!(overloaded(11), Decision::Next);
}

#[test]
fn whoever_was_told_to_wait_comes_back_a_little_later_than_told() {
    let told = Failure { left: 0, retry_after: Some(SECOND), ..failure(ErrorClass::RateLimited) };

    assert_eq!(decide(told, 1.0), again(1_250));
}

#[test]
fn thoughts_are_not_paid_for_twice() {
    let thought = |class| Failure { thought: true, ..failure(class) };

    assert_eq!(decide(thought(ErrorClass::ServerError), 1.0), Decision::Next);
    assert_eq!(decide(thought(ErrorClass::Truncated), 1.0), Decision::Next);
    assert_eq!(decide(thought(ErrorClass::EmptyAnswer), 1.0), again(500), "an empty answer was whole");
}

#[test]
fn retries_leave_room_for_the_rest_of_the_route() {
    let sixth = Failure { attempts: 5, tries: 1, left: 1, ..failure(ErrorClass::ServerError) };

    assert_eq!(decide(sixth, 1.0), Decision::Next, "one more call to the same would be the last of six");
}

#[test]
fn no_wait_goes_beyond_a_minute_and_a_half_of_the_turn() {
    let late = Failure { lasted: 90 * SECOND, ..failure(ErrorClass::ServerError) };

    assert_eq!(decide(late, 1.0), Decision::Next);
    assert_eq!(decide(Failure { left: 0, ..late }, 1.0), Decision::GiveUp);
}

#[test]
fn a_refusal_and_a_bad_certificate_go_on_only_where_a_person_said_so() {
    let rules = FallbackRules {
        refusals: Refusals::AskAnother,
        bad_certificate: chimera_core::BadCertificate::AskAnother,
        ..FallbackRules::default()
    };
    for class in [ErrorClass::ContentPolicy, ErrorClass::BadCertificate] {
        assert_eq!(decide(failure(class), 1.0), Decision::GiveUp);
        assert_eq!(decide(Failure { rules, ..failure(class) }, 1.0), Decision::Next);
        assert_eq!(decide(Failure { rules, left: 0, ..failure(class) }, 1.0), Decision::GiveUp);
    }
}

#[test]
fn a_request_that_was_written_anew_for_another_provider_may_be_refused_and_go_on() {
    let remapped = Failure { remapped: true, ..failure(ErrorClass::BadRequest) };

    assert_eq!(decide(remapped, 1.0), Decision::Next);
    assert_eq!(decide(failure(ErrorClass::BadRequest), 1.0), Decision::GiveUp, "the others would get the same");
}
