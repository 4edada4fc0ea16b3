//! A key is in the keyring and in the one header it is for, and nowhere else. Servers of every dialect get it, fail,
//! and give it back in every place and dress; then everything that Chimera has written or would tell is searched.
//!
//! Alone in its process, because it listens to all that is logged. A model's words are among the places: the key as it is
//! is taken out of them, and all else is kept as it was said.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod canary;
mod echoes;
mod house;

use chimera_app::{KeyInput, KeyStorage, NewConnection};
use chimera_core::{ConnectionId, ConversationState, ProviderKind, Secret};
use chimera_testkit::FakeLlm;

use crate::canary::KEY;
use crate::house::House;

const KINDS: [ProviderKind; 4] =
    [ProviderKind::Compatible, ProviderKind::OpenaiResponses, ProviderKind::Anthropic, ProviderKind::Gemini];

/// A server that answers everything with this, and the connection to it.
struct Hostile {
    server: FakeLlm,
    connection: ConnectionId,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_servers_give_back_in_every_way_is_found_nowhere() {
    let log = canary::listen_to_the_log();
    let house = House::open().await;
    let mut hostile = Vec::new();
    let mut talks = Vec::new();
    for kind in KINDS {
        for reply in echoes::echoes(kind) {
            let server = FakeLlm::start().await;
            server.always().replies(reply.clone());
            server.models().replies(reply);
            let new = NewConnection {
                kind,
                name: format!("{} {}", kind.as_str(), hostile.len()),
                base_url: Some(server.url().to_owned()),
                local: true,
                key: Some(KeyInput(Secret::new(KEY))),
                key_storage: KeyStorage::Keyring,
                limits: Default::default(),
            };
            let connection = house.chimera.add_connection(new).await.unwrap().connection.id;
            talks.push(house.talks(&connection).await);
            hostile.push(Hostile { server, connection });
        }
    }

    let mut told = Vec::new();
    for id in talks {
        house.until_it_rests(id).await;
    }
    for Hostile { server, connection } in &hostile {
        let asked = server.requests();
        let headers = ["authorization", "x-api-key", "x-goog-api-key"];
        let has_key =
            |name: &&str| asked.iter().any(|asked| asked.header(name).is_some_and(|value| value.contains(KEY)));
        assert!(headers.iter().any(has_key), "{connection} never got the key, so it could not give it back");
        told.push(("list of models".to_owned(), format!("{:?}", house.chimera.models(connection).await).into_bytes()));
    }
    told.extend(house.answers().await);
    told.extend(house.files("while it runs"));
    house.close().await;
    told.extend(house.files("after it has ended"));
    told.push(("log".to_owned(), log.bytes()));

    assert!(told.iter().any(|(place, bytes)| place == "log" && bytes.len() > 100_000), "the log was listened to");
    let found: Vec<_> =
        told.iter().flat_map(|(place, bytes)| canary::find(bytes).map(move |hit| (place, hit))).collect();
    assert!(found.is_empty(), "the key is in {found:#?}");
}

#[tokio::test]
async fn a_talk_that_is_answered_keeps_the_key_to_itself_as_well() {
    let house = House::open().await;
    for kind in KINDS {
        let server = FakeLlm::start().await;
        server.always().replies(chimera_testkit::Reply::says_in(kind, "A plank."));
        let new = NewConnection {
            kind,
            name: kind.as_str().to_owned(),
            base_url: Some(server.url().to_owned()),
            local: true,
            key: Some(KeyInput(Secret::new(KEY))),
            key_storage: KeyStorage::Session,
            limits: Default::default(),
        };
        let connection = house.chimera.add_connection(new).await.unwrap().connection.id;

        let id = house.talks(&connection).await;

        assert_eq!(house.until_it_rests(id).await, ConversationState::Completed, "{kind:?}");
    }
    let told = house.answers().await.into_iter().chain(house.files("while it runs"));
    for (place, bytes) in told {
        assert_eq!(canary::find(&bytes).collect::<Vec<_>>(), Vec::<String>::new(), "{place}");
    }
}
