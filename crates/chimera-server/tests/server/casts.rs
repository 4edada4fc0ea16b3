//! Casts of one's own over routes and socket alike.

use chimera_app::Scope;
use serde_json::{Value, json};

use crate::house::House;
use crate::http;
use crate::websocket::Companion;

fn duel() -> Value {
    let voice = |voice: &str| json!([{"connection": "demo", "model": voice}]);
    json!({"name": "The duel", "policy": "round_robin", "end": {"turns": 2}, "participants": [
        {"name": "Ada", "route": voice("sceptic")}, {"persona": "poet", "route": voice("poet")}]})
}

#[tokio::test]
async fn a_cast_is_kept_changed_copied_given_away_and_seated_over_routes_and_socket_alike() {
    let house = House::open().await;
    let mut companion = Companion::enter(&house).await;

    let saved = house.post("/api/v1/casts", duel()).await;
    assert_eq!((saved.status, saved.header("location")), (201, Some("/api/v1/casts/the-duel")));
    let cast = house.get("/api/v1/casts/the-duel").await.json();
    assert_eq!((&cast, &cast["shipped"], &cast["open"]), (&saved.json(), &json!(false), &json!([])));
    assert_eq!(cast["end"]["tokens"], 200_000, "what was left out is the default");

    let mut shorter = duel();
    (shorter["id"], shorter["end"]) = (json!("the-duel"), json!({"turns": 1}));
    let changed = companion.command("cast.change", shorter).await;
    assert_eq!(changed["data"]["end"]["turns"], 1, "{changed}");
    let copy = companion.command("cast.duplicate", json!({"id": "debate", "name": "Ours"})).await;
    assert_eq!((&copy["data"]["id"], &copy["data"]["open"][0]), (&json!("ours"), &json!("participants[0].route")));

    let file = house.get("/api/v1/casts/the-duel/file").await.json();
    let imported = companion.command("cast.import", json!({"file": file})).await;
    assert_eq!(
        (&imported["data"]["cast"]["id"], &imported["data"]["unknown_models"]),
        (&json!("the-duel-2"), &json!([]))
    );

    let seated = house.post("/api/v1/casts/the-duel/seat", json!({"topic": "Bees", "seed": 4})).await;
    assert_eq!((seated.status, &seated.json()["topic"], &seated.json()["seed"]), (201, &json!("Bees"), &json!(4)));
    let again = companion.command("cast.seat", json!({"id": "the-duel", "topic": "Ants"})).await;
    assert_eq!(again["data"]["topic"], "Ants");
    let id = again["data"]["id"].as_str().unwrap();
    let kept = house.post(&format!("/api/v1/conversations/{id}/save_as_cast"), json!({"name": "Ants"})).await;
    assert_eq!((kept.status, &kept.json()["id"]), (201, &json!("ants")));

    assert_eq!(house.post("/api/v1/casts/ours/delete", json!({})).await.status, 204);
    assert_eq!(house.get("/api/v1/casts/ours").await.problem(), (404, "cast_not_found".into(), Some("id".into())));
    assert_eq!(companion.command("cast.restore", json!({"id": "ours"})).await["ok"], true);
    assert_eq!(house.get("/api/v1/casts/ours").await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_by_its_field_and_a_reader_keeps_nothing() {
    let house = House::open().await;
    let reader = house.token_for(&[Scope::Read, Scope::Speak]).await;

    let nameless = house.post("/api/v1/casts", json!({"participants": []})).await;
    assert_eq!(nameless.problem(), (422, "invalid".into(), Some("name".into())));
    let shipped = house.post("/api/v1/casts/debate/delete", json!({})).await;
    assert_eq!(shipped.problem(), (409, "wrong_state".into(), None));
    let strange = json!({"chimera": "cast", "version": 1, "cast": {"name": "X", "participants": [{"key": "sk-1"}]}});
    let strange = house.post("/api/v1/casts/import", strange).await.problem();
    assert_eq!(strange, (422, "invalid".into(), Some("cast.participants[0].key".into())));
    let nobody = house.post("/api/v1/casts/seat", json!({"cast": "nobody"})).await;
    assert_eq!(nobody.problem(), (422, "cast_not_found".into(), Some("cast".into())));

    let request = http::request(house.port, "POST", "/api/v1/casts", &reader, Some(&duel().to_string()));
    assert_eq!(http::send(house.port, &request).await.problem(), (403, "scope_missing".into(), None));
    assert_eq!(house.get("/api/v1/casts").await.json().as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_cast_that_is_saved_or_deleted_twice_under_one_key_is_saved_and_deleted_once() {
    let house = House::open().await;
    let mut companion = Companion::enter(&house).await;
    let under = |name: &str, key: &str, data: Value| json!({"type": "command", "name": name, "idempotency_key": key, "data": data});

    let first = companion.ask(under("cast.save", "a", duel())).await;
    let second = companion.ask(under("cast.save", "a", duel())).await;
    assert_eq!((&first["data"], &first["ok"]), (&second["data"], &json!(true)));
    for _ in 0..2 {
        let deleted = companion.ask(under("cast.delete", "b", json!({"id": "the-duel"}))).await;
        assert_eq!(deleted["ok"], true, "{deleted}");
    }

    assert_eq!(house.get("/api/v1/casts").await.json().as_array().unwrap().len(), 6);
}
