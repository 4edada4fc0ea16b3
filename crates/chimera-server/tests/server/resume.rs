//! The promise nobody else makes: a reader that comes back misses nothing and sees nothing twice.

use serde_json::{Value, json};

use crate::house::House;
use crate::speaker::Speaker;
use crate::websocket::{Companion, is_end_of, is_event};

fn topic(id: &str) -> Vec<String> {
    vec![format!("conversation:{id}")]
}

async fn start(house: &House, id: &str) {
    let started = house.post(&format!("/api/v1/conversations/{id}/start"), json!({})).await;
    assert_eq!(started.status, 200, "{}", started.text());
}

#[tokio::test]
async fn two_readers_hear_the_same_in_the_same_order_byte_for_byte() {
    let house = House::open().await;
    let id = house.table(6).await;
    let mut first = Companion::enter(&house).await;
    let mut second = Companion::enter(&house).await;
    first.subscribe(None, None).await;
    second.subscribe(Some(&topic(&id)), None).await;

    start(&house, &id).await;
    let is_end = is_end_of(&id);
    let mut heard = [Vec::new(), Vec::new()];
    for (companion, heard) in [&mut first, &mut second].into_iter().zip(&mut heard) {
        loop {
            let text = companion.next_text().await;
            let item: Value = serde_json::from_str(&text).unwrap();
            heard.push(text);
            if is_end(&item) {
                break;
            }
        }
    }

    assert_eq!(heard[0], heard[1]);
    let log = house.get(&format!("/api/v1/events?limit=1000&topic=conversation:{id}")).await.json();
    let events: Vec<Value> = heard[0].iter().map(|text| serde_json::from_str(text).unwrap()).filter(is_event).collect();
    assert_eq!(log["items"].as_array().unwrap()[1..], events, "the routes tell it alike");
}

#[tokio::test]
async fn the_words_on_the_way_are_the_words_in_the_end() {
    let house = House::open().await;
    let id = house.table(4).await;
    let mut companion = Companion::enter(&house).await;
    companion.subscribe(Some(&topic(&id)), None).await;

    start(&house, &id).await;
    let items = companion.feed_until(is_end_of(&id)).await;

    let ends: Vec<_> = items.iter().filter(|item| item["event"] == "message.completed").collect();
    assert_eq!(ends.len(), 4);
    for end in ends {
        assert_eq!(words_of(&items, end["data"]["message"].as_str().unwrap()), end["data"]["text"].as_str().unwrap());
    }
}

/// What a reader holds of a message from its snapshots and deltas; a gap or a doubled word fails.
fn words_of(items: &[Value], message: &str) -> String {
    let mut words = String::new();
    for item in items.iter().filter(|item| item["message"] == message) {
        let text = item["text"].as_str().unwrap();
        match item["type"].as_str().unwrap() {
            "snapshot" => words = text.to_owned(),
            "delta" => {
                assert_eq!(item["offset"].as_u64().unwrap(), words.chars().count() as u64, "a gap in {message}");
                words.push_str(text);
            }
            other => panic!("{other}"),
        }
    }
    words
}

#[tokio::test]
async fn a_reader_that_keeps_leaving_holds_event_for_event_what_one_that_stayed_holds() {
    let house = House::open().await;
    let id = house.table(30).await;
    let mut faithful = Companion::enter(&house).await;
    faithful.subscribe(Some(&topic(&id)), Some(0)).await;

    start(&house, &id).await;
    let mut held: Vec<Value> = Vec::new();
    let mut cursor = 0;
    let is_end = is_end_of(&id);
    'coming_back: for stay in 1.. {
        let mut restless = Companion::enter(&house).await;
        let answer = restless.subscribe(Some(&topic(&id)), Some(cursor)).await;
        assert_eq!(answer["data"], json!({"resumed": true, "from_seq": cursor + 1}));
        // It leaves in the middle of anything, deltas too, without a word.
        for _ in 0..stay * 3 {
            let item = restless.next().await;
            if is_event(&item) {
                cursor = item["seq"].as_u64().unwrap();
                held.push(item.clone());
                if is_end(&item) {
                    break 'coming_back;
                }
            }
        }
    }
    let stayed: Vec<Value> = faithful.feed_until(is_end_of(&id)).await.into_iter().filter(is_event).collect();

    assert_eq!(held, stayed);
}

#[tokio::test]
async fn a_reader_that_was_away_while_the_door_was_shut_misses_nothing() {
    let house = House::open().await;
    let id = house.table(3).await;
    let mut companion = Companion::enter(&house).await;
    companion.subscribe(Some(&topic(&id)), Some(0)).await;
    let cursor = companion.feed_until(is_event).await[0]["seq"].as_u64().unwrap();
    house.server.shut_down().await;
    assert_eq!(companion.close_code().await, Some(4010));

    let conversation = id.parse().unwrap();
    house.chimera.start(conversation).await.unwrap();
    let serve = chimera_server::ServeOptions { port: Some(0), origins: Vec::new() };
    let server = chimera_server::Server::start(house.chimera.clone(), serve).await.unwrap();
    let house = House { port: server.port(), server, ..house };
    let mut companion = Companion::enter(&house).await;
    companion.subscribe(Some(&topic(&id)), Some(cursor)).await;
    let events: Vec<Value> = companion.feed_until(is_end_of(&id)).await.into_iter().filter(is_event).collect();

    let log = house.get(&format!("/api/v1/events?limit=1000&topic=conversation:{id}&after={cursor}")).await.json();
    assert_eq!(log["items"].as_array().unwrap(), &events);
}

#[tokio::test]
async fn whoever_joins_in_mid_sentence_gets_all_words_so_far_and_then_the_rest() {
    let house = House::open().await;
    let speaker = Speaker::at(&house.chimera).await;
    let table = json!({
        "topic": "t", "end": {"turns": 1},
        "participants": [{"name": "Slow", "route": [{"connection": speaker.connection, "model": "m"}]}],
    });
    let id = house.post("/api/v1/conversations", table).await.json()["id"].as_str().unwrap().to_owned();
    let mut early = Companion::enter(&house).await;
    early.subscribe(Some(&topic(&id)), Some(0)).await;
    start(&house, &id).await;
    speaker.says("Every plank").await;
    let mut before = early.feed_until(|item| item["type"] == "delta").await;

    let mut late = Companion::enter(&house).await;
    late.subscribe(Some(&topic(&id)), Some(0)).await;
    let joined = late.feed_until(|item| item["type"] == "snapshot").await;
    let mut unattached = Companion::enter(&house).await;
    unattached.subscribe(None, None).await;
    let glimpse = unattached.next().await;
    speaker.says(" is → new.").await;
    speaker.ends().await;
    before.extend(early.feed_until(is_end_of(&id)).await);
    let after = late.feed_until(is_end_of(&id)).await;
    let rest = unattached.feed_until(is_end_of(&id)).await;

    let all: Vec<Value> = joined.into_iter().chain(after).collect();
    let message = glimpse["message"].as_str().unwrap();
    assert_eq!(glimpse["text"], "Every plank");
    let unattached: Vec<Value> = std::iter::once(glimpse.clone()).chain(rest).collect();
    for reader in [&before, &all, &unattached] {
        assert_eq!(words_of(reader, message), "Every plank is → new.");
    }
    let events = |items: &[Value]| items.iter().filter(|item| is_event(item)).cloned().collect::<Vec<_>>();
    assert_eq!(events(&before), events(&all));
}

#[tokio::test]
async fn a_cursor_of_another_log_is_not_taken_for_one_of_this() {
    let house = House::open().await;
    let id = house.table(1).await;
    let mut companion = Companion::enter(&house).await;

    let answer = companion.subscribe(Some(&topic(&id)), Some(1_000_000)).await;

    assert_eq!(answer["data"]["resumed"], false);
    start(&house, &id).await;
    assert_eq!(companion.next_of("event").await["seq"], answer["data"]["from_seq"]);
}
