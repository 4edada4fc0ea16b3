use chimera_app::{ErrorCode, SayWhen};
use chimera_core::{
    ConversationChange, ConversationState, EndPhrase, EndRules, InterruptCause, ParticipantChange, Policy, StateReason,
};

use crate::house::{House, demo, panel, seat, speakers};

#[tokio::test]
async fn a_cast_is_changed_between_two_turns_and_whoever_left_is_still_named() {
    let house = House::new().await;
    let mut new = panel(50);
    new.policy = Policy::RoundRobin;
    let created = house.chimera.create_conversation(new).await.unwrap();
    let (id, sceptic) = (created.id, created.participants[0].id);
    house.chimera.step(id).await.unwrap();
    house.until(id, ConversationState::Paused).await;

    let host = house.chimera.join(id, seat("Host", vec![demo("host")]), Some(1)).await.unwrap();
    house.chimera.leave(id, sceptic).await.unwrap();
    let end = Some(EndRules { turns: Some(4), ..EndRules::default() });
    house.chimera.change(id, ConversationChange { end, ..ConversationChange::default() }).await.unwrap();
    house.chimera.resume(id).await.unwrap();
    let view = house.until(id, ConversationState::Completed).await;

    let names: Vec<_> = view.participants.iter().map(|seat| seat.name.as_str()).collect();
    assert_eq!((names, view.left[0].name.as_str()), (vec!["Host", "poet", "engineer"], "sceptic"));
    assert_eq!(view.participants[0].id, host);
    assert_eq!(view.reason, Some(StateReason::TurnsReached { turns: 4 }));
    assert_eq!(speakers(&view).len(), 4);
    let house = house.reopened().await;
    let again = house.chimera.conversation(id).await.unwrap();
    assert_eq!((again.participants, again.left), (view.participants, view.left));
}

#[tokio::test]
async fn whose_word_ends_it_follows_a_new_name_and_does_not_stand_in_the_way_when_it_leaves() {
    let house = House::new().await;
    let mut new = panel(4);
    new.end.phrase = Some(EndPhrase { text: "that is all".into(), by: vec!["sceptic".into(), "poet".into()] });
    let created = house.chimera.create_conversation(new).await.unwrap();
    let (id, sceptic, poet) = (created.id, created.participants[0].id, created.participants[1].id);
    let by = |end: &EndRules| end.phrase.clone().map(|phrase| phrase.by);
    let change = async |end: EndRules| {
        house.chimera.change(id, ConversationChange { end: Some(end), ..ConversationChange::default() }).await
    };

    let name = Some("Doubter".to_owned());
    house.chimera.change_participant(id, sceptic, ParticipantChange { name, ..Default::default() }).await.unwrap();
    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!(by(&view.end), Some(vec!["Doubter".into(), "poet".into()]));
    house.chimera.leave(id, poet).await.unwrap();
    change(EndRules { turns: Some(7), ..view.end.clone() }).await.unwrap();
    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!((view.end.turns, by(&view.end)), (Some(7), Some(vec!["Doubter".into(), "poet".into()])));
    let cast = house.chimera.save_table_as_cast(id, "Ours", "").await.unwrap();
    assert_eq!(by(&cast.cast.end), Some(vec!["Doubter".into()]));

    let by = vec!["Nobody".to_owned()];
    let phrase = Some(EndPhrase { text: "that is all".into(), by });
    let refused = change(EndRules { phrase, ..view.end }).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("end.phrase.by[0]"));
}

#[tokio::test]
async fn what_a_cast_cannot_become_is_refused_with_its_field() {
    let house = House::new().await;
    let view = house.chimera.create_conversation(panel(4)).await.unwrap();
    let (id, first) = (view.id, view.participants[0].id);
    let join = async |name: &str, at: Option<u32>, route| {
        house.chimera.join(id, seat(name, route), at).await.unwrap_err().field.unwrap_or_default()
    };
    let change = async |change: ParticipantChange| {
        house.chimera.change_participant(id, first, change).await.unwrap_err().field.unwrap_or_default()
    };

    assert_eq!(join("POET", None, vec![demo("poet")]).await, "participant.name");
    assert_eq!(join("all", None, vec![demo("poet")]).await, "participant.name");
    assert_eq!(join("Host", None, vec![]).await, "participant.route");
    assert_eq!(join("Host", Some(9), vec![demo("poet")]).await, "seat");
    let named = |name: &str| ParticipantChange { name: Some(name.into()), ..ParticipantChange::default() };
    assert_eq!(change(named("poet")).await, "change.name");
    assert_eq!(change(named("a:b")).await, "change.name");
    assert_eq!(change(ParticipantChange { route: Some(vec![]), ..Default::default() }).await, "change.route");
    assert_eq!(change(ParticipantChange { hue: Some(400), ..Default::default() }).await, "change.hue");
    assert_eq!(house.chimera.reorder(id, vec![first]).await.unwrap_err().field.as_deref(), Some("order"));
    let end = Some(EndRules { turns: Some(0), ..EndRules::default() });
    for (field, change) in [
        ("stall_after_s", ConversationChange { stall_after_s: Some(1), ..Default::default() }),
        ("end.turns", ConversationChange { end, ..Default::default() }),
    ] {
        assert_eq!(house.chimera.change(id, change).await.unwrap_err().field.as_deref(), Some(field));
    }
    assert_eq!(house.chimera.conversation(id).await.unwrap().participants, view.participants);

    for seat in &view.participants[1..] {
        house.chimera.leave(id, seat.id).await.unwrap();
    }
    assert_eq!(house.chimera.leave(id, first).await.unwrap_err().code, ErrorCode::WrongState);
}

#[tokio::test]
async fn the_user_cuts_in_and_a_speaker_that_hangs_is_passed_over() {
    let house = House::new().await;
    let mut new = panel(50);
    new.policy = Policy::RoundRobin;
    new.participants[0].route = vec![demo("sceptic!hang")];
    new.stall_after_s = Some(86_400);
    let id = house.start(new).await;

    let cut = house.chimera.say(id, "And the mice?", SayWhen::Now).await.unwrap();
    house.chimera.stop(id, chimera_app::StopWhen::Now).await.unwrap();

    let view = house.chimera.conversation(id).await.unwrap();
    let place = view.messages.iter().position(|message| message.id == cut).unwrap();
    assert_eq!(view.stall_after_s, Some(86_400));
    let before = place.checked_sub(1).map(|before| view.messages[before].interrupted.clone());
    assert!(matches!(before, None | Some(Some(InterruptCause::Interjected))), "{before:?}");
}
