use chimera_app::{ErrorCode, KeyInput, KeyStorage, NewConnection};
use chimera_core::{ConversationState, KeyState, ModelRef, ProviderKind, Secret, Seq};
use chimera_testkit::FakeLlm;

use crate::house::{House, panel, seat};

const KEY: &str = "sk-canary-77aa";

fn server_with_key(url: &str, key_storage: KeyStorage) -> NewConnection {
    NewConnection {
        kind: ProviderKind::Compatible,
        name: "My server".into(),
        base_url: Some(format!("{url}/v1")),
        local: false,
        key: Some(KeyInput(Secret::new(KEY))),
        key_storage,
        limits: Default::default(),
    }
}

#[tokio::test]
async fn a_key_goes_from_the_keyring_into_the_header_and_nowhere_else() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.always().says("Yes.");
    let added = house.chimera.add_connection(server_with_key(server.url(), KeyStorage::Keyring)).await.unwrap();
    assert_eq!(added.key, KeyState::Keyring);
    let mut new = panel(1);
    new.participants = vec![seat("Ada", vec![ModelRef { connection: added.connection.id, model: "m".into() }])];

    let id = house.start(new).await;
    house.until(id, ConversationState::Completed).await;

    assert_eq!(server.requests()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    let log = house.chimera.events(Seq::START, None, 1_000).await.unwrap();
    assert!(!serde_json::to_string(&log).unwrap().contains(KEY));
    assert!(!format!("{:?}", house.chimera.connections().await).contains(KEY));
}

#[tokio::test]
async fn a_session_key_is_asked_for_again_after_a_restart() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    let added = house.chimera.add_connection(server_with_key(server.url(), KeyStorage::Session)).await.unwrap();
    assert_eq!(added.key, KeyState::Session);

    let house = house.reopened().await;

    let connections = house.chimera.connections().await;
    let again = connections.iter().find(|view| view.connection.id == added.connection.id).unwrap();
    assert_eq!(again.key, KeyState::Missing);
    let error = house.chimera.models(&added.connection.id).await.unwrap_err();
    assert!(error.to_string().contains("give it again"), "{error}");
}

#[tokio::test]
async fn a_removed_connection_takes_its_key_along_and_the_demo_stays() {
    let house = House::new().await;
    let added = house.chimera.add_connection(server_with_key("http://127.0.0.1:9", KeyStorage::Keyring)).await.unwrap();

    house.chimera.remove_connection(&added.connection.id).await.unwrap();

    assert_eq!(house.chimera.connections().await.len(), 1, "only the demo is left");
    let gone = house.chimera.remove_connection(&added.connection.id).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::ConnectionNotFound);
    let demo = "demo".parse().unwrap();
    assert_eq!(house.chimera.remove_connection(&demo).await.unwrap_err().code, ErrorCode::Invalid);
}

#[tokio::test]
async fn two_connections_of_one_name_get_ids_of_their_own() {
    let house = House::new().await;
    let new = || server_with_key("http://127.0.0.1:9", KeyStorage::Session);

    let first = house.chimera.add_connection(new()).await.unwrap();
    let second = house.chimera.add_connection(new()).await.unwrap();

    assert_eq!(first.connection.id.as_str(), "my-server");
    assert_eq!(second.connection.id.as_str(), "my-server-2");
}

#[tokio::test]
async fn a_key_that_is_kept_nowhere_can_be_lent_to_a_table_until_chimera_closes() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.always().says("Yes.");
    let added = house.chimera.add_connection(server_with_key(server.url(), KeyStorage::Session)).await.unwrap();
    let mut new = panel(1);
    new.participants = vec![seat("Ada", vec![ModelRef { connection: added.connection.id, model: "m".into() }])];
    let id = house.chimera.create_conversation(new).await.unwrap().id;
    let nobody_waits = house.chimera.create_conversation(panel(1)).await.unwrap().id;
    let house = house.reopened().await;

    house.chimera.lend_key(id, Secret::new(KEY)).await.unwrap();
    house.chimera.start(id).await.unwrap();
    house.until(id, ConversationState::Completed).await;

    assert_eq!(server.requests()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    let refused = house.chimera.lend_key(nobody_waits, Secret::new(KEY)).await.unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some("key")));
}
