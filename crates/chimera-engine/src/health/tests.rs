use std::time::Duration;

use chimera_core::{HealthState, ModelRef, ProviderError, Timestamp};
use chimera_testkit::builders::model;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use HealthState::{Down, Healthy, Limited, Off as SwitchedOff, Probing, Untested};

mod mending;

const SECOND: u64 = 1_000;

fn at(millis: u64) -> Moment {
    let now = Timestamp::from_millis(1_795_376_782_101 + i64::try_from(millis).unwrap());
    Moment { now, elapsed: Duration::from_millis(millis) }
}

fn failure(class: ErrorClass) -> Ending {
    Ending::Failed(ProviderError::new(class, "in a test"))
}

fn limited(seconds: u64) -> Ending {
    let retry_after = Some(Duration::from_secs(seconds));
    Ending::Failed(ProviderError { retry_after, ..ProviderError::new(ErrorClass::RateLimited, "slow down") })
}

/// A board with one model that matters, and another that is always free.
struct Bench {
    board: Board,
    model: ModelRef,
    other: [ModelRef; 1],
}

impl Bench {
    fn new() -> Self {
        Self { board: Board::new(7), model: model("cloud/big"), other: [model("home/small")] }
    }

    fn ends(&mut self, millis: u64, ending: Ending) {
        self.ends_asked(millis, millis, ending);
    }

    fn ends_asked(&mut self, asked: u64, millis: u64, ending: Ending) {
        self.board.ended(at(millis), &self.model, at(asked).elapsed, &ending);
    }

    fn state(&self) -> HealthState {
        self.state_at(0)
    }

    fn state_at(&self, millis: u64) -> HealthState {
        let found =
            self.board.all(at(millis)).into_iter().find(|health| health.model.as_ref() == Some(&self.model.model));
        found.map_or(Untested, |health| health.state)
    }

    /// While another could be asked instead.
    fn admit(&mut self, millis: u64) -> Verdict {
        self.board.admit(at(millis), &self.model, &self.other)
    }

    fn is_asked(&mut self, millis: u64) -> bool {
        !matches!(self.admit(millis), Verdict::Closed(_))
    }

    fn goes_down(&mut self, millis: u64) {
        for _ in 0..3 {
            self.ends(millis, failure(ErrorClass::ServerError));
        }
        assert_eq!(self.state(), Down);
    }
}

#[test]
fn what_each_class_of_failure_leads_to_at_once() {
    use ErrorClass::*;
    let table = [
        (Untested, vec![Unreachable, ServerError, Truncated, Malformed, FirstTokenTimeout, IdleTimeout, TotalTimeout]),
        (Untested, vec![Overloaded, EmptyAnswer, Forbidden, BadRequest, ContentPolicy, ContextOverflow]),
        (Untested, vec![RequestTooLarge, KeyUnavailable, NotConfigured, BadCertificate, NotAnApi, RedirectRefused]),
        (Untested, vec![OutputLimit]),
        (Limited, vec![RateLimited]),
        (SwitchedOff, vec![ModelNotFound]),
    ];
    for (state, classes) in table {
        for class in classes {
            let mut bench = Bench::new();

            bench.ends(0, failure(class));

            assert_eq!(bench.state(), state, "after {class}");
        }
    }
}

#[test]
fn how_many_failures_in_a_minute_are_too_many() {
    use ErrorClass::*;
    let table = [
        (2, Unreachable, Untested),
        (3, Unreachable, Down),
        (1, Overloaded, Untested),
        (2, Overloaded, Down),
        (5, EmptyAnswer, Untested),
        (6, EmptyAnswer, Down),
        (50, BadRequest, Untested),
        (50, OutputLimit, Untested),
    ];
    for (times, class, state) in table {
        let mut bench = Bench::new();

        (0..times).for_each(|_| bench.ends(0, failure(class)));

        assert_eq!(bench.state(), state, "after {times} times: {class}");
    }
}

#[test]
fn failures_of_more_than_a_minute_ago_are_forgotten() {
    let mut bench = Bench::new();

    for minute in 0..20 {
        bench.ends(minute * 31 * SECOND, failure(ErrorClass::ServerError));
    }

    assert!(bench.is_asked(20 * 31 * SECOND));
}

#[test]
fn what_we_gave_up_ourselves_says_nothing_about_the_model() {
    let mut bench = Bench::new();

    (0..100).for_each(|_| bench.ends(0, Ending::Cancelled));

    assert_eq!(bench.state(), Untested);
    assert_eq!(bench.board.changes(), []);
}

#[test]
fn a_limited_model_is_left_alone_for_as_long_as_it_asked() {
    let mut bench = Bench::new();

    bench.ends(0, limited(12));

    let Verdict::Closed(closed) = bench.admit(500) else { panic!("it was asked") };
    assert_eq!(closed.class, ErrorClass::RateLimited);
    assert_eq!(closed.detail, "not asked: limited for another 12 s");
    assert_eq!(closed.until, Some(at(12 * SECOND).now));
    assert!(!bench.is_asked(12 * SECOND - 1));
    assert!(bench.is_asked(12 * SECOND));
}

#[test]
fn whoever_was_limited_is_not_told_to_be_so_any_longer_once_that_time_has_come() {
    let mut bench = Bench::new();

    bench.ends(0, limited(12));

    assert_eq!(bench.state_at(12 * SECOND - 1), Limited);
    assert_eq!(bench.state_at(12 * SECOND), Untested);
}

#[test]
fn nobody_is_parked_for_more_than_an_hour_and_a_shorter_time_never_ends_a_longer_one() {
    let mut bench = Bench::new();

    bench.ends(0, limited(1_000_000));
    bench.ends(0, limited(1));

    assert!(!bench.is_asked(3600 * SECOND - 1));
    assert!(bench.is_asked(3600 * SECOND));
}

#[test]
fn each_time_it_is_still_down_it_is_left_alone_twice_as_long_up_to_five_minutes() {
    let mut bench = Bench::new();
    let mut now = 0;
    bench.goes_down(now);

    for expected in [15, 30, 60, 120, 240, 300, 300, 300] {
        let (least, most) = (expected * 800, expected * 1_200);
        assert!(!bench.is_asked(now + least - 1), "asked before {expected} s less a fifth");
        now += most + 1;
        let Verdict::Probe(probe) = bench.admit(now) else { panic!("not tried after {expected} s and a fifth") };
        bench.board.let_go(&bench.model.clone(), probe);
        bench.ends(now, failure(ErrorClass::Unreachable));
        assert_eq!(bench.state(), Down);
    }
}

#[test]
fn one_question_finds_out_whether_it_is_back_and_its_answer_closes_the_breaker() {
    let mut bench = Bench::new();
    bench.goes_down(0);

    assert!(matches!(bench.admit(60 * SECOND), Verdict::Probe(_)));
    assert_eq!(bench.state(), Probing);
    assert!(!bench.is_asked(60 * SECOND), "a second question was let through");
    bench.ends(61 * SECOND, Ending::Answered);

    assert_eq!(bench.state(), Healthy);
    assert!(bench.is_asked(61 * SECOND));
}

#[test]
fn a_probe_that_nobody_waits_for_any_more_makes_room_for_the_next() {
    let mut bench = Bench::new();
    bench.goes_down(0);
    let Verdict::Probe(probe) = bench.admit(60 * SECOND) else { panic!("it was not tried") };

    bench.board.let_go(&bench.model.clone(), probe);
    bench.ends(60 * SECOND, Ending::Cancelled);

    let Verdict::Probe(next) = bench.admit(60 * SECOND) else { panic!("it was not tried again") };
    bench.board.let_go(&bench.model.clone(), probe);
    assert_ne!(probe, next);
    assert!(!bench.is_asked(60 * SECOND), "the older one made room a second time");
}

#[test]
fn when_all_are_closed_the_one_that_opens_soonest_is_asked() {
    let mut board = Board::new(7);
    let route = [model("a/m"), model("b/m"), model("c/m")];
    for (model, seconds) in route.iter().zip([60, 5, 30]) {
        board.ended(at(0), model, Duration::ZERO, &limited(seconds));
    }

    let asked: Vec<_> =
        (0..3).map(|n| matches!(board.admit(at(0), &route[n], &route[n + 1..]), Verdict::Ask)).collect();

    assert_eq!(asked, [false, true, true], "the last is asked when the turn has come as far as that");
}

#[test]
fn the_world_is_told_of_changes_once() {
    let mut bench = Bench::new();
    let mut told = Vec::new();
    let mut tell = |bench: &mut Bench| {
        let changes = bench.board.changes();
        told.extend(changes.iter().map(|health| (health.model.is_some(), health.state)));
    };

    for ending in [
        Ending::Answered,
        Ending::Answered,
        failure(ErrorClass::ServerError),
        limited(30),
        limited(30),
        Ending::Answered,
        failure(ErrorClass::Unauthorized),
        failure(ErrorClass::Unauthorized),
    ] {
        bench.ends(0, ending);
        tell(&mut bench);
    }
    bench.board.forgive_connection(&bench.model.connection.clone());
    tell(&mut bench);
    tell(&mut bench);

    let expected = [(true, Healthy), (true, Limited), (true, Healthy), (false, SwitchedOff), (false, Untested)];
    assert_eq!(told, expected);
}

#[test]
fn a_restart_keeps_what_is_still_due_and_forgets_the_rest() {
    let mut before = Bench::new();
    before.ends(0, limited(100));
    before.board.ended(at(0), &model("home/gone"), Duration::ZERO, &failure(ErrorClass::ModelNotFound));
    before.board.ended(at(0), &model("paid/up"), Duration::ZERO, &failure(ErrorClass::QuotaExhausted));
    before.board.ended(at(0), &model("short/m"), Duration::ZERO, &limited(10));
    (0..3).for_each(|_| before.board.ended(at(0), &model("down/m"), Duration::ZERO, &failure(ErrorClass::ServerError)));
    let later = at(40 * SECOND);

    let mut after = Bench::new();
    // A new process: its own clock starts anew.
    let restarted = Moment { elapsed: Duration::ZERO, ..later };
    after.board.restore(restarted, before.board.changes());

    let open: Vec<_> = ["cloud/big", "home/gone", "paid/up", "short/m", "down/m"]
        .into_iter()
        .filter(|name| after.board.admit(restarted, &model(name), &after.other) == Verdict::Ask)
        .collect();
    assert_eq!(open, ["short/m", "down/m"]);
    assert_eq!(after.board.changes(), [], "nothing has changed");
    let due = Moment { elapsed: Duration::from_secs(60), ..at(100 * SECOND) };
    assert_eq!(after.board.admit(due, &after.model, &after.other), Verdict::Ask);
}

/// One thing that can happen to a board.
#[derive(Debug, Clone)]
enum Happening {
    Asks { model: usize, others: bool },
    Ends { model: usize, which: Index, ending: Ending },
    Waits(u64),
    Forgives(usize),
}

fn happening() -> impl Strategy<Value = Happening> {
    let class = prop_oneof![
        Just(ErrorClass::Unreachable),
        Just(ErrorClass::Overloaded),
        Just(ErrorClass::EmptyAnswer),
        Just(ErrorClass::BadRequest),
        Just(ErrorClass::ModelNotFound),
        Just(ErrorClass::Unauthorized),
    ];
    let ending = prop_oneof![
        2 => Just(Ending::Answered),
        1 => Just(Ending::Cancelled),
        4 => class.prop_map(failure),
        2 => (0..200_u64).prop_map(limited),
    ];
    prop_oneof![
        4 => (0..3_usize, any::<bool>()).prop_map(|(model, others)| Happening::Asks { model, others }),
        4 => (0..3_usize, any::<Index>(), ending).prop_map(|(model, which, ending)| Happening::Ends { model, which, ending }),
        2 => (0..400_000_u64).prop_map(Happening::Waits),
        1 => (0..3_usize).prop_map(Happening::Forgives),
    ]
}

#[derive(Debug, Default, Clone, Copy)]
struct Parked {
    since: u64,
    until: u64,
    /// It is off, which is more than limited.
    is_off: bool,
}

proptest! {
    #[test]
    fn whatever_happens_the_board_keeps_its_promises(story in prop::collection::vec(happening(), 1..120)) {
        let mut board = Board::new(7);
        let models = [model("a/one"), model("a/two"), model("b/one")];
        let free = [model("free/m")];
        let mut probes: Vec<Vec<Probe>> = vec![Vec::new(); 3];
        let mut parked = [Parked::default(); 3];
        let mut asked: Vec<Vec<u64>> = vec![Vec::new(); 3];
        // When something was last found to be wrong with it.
        let mut trouble = [0_u64; 3];
        let mut now = 0;
        for happening in story {
            match happening {
                Happening::Waits(millis) => now += millis,
                Happening::Forgives(n) => {
                    board.forgive(&models[n..=n]);
                    parked[n] = Parked::default();
                }
                Happening::Asks { model, others } => {
                    let verdict = board.admit(at(now), &models[model], if others { &free } else { &[] });
                    if let Verdict::Probe(probe) = verdict {
                        prop_assert!(probes[model].is_empty(), "two probes at once");
                        probes[model].push(probe);
                    }
                    if !matches!(verdict, Verdict::Closed(_)) {
                        asked[model].push(now);
                        prop_assert!(!others || parked[model].until <= now, "asked before its time while another was free");
                    }
                }
                Happening::Ends { model, which, ending } => {
                    let open = asked[model].len();
                    let asked = if open == 0 { now } else { asked[model].remove(which.index(open)) };
                    if let Some(probe) = probes[model].pop() {
                        board.let_go(&models[model], probe);
                    }
                    board.ended(at(now), &models[model], at(asked).elapsed, &ending);
                    match &ending {
                        Ending::Answered => {
                            if parked[model].since <= asked || parked[model].is_off {
                                parked[model] = Parked::default();
                            }
                            if (0..3).all(|n| models[n].connection != models[model].connection || trouble[n] <= asked) {
                                let verdict = board.admit(at(now), &models[model], &free);
                                prop_assert_eq!(verdict, Verdict::Ask, "it answers");
                            }
                        }
                        Ending::Failed(error) => {
                            trouble[model] = now;
                            parked[model].is_off |= error.class == ErrorClass::ModelNotFound;
                            let span = error.retry_after.map_or(0, |span| u64::try_from(span.as_millis()).unwrap());
                            if now + span > parked[model].until {
                                parked[model] = Parked { since: now, until: now + span, ..parked[model] };
                            }
                        }
                        Ending::Cancelled => {}
                    }
                }
            }
            board.changes();
            prop_assert_eq!(board.changes(), [], "a change is told once");
        }
    }
}
