use chimera_app::{ConnectionChanges, ErrorCode, KeyStorage, NewConnection, NewModelFacts, NewPrice};
use chimera_core::{ModelFacts, ModelRef, PriceSource, ProviderKind, Secret};
use chimera_testkit::{FakeLlm, Reply};

use crate::house::{House, demo};

fn server(name: &str, url: String) -> NewConnection {
    NewConnection {
        kind: ProviderKind::Compatible,
        name: name.into(),
        base_url: Some(url),
        local: true,
        key: None,
        key_storage: KeyStorage::Session,
        limits: Default::default(),
    }
}

const LIST: &str = r#"{"data": [
    {"id": "big", "context_length": 200000, "architecture": {"input_modalities": ["text", "image"]},
     "pricing": {"prompt": "0.000001", "completion": "0.000002"}},
    {"id": "plain"}
]}"#;

async fn added(house: &House, new: NewConnection) -> ModelRef {
    let connection = house.chimera.add_connection(new).await.unwrap().connection.id;
    ModelRef { connection, model: "big".into() }
}

#[tokio::test]
async fn what_the_user_says_wins_over_the_servers_list_and_that_over_the_table() {
    let house = House::new().await;
    let fake = FakeLlm::start().await;
    fake.models().replies(Reply::whole(200, "application/json", LIST));
    let big = added(&house, server("Mine", format!("{}/v1", fake.url()))).await;
    let price = |facts: &ModelFacts| facts.price.clone().map(|price| (price.source, price.input));

    let unasked = house.chimera.model_facts(&big).unwrap();
    assert_eq!(price(&unasked), Some((PriceSource::Table, 0)), "a server at home is free until it says otherwise");
    assert_eq!(unasked.context_tokens, None);

    let listed = house.chimera.models(&big.connection).await.unwrap();
    assert_eq!(price(&listed[0].facts), Some((PriceSource::Server, 1_000_000)));
    assert_eq!(listed[0].facts, house.chimera.model_facts(&big).unwrap());
    assert_eq!(listed[0].context_tokens, Some(200_000));
    assert_eq!(price(&listed[1].facts), Some((PriceSource::Table, 0)));

    let new = NewModelFacts {
        context_tokens: Some(8_192),
        price: Some(NewPrice { input: 5, output: 6, cached_input: None }),
        ..NewModelFacts::default()
    };
    let said = house.chimera.set_model_facts(big.clone(), new).await.unwrap();
    assert_eq!(price(&said), Some((PriceSource::User, 5)));
    assert_eq!((said.context_tokens, said.sees_images), (Some(8_192), Some(true)), "what was not said stays listed");

    let house = house.reopened().await;
    let later = house.chimera.model_facts(&big).unwrap();
    assert_eq!((price(&later), later.context_tokens), (Some((PriceSource::User, 5)), Some(8_192)));
    assert_eq!(house.chimera.said_model_facts().len(), 1);

    house.chimera.clear_model_facts(&big).await.unwrap();
    let house = house.reopened().await;
    let listed_still = house.chimera.model_facts(&big).unwrap();
    assert_eq!(price(&listed_still), Some((PriceSource::Server, 1_000_000)), "the list is remembered, too");
    assert_eq!(listed_still.context_tokens, Some(200_000));

    let elsewhere = ConnectionChanges { base_url: Some("http://127.0.0.1:9/v1".into()), ..Default::default() };
    house.chimera.update_connection(&big.connection, elsewhere).await.unwrap();
    assert_eq!(house.chimera.model_facts(&big).unwrap(), unasked, "another server has said nothing yet");
}

#[tokio::test]
async fn a_removed_connection_takes_along_what_was_said_of_its_models() {
    let house = House::new().await;
    let big = added(&house, server("Mine", "http://127.0.0.1:9/v1".into())).await;
    let new = NewModelFacts { sees_images: Some(false), ..NewModelFacts::default() };
    house.chimera.set_model_facts(big.clone(), new).await.unwrap();

    house.chimera.remove_connection(&big.connection).await.unwrap();
    let again = added(&house, server("Mine", "http://127.0.0.1:9/v1".into())).await;
    assert_eq!(again, big, "the name is free again");

    assert_eq!(house.chimera.model_facts(&big).unwrap().sees_images, None);
    let house = house.reopened().await;
    assert_eq!(house.chimera.model_facts(&big).unwrap().sees_images, None);
}

#[tokio::test]
async fn the_demo_costs_nothing_and_a_vendors_model_what_the_table_says() {
    let house = House::new().await;
    let new = NewConnection {
        key: Some(chimera_app::KeyInput(Secret::new("sk-x"))),
        kind: ProviderKind::Openai,
        local: false,
        base_url: None,
        ..server("OpenAI", String::new())
    };
    let connection = house.chimera.add_connection(new).await.unwrap().connection.id;
    let facts = house.chimera.model_facts(&ModelRef { connection, model: "gpt-4o-mini".into() }).unwrap();

    assert_eq!(facts.price.map(|price| (price.input, price.source)), Some((150_000, PriceSource::Table)));
    assert_eq!(house.chimera.model_facts(&demo("poet")).unwrap().price.map(|price| price.output), Some(0));
}

#[tokio::test]
async fn facts_that_cannot_be_meant_are_refused() {
    let house = House::new().await;
    let set = |new| house.chimera.set_model_facts(demo("poet"), new);

    let nothing = set(NewModelFacts::default()).await.unwrap_err();
    let zero = set(NewModelFacts { context_tokens: Some(0), ..NewModelFacts::default() }).await.unwrap_err();
    let nowhere = ModelRef { connection: "nowhere".parse().unwrap(), model: "m".into() };
    let unknown = house.chimera.model_facts(&nowhere).unwrap_err();

    assert_eq!(nothing.field.as_deref(), Some("facts"));
    assert_eq!(zero.field.as_deref(), Some("facts.context_tokens"));
    assert_eq!(unknown.code, ErrorCode::ConnectionNotFound);
}
