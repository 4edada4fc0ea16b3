use std::time::Duration;

use chimera_app::{SayWhen, Scope};
use chimera_server::Limits;
use futures::SinkExt;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio_tungstenite::tungstenite::Message;

use crate::house::{House, PAGE, PATIENCE, table, until};
use crate::websocket::{Companion, is_end_of, is_event};

#[tokio::test]
async fn the_greeting_says_who_is_there_and_what_may_be_done() {
    let house = House::open().await;
    let token = house.token_for(&[Scope::Speak, Scope::Read]).await;
    let seq = house.get("/api/v1/events?limit=1000").await.json()["next_after"].clone();

    let bearer = format!("Bearer {token}");
    let mut companion = Companion::knock(&house, &[("authorization", &bearer)]).await.unwrap();

    let hello = companion.next().await;
    assert_eq!(hello["server"], format!("chimera/{}", env!("CARGO_PKG_VERSION")));
    assert_eq!((&hello["protocol"], &hello["heartbeat_ms"]), (&json!(1), &json!(20_000)));
    assert_eq!(hello["features"], json!(["resume"]));
    let ready = companion.next().await;
    assert_eq!(ready["scopes"], json!(["read", "speak"]));
    assert_eq!(ready["seq"], seq);
    until(async || house.server.clients() == 1).await;
}

#[tokio::test]
async fn a_token_may_come_by_header_by_subprotocol_or_in_the_first_message() {
    let house = House::open().await;
    let token = &house.token;
    let offer = format!("chimera.v1, chimera.bearer.{token}");

    let mut page = Companion::knock(&house, &[("sec-websocket-protocol", &offer), ("origin", PAGE)]).await.unwrap();
    page.next_of("ready").await;
    let mut first_words = Companion::knock(&house, &[]).await.unwrap();
    first_words.next_of("hello").await;
    first_words.send(json!({"type": "auth", "token": token, "client": "overlay/0.2"})).await;
    first_words.next_of("ready").await;

    let listed = house.chimera.tokens().await.unwrap();
    assert_eq!(listed[0].client.as_deref(), Some("overlay/0.2"));
    let wrong = [("authorization", "Bearer chm_wrong")];
    assert_eq!(Companion::knock(&house, &wrong).await.err(), Some(401));
    let wrong = [("sec-websocket-protocol", "chimera.v1, chimera.bearer.chm_wrong")];
    assert_eq!(Companion::knock(&house, &wrong).await.err(), Some(401));
}

#[tokio::test]
async fn without_a_token_a_socket_hears_a_greeting_and_is_put_out() {
    let hasty = House::within(Limits { auth: Duration::from_millis(200), ..Limits::default() }).await;
    let house = House::within(Limits { auth: PATIENCE, ..Limits::default() }).await;
    let mut silent = Companion::knock(&hasty, &[]).await.unwrap();
    let mut wrong = Companion::knock(&house, &[]).await.unwrap();
    let mut eager = Companion::knock(&house, &[]).await.unwrap();
    wrong.send(json!({"type": "auth", "token": "chm_wrong"})).await;
    eager.send(json!({"type": "subscribe", "id": 1})).await;

    assert_eq!(silent.next().await["type"], "hello");
    assert_eq!(silent.close_code().await, Some(4002));
    assert_eq!(wrong.next().await["type"], "hello");
    assert_eq!(wrong.close_code().await, Some(4001));
    assert_eq!(eager.next().await["type"], "hello");
    assert_eq!(eager.close_code().await, Some(4000));
    assert_eq!((hasty.server.clients(), house.server.clients()), (0, 0));
}

#[tokio::test]
async fn a_conversation_can_be_led_from_the_socket_alone() {
    let house = House::open().await;
    let mut companion = Companion::enter(&house).await;

    let created = companion.command("conversation.create", table(2)).await;
    let id = created["data"]["id"].as_str().unwrap().to_owned();
    companion.subscribe(Some(&[format!("conversation:{id}")]), None).await;
    let said = companion.command("conversation.say", json!({"id": id, "text": "Begin."})).await;
    let spoken = companion.feed_until_event("message.completed").await;
    let renamed = companion.command("conversation.rename", json!({"id": id, "title": "Ships"})).await;
    let answer = companion.ask(json!({"type": "command", "name": "conversation.start", "data": {"id": id}})).await;

    assert_eq!(spoken["data"]["message"], said["data"]["message"]);
    assert_eq!((&renamed["ok"], &renamed["data"]), (&json!(true), &Value::Null));
    assert_eq!(answer["ok"], true);
    until(async || {
        let view = house.get(&format!("/api/v1/conversations/{id}")).await.json();
        view["state"] == "completed" && view["messages"].as_array().unwrap().len() == 3 && view["title"] == "Ships"
    })
    .await;
    let refused = companion.command("conversation.pause", json!({"id": id})).await;
    assert_eq!((&refused["ok"], &refused["error"]["code"]), (&json!(false), &json!("wrong_state")));
    assert_eq!(refused["error"]["request_id"].as_str().unwrap().len(), 36);
}

impl Companion {
    async fn feed_until_event(&mut self, event: &str) -> Value {
        self.feed_until(|item| item["event"] == event).await.pop().unwrap()
    }
}

#[tokio::test]
async fn a_topic_belongs_to_one_subscription_and_can_be_passed_on_without_a_gap() {
    let house = House::open().await;
    let (one, other) = (house.table(2).await, house.table(2).await);
    let topic = |id: &str| format!("conversation:{id}");
    let mut companion = Companion::enter(&house).await;
    let ask = async |companion: &mut Companion, id: u64, topics: Value| {
        companion.send(json!({"type": "subscribe", "id": id, "topics": topics, "after_seq": 0})).await;
        loop {
            let answer = companion.next_of("result").await;
            if answer["id"] == id {
                return answer;
            }
        }
    };

    assert_eq!(ask(&mut companion, 1, json!([topic(&one)])).await["ok"], true);
    assert_eq!(ask(&mut companion, 2, json!([topic(&one), "providers"])).await["error"]["code"], "already_subscribed");
    assert_eq!(ask(&mut companion, 3, Value::Null).await["error"]["code"], "already_subscribed");
    assert_eq!(ask(&mut companion, 1, json!([topic(&other)])).await["error"]["code"], "already_exists");
    assert_eq!(ask(&mut companion, 4, json!([])).await["error"]["field"], "topics");
    let stranger = topic("0192f0c1-7e7a-7000-8000-000000000001");
    let unknown = ask(&mut companion, 5, json!([topic(&other), stranger])).await;
    assert_eq!(
        (&unknown["error"]["code"], &unknown["error"]["field"]),
        (&json!("conversation_not_found"), &json!("topics[1]"))
    );

    let ended = companion.ask(json!({"type": "unsubscribe", "subscription": 1})).await;
    let again = companion.ask(json!({"type": "unsubscribe", "subscription": 1})).await;
    assert_eq!((&ended["ok"], &again["error"]["field"]), (&json!(true), &json!("subscription")));
    let mut last = 0;
    for id in [&one, &other] {
        house.post(&format!("/api/v1/conversations/{id}/start"), json!({})).await;
    }
    assert_eq!(ask(&mut companion, 6, Value::Null).await["data"]["resumed"], true);
    let (mut ends, mut seqs) = (0, Vec::new());
    while ends < 2 {
        let item = companion.next().await;
        if is_event(&item) {
            last = item["seq"].as_u64().unwrap().max(last);
            seqs.push(item["seq"].as_u64().unwrap());
            ends += usize::from(is_end_of(&one)(&item) || is_end_of(&other)(&item));
        }
    }
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>(), "every event of the log, once, in order");
}

#[tokio::test]
async fn what_is_not_understood_is_answered_and_patience_ends() {
    let house = House::open().await;
    let mut companion = Companion::enter(&house).await;

    companion.send(json!({"type": "ping", "id": "p"})).await;
    assert_eq!(companion.next().await, json!({"type": "pong", "id": "p"}));
    companion.send_text("not json").await;
    assert_eq!(companion.next().await["error"]["code"], "malformed");
    companion.send(json!({"type": "dance", "id": 7})).await;
    let answer = companion.next().await;
    assert_eq!(
        (&answer["type"], &answer["id"], &answer["error"]["field"]),
        (&json!("result"), &json!(7), &json!("type"))
    );
    let unknown = companion.command("conversation.forget", json!({})).await;
    assert_eq!(unknown["error"]["field"], "name");
    companion.send(json!({"type": "auth", "token": "again"})).await;
    assert_eq!(companion.next().await["type"], "error");
    for _ in 0..20 {
        companion.send_text("nonsense").await;
    }
    assert_eq!(companion.close_code().await, Some(4000));

    let mut binary = Companion::enter(&house).await;
    binary.socket.send(Message::Binary(vec![1, 2, 3].into())).await.unwrap();
    assert_eq!(binary.close_code().await, Some(4000));
}

#[tokio::test]
async fn a_revoked_token_closes_its_sockets_and_no_others() {
    let house = House::open().await;
    let issued = house.chimera.create_token("lent", &[Scope::Read]).await.unwrap();
    let mut lent = Companion::enter_with(&house, issued.token.expose()).await;
    let mut own = Companion::enter(&house).await;
    lent.subscribe(None, None).await;

    house.chimera.revoke_token(issued.id).await.unwrap();

    assert_eq!(lent.close_code().await, Some(4001));
    own.send(json!({"type": "ping", "id": 1})).await;
    assert_eq!(own.next().await["type"], "pong");
    until(async || house.server.clients() == 1).await;
}

#[tokio::test]
async fn a_shut_door_says_goodbye_to_every_socket_and_waits_for_none_that_is_deaf() {
    let house = House::open().await;
    let mut polite = Companion::enter(&house).await;
    let mut unannounced = Companion::knock(&house, &[]).await.unwrap();
    // Never reads, never answers the goodbye.
    let _deaf = Companion::enter(&house).await;
    assert_eq!(house.server.clients(), 2);

    let shutting = tokio::spawn(house.server.shut_down());

    assert_eq!(polite.close_code().await, Some(4010));
    assert_eq!(unannounced.close_code().await, Some(4010));
    // The deaf one is still there, and still says nothing.
    tokio::time::timeout(PATIENCE, shutting).await.expect("nobody is waited for").unwrap();
}

#[tokio::test]
async fn whoever_says_goodbye_is_not_kept_waiting() {
    let house = House::within(Limits { goodbye: PATIENCE * 2, ..Limits::default() }).await;
    let mut companion = Companion::enter(&house).await;

    companion.socket.close(None).await.unwrap();
    assert_eq!(companion.close_code().await, None);
    let ended = tokio::time::timeout(PATIENCE, companion.socket.get_mut().read(&mut [0; 8])).await;

    assert_eq!(ended.expect("the server closes first").unwrap(), 0);
    until(async || house.server.clients() == 0).await;
}

#[tokio::test]
async fn a_chimera_that_closes_shuts_its_sockets() {
    let house = House::open().await;
    let mut companion = Companion::enter(&house).await;
    companion.subscribe(None, None).await;

    house.chimera.close().await.unwrap();

    assert_eq!(companion.close_code().await, Some(4010));
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", house.port)).await.is_err());
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_put_out_and_holds_up_nobody() {
    let house = House::within(Limits { send: Duration::from_secs(1), ..Limits::default() }).await;
    let id = house.table(1).await;
    let long = "🛶".repeat(chimera_core::MAX_SAY_CHARS);
    for _ in 0..25 {
        house.chimera.say(id.parse().unwrap(), &long, SayWhen::After).await.unwrap();
    }
    let mut slow = Companion::enter(&house).await;
    slow.subscribe(Some(&[format!("conversation:{id}")]), Some(0)).await;

    // Others are answered while it still takes nothing.
    let answer = house.get("/api/v1/personas").await;
    assert_eq!(answer.status, 200);
    until(async || house.server.clients() == 0).await;

    // What it missed is still there for it, however long it takes this time.
    let house = house.restarted().await;
    let mut reader = Companion::enter(&house).await;
    reader.subscribe(Some(&[format!("conversation:{id}")]), Some(0)).await;
    for _ in 0..26 {
        assert!(is_event(&reader.next().await));
    }
}

#[tokio::test]
async fn a_socket_that_says_nothing_not_even_pong_is_put_out() {
    // Long enough that no stall of a machine is taken for silence.
    let limits =
        Limits { ping_every: Duration::from_millis(100), silence: Duration::from_secs(5), ..Limits::default() };
    let house = House::within(limits).await;
    // Its library answers pings only while it is read from.
    let _silent = Companion::enter(&house).await;
    let mut living = Companion::enter(&house).await;

    let living_on = async {
        loop {
            let _ = tokio::time::timeout(Duration::from_millis(20), living.next_text()).await;
        }
    };
    tokio::select! {
        () = living_on => {}
        () = until(async || house.server.clients() == 1) => {}
    }
    living.send(json!({"type": "ping", "id": 1})).await;
    assert_eq!(living.next().await["type"], "pong");
}

#[tokio::test]
async fn many_pings_keep_nobody_waiting() {
    let house = House::open().await;
    let mut noisy = Companion::enter(&house).await;
    let mut quiet = Companion::enter(&house).await;

    let flood = tokio::spawn(async move {
        for _ in 0..5_000 {
            noisy.socket.feed(Message::Ping(vec![0; 100].into())).await.unwrap();
        }
        noisy.socket.flush().await.unwrap();
        noisy.send(json!({"type": "ping", "id": 1})).await;
        noisy.next().await
    });
    quiet.send(json!({"type": "ping", "id": 2})).await;

    assert_eq!(quiet.next().await["id"], 2);
    assert_eq!(flood.await.unwrap(), json!({"type": "pong", "id": 1}));
}

#[tokio::test]
async fn a_message_may_be_as_large_as_a_megabyte_and_no_larger() {
    let house = House::within(Limits { goodbye: PATIENCE, ..Limits::default() }).await;
    let mut companion = Companion::enter(&house).await;
    let sized = |size: usize| json!({"type": "ping", "id": 1, "ballast": "x".repeat(size)}).to_string();

    companion.send_text(&sized(1024 * 1024 - 100)).await;
    assert_eq!(companion.next().await["type"], "pong");
    // It may be cut off while it still writes.
    let _ = companion.socket.send(Message::text(sized(1024 * 1024))).await;
    assert_eq!(companion.close_code().await, Some(1009));
}
