//! What a person has to mend, what mends itself, and what is different afterwards.

use chimera_core::RetryAdvice;

use super::*;

#[test]
fn a_bad_key_switches_off_every_model_of_its_connection_until_somebody_acts() {
    for class in [ErrorClass::Unauthorized, ErrorClass::QuotaExhausted] {
        let mut bench = Bench::new();
        let sibling = model("cloud/other");

        bench.ends(0, failure(class));

        for model in [&bench.model, &sibling] {
            for others in [&bench.other[..], &[]] {
                let verdict = bench.board.admit(at(100_000 * SECOND), model, others);
                assert!(matches!(verdict, Verdict::Closed(closed) if closed.class == class && closed.until.is_none()));
            }
        }
        bench.board.forgive(&[sibling]);
        assert!(bench.is_asked(0));
    }
}

#[test]
fn a_model_that_is_not_there_leaves_its_siblings_alone() {
    let mut bench = Bench::new();

    bench.ends(0, failure(ErrorClass::ModelNotFound));

    assert!(!bench.is_asked(0));
    assert_eq!(bench.board.admit(at(0), &model("cloud/other"), &[]), Verdict::Ask);
    bench.board.forgive_connection(&bench.model.connection);
    assert!(bench.is_asked(0));
}

#[test]
fn what_will_pass_by_its_own_words_is_counted_and_switches_nothing_off() {
    for class in [ErrorClass::Unauthorized, ErrorClass::QuotaExhausted, ErrorClass::ModelNotFound] {
        let passing = ProviderError { advice: Some(RetryAdvice::Again), ..ProviderError::new(class, "in a test") };
        let mut bench = Bench::new();

        bench.ends(0, Ending::Failed(passing.clone()));
        assert!(bench.is_asked(0), "after {class}");

        bench.ends(0, Ending::Failed(passing.clone()));
        bench.ends(0, Ending::Failed(passing));
        assert_eq!(bench.state(), Down, "after {class} three times");
    }
}

#[test]
fn a_connection_with_another_key_or_address_begins_anew() {
    let mut down = Bench::new();
    down.goes_down(0);
    let mut limited_one = Bench::new();
    limited_one.ends(0, limited(600));
    let mut probing = Bench::new();
    probing.goes_down(0);
    assert!(matches!(probing.admit(60 * SECOND), Verdict::Probe(_)));
    let mut off = Bench::new();
    off.ends(0, failure(ErrorClass::ModelNotFound));
    let mut without_credit = Bench::new();
    without_credit.ends(0, failure(ErrorClass::QuotaExhausted));

    for mut bench in [down, limited_one, probing, off, without_credit] {
        bench.board.changes();
        bench.board.renew(at(0), &bench.other[0].connection.clone());
        assert!(!bench.is_asked(SECOND), "another connection's change says nothing of this one");

        bench.board.renew(at(0), &bench.model.connection.clone());

        assert_eq!(bench.state(), Untested);
        assert_eq!(bench.admit(SECOND), Verdict::Ask);
        let told = bench.board.changes();
        assert!(!told.is_empty() && told.iter().all(|health| health.state == Untested), "{told:?}");
    }
}

#[test]
fn a_connection_that_begins_anew_has_its_failures_behind_it() {
    let mut bench = Bench::new();
    bench.ends(0, failure(ErrorClass::ServerError));
    bench.ends(0, failure(ErrorClass::ServerError));

    bench.board.renew(at(0), &bench.model.connection.clone());

    bench.ends(0, failure(ErrorClass::ServerError));
    assert!(bench.is_asked(0), "one failure is not three");
    bench.goes_down(0);
    assert!(bench.is_asked(18 * SECOND), "it is the first time that it is down");
}

#[test]
fn an_answer_to_what_was_asked_before_mends_nothing_that_was_found_since() {
    let (asked, found, ended) = (0, SECOND, 2 * SECOND);
    for (ending, times, state) in [
        (limited(60), 1, Limited),
        (failure(ErrorClass::ServerError), 3, Down),
        (failure(ErrorClass::ModelNotFound), 1, SwitchedOff),
    ] {
        let mut bench = Bench::new();
        (0..times).for_each(|_| bench.ends(found, ending.clone()));

        bench.ends_asked(asked, ended, Ending::Answered);
        assert_eq!(bench.state(), state);
        assert!(!bench.is_asked(ended), "{state:?}");

        bench.ends_asked(found, ended, Ending::Answered);
        assert_eq!(bench.state(), Healthy, "asked since then");
    }
}

#[test]
fn an_answer_by_a_key_that_is_revoked_meanwhile_does_not_make_it_good() {
    let mut bench = Bench::new();
    bench.ends(SECOND, failure(ErrorClass::Unauthorized));

    bench.ends_asked(0, 2 * SECOND, Ending::Answered);
    assert!(!bench.is_asked(2 * SECOND));

    bench.ends_asked(SECOND, 2 * SECOND, Ending::Answered);
    assert!(bench.is_asked(2 * SECOND));
}

#[test]
fn what_was_asked_with_the_old_key_says_nothing_about_the_new_one() {
    let mut bench = Bench::new();
    bench.board.renew(at(SECOND), &bench.model.connection.clone());

    bench.ends_asked(0, 2 * SECOND, failure(ErrorClass::Unauthorized));
    assert!(bench.is_asked(2 * SECOND));

    bench.ends_asked(SECOND, 2 * SECOND, failure(ErrorClass::Unauthorized));
    assert!(!bench.is_asked(2 * SECOND));
}

#[test]
fn what_was_asked_before_it_was_down_does_not_prolong_that() {
    let mut bench = Bench::new();
    bench.goes_down(SECOND);

    bench.ends_asked(0, 300 * SECOND, failure(ErrorClass::ServerError));

    assert!(matches!(bench.admit(300 * SECOND), Verdict::Probe(_)));
}
