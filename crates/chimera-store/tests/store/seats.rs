use chimera_core::{EventKind, Participant};

use crate::house::{House, Talk, id};

fn dora(talk: &Talk) -> Participant {
    let EventKind::ConversationCreated { mut participants, .. } = talk.created() else { unreachable!() };
    Participant { id: id(77), name: "Dora".into(), ..participants.remove(0) }
}

async fn names(house: &House, talk: &Talk) -> (Vec<String>, Vec<String>) {
    let view = house.store.conversation(talk.id).await.unwrap().unwrap();
    let names = |seats: Vec<Participant>| seats.into_iter().map(|seat| seat.name).collect();
    (names(view.participants), names(view.left))
}

#[tokio::test]
async fn seats_are_taken_left_and_changed_and_whoever_left_is_still_known() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let dora = dora(&talk);
    house.happens(talk.id, vec![talk.created(), talk.turn_started(1), talk.message_started(1, 1, None)]).await;

    let joined = EventKind::ParticipantJoined { participant: dora.clone(), seat: 1 };
    house.happens(talk.id, vec![joined]).await;
    assert_eq!(names(&house, &talk).await.0, ["Ada", "Dora", "Bob"]);

    house.happens(talk.id, vec![EventKind::ParticipantLeft { participant: talk.ada() }]).await;
    house.happens(talk.id, vec![EventKind::ParticipantLeft { participant: dora.id }]).await;
    let (seated, left) = names(&house, &talk).await;
    assert_eq!((seated, left), (vec!["Bob".to_owned()], vec!["Ada".to_owned(), "Dora".to_owned()]));
    let chips = house.store.conversations(None, 9).await.unwrap().items.remove(0).participants;
    assert_eq!(chips.len(), 1, "the list shows who sits there");

    house.happens(talk.id, vec![talk.message_completed(1, 1, None, "My last words.")]).await;
    let preview = house.store.conversations(None, 9).await.unwrap().items.remove(0).preview;
    assert_eq!(preview.as_deref(), Some("Ada: My last words."));

    house.happens(talk.id, vec![EventKind::ParticipantJoined { participant: dora.clone(), seat: 0 }]).await;
    let order = vec![talk.bob(), dora.id];
    house.happens(talk.id, vec![EventKind::ParticipantsReordered { order }]).await;
    let (seated, left) = names(&house, &talk).await;
    assert_eq!((seated, left), (vec!["Bob".to_owned(), "Dora".to_owned()], vec!["Ada".to_owned()]));
}

#[tokio::test]
async fn what_changed_about_a_participant_is_what_is_read() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created(), talk.ada_changes()]).await;

    let ada = house.store.conversation(talk.id).await.unwrap().unwrap().participants.remove(0);

    assert_eq!((ada.name.as_str(), ada.route[0].model.as_str()), ("Eve", "poet"));
    assert_eq!((ada.hue, ada.instructions.as_str()), (210, "Doubt kindly."), "the rest is as it was");
}
