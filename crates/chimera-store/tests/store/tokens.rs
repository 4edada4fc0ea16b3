use chimera_core::Timestamp;
use chimera_store::{Error, NewTokenRow};

use crate::house::{House, now};

#[tokio::test]
async fn a_token_is_found_by_its_hash_and_remembers_who_used_it() {
    let house = House::new().await;
    let id = house.store.add_token(token("overlay", 1)).await.unwrap();
    house.store.add_token(token("notebook", 2)).await.unwrap();
    let later = Timestamp::from_millis(now().as_millis() + 1_000);

    house.store.touch_token(id, Some("overlay/2.1"), later).await.unwrap();
    house.store.touch_token(id, None, later).await.unwrap();

    let found = house.store.token_by_hash(&[1; 32]).await.unwrap().expect("it was kept");
    assert_eq!((found.id, found.name.as_str(), found.scopes.len()), (id, "overlay", 2));
    assert_eq!((found.last_used_at, found.client.as_deref()), (Some(later), Some("overlay/2.1")));
    assert_eq!(house.store.token_by_hash(&[9; 32]).await.unwrap(), None);
    let names: Vec<String> = house.store.tokens().await.unwrap().into_iter().map(|token| token.name).collect();
    assert_eq!(names, ["overlay", "notebook"]);
}

#[tokio::test]
async fn a_revoked_token_is_gone_and_its_number_is_not_given_again() {
    let house = House::new().await;
    let first = house.store.add_token(token("overlay", 1)).await.unwrap();

    assert!(house.store.revoke_token(first).await.unwrap());
    assert!(!house.store.revoke_token(first).await.unwrap(), "there is nothing left to revoke");

    assert_eq!(house.store.token_by_hash(&[1; 32]).await.unwrap(), None);
    assert!(house.store.add_token(token("overlay", 1)).await.unwrap() > first);
}

#[tokio::test]
async fn the_same_token_is_not_kept_twice() {
    let house = House::new().await;
    house.store.add_token(token("overlay", 1)).await.unwrap();
    let twice = house.store.add_token(token("another", 1)).await;
    assert!(matches!(twice, Err(Error::DoesNotFit { .. })), "{twice:?}");
}

fn token(name: &str, byte: u8) -> NewTokenRow {
    NewTokenRow { name: name.into(), hash: [byte; 32], scopes: vec!["read".into(), "speak".into()], created_at: now() }
}
