//! What one turn may spend: calls, providers, and the user's time until the first word.

use std::collections::BTreeSet;
use std::time::Duration;

use chimera_core::{ConnectionId, ModelRef};

/// Calls one turn may make over its whole route.
pub const MAX_ATTEMPTS: u32 = 6;
/// Connections one turn may call.
const MAX_PROVIDERS: usize = 3;
/// How long all of them together may keep the user waiting for a first word. Whoever is last on the route is given its
/// own time in full nevertheless, and so is the first: a local model may have to be loaded.
pub const FIRST_TOKEN: Duration = Duration::from_secs(90);

/// Which of these places on the route have models that may still be asked.
pub fn left(
    route: &[ModelRef],
    places: impl Iterator<Item = usize>,
    called: &[ConnectionId],
    attempts: u32,
) -> Vec<usize> {
    let mut providers: BTreeSet<&ConnectionId> = called.iter().collect();
    let mut left = Vec::new();
    for (place, model) in places.filter_map(|place| Some((place, route.get(place)?))) {
        if attempts as usize + left.len() >= MAX_ATTEMPTS as usize {
            break;
        }
        if providers.len() < MAX_PROVIDERS || providers.contains(&model.connection) {
            providers.insert(&model.connection);
            left.push(place);
        }
    }
    left
}

/// Which of them is next: the last when the time is up, for it has time of its own.
pub fn next(left: &[usize], lasted: Duration) -> Option<usize> {
    if lasted < FIRST_TOKEN { left.first().copied() } else { left.last().copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(written: &[&str]) -> Vec<ModelRef> {
        let model = |written: &&str| ModelRef { connection: written.parse().unwrap(), model: "m".into() };
        written.iter().map(model).collect()
    }

    fn called(written: &[&str]) -> Vec<ConnectionId> {
        written.iter().map(|id| id.parse().unwrap()).collect()
    }

    #[test]
    fn a_turn_calls_no_more_than_three_providers() {
        let route = route(&["a", "b", "c", "d", "b"]);

        assert_eq!(left(&route, 1..5, &called(&["a"]), 1), [1, 2, 4]);
        assert_eq!(left(&route, 3..5, &called(&["a", "b", "c"]), 3), [4]);
        assert_eq!(left(&route, 3..5, &called(&["c"]), 1), [3, 4], "who was passed over was not called");
    }

    #[test]
    fn a_turn_makes_no_more_than_six_calls() {
        let route = route(&["a"; 8]);

        assert_eq!(left(&route, 1..8, &called(&["a"]), 1).len(), 5);
        assert_eq!(left(&route, 4..8, &called(&["a"]), 6).len(), 0);
    }

    #[test]
    fn when_the_time_is_up_the_last_is_asked_and_nobody_before_it() {
        assert_eq!(next(&[1, 2, 3], Duration::from_secs(89)), Some(1));
        assert_eq!(next(&[1, 2, 3], Duration::from_secs(90)), Some(3));
        assert_eq!(next(&[], Duration::ZERO), None);
    }
}
