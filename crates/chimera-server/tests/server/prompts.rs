//! What models are shown, as a companion reads it: whispers, pins, past prompts and previews.

use serde_json::{Value, json};

use crate::house::House;

/// A talk of two turns after something said to all and something whispered to the second speaker.
async fn talk(house: &House) -> (String, Value) {
    let id = house.table(2).await;
    let path = format!("/api/v1/conversations/{id}");
    let view = house.get(&path).await.json();
    let second = view["participants"][1]["id"].clone();
    house.post(&format!("{path}/say"), json!({"text": "To all of you."})).await;
    let whisper = house.post(&format!("{path}/say"), json!({"text": "Only for you.", "to": [second]})).await;
    assert_eq!(whisper.status, 201, "{}", whisper.text());
    (path, view)
}

async fn ended(house: &House, path: &str) -> Value {
    house.post(&format!("{path}/start"), json!({})).await;
    loop {
        let view = house.get(path).await.json();
        if view["state"] == "completed" {
            return view;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_companion_reads_the_prompt_of_a_past_attempt_and_of_the_next() {
    let house = House::open().await;
    let (path, view) = talk(&house).await;

    let seats = [&view["participants"][0]["id"], &view["participants"][1]["id"]].map(|id| id.as_str().unwrap());
    let first = house.get(&format!("{path}/preview?participant={}", seats[0])).await.json();
    let second = house.get(&format!("{path}/preview?participant={}", seats[1])).await.json();
    assert!(!first.to_string().contains("Only for you."));
    assert!(second.to_string().contains("(whispering to you alone): Only for you."), "{second}");
    assert_eq!(second["exact"], true);

    let view = ended(&house, &path).await;
    let answers: Vec<_> = view["messages"].as_array().unwrap().iter().filter(|it| it["turn"].is_string()).collect();
    assert_eq!(answers.len(), 2);
    for answer in answers {
        let attempt = answer["attempts"][0]["id"].as_str().unwrap();
        let prompt = house.get(&format!("{path}/attempts/{attempt}/prompt")).await.json();
        assert_eq!(prompt["exact"], true, "{prompt}");
        assert_eq!(prompt["participant"], answer["author"]["participant"]);
    }
    let whispered = &view["messages"][1];
    assert_eq!(whispered["audience"], json!([seats[1]]));
}

#[tokio::test]
async fn a_companion_reads_what_a_model_thought() {
    let house = House::open().await;
    let (path, view) = talk(&house).await;
    let thinks = json!({"route": [{"connection": "demo", "model": "poet!think"}]});
    let change = json!({"participant": view["participants"][0]["id"], "change": thinks});
    let changed = house.post(&format!("{path}/change_participant"), change).await;
    assert!(changed.status < 300, "{}", changed.text());

    let view = ended(&house, &path).await;

    let answers: Vec<_> = view["messages"].as_array().unwrap().iter().filter(|it| it["turn"].is_string()).collect();
    let attempts = answers.iter().map(|answer| answer["attempts"][0].clone()).collect::<Vec<_>>();
    let thinker = attempts.iter().find(|attempt| attempt["thought_chars"].is_u64()).unwrap();
    let thoughts = |attempt: &Value| format!("{path}/attempts/{}/thoughts", attempt["id"].as_str().unwrap());
    let told = house.get(&thoughts(thinker)).await.json();
    assert_eq!(told["attempt"], thinker["id"]);
    let chars = told["text"].as_str().unwrap().chars().count();
    assert_eq!(thinker["thought_chars"], json!(chars));
    let silent = attempts.iter().find(|attempt| attempt["thought_chars"].is_null()).unwrap();
    let none = house.get(&thoughts(silent)).await;
    assert_eq!((none.status, none.json()["code"].as_str()), (404, Some("attempt_not_found")));
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let house = House::open().await;
    let (path, _) = talk(&house).await;
    let nobody = "0192f0c1-7e7a-7000-8000-000000000001";

    let attempt = house.get(&format!("{path}/attempts/{nobody}/prompt")).await;
    assert_eq!((attempt.status, attempt.json()["code"].as_str()), (404, Some("attempt_not_found")));
    for (answer, field) in [
        (house.get(&format!("{path}/attempts/x/prompt")).await, "attempt"),
        (house.get(&format!("{path}/preview?participant={nobody}")).await, "participant"),
        (house.post(&format!("{path}/say"), json!({"text": "Psst", "to": [nobody]})).await, "to"),
        (house.post(&format!("{path}/pin"), json!({"message": nobody})).await, "message"),
    ] {
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some(field)), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_pinned_message_says_so_until_it_is_unpinned() {
    let house = House::open().await;
    let (path, _) = talk(&house).await;
    let message = house.get(&path).await.json()["messages"][0]["id"].clone();

    let pinned = house.post(&format!("{path}/pin"), json!({"message": message})).await;
    assert_eq!(pinned.json()["messages"][0]["pinned"], true, "{}", pinned.text());
    let unpinned = house.post(&format!("{path}/unpin"), json!({"message": message})).await;
    assert_eq!(unpinned.json()["messages"][0]["pinned"], false);
}
