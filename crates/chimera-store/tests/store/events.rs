use chimera_core::{
    Connection, ConnectionLimits, ErrorClass, EventKind, HealthState, KeyPlace, ModelFacts, ModelRef, ProviderHealth,
    ProviderKind, Seq, Topic,
};
use chimera_store::Error;

use crate::house::{House, Talk, now};

#[tokio::test]
async fn an_appended_event_is_read_back_as_it_was() {
    let house = House::new().await;
    let talk = Talk::new(1);

    let written =
        house.happens(talk.id, vec![talk.created(), talk.user_said(1, None, "Grüße, \"Welt\" \u{1F30A}\n")]).await;

    assert_eq!(written.iter().map(|event| event.seq).collect::<Vec<_>>(), [Seq(1), Seq(2)]);
    assert_eq!(house.log().await, written);
    assert_eq!(house.heard(), written);
    assert_eq!(house.store.last_seq().await.unwrap(), Seq(2));
}

#[tokio::test]
async fn a_topic_is_replayed_from_a_cursor_without_the_others() {
    let house = House::new().await;
    let (one, two) = (Talk::new(1), Talk::new(2));
    house.happens(one.id, vec![one.created()]).await;
    house.happens(two.id, vec![two.created()]).await;
    let said = house.happens(one.id, vec![one.user_said(1, None, "a"), one.user_said(2, Some(1), "b")]).await;
    let added = house.store.append(Topic::Providers, now(), vec![connection_added()]).await.unwrap();

    let of_one = house.store.events(Seq(1), Some(Topic::Conversation(one.id)), 10).await.unwrap();
    let first_of_one = house.store.events(Seq(1), Some(Topic::Conversation(one.id)), 1).await.unwrap();
    let of_providers = house.store.events(Seq::START, Some(Topic::Providers), 10).await.unwrap();

    assert_eq!(of_one, said);
    assert_eq!(first_of_one, said[..1]);
    assert_eq!(of_providers, added);
    assert_eq!(house.store.events(Seq(u64::MAX), None, 10).await.unwrap(), [], "nothing is after the last number");
}

#[tokio::test]
async fn an_append_that_does_not_fit_leaves_nothing_behind() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    let before = house.view(talk.id).await;

    // The first of the two would fit.
    let kinds = vec![talk.user_said(1, None, "a"), talk.message_completed(2, 99, Some(1), "from no turn")];
    let refused = house.store.append(Topic::Conversation(talk.id), now(), kinds).await.unwrap_err();
    let to_nobody = house.store.append(Topic::Conversation(Talk::new(2).id), now(), vec![renamed()]).await;

    assert!(matches!(refused, Error::DoesNotFit { .. }), "{refused}");
    assert!(matches!(to_nobody, Err(Error::DoesNotFit { .. })), "{to_nobody:?}");
    assert_eq!(house.view(talk.id).await, before);
    let next = house.happens(talk.id, vec![renamed()]).await;
    assert_eq!(next[0].seq, Seq(2), "a number that was never durable is not skipped");
    assert_eq!(house.heard(), house.log().await);
}

#[tokio::test]
async fn thirty_two_writers_are_told_of_in_the_order_of_the_log_and_one_that_fails_harms_no_other() {
    let house = House::new().await;
    let talks: Vec<Talk> = (1..=32).map(Talk::new).collect();

    let writers = talks.iter().map(|&talk| {
        let store = house.store.clone();
        tokio::spawn(async move {
            let topic = Topic::Conversation(talk.id);
            let mut written = store.append(topic, now(), vec![talk.created()]).await.unwrap();
            let mut parent = None;
            for n in 1..=10 {
                let bad = store.append(topic, now(), vec![talk.turn_ended(77, chimera_core::TurnOutcome::Completed)]);
                let good = store.append(topic, now(), vec![talk.user_said(n, parent, "word")]);
                let (bad, good) = tokio::join!(bad, good);
                assert!(matches!(bad, Err(Error::DoesNotFit { .. })), "{bad:?}");
                written.extend(good.unwrap());
                parent = Some(n);
            }
            written
        })
    });
    let mut written = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        let own = writer.await.unwrap();
        assert!(own.is_sorted_by_key(|event| event.seq), "one writer's events stand in its own order");
        written.extend(own);
    }

    written.sort_by_key(|event| event.seq);
    assert_eq!(house.log().await, written);
    assert_eq!(house.heard(), written, "each event is told of once, in the order of the log");
    let numbers: Vec<u64> = written.iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, (1..=32 * 11).collect::<Vec<u64>>());
}

#[tokio::test]
async fn an_append_is_heard_of_before_it_returns() {
    let house = House::new().await;
    for n in 1..=50 {
        let talk = Talk::new(n);
        let written = house.happens(talk.id, vec![talk.created()]).await;
        assert_eq!(house.heard().last(), written.last());
    }
}

#[tokio::test]
async fn connections_come_and_go_with_their_events() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.store.append(Topic::Providers, now(), vec![connection_added()]).await.unwrap();

    let zebra = Connection { id: "zebra".parse().unwrap(), ..ollama() };
    let apple = Connection { id: "apple".parse().unwrap(), ..ollama() };
    let more = [&zebra, &apple].map(|connection| EventKind::ConnectionAdded { connection: connection.clone() });
    house.store.append(Topic::Providers, now(), more.to_vec()).await.unwrap();

    let all = house.store.connections().await.unwrap();
    assert_eq!(all, [ollama(), zebra.clone(), apple.clone()], "they stand in the order they were added");
    let in_a_talk = house.store.append(Topic::Conversation(talk.id), now(), vec![connection_added()]).await;
    assert!(matches!(in_a_talk, Err(Error::DoesNotFit { .. })), "a connection belongs to no conversation");

    let removed = EventKind::ConnectionRemoved { connection: ollama().id };
    house.store.append(Topic::Providers, now(), vec![removed]).await.unwrap();
    assert_eq!(house.store.connections().await.unwrap(), [zebra, apple]);
}

#[tokio::test]
async fn the_newest_word_on_a_providers_health_is_read_from_the_log() {
    let house = House::new().await;
    let said = |model: Option<&str>, state| ProviderHealth {
        connection: ollama().id,
        model: model.map(str::to_owned),
        state,
        until: None,
        because: Some(ErrorClass::RateLimited),
        detail: Some("slow down".into()),
    };
    let newest = [said(None, HealthState::Off), said(Some("small"), HealthState::Limited)];
    let older = [said(None, HealthState::Untested), said(Some("small"), HealthState::Healthy)];
    let unknown = ProviderHealth { connection: "nobody".parse().unwrap(), ..newest[0].clone() };
    let health = older.into_iter().chain(newest.clone()).chain([unknown]).map(EventKind::ProviderHealthChanged);
    let kinds = [connection_added()].into_iter().chain(health).collect();
    house.store.append(Topic::Providers, now(), kinds).await.unwrap();

    assert_eq!(house.store.provider_health().await.unwrap(), newest);

    let again = [EventKind::ConnectionRemoved { connection: ollama().id }, connection_added()];
    house.store.append(Topic::Providers, now(), again.to_vec()).await.unwrap();
    assert_eq!(house.store.provider_health().await.unwrap(), [], "it is another connection of the same name");
}

#[tokio::test]
async fn a_connection_changes_where_it_stands_and_only_if_it_is_there() {
    let house = House::new().await;
    let apple = Connection { id: "apple".parse().unwrap(), ..ollama() };
    let added = [connection_added(), EventKind::ConnectionAdded { connection: apple.clone() }];
    house.store.append(Topic::Providers, now(), added.to_vec()).await.unwrap();
    let limits = ConnectionLimits { calls_at_once: Some(1), ..ConnectionLimits::default() };
    let renamed = Connection { name: "Mine".into(), key: KeyPlace::Session, limits, ..ollama() };

    let changed = |connection: &Connection| vec![EventKind::ConnectionChanged { connection: connection.clone() }];
    house.store.append(Topic::Providers, now(), changed(&renamed)).await.unwrap();

    assert_eq!(house.store.connections().await.unwrap(), [renamed.clone(), apple]);
    let gone = Connection { id: "gone".parse().unwrap(), ..ollama() };
    let other_kind = Connection { kind: ProviderKind::Gemini, ..renamed };
    for connection in [gone, other_kind] {
        let refused = house.store.append(Topic::Providers, now(), changed(&connection)).await;
        assert!(matches!(refused, Err(Error::DoesNotFit { .. })), "{connection:?}");
    }
}

#[tokio::test]
async fn the_newest_that_was_said_of_a_model_is_read_from_the_log() {
    let house = House::new().await;
    let model =
        |connection: &str, model: &str| ModelRef { connection: connection.parse().unwrap(), model: model.into() };
    let facts = |tokens| ModelFacts { context_tokens: Some(tokens), ..ModelFacts::default() };
    let set = |model, tokens| EventKind::ModelFactsSet { model, facts: facts(tokens) };
    let (one, two, demo) = (model("ollama", "one"), model("ollama", "a/b.c"), model("demo", "poet"));
    let said = [
        connection_added(),
        set(one.clone(), 1),
        set(two.clone(), 2),
        set(one.clone(), 3),
        set(demo.clone(), 4),
        EventKind::ModelFactsCleared { model: two },
        set(model("nobody", "m"), 5),
    ];
    house.store.append(Topic::Providers, now(), said.to_vec()).await.unwrap();

    let mut found = house.store.model_facts().await.unwrap();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(found, [(demo.clone(), facts(4)), (one, facts(3))]);

    let again = [EventKind::ConnectionRemoved { connection: ollama().id }, connection_added()];
    house.store.append(Topic::Providers, now(), again.to_vec()).await.unwrap();
    assert_eq!(house.store.model_facts().await.unwrap(), [(demo, facts(4))], "it is another connection of that name");
}

fn ollama() -> Connection {
    Connection {
        id: "ollama".parse().unwrap(),
        kind: ProviderKind::Compatible,
        name: "Ollama".into(),
        base_url: Some("http://localhost:11434/v1".into()),
        local: true,
        key: KeyPlace::None,
        limits: Default::default(),
    }
}

fn connection_added() -> EventKind {
    EventKind::ConnectionAdded { connection: ollama() }
}

fn renamed() -> EventKind {
    EventKind::ConversationRenamed { title: "Another name".into() }
}
