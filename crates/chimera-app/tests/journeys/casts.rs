//! Casts: those that ship with Chimera, the user's own, and how they sit down.

mod files;

use chimera_app::ErrorCode;
use chimera_core::{
    AfterCut, CastId, ConversationState, EndRules, EventKind, FallbackRules, MAX_CASTS, ModelRef, Moderator, NewCast,
    NewModerator, NewParticipant, Policy, Sampling, Seating, SummaryRules, Topic,
};

use crate::house::{House, demo, panel, seat};

/// Two seats with models of their own and every rule set.
fn duel() -> NewCast {
    let sampling = Sampling { temperature: Some(0.5), max_output_tokens: Some(200) };
    NewCast {
        name: "The duel".into(),
        tagline: "Two who disagree".into(),
        topic: "Is a rebuilt ship the same ship?".into(),
        policy: Policy::Moderator,
        moderator: Some(NewModerator::Seat { seat: 1 }),
        end: EndRules { turns: Some(2), ..EndRules::NONE },
        fallback: FallbackRules { after_cut: AfterCut::Stop, ..FallbackRules::default() },
        stall_after_s: Some(30),
        summary: SummaryRules { on: true, route: vec![demo("host")] },
        participants: vec![
            NewParticipant { hue: Some(12), sampling, ..seat("Ada", vec![demo("sceptic")]) },
            NewParticipant {
                persona: "poet".parse().ok(),
                talkativeness: Some(0.25),
                route: vec![demo("poet"), demo("voice")],
                ..NewParticipant::default()
            },
        ],
    }
}

fn id(id: &str) -> CastId {
    id.parse().unwrap()
}

fn refusal(error: chimera_app::Error) -> (ErrorCode, String) {
    (error.code, error.field.unwrap_or_default())
}

#[tokio::test]
async fn every_cast_sits_down_with_the_demo_voices_and_the_panel_is_moderated() {
    let house = House::new().await;

    for view in house.chimera.casts().await.unwrap() {
        let cast = view.cast;
        assert!(view.shipped && view.open.is_empty());
        let view = house.chimera.seat_cast(&cast.id, Seating::default()).await.unwrap();
        assert_eq!((view.participants.len(), &view.topic), (cast.participants.len(), &cast.topic));
        assert_eq!(view.moderator.is_some(), view.policy == Policy::Moderator, "{}", cast.id);
        house.chimera.step(view.id).await.unwrap();
        assert_eq!(house.until(view.id, ConversationState::Paused).await.messages.len(), 1, "{}", cast.id);
    }

    let nobody = house.chimera.seat_cast(&id("nobody"), Seating::default()).await.unwrap_err();
    assert_eq!(refusal(nobody), (ErrorCode::CastNotFound, "cast".into()));
}

#[tokio::test]
async fn a_cast_of_ones_own_holds_everything_it_was_given_and_outlives_the_app() {
    let house = House::new().await;
    let saved = house.chimera.save_cast(duel()).await.unwrap();
    assert_eq!((saved.cast.id.as_str(), saved.shipped), ("the-duel", false));
    assert!(saved.open.is_empty());

    let house = house.reopened().await;
    let cast = house.chimera.cast(&saved.cast.id).await.unwrap();
    assert_eq!(cast, saved);
    assert_eq!(NewCast::from(cast.cast), duel());

    let view = house.chimera.seat_cast(&saved.cast.id, Seating::default()).await.unwrap();
    assert_eq!((&view.topic, view.policy, &view.end), (&duel().topic, Policy::Moderator, &duel().end));
    assert_eq!((view.fallback, view.stall_after_s), (duel().fallback, Some(30)));
    assert_eq!(view.summary, duel().summary);
    assert_eq!(view.moderator, Some(Moderator::Participant { participant: view.participants[1].id }));
    let [ada, poet] = &view.participants[..] else { panic!("two sit down: {view:?}") };
    assert_eq!((ada.hue, ada.sampling.max_output_tokens, &ada.route), (12, Some(200), &vec![demo("sceptic")]));
    assert_eq!((poet.talkativeness, &poet.route), (0.25, &vec![demo("poet"), demo("voice")]));
}

#[tokio::test]
async fn what_is_said_when_it_sits_down_counts_instead_of_what_the_cast_says() {
    let house = House::new().await;
    let saved = house.chimera.save_cast(duel()).await.unwrap();
    let fallback = FallbackRules { after_cut: AfterCut::Replace, ..FallbackRules::default() };

    let seating = Seating {
        topic: Some("Bees".into()),
        route: vec![demo("voice")],
        end: Some(EndRules { turns: Some(9), ..EndRules::NONE }),
        fallback: Some(fallback),
        stall_after_s: Some(60),
        seed: Some(77),
        answer_tokens: Some(50),
    };
    let view = house.chimera.seat_cast(&saved.cast.id, seating).await.unwrap();

    assert_eq!((view.topic.as_str(), view.end.turns, view.seed), ("Bees", Some(9), 77));
    assert_eq!((view.fallback, view.stall_after_s), (fallback, Some(60)));
    for participant in &view.participants {
        assert_eq!((&participant.route, participant.sampling.max_output_tokens), (&vec![demo("voice")], Some(50)));
    }
    assert_eq!(house.chimera.cast(&saved.cast.id).await.unwrap(), saved, "the cast stays as it was");
}

#[tokio::test]
async fn a_table_becomes_a_cast_and_the_cast_the_same_table_again() {
    let house = House::new().await;
    let table = NewParticipant { instructions: Some("Ask why.".into()), ..seat("Zoe", vec![demo("host")]) };
    let mut new = panel(3);
    new.participants.push(table);
    (new.policy, new.moderator) = (Policy::Moderator, Some(NewModerator::Seat { seat: 3 }));
    let first = house.chimera.create_conversation(new).await.unwrap();

    let saved = house.chimera.save_table_as_cast(first.id, "Our table", "").await.unwrap();
    let again = house.chimera.seat_cast(&saved.cast.id, Seating::default()).await.unwrap();

    let without_id = |view: &chimera_core::ConversationView| {
        let seats = view.participants.iter();
        seats
            .map(|seat| (seat.name.clone(), seat.hue, seat.instructions.clone(), seat.route.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(without_id(&first), without_id(&again));
    assert_eq!((first.topic, first.end, first.policy), (again.topic, again.end, again.policy));
    assert_eq!(again.moderator, Some(Moderator::Participant { participant: again.participants[3].id }));
}

#[tokio::test]
async fn a_shipped_cast_stays_as_it_is_and_its_copy_asks_for_models() {
    let house = House::new().await;
    let shipped = id("debate");

    for refused in [
        house.chimera.change_cast(&shipped, duel()).await.unwrap_err(),
        house.chimera.delete_cast(&shipped).await.unwrap_err(),
    ] {
        assert_eq!(refused.code, ErrorCode::WrongState, "{refused}");
    }
    let copy = house.chimera.duplicate_cast(&shipped, None).await.unwrap();
    assert_eq!((copy.cast.name.as_str(), copy.shipped), ("Debate (copy)", false));
    assert_eq!(copy.open, ["participants[0].route", "participants[1].route", "participants[2].route"]);

    let nobody = house.chimera.seat_cast(&copy.cast.id, Seating::default()).await.unwrap_err();
    assert_eq!(refusal(nobody), (ErrorCode::Invalid, "route".into()));
    let with = Seating { route: vec![demo("voice")], ..Seating::default() };
    house.chimera.seat_cast(&copy.cast.id, with).await.unwrap();
}

#[tokio::test]
async fn a_cast_can_be_changed_deleted_and_brought_back_and_its_id_is_never_given_away() {
    let house = House::new().await;
    let first = house.chimera.save_cast(duel()).await.unwrap().cast.id;
    let second = house.chimera.save_cast(duel()).await.unwrap().cast.id;
    assert_eq!((first.as_str(), second.as_str()), ("the-duel", "the-duel-2"));

    let shorter = NewCast { name: "Short".into(), moderator: None, policy: Policy::Balanced, ..duel() };
    let changed = house.chimera.change_cast(&first, shorter.clone()).await.unwrap();
    assert_eq!((&changed.cast.id, NewCast::from(changed.cast.clone())), (&first, shorter));
    house.chimera.delete_cast(&first).await.unwrap();
    let gone = house.chimera.cast(&first).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::CastNotFound);
    assert_eq!(house.chimera.delete_cast(&first).await.unwrap_err().code, ErrorCode::CastNotFound);
    assert_eq!(house.chimera.save_cast(duel()).await.unwrap().cast.id.as_str(), "the-duel-3");

    let house = house.reopened().await;
    assert_eq!(house.chimera.restore_cast(&first).await.unwrap(), changed);
    assert_eq!(house.chimera.restore_cast(&first).await.unwrap_err().code, ErrorCode::WrongState);
    let own: Vec<_> = house.chimera.casts().await.unwrap().into_iter().filter(|cast| !cast.shipped).collect();
    let ids: Vec<_> = own.iter().map(|cast| cast.cast.id.as_str()).collect();
    assert_eq!(ids, ["the-duel", "the-duel-2", "the-duel-3"]);
    assert_eq!(house.chimera.rebuild().await.unwrap(), None);
}

#[tokio::test]
async fn what_a_cast_cannot_be_is_refused_by_the_name_of_its_field() {
    let house = House::new().await;
    let elsewhere = ModelRef { connection: "nowhere".parse().unwrap(), model: "m".into() };
    let with_seats = |participants| NewCast { participants, moderator: None, ..duel() };
    let twice = vec![seat("Ada", vec![]), seat("ada", vec![])];
    let cases = [
        (NewCast { name: "  ".into(), ..duel() }, "name"),
        (NewCast { tagline: "two\nlines".into(), ..duel() }, "tagline"),
        (NewCast { stall_after_s: Some(1), ..duel() }, "stall_after_s"),
        (NewCast { end: EndRules { turns: Some(0), ..EndRules::NONE }, ..duel() }, "end.turns"),
        (NewCast { moderator: Some(NewModerator::Seat { seat: 2 }), ..duel() }, "moderator.seat"),
        (with_seats(vec![]), "participants"),
        (with_seats((0..13).map(|n| seat(&format!("N{n}"), vec![])).collect()), "participants"),
        (with_seats(twice), "participants[1].name"),
        (with_seats(vec![seat("Ada", vec![elsewhere])]), "participants[0].route[0].connection"),
    ];

    for (new, field) in cases {
        let refused = house.chimera.save_cast(new).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some(field), "{refused}");
    }
    assert_eq!(house.chimera.casts().await.unwrap().len(), 6, "nothing was kept");
}

#[tokio::test]
async fn there_is_an_end_to_how_many_are_kept_and_deleting_makes_room() {
    let house = House::new().await;
    let mut last = None;
    for _ in 0..MAX_CASTS {
        last = Some(house.chimera.save_cast(duel()).await.unwrap().cast.id);
    }
    let last = last.unwrap();

    assert_eq!(house.chimera.save_cast(duel()).await.unwrap_err().code, ErrorCode::WrongState);
    house.chimera.delete_cast(&last).await.unwrap();
    house.chimera.save_cast(duel()).await.unwrap();
    assert_eq!(house.chimera.restore_cast(&last).await.unwrap_err().code, ErrorCode::WrongState);
}

#[tokio::test]
async fn what_becomes_of_casts_is_told_on_the_librarys_topic() {
    let house = House::new().await;
    let saved = house.chimera.save_cast(duel()).await.unwrap().cast.id;
    house.chimera.delete_cast(&saved).await.unwrap();
    house.chimera.restore_cast(&saved).await.unwrap();

    let told = house.chimera.events(chimera_core::Seq::START, Some(Topic::Library), 10).await.unwrap();

    let named = |kind: &EventKind| match kind {
        EventKind::CastSaved { cast } => Some(("saved", cast.id.clone())),
        EventKind::CastDeleted { cast } => Some(("deleted", cast.clone())),
        EventKind::CastRestored { cast } => Some(("restored", cast.clone())),
        _ => None,
    };
    let told: Vec<_> = told.iter().filter_map(|event| named(&event.kind)).collect();
    assert_eq!(told, [("saved", saved.clone()), ("deleted", saved.clone()), ("restored", saved)]);
}
