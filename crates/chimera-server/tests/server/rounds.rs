//! A round as a companion sees it: that they think, and then all they said.

use serde_json::{Value, json};

use crate::house::House;
use crate::speaker::Speaker;
use crate::websocket::{Companion, is_end_of};

/// A demo voice, and one that speaks when it is told to.
async fn round_with(house: &House, speaker: &Speaker) -> String {
    let seats = json!([
        {"persona": "sceptic", "route": [{"connection": "demo", "model": "sceptic"}]},
        {"persona": "poet", "route": [{"connection": speaker.connection, "model": "m"}]},
    ]);
    let new = json!({"topic": "Same for whom?", "participants": seats, "policy": "parallel", "end": {"turns": 2}});
    let created = house.post("/api/v1/conversations", new).await;
    assert_eq!(created.status, 201, "{}", created.text());
    created.json()["id"].as_str().unwrap().to_owned()
}

fn texts(view: &Value) -> Vec<&str> {
    view["messages"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn neither_route_nor_socket_tells_a_word_of_a_round_before_all_are_through() {
    let house = House::open().await;
    let speaker = Speaker::at(&house.chimera).await;
    let id = round_with(&house, &speaker).await;
    let path = format!("/api/v1/conversations/{id}");
    let mut companion = Companion::enter(&house).await;
    companion.subscribe(Some(&[format!("conversation:{id}")]), None).await;

    house.post(&format!("{path}/start"), json!({})).await;
    let mut heard = companion.feed_until(|item| item["data"]["outcome"]["outcome"] == "answered").await;
    speaker.says("Not yet ").await;
    let said = house.post(&format!("{path}/say"), json!({"text": "Meanwhile."})).await;
    assert_eq!(said.status, 201, "{}", said.text());
    heard.extend(companion.feed_until(|item| item["event"] == "message.completed").await);
    let open = house.get(&path).await.json();
    assert_eq!(texts(&open), ["Meanwhile."]);
    assert_eq!(open["turns"].as_array().unwrap().len(), 2);

    speaker.says("for everybody.").await;
    speaker.ends().await;
    heard.extend(companion.feed_until(is_end_of(&id)).await);

    assert!(heard.iter().all(|item| item["type"] == "event"), "a round has no deltas: {heard:?}");
    let view = house.get(&path).await.json();
    assert_eq!(texts(&view)[1..], ["Not yet for everybody.", "Meanwhile."]);
    let moved = heard.iter().filter(|item| item["event"] == "message.moved").count();
    assert_eq!(moved, 1);
}

#[tokio::test]
async fn one_of_a_round_can_be_skipped_over_the_socket() {
    let house = House::open().await;
    let speaker = Speaker::at(&house.chimera).await;
    let id = round_with(&house, &speaker).await;
    let path = format!("/api/v1/conversations/{id}");
    let mut companion = Companion::enter(&house).await;
    companion.subscribe(Some(&[format!("conversation:{id}")]), None).await;
    house.post(&format!("{path}/start"), json!({})).await;
    companion.feed_until(|item| item["data"]["outcome"]["outcome"] == "answered").await;
    let participant = house.get(&path).await.json()["participants"][1]["id"].clone();
    house.post(&format!("{path}/pause"), json!({})).await;

    let skipped =
        companion.command("conversation.skip_participant", json!({"id": id, "participant": participant})).await;

    assert_eq!(skipped["ok"], true, "{skipped}");
    assert_eq!(texts(&house.get(&path).await.json()).len(), 1);
    let again = house.post(&format!("{path}/skip_participant"), json!({"participant": participant})).await;
    assert_eq!(again.problem().2.as_deref(), Some("participant"), "{}", again.text());
}
