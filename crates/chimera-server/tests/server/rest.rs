use chimera_app::Scope;
use chimera_core::{MAX_SAY_CHARS, MAX_TITLE_CHARS, MAX_TOPIC_CHARS};
use serde_json::{Value, json};

use crate::house::{House, table, until};
use crate::websocket::Companion;

async fn state_becomes(house: &House, id: &str, state: &str) -> Value {
    let path = format!("/api/v1/conversations/{id}");
    until(async || house.get(&path).await.json()["state"] == state).await;
    house.get(&path).await.json()
}

#[tokio::test]
async fn a_conversation_is_created_read_started_and_heard_to_its_end() {
    let house = House::open().await;

    let created = house.post("/api/v1/conversations", table(3)).await;
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let started = house.post(&format!("/api/v1/conversations/{id}/start"), json!({})).await;
    let ended = state_becomes(&house, &id, "completed").await;

    assert_eq!(created.status, 201);
    assert_eq!(created.header("location"), Some(format!("/api/v1/conversations/{id}").as_str()));
    assert_eq!(created.json()["state"], "draft");
    assert_eq!((started.status, started.json()["id"].as_str()), (200, Some(id.as_str())));
    assert_eq!(ended["messages"].as_array().unwrap().len(), 3);
    assert_eq!(ended["reason"], json!({"why": "turns_reached", "turns": 3}));
    let list = house.get("/api/v1/conversations").await.json();
    assert_eq!((list["items"][0]["id"].as_str(), &list["next_cursor"]), (Some(id.as_str()), &Value::Null));
}

#[tokio::test]
async fn what_the_user_says_is_recorded_and_named() {
    let house = House::open().await;
    let id = house.table(1).await;

    let said = house.post(&format!("/api/v1/conversations/{id}/say"), json!({"text": "And the nails?"})).await;
    let renamed = house.post(&format!("/api/v1/conversations/{id}/rename"), json!({"title": "Nails"})).await.json();

    assert_eq!(said.status, 201);
    assert_eq!(renamed["title"], "Nails");
    assert_eq!(renamed["messages"][0]["id"], said.json()["message"]);
    assert_eq!(renamed["messages"][0]["text"], "And the nails?");
    assert_eq!(renamed["messages"][0]["author"], json!({"kind": "user"}));
}

#[tokio::test]
async fn what_a_conversation_may_cost_is_set_and_what_it_came_to_is_read() {
    let house = House::open().await;
    let id = house.table(2).await;
    let of = |what: &str| format!("/api/v1/conversations/{id}/{what}");
    let mut companion = Companion::enter(&house).await;

    let changed = house.post(&of("change"), json!({"end": {"turns": 3, "minutes": null, "money": 5}})).await.json();
    let refused = house.post(&of("change"), json!({"end": {"money": 0}})).await;
    assert_eq!((&changed["end"]["turns"], &changed["end"]["minutes"]), (&json!(3), &Value::Null));
    assert_eq!((&changed["end"]["unpriced"], &changed["end"]["tokens"]), (&json!("refuse"), &json!(200_000)));
    assert_eq!((refused.status, refused.json()["field"].as_str()), (422, Some("end.money")));

    let end = json!({"id": id, "end": {"turns": 3}});
    assert_eq!(companion.command("conversation.change", end).await["ok"], true);
    house.post(&of("start"), json!({})).await;
    let ended = state_becomes(&house, &id, "completed").await;
    let usage = house.get(&of("usage")).await.json();

    assert_eq!(ended["reason"], json!({"why": "turns_reached", "turns": 3}));
    assert_eq!((&usage["total"], &usage["total"]["attempts"]), (&ended["spent"], &json!(3)));
    let of_each: Vec<_> =
        usage["participants"].as_array().unwrap().iter().map(|sum| &sum["spent"]["attempts"]).collect();
    assert!(of_each == [&json!(1), &json!(2)] || of_each == [&json!(2), &json!(1)], "{usage}");
}

#[tokio::test]
async fn a_cast_is_led_by_nudges_and_mutes_over_routes_and_socket_alike() {
    let house = House::open().await;
    let mut new = table(50);
    new["policy"] = json!("manual");
    let created = house.post("/api/v1/conversations", new).await.json();
    let (id, seats) = (created["id"].as_str().unwrap(), &created["participants"]);
    let of = |command: &str| format!("/api/v1/conversations/{id}/{command}");
    let mut companion = Companion::enter(&house).await;

    let muted = house.post(&of("mute"), json!({"participant": seats[0]["id"]})).await.json();
    let nudged = house.post(&of("nudge"), json!({"participant": seats[1]["id"]})).await;
    let waiting = state_becomes(&house, id, "paused").await;
    assert_eq!((&muted["participants"][0]["muted"], nudged.status), (&json!(true), 200));
    assert_eq!(waiting["reason"], json!({"why": "awaiting_nudge"}));
    assert_eq!(waiting["messages"][0]["author"]["participant"], seats[1]["id"]);

    let seat = json!({"id": id, "participant": seats[0]["id"]});
    assert_eq!(companion.command("conversation.unmute", seat.clone()).await["ok"], true);
    assert_eq!(companion.command("conversation.nudge", seat.clone()).await["ok"], true);
    until(async || {
        let view = house.get(&format!("/api/v1/conversations/{id}")).await.json();
        view["messages"].as_array().unwrap().len() == 2 && view["state"] == "paused"
    })
    .await;
    assert_eq!(companion.command("conversation.mute", seat).await["ok"], true);
    assert_eq!(house.post(&of("resume"), json!({})).await.problem(), (409, "wrong_state".into(), None));
}

#[tokio::test]
async fn a_table_is_seated_anew_over_routes_and_socket_alike() {
    let house = House::open().await;
    let created = house.post("/api/v1/conversations", table(50)).await.json();
    let (id, seats) = (created["id"].as_str().unwrap(), &created["participants"]);
    let of = |command: &str| format!("/api/v1/conversations/{id}/{command}");
    let mut companion = Companion::enter(&house).await;
    let newcomer = |name: &str| json!({"name": name, "route": seats[0]["route"]});

    let joined = house.post(&of("join"), json!({"participant": newcomer("Dora"), "seat": 0})).await;
    let eve = companion.command("conversation.join", json!({"id": id, "participant": newcomer("Eve")})).await;
    assert_eq!((joined.status, &eve["ok"]), (201, &json!(true)));
    let dora = joined.json()["participant"].clone();

    let change = json!({"participant": dora, "change": {"name": "Doris"}});
    let changed = house.post(&of("change_participant"), change).await.json();
    assert_eq!(changed["participants"][0]["name"], "Doris");
    let left = companion.command("conversation.leave", json!({"id": id, "participant": dora})).await;
    assert_eq!(left["ok"], true);

    let view = house.post(&of("change"), json!({"policy": "manual", "stall_after_s": 30})).await.json();
    assert_eq!((&view["policy"], &view["stall_after_s"]), (&json!("manual"), &json!(30)));
    assert_eq!(view["left"][0]["name"], "Doris");
    let mut order: Vec<_> = view["participants"].as_array().unwrap().iter().map(|seat| seat["id"].clone()).collect();
    order.reverse();
    let turned = companion.command("conversation.reorder", json!({"id": id, "order": order})).await;
    assert_eq!(turned["ok"], true);
    let view = house.get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!(view["participants"][0]["id"], eve["data"]["participant"]);
    let wrong = json!({"id": id, "participant": {"name": "Eve", "route": []}});
    let wrong = companion.command("conversation.join", wrong).await;
    assert_eq!(wrong["error"]["field"], "participant.route");
    let said = house.post(&of("say"), json!({"text": "Stop.", "when": "now"})).await;
    assert_eq!(said.status, 201);
}

#[tokio::test]
async fn every_command_works_with_and_without_a_body_and_answers_with_the_conversation() {
    let house = House::open().await;
    let id = house.table(50).await;
    let bare = async |command: &str| {
        let path = format!("/api/v1/conversations/{id}/{command}");
        let request = crate::http::request(house.port, "POST", &path, &house.token, None);
        crate::http::send(house.port, &request).await
    };

    assert_eq!(bare("step").await.json()["id"], id.as_str());
    state_becomes(&house, &id, "paused").await;
    assert_eq!(bare("resume").await.status, 200);
    assert_eq!(bare("stop").await.status, 200);
    assert_eq!(state_becomes(&house, &id, "completed").await["reason"], json!({"why": "user"}));
    let refused = bare("resume").await;
    assert_eq!(refused.problem(), (409, "wrong_state".into(), None));
    let path = format!("/api/v1/conversations/{id}/stop");
    assert_eq!(
        house.post(&path, json!({"when": "later"})).await.problem(),
        (422, "invalid".into(), Some("when".into()))
    );
}

#[tokio::test]
async fn a_problem_is_described_in_the_standard_form() {
    let house = House::open().await;

    let answer = house.post("/api/v1/conversations", json!({"topic": "t", "participants": []})).await;

    let problem = answer.json();
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(problem["type"], "urn:chimera:problem:invalid");
    assert_eq!(problem["title"], "Unprocessable Entity");
    assert_eq!((problem["status"].as_u64(), problem["field"].as_str()), (Some(422), Some("participants")));
    assert!(problem["detail"].as_str().unwrap().contains("add at least one participant"));
    assert_eq!(problem["request_id"].as_str().unwrap().len(), 36);
}

/// Command, data of the socket's command, status, code, field. The route gets the same data with the id in its path.
fn bad_inputs(id: &str) -> Vec<(&'static str, Value, u16, &'static str, &'static str)> {
    let stranger = "0192f0c1-7e7a-7000-8000-000000000001";
    let seat = |route: Value| json!([{"name": "A", "route": route}]);
    let demo = json!([{"connection": "demo", "model": "poet"}]);
    vec![
        ("create", json!({"participants": []}), 422, "invalid", "topic"),
        ("create", json!({"topic": "  ", "participants": seat(demo.clone())}), 422, "invalid", "topic"),
        (
            "create",
            json!({"topic": "x".repeat(MAX_TOPIC_CHARS + 1), "participants": seat(demo.clone())}),
            422,
            "invalid",
            "topic",
        ),
        ("create", json!({"topic": "t"}), 422, "invalid", "participants"),
        ("create", json!({"topic": "t", "participants": []}), 422, "invalid", "participants"),
        ("create", json!({"topic": "t", "participants": [{"name": "A"}]}), 422, "invalid", "participants[0].route"),
        ("create", json!({"topic": "t", "participants": [{"route": demo}]}), 422, "invalid", "participants[0].name"),
        (
            "create",
            json!({"topic": "t", "participants": seat(json!([{"connection": "none", "model": "m"}]))}),
            422,
            "connection_not_found",
            "participants[0].route[0].connection",
        ),
        (
            "create",
            json!({"topic": "t", "participants": seat(json!([{"connection": "demo"}]))}),
            422,
            "invalid",
            "participants[0].route[0].model",
        ),
        (
            "create",
            json!({"topic": "t", "participants": [{"persona": "nobody", "route": demo}]}),
            422,
            "persona_not_found",
            "participants[0].persona",
        ),
        (
            "create",
            json!({"topic": "t", "participants": [{"name": "A", "route": demo}, {"name": "a", "route": demo}]}),
            422,
            "invalid",
            "participants[1].name",
        ),
        (
            "create",
            json!({"topic": "t", "participants": seat(demo.clone()), "policy": "all_at_once"}),
            422,
            "invalid",
            "policy",
        ),
        (
            "create",
            json!({"topic": "t", "participants": seat(demo.clone()), "end": {"turns": 0}}),
            422,
            "invalid",
            "end.turns",
        ),
        ("create", json!({"topic": "t", "participants": seat(demo.clone()), "seed": -1}), 422, "invalid", "seed"),
        ("start", json!({"id": stranger}), 404, "conversation_not_found", "id"),
        ("say", json!({"id": stranger, "text": "hello"}), 404, "conversation_not_found", "id"),
        ("start", json!({"id": "seven"}), 422, "invalid", "id"),
        ("say", json!({"id": id}), 422, "invalid", "text"),
        ("say", json!({"id": id, "text": ""}), 422, "invalid", "text"),
        ("say", json!({"id": id, "text": 7}), 422, "invalid", "text"),
        ("say", json!({"id": id, "text": "x".repeat(MAX_SAY_CHARS + 1)}), 422, "invalid", "text"),
        ("rename", json!({"id": id, "title": "x".repeat(MAX_TITLE_CHARS + 1)}), 422, "invalid", "title"),
        ("stop", json!({"id": id, "when": "never"}), 422, "invalid", "when"),
        ("nudge", json!({"id": id}), 422, "invalid", "participant"),
        ("nudge", json!({"id": id, "participant": "Ada"}), 422, "invalid", "participant"),
        ("nudge", json!({"id": id, "participant": stranger}), 422, "invalid", "participant"),
        ("mute", json!({"id": id, "participant": stranger}), 422, "invalid", "participant"),
        ("unmute", json!({"id": id}), 422, "invalid", "participant"),
        ("mute", json!({"id": stranger, "participant": stranger}), 404, "conversation_not_found", "id"),
    ]
}

#[tokio::test]
async fn a_bad_input_is_named_alike_on_the_route_and_on_the_socket_and_changes_nothing() {
    let house = House::open().await;
    let id = house.table(1).await;
    let mut companion = Companion::enter(&house).await;
    let before = house.get("/api/v1/events?limit=1000").await.json();

    for (command, data, status, code, field) in bad_inputs(&id) {
        let path = match (command, data["id"].as_str()) {
            ("create", _) => "/api/v1/conversations".into(),
            (_, id) => format!("/api/v1/conversations/{}/{command}", id.unwrap()),
        };
        let shown = data.to_string().chars().take(100).collect::<String>();
        let routed = house.post(&path, data.clone()).await;
        let told = companion.command(&format!("conversation.{command}"), data).await;

        assert_eq!(routed.problem(), (status, code.into(), Some(field.into())), "{command} {shown}");
        assert_eq!(
            (&told["ok"], &told["error"]["code"], &told["error"]["field"]),
            (&json!(false), &json!(code), &json!(field)),
            "{command} {shown}"
        );
    }

    assert_eq!(house.get("/api/v1/events?limit=1000").await.json(), before);
}

#[tokio::test]
async fn parameters_of_a_query_are_refused_by_name() {
    let house = House::open().await;
    let cases = [
        ("/api/v1/conversations?limit=0", "limit"),
        ("/api/v1/conversations?limit=201", "limit"),
        ("/api/v1/conversations?limit=many", "limit"),
        ("/api/v1/conversations?limit=1&limit=2", "limit"),
        ("/api/v1/conversations?cursor=nonsense", "cursor"),
        ("/api/v1/conversations?cursor=%ff%00", "cursor"),
        ("/api/v1/events?after=-1", "after"),
        ("/api/v1/events?after=18446744073709551615", "after"),
        ("/api/v1/events?topic=weather", "topic"),
        ("/api/v1/events?limit=1001", "limit"),
        ("/api/v1/conversations/seven", "id"),
    ];
    for (path, field) in cases {
        assert_eq!(house.get(path).await.problem(), (422, "invalid".into(), Some(field.into())), "{path}");
    }
    assert_eq!(house.get("/api/v1/personas?later=1").await.status, 200, "a later version may know it");
}

#[tokio::test]
async fn the_pages_of_the_log_and_of_the_list_put_together_are_the_whole() {
    let house = House::open().await;
    for _ in 0..5 {
        let id = house.table(2).await;
        house.post(&format!("/api/v1/conversations/{id}/start"), json!({})).await;
        state_becomes(&house, &id, "completed").await;
    }

    let whole = house.get("/api/v1/events?limit=1000").await.json();
    let mut pages = Vec::new();
    let mut after = 0;
    loop {
        let page = house.get(&format!("/api/v1/events?limit=7&after={after}")).await.json();
        let items = page["items"].as_array().unwrap().clone();
        if items.is_empty() {
            assert_eq!(page["next_after"], after, "at the end the cursor stands");
            break;
        }
        after = page["next_after"].as_u64().unwrap();
        pages.extend(items);
    }
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = house.get(&format!("/api/v1/conversations?limit=2{cursor}")).await.json();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }

    assert_eq!(whole["items"].as_array().unwrap(), &pages);
    let one = format!("/api/v1/events?limit=1000&topic=conversation:{}", ids[0]);
    let of_one: Vec<_> =
        pages.iter().filter(|item| item["topic"] == format!("conversation:{}", ids[0]).as_str()).collect();
    assert_eq!(house.get(&one).await.json()["items"].as_array().unwrap().iter().collect::<Vec<_>>(), of_one);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn the_library_and_the_connections_are_shown_without_a_key() {
    let house = House::open().await;
    let new =
        json!({"kind": "compatible", "name": "work", "base_url": "https://api.example/v1", "key": "sk-canary-1234"});
    house.chimera.add_connection(serde_json::from_value(new).unwrap()).await.unwrap();

    let personas = house.get("/api/v1/personas").await.json();
    let connections = house.get("/api/v1/connections").await;
    let log = house.get("/api/v1/events").await;

    assert!(personas.as_array().unwrap().iter().any(|persona| persona["id"] == "sceptic"));
    let json = connections.json();
    let work = json.as_array().unwrap().iter().find(|view| view["connection"]["id"] == "work").unwrap();
    assert_eq!(work["key"], "keyring");
    for answer in [connections.text(), log.text()] {
        assert!(!answer.contains("canary"), "{answer}");
    }
}

#[tokio::test]
async fn a_connections_models_are_told_with_what_is_known_of_them_to_those_who_may_manage() {
    let house = House::open().await;
    let path = "/api/v1/connections/demo/models";

    let models = house.get(path).await;
    let unknown = house.get("/api/v1/connections/nobody/models").await;
    let reader = house.token_for(&[Scope::Read, Scope::Speak]).await;
    let refused = crate::http::send(house.port, &crate::http::request(house.port, "GET", path, &reader, None)).await;

    let poet = models.json().as_array().unwrap().iter().find(|model| model["id"] == "poet").unwrap().clone();
    assert_eq!(poet["facts"]["price"]["output"], 0, "{poet}");
    assert_eq!((unknown.status, unknown.json()["code"].as_str()), (404, Some("connection_not_found")));
    assert_eq!(refused.status, 403);
}
