use futures::future::join_all;
use serde_json::{Value, json};

use crate::house::{House, table};
use crate::http;
use crate::websocket::Companion;

async fn post(house: &House, path: &str, key: &str, body: Value) -> http::Answer {
    let request = http::request(house.port, "POST", path, &house.token, Some(&body.to_string()));
    http::send(house.port, &keyed(request, key)).await
}

fn keyed(request: Vec<u8>, key: &str) -> Vec<u8> {
    let request = String::from_utf8(request).unwrap();
    request.replacen("\r\n", &format!("\r\nidempotency-key: {key}\r\n"), 1).into_bytes()
}

#[tokio::test]
async fn the_same_key_twice_has_one_effect_and_the_same_answer() {
    let house = House::open().await;

    let first = post(&house, "/api/v1/conversations", "k1", table(3)).await;
    let again = post(&house, "/api/v1/conversations", "k1", table(3)).await;

    assert_eq!((first.status, again.status), (201, 201), "{}", again.text());
    assert_eq!(first.json(), again.json());
    assert_eq!(house.conversations().await, 1);

    let id = first.json()["id"].as_str().unwrap().to_owned();
    let say = format!("/api/v1/conversations/{id}/say");
    let said = post(&house, &say, "k2", json!({"text": "Once."})).await;
    let again = post(&house, &say, "k2", json!({"text": "Once."})).await;
    assert_eq!(said.json(), again.json());
    let view = house.get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!(view["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_under_another_request_is_refused_and_nothing_is_done() {
    let house = House::open().await;
    post(&house, "/api/v1/conversations", "k", table(3)).await;

    let other = post(&house, "/api/v1/conversations", "k", table(4)).await;

    assert_eq!(other.status, 422, "{}", other.text());
    assert_eq!(other.json()["code"], "idempotency_key_reused");
    assert_eq!(house.conversations().await, 1);
}

#[tokio::test]
async fn twenty_at_once_under_one_key_have_one_effect() {
    let house = House::open().await;
    let id = house.table(3).await;
    let say = format!("/api/v1/conversations/{id}/say");

    let created = join_all((0..20).map(|_| post(&house, "/api/v1/conversations", "c", table(3)))).await;
    let said = join_all((0..20).map(|_| post(&house, &say, "s", json!({"text": "Once."})))).await;

    assert!(created.iter().all(|answer| answer.json()["id"] == created[0].json()["id"]));
    assert!(said.iter().all(|answer| answer.json() == said[0].json()), "{}", said[0].text());
    assert_eq!(house.conversations().await, 2);
    let view = house.get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!(view["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_refused_leaves_its_key_unused() {
    let house = House::open().await;
    let id = house.table(3).await;
    let path = format!("/api/v1/conversations/{id}/resume");

    assert_eq!(post(&house, &path, "k", json!({})).await.status, 409);
    let other = post(&house, &format!("/api/v1/conversations/{id}/say"), "k", json!({"text": "x"})).await;

    assert_eq!(other.status, 201, "{}", other.text());
}

#[tokio::test]
async fn a_key_belongs_to_its_token() {
    let house = House::open().await;
    post(&house, "/api/v1/conversations", "k", table(3)).await;
    let other = house.token_for(&chimera_app::Scope::ALL).await;

    let body = table(3).to_string();
    let request = http::request(house.port, "POST", "/api/v1/conversations", &other, Some(&body));
    let answer = http::send(house.port, &keyed(request, "k")).await;

    assert_eq!(answer.status, 201);
    assert_eq!(house.conversations().await, 2);
}

#[tokio::test]
async fn a_key_of_another_form_is_refused_by_its_name() {
    let house = House::open().await;
    for key in ["", "with blank", &"k".repeat(129)] {
        let answer = post(&house, "/api/v1/conversations", key, table(3)).await;
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some("idempotency_key")), "`{key}`");
    }
    assert_eq!(house.conversations().await, 0);
}

#[tokio::test]
async fn a_command_of_the_socket_is_carried_out_once_under_its_key() {
    let house = House::open().await;
    let id = house.table(3).await;
    let mut companion = Companion::enter(&house).await;
    let say = |request: u32| {
        let data = json!({"id": id, "text": "Once."});
        json!({"type": "command", "id": request, "name": "conversation.say", "idempotency_key": "k", "data": data})
    };

    companion.send(say(1)).await;
    let first = companion.next_of("result").await;
    companion.send(say(2)).await;
    let again = companion.next_of("result").await;

    assert_eq!(first["data"], again["data"], "{again}");
    let view = house.get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!(view["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_is_remembered_over_a_restart() {
    let house = House::open().await;
    let first = post(&house, "/api/v1/conversations", "k", table(3)).await.json();

    let house = house.restarted().await;

    let again = post(&house, "/api/v1/conversations", "k", table(3)).await;
    assert_eq!(again.json()["id"], first["id"], "{}", again.text());
    assert_eq!(house.conversations().await, 1);
}
