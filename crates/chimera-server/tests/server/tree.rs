//! Alternatives, versions and branches over routes and socket alike.

use chimera_app::Scope;
use serde_json::{Value, json};

use crate::house::{House, until};
use crate::websocket::Companion;

/// A conversation of two turns that has ended, as it is read.
async fn two_turns(house: &House) -> (String, Value) {
    let id = house.table(2).await;
    house.post(&format!("/api/v1/conversations/{id}/start"), json!({})).await;
    (id.clone(), rest(house, &id, "completed").await)
}

async fn rest(house: &House, id: &str, state: &str) -> Value {
    let path = format!("/api/v1/conversations/{id}");
    until(async || house.get(&path).await.json()["state"] == state).await;
    house.get(&path).await.json()
}

#[tokio::test]
async fn an_alternative_is_asked_for_shown_and_left_again() {
    let house = House::open().await;
    let (id, before) = two_turns(&house).await;
    let of = |command: &str| format!("/api/v1/conversations/{id}/{command}");
    let last = &before["messages"][1]["id"];
    let mut companion = Companion::enter(&house).await;

    let by_poet = json!({"message": last, "model": {"connection": "demo", "model": "engineer"}});
    let asked = house.post(&of("regenerate"), by_poet).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    let after = rest(&house, &id, "completed").await;

    let message = &after["messages"][1];
    assert_eq!(message["attempts"][0]["model"]["model"], "engineer");
    assert_eq!(message["author"], before["messages"][1]["author"]);
    assert_eq!(message["alternatives"], json!([last, message["id"]]));
    assert_eq!(
        (&after["branches"][1]["why"]["kind"], &after["branches"][1]["current"]),
        (&json!("regenerated"), &json!(true))
    );
    let back = companion.command("conversation.choose_alternative", json!({"id": id, "message": last})).await;
    assert_eq!(back["ok"], true);
    let view = house.get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!((&view["messages"][1]["id"], &view["branch"]), (last, &json!(id)));
    let other = after["branch"].as_str().unwrap();
    let on = house.get(&format!("/api/v1/conversations/{id}?branch={other}")).await.json();
    assert_eq!(on["messages"], after["messages"]);
    let compared = house.get(&of(&format!("branches/{id}/compare/{other}"))).await.json();
    assert_eq!(compared["fork"], before["messages"][0]["id"]);
    assert_eq!((&compared["rows"][0]["left"]["id"], &compared["rows"][0]["right"]["id"]), (last, &message["id"]));
}

#[tokio::test]
async fn words_are_edited_deleted_and_brought_back() {
    let house = House::open().await;
    let (id, before) = two_turns(&house).await;
    let of = |command: &str| format!("/api/v1/conversations/{id}/{command}");
    let first = &before["messages"][0];
    let mut companion = Companion::enter(&house).await;

    let edited = house.post(&of("edit_message"), json!({"message": first["id"], "text": "In short: no."})).await.json();
    assert_eq!(
        (&edited["messages"][0]["text"], &edited["messages"][0]["version"]),
        (&json!("In short: no."), &json!(2))
    );
    let path = of(&format!("messages/{}/versions", first["id"].as_str().unwrap()));
    let versions = house.get(&path).await.json();
    assert_eq!((&versions["items"][0]["text"], &versions["items"][1]["current"]), (&first["text"], &json!(true)));
    let message = json!({"id": id, "message": first["id"]});
    assert_eq!(companion.command("conversation.delete_message", message).await["ok"], true);
    assert_eq!(companion.command("conversation.undo", json!({"id": id})).await["ok"], true);
    assert_eq!(companion.command("conversation.undo", json!({"id": id})).await["ok"], true);
    let undone = house.get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!((&undone["messages"][0]["text"], &undone["messages"][0]["deleted"]), (&first["text"], &json!(false)));
    assert_eq!((&undone["undoable"], &undone["redoable"]), (&json!(0), &json!(2)));
    assert_eq!(house.post(&of("undo"), json!({})).await.problem(), (409, "wrong_state".into(), None));
    let redone = house.post(&of("redo"), json!({})).await.json();
    assert_eq!(redone["messages"][0]["version"], 2);
    let restored = house.post(&of("restore_message"), json!({"message": first["id"]})).await;
    assert_eq!(restored.status, 200, "what is not deleted is there already");
}

#[tokio::test]
async fn branches_are_made_named_switched_and_listed() {
    let house = House::open().await;
    let (id, before) = two_turns(&house).await;
    let of = |command: &str| format!("/api/v1/conversations/{id}/{command}");
    let from = &before["messages"][0]["id"];
    let mut companion = Companion::enter(&house).await;

    let made = house.post(&of("branch"), json!({"from": from, "name": "What if"})).await;
    assert_eq!(made.status, 201);
    let branch = made.json()["branch"].clone();
    let again = companion.command("conversation.branch", json!({"id": id, "from": from})).await;
    assert_eq!(again["ok"], true);
    let renamed = json!({"id": id, "branch": branch, "name": "What else"});
    assert_eq!(companion.command("conversation.rename_branch", renamed).await["ok"], true);
    let view = house.post(&of("switch_branch"), json!({"branch": branch})).await.json();
    assert_eq!((&view["branch"], view["messages"].as_array().unwrap().len()), (&branch, 1));

    let listed = house.get(&of("branches")).await.json();
    let names: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|branch| branch["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Main", "What else", "Branch 3"]);
    assert_eq!(house.post(&of("start"), json!({})).await.status, 200, "and on from here");
}

#[tokio::test]
async fn what_is_not_there_and_what_a_token_may_not_do_is_refused() {
    let house = House::open().await;
    let (id, before) = two_turns(&house).await;
    let of = |command: &str| format!("/api/v1/conversations/{id}/{command}");
    let nowhere = "0192f0c1-7e7a-7000-8000-000000000001";
    let message = &before["messages"][0]["id"];

    let reads = [
        (format!("/api/v1/conversations/{id}?branch={nowhere}"), (404, "branch_not_found", Some("branch"))),
        (format!("/api/v1/conversations/{id}?branch=x"), (422, "invalid", Some("branch"))),
        (of(&format!("branches/{id}/compare/{nowhere}")), (404, "branch_not_found", Some("right"))),
        (of(&format!("branches/x/compare/{id}")), (422, "invalid", Some("left"))),
        (of(&format!("messages/{nowhere}/versions")), (404, "message_not_found", Some("message"))),
        (format!("/api/v1/conversations/{nowhere}/branches"), (404, "conversation_not_found", Some("id"))),
    ];
    for (path, (status, code, field)) in reads {
        let expected = (status, code.to_owned(), field.map(str::to_owned));
        assert_eq!(house.get(&path).await.problem(), expected, "{path}");
    }
    let elsewhere = json!({"message": message, "model": {"connection": "nowhere", "model": "m"}});
    let writes = [
        ("regenerate", json!({"message": nowhere}), "invalid", "message"),
        ("regenerate", elsewhere, "connection_not_found", "model.connection"),
        ("edit_message", json!({"message": message, "text": " "}), "invalid", "text"),
        ("edit_message", json!({"message": message, "text": "x", "as": "branch"}), "invalid", "message"),
        ("branch", json!({"from": message, "name": "a\nb"}), "invalid", "name"),
        ("switch_branch", json!({"branch": nowhere}), "invalid", "branch"),
    ];
    for (command, body, code, field) in writes {
        let answer = house.post(&of(command), body).await;
        assert_eq!(answer.problem(), (422, code.into(), Some(field.into())), "{command}");
    }
    let speaker = house.token_for(&[Scope::Speak]).await;
    let body = json!({"message": message}).to_string();
    for (command, status) in [("regenerate", 204), ("delete_message", 403)] {
        let request = crate::http::request(house.port, "POST", &of(command), &speaker, Some(&body));
        assert_eq!(crate::http::send(house.port, &request).await.status, status, "{command}");
    }
}
