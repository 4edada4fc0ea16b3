//! The archive and the trash, by routes and by the socket.

use chimera_app::Scope;
use serde_json::json;

use crate::house::House;
use crate::http::{request, send};
use crate::websocket::Companion;

async fn ids(house: &House, query: &str) -> Vec<String> {
    let list = house.get(&format!("/api/v1/conversations{query}")).await.json();
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_conversation_goes_into_the_archive_into_the_trash_and_out_of_both() {
    let house = House::open().await;
    let id = house.table(1).await;
    let does = async |what: &str| house.post(&format!("/api/v1/conversations/{id}/{what}"), json!({})).await;

    let archived = does("archive").await.json();
    assert_eq!((&archived["archived"], &archived["trashed"]), (&json!(true), &json!(false)));
    assert_eq!((ids(&house, "").await.len(), ids(&house, "?shelf=archived").await), (0, vec![id.clone()]));
    assert_eq!(does("trash").await.json()["trashed"], true);
    let list = house.get("/api/v1/conversations?shelf=trashed").await.json();
    assert_eq!(list["counts"], json!({"current": 0, "archived": 0, "trashed": 1}));
    let (status, code, _) = does("start").await.problem();
    assert_eq!((status, code.as_str()), (409, "wrong_state"));
    assert_eq!(does("restore").await.json()["archived"], true);
    assert_eq!(does("unarchive").await.json()["archived"], false);

    let (status, code, field) = house.get("/api/v1/conversations?shelf=attic").await.problem();
    assert_eq!((status, code.as_str(), field.as_deref()), (422, "invalid", Some("shelf")));
    let (status, code, _) = does("delete").await.problem();
    assert_eq!((status, code.as_str()), (409, "wrong_state"), "it does not lie in the trash");
}

#[tokio::test]
async fn what_is_deleted_for_good_is_told_on_the_topic_library_and_gone() {
    let house = House::open().await;
    let (one, two) = (house.table(1).await, house.table(1).await);
    let (mut companion, mut listener) = (Companion::enter(&house).await, Companion::enter(&house).await);
    listener.subscribe(Some(&["library".to_owned()]), None).await;
    for id in [&one, &two] {
        companion.command("conversation.trash", json!({"id": id})).await;
    }

    let speaker = house.token_for(&[Scope::Read, Scope::Speak]).await;
    let refused = request(house.port, "POST", "/api/v1/trash/empty", &speaker, Some("{}"));
    assert_eq!(send(house.port, &refused).await.status, 403);
    let deleted = house.post(&format!("/api/v1/conversations/{one}/delete"), json!({})).await;
    let emptied = companion.command("trash.empty", json!({})).await;

    assert_eq!((deleted.status, &emptied["data"]), (204, &json!({"deleted": 1})));
    for id in [&one, &two] {
        let told = listener.next_of("event").await;
        assert_eq!((&told["event"], &told["data"]["conversation"]), (&json!("conversation.deleted"), &json!(id)));
    }
    assert_eq!(house.get(&format!("/api/v1/conversations/{one}")).await.status, 404);
    assert_eq!(ids(&house, "?shelf=all").await.len(), 0);
}
