use chimera_core::{Cast, CastId, EndRules, EventKind, FallbackRules, NewParticipant, Policy, SummaryRules, Topic};
use chimera_store::{CastRow, Error};

use crate::house::{House, now};

fn cast(id: &str, name: &str) -> Cast {
    let seat = |name: &str| NewParticipant { name: Some(name.into()), ..NewParticipant::default() };
    Cast {
        id: id.parse().unwrap(),
        name: name.into(),
        tagline: "Two at a table".into(),
        topic: "Bees".into(),
        policy: Policy::Random,
        moderator: None,
        end: EndRules { turns: Some(4), ..EndRules::NONE },
        fallback: FallbackRules::default(),
        summary: SummaryRules::default(),
        stall_after_s: Some(20),
        participants: vec![seat("Ada"), seat("Bob")],
    }
}

/// One of the four things that can become of one of a few casts.
pub fn cast_event(which: u8, act: u8, version: u128) -> EventKind {
    let cast = cast(&format!("cast-{which}"), &format!("version {version}"));
    match act {
        0 => EventKind::CastSaved { cast },
        1 => EventKind::CastChanged { cast },
        2 => EventKind::CastDeleted { cast: cast.id },
        _ => EventKind::CastRestored { cast: cast.id },
    }
}

#[tokio::test]
async fn casts_are_read_in_the_order_in_which_they_were_saved_and_deleted_ones_are_marked() {
    let house = House::new().await;
    let (first, second, changed) = (cast("b", "First"), cast("a", "Second"), cast("b", "Changed"));
    let happens = async |kind| house.store.append(Topic::Library, now(), vec![kind]).await;
    let deleted = |id: &CastId| EventKind::CastDeleted { cast: id.clone() };

    happens(EventKind::CastSaved { cast: first.clone() }).await.unwrap();
    happens(EventKind::CastSaved { cast: second.clone() }).await.unwrap();
    happens(EventKind::CastChanged { cast: changed.clone() }).await.unwrap();
    happens(deleted(&second.id)).await.unwrap();

    let row = |cast: &Cast, deleted| CastRow { cast: cast.clone(), deleted };
    assert_eq!(house.store.casts().await.unwrap(), [row(&changed, false), row(&second, true)]);

    for refused in [
        EventKind::CastSaved { cast: second.clone() },
        EventKind::CastChanged { cast: second.clone() },
        EventKind::CastRestored { cast: first.id.clone() },
        deleted(&second.id),
        deleted(&"nobody".parse().unwrap()),
    ] {
        let refused = happens(refused).await.unwrap_err();
        assert!(matches!(refused, Error::DoesNotFit { .. }), "{refused}");
    }
    assert_eq!(house.store.casts().await.unwrap(), [row(&changed, false), row(&second, true)]);
}
