use chimera_app::{ConnectionChanges, ErrorCode, KeyInput, KeyStorage, NewConnection, Passphrase};
use chimera_core::{
    ConnectionId, ConversationState, ErrorClass, EventKind, KeyState, ModelRef, ProviderKind, Secret, Seq,
};
use chimera_testkit::{FakeLlm, Reply};

use crate::house::{House, panel, seat};

fn key(text: &str) -> Option<KeyInput> {
    Some(KeyInput(Secret::new(text)))
}

fn new(url: &str, storage: KeyStorage) -> NewConnection {
    NewConnection {
        kind: ProviderKind::Compatible,
        name: "Mine".into(),
        base_url: Some(format!("{url}/v1")),
        local: false,
        key: key("sk-old-canary-4711"),
        key_storage: storage,
        limits: Default::default(),
    }
}

/// The key that the server is shown when somebody asks it.
async fn shown(house: &House, server: &FakeLlm, id: &ConnectionId) -> Option<String> {
    let before = server.requests().len();
    let mut table = panel(1);
    table.participants = vec![seat("Ada", vec![ModelRef { connection: id.clone(), model: "m".into() }])];
    let talk = house.start(table).await;
    house.until(talk, ConversationState::Completed).await;
    server.requests().get(before).and_then(|asked| asked.header("authorization").map(str::to_owned))
}

#[tokio::test]
async fn a_new_name_and_a_new_key_are_in_force_from_the_next_question_on() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.always().says("Yes.");
    let id = house.chimera.add_connection(new(server.url(), KeyStorage::Keyring)).await.unwrap().connection.id;
    assert_eq!(shown(&house, &server, &id).await.as_deref(), Some("Bearer sk-old-canary-4711"));

    let changes = ConnectionChanges { name: Some("Ours".into()), key: key("sk-new-canary-4711"), ..Default::default() };
    let changed = house.chimera.update_connection(&id, changes).await.unwrap();

    assert_eq!((changed.connection.id.clone(), changed.connection.name.as_str()), (id.clone(), "Ours"));
    assert_eq!(shown(&house, &server, &id).await.as_deref(), Some("Bearer sk-new-canary-4711"));
    let log = house.chimera.events(Seq::START, None, 1_000).await.unwrap();
    assert!(
        log.iter()
            .any(|event| matches!(&event.kind, EventKind::ConnectionChanged { connection } if connection.id == id))
    );
    assert!(!serde_json::to_string(&log).unwrap().contains("sk-"));

    let house = house.reopened().await;
    assert_eq!(house.chimera.connections().await[1].connection, changed.connection);
}

#[tokio::test]
async fn a_key_is_never_shown_to_another_server_than_it_was_given_for() {
    let house = House::new().await;
    let (one, other) = (FakeLlm::start().await, FakeLlm::start().await);
    other.always().says("Yes.");
    let id = house.chimera.add_connection(new(one.url(), KeyStorage::Session)).await.unwrap().connection.id;
    let elsewhere = Some(format!("{}/v1", other.url()));

    let moved = ConnectionChanges { base_url: elsewhere.clone(), ..Default::default() };
    let refused = house.chimera.update_connection(&id, moved.clone()).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("key"), "{refused}");
    assert_eq!(house.chimera.connections().await[1].connection.base_url, Some(format!("{}/v1", one.url())));

    house.chimera.update_connection(&id, ConnectionChanges { key: key(""), ..moved }).await.unwrap();
    assert_eq!(shown(&house, &other, &id).await, None, "it was taken away");
    house
        .chimera
        .update_connection(&id, ConnectionChanges { key: key("sk-two-canary-4711"), ..Default::default() })
        .await
        .unwrap();
    assert_eq!(shown(&house, &other, &id).await.as_deref(), Some("Bearer sk-two-canary-4711"));
    assert!(one.requests().is_empty());
}

#[tokio::test]
async fn another_path_of_the_same_server_keeps_its_key() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.always().says("Yes.");
    let id = house.chimera.add_connection(new(server.url(), KeyStorage::Session)).await.unwrap().connection.id;

    let path = ConnectionChanges { base_url: Some(format!("{}/api/v1", server.url())), ..Default::default() };
    house.chimera.update_connection(&id, path).await.unwrap();

    let view = &house.chimera.connections().await[1];
    assert_eq!(view.key, KeyState::Session);
    assert_eq!(view.connection.base_url, Some(format!("{}/api/v1", server.url())));
}

#[tokio::test]
async fn a_key_moves_from_place_to_place_and_is_gone_from_where_it_was() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.always().says("Yes.");
    let id = house.chimera.add_connection(new(server.url(), KeyStorage::Keyring)).await.unwrap().connection.id;
    let to = |storage| ConnectionChanges { key_storage: Some(storage), ..Default::default() };

    let no_file = house.chimera.update_connection(&id, to(KeyStorage::File)).await.unwrap_err();
    assert_eq!((no_file.code, no_file.field.as_deref()), (ErrorCode::Keyring, Some("key")));
    house.chimera.create_key_file(Passphrase(Secret::new("long enough"))).await.unwrap();
    let in_file = house.chimera.update_connection(&id, to(KeyStorage::File)).await.unwrap();
    assert_eq!(in_file.key, KeyState::File);
    assert_eq!(shown(&house, &server, &id).await.as_deref(), Some("Bearer sk-old-canary-4711"));

    house.chimera.update_connection(&id, to(KeyStorage::Keyring)).await.unwrap();
    let house = house.reopened().await;
    house.chimera.unlock_key_file(Passphrase(Secret::new("long enough"))).await.unwrap();
    let back = house.chimera.update_connection(&id, to(KeyStorage::File)).await;
    assert!(back.is_err(), "this keyring is a new one, and the file has forgotten the key");
}

#[tokio::test]
async fn a_key_in_the_file_waits_for_its_passphrase() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.always().says("Yes.");
    let passphrase = || Passphrase(Secret::new("correct horse"));
    let short = house.chimera.create_key_file(Passphrase(Secret::new("short"))).await.unwrap_err();
    assert_eq!(short.field.as_deref(), Some("passphrase"));
    house.chimera.create_key_file(passphrase()).await.unwrap();
    let id = house.chimera.add_connection(new(server.url(), KeyStorage::File)).await.unwrap().connection.id;

    let house = house.reopened().await;
    assert_eq!(house.chimera.connections().await[1].key, KeyState::Locked);
    let locked = house.chimera.test_connection(&id).await.unwrap();
    assert_eq!(locked.problem.map(|problem| problem.class), Some(ErrorClass::KeyUnavailable));
    let wrong = house.chimera.unlock_key_file(Passphrase(Secret::new("battery staple"))).await.unwrap_err();
    assert_eq!((wrong.code, wrong.field.as_deref()), (ErrorCode::Invalid, Some("passphrase")));

    house.chimera.unlock_key_file(passphrase()).await.unwrap();
    assert_eq!(shown(&house, &server, &id).await.as_deref(), Some("Bearer sk-old-canary-4711"));
    house.chimera.lock_key_file();
    assert_eq!(house.chimera.connections().await[1].key, KeyState::Locked);

    house.chimera.unlock_key_file(passphrase()).await.unwrap();
    house.chimera.remove_connection(&id).await.unwrap();
    let file = std::fs::read(house.chimera.data_dir().join("keys.sealed")).unwrap();
    assert!(!file.windows(18).any(|window| window == b"sk-old-canary-4711"));
}

#[tokio::test]
async fn a_connection_goes_also_while_nobody_can_reach_its_key() {
    let house = House::new().await;
    house.chimera.create_key_file(Passphrase(Secret::new("correct horse"))).await.unwrap();
    let id = house.chimera.add_connection(new("http://127.0.0.1:9", KeyStorage::File)).await.unwrap().connection.id;
    house.chimera.lock_key_file();

    let left_behind = house.chimera.remove_connection(&id).await.unwrap_err();

    assert_eq!(left_behind.code, ErrorCode::Keyring);
    let message = left_behind.to_string();
    assert!(message.contains("is removed") && message.contains("file of keys"), "{message}");
    assert_eq!(house.chimera.remove_connection(&id).await.unwrap_err().code, ErrorCode::ConnectionNotFound);
    let house = house.reopened().await;
    assert_eq!(house.chimera.connections().await.len(), 1, "only the demo is left");
}

#[tokio::test]
async fn a_test_says_how_far_a_connection_works_and_what_to_do() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.serves(&["a", "b"]);
    let id = house.chimera.add_connection(new(server.url(), KeyStorage::Session)).await.unwrap().connection.id;

    let works = house.chimera.test_connection(&id).await.unwrap();
    assert_eq!((works.reachable, works.authorized, works.models), (Some(true), Some(true), Some(2)));
    assert_eq!(works.problem, None);
    assert!(server.requests().iter().all(|asked| asked.path().ends_with("/models")), "nothing that costs is asked");

    server.models().replies(Reply::fails(401, r#"{"error":{"message":"bad key sk-old-canary-4711"}}"#));
    let refused = house.chimera.test_connection(&id).await.unwrap();
    let problem = refused.problem.unwrap();
    assert_eq!((refused.reachable, refused.authorized), (Some(true), Some(false)));
    assert_eq!(problem.class, ErrorClass::Unauthorized);
    assert!(problem.remedy.contains("give it again") && !problem.detail.contains("sk-old-canary-4711"), "{problem:?}");

    server.models().replies(Reply::whole(200, "text/html", "<html>"));
    let page = house.chimera.test_connection(&id).await.unwrap().problem.unwrap();
    assert!(page.remedy.contains("/v1"), "{page:?}");

    let nobody = NewConnection { base_url: Some("http://127.0.0.1:1/v1".into()), ..new("", KeyStorage::Session) };
    let unreachable = house.chimera.test_new_connection(nobody).await.unwrap();
    assert_eq!(unreachable.reachable, Some(false));
    assert_eq!(house.chimera.connections().await.len(), 2, "what is only tried is not added");
}

#[tokio::test]
async fn what_cannot_be_changed_is_refused_by_its_name() {
    let house = House::new().await;
    let id = house.chimera.add_connection(new("http://127.0.0.1:9", KeyStorage::Session)).await.unwrap().connection.id;
    let change = |id: &str, changes| {
        let id = id.parse().unwrap();
        let chimera = house.chimera.clone();
        async move { chimera.update_connection(&id, changes).await.unwrap_err() }
    };

    let address = ConnectionChanges { base_url: Some("ftp://x".into()), ..Default::default() };
    let no_name = ConnectionChanges { name: Some(" ".into()), ..Default::default() };
    assert_eq!(change(id.as_str(), address).await.field.as_deref(), Some("base_url"));
    assert_eq!(change(id.as_str(), no_name.clone()).await.field.as_deref(), Some("name"));
    assert_eq!(change("demo", no_name.clone()).await.field.as_deref(), Some("connection"));
    assert_eq!(change("nobody", no_name).await.code, ErrorCode::ConnectionNotFound);
}
