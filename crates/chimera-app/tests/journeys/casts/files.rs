//! A cast as a file: given to somebody else, and taken from anybody.

use chimera_app::ErrorCode;
use chimera_core::{ModelRef, NewCast, NewModerator, Policy};
use serde_json::{Value, json};

use super::{duel, id};
use crate::house::House;

fn file(cast: Value) -> String {
    json!({"chimera": "cast", "version": 1, "cast": cast}).to_string()
}

fn small() -> Value {
    json!({"name": "Small", "participants": [{"name": "Ada"}]})
}

#[tokio::test]
async fn a_cast_arrives_as_it_was_sent() {
    let (from, to) = (House::new().await, House::new().await);
    let sent = from.chimera.save_cast(duel()).await.unwrap();

    let text = from.chimera.export_cast(&sent.cast.id).await.unwrap();
    let arrived = to.chimera.import_cast(&text).await.unwrap();

    assert_eq!((arrived.cast, arrived.unknown_models), (sent, vec![]));
    for shipped in from.chimera.casts().await.unwrap() {
        let text = from.chimera.export_cast(&shipped.cast.id).await.unwrap();
        let arrived = to.chimera.import_cast(&text).await.unwrap().cast;
        assert_eq!(NewCast::from(arrived.cast), NewCast::from(shipped.cast));
    }
}

#[tokio::test]
async fn models_at_connections_that_are_not_here_are_left_out_named_and_to_be_chosen() {
    let house = House::new().await;
    let elsewhere = |model: &str| json!({"connection": "nowhere", "model": model});
    let demo = json!({"connection": "demo", "model": "poet"});
    let text = file(json!({
        "name": "Mixed", "policy": "moderator", "moderator": {"by": "model", "model": elsewhere("c")},
        "participants": [{"name": "Ada", "route": [elsewhere("a"), demo]}, {"name": "Bob", "route": [elsewhere("b")]}],
    }));

    let imported = house.chimera.import_cast(&text).await.unwrap();

    let unknown: Vec<_> = imported.unknown_models.iter().map(ToString::to_string).collect();
    assert_eq!(unknown, ["nowhere/a", "nowhere/b", "nowhere/c"]);
    assert_eq!(imported.cast.open, ["participants[1].route", "moderator"]);
    let kept = &imported.cast.cast.participants[0].route;
    assert_eq!(kept, &[ModelRef { connection: "demo".parse().unwrap(), model: "poet".into() }]);
    let choosing = NewCast {
        policy: Policy::Moderator,
        moderator: Some(NewModerator::Seat { seat: 0 }),
        ..NewCast::from(imported.cast.cast.clone())
    };
    let chosen = house.chimera.change_cast(&imported.cast.cast.id, choosing).await.unwrap();
    assert_eq!(chosen.open, ["participants[1].route"]);
}

#[tokio::test]
async fn a_file_that_is_no_cast_is_refused_by_the_name_of_what_is_wrong() {
    let house = House::new().await;
    let with = |name: &str, value: Value| {
        let mut cast = small();
        cast[name] = value;
        file(cast)
    };
    let cases = [
        (String::new(), "file"),
        ("{".into(), "file"),
        ("[]".into(), "file"),
        (format!("{} x", file(small())), "file"),
        (format!("{{\"later\": {}", "[".repeat(100_000)), "file"),
        (
            format!(
                r#"{{"chimera":"cast","version":1,"cast":{},"deep":{}{}}}"#,
                small(),
                "[".repeat(999),
                "]".repeat(999)
            ),
            "file",
        ),
        (" ".repeat(chimera_core::MAX_CAST_FILE_BYTES + 1), "file"),
        (json!({"chimera": "persona", "version": 1, "cast": small()}).to_string(), "chimera"),
        (json!({"chimera": "cast", "version": 2, "cast": small()}).to_string(), "version"),
        (json!({"chimera": "cast", "version": 1}).to_string(), "cast"),
        (json!({"chimera": "cast", "version": 1, "cast": small(), "run": "x"}).to_string(), "run"),
        (with("name", json!(7)), "cast.name"),
        (with("id", json!("debate")), "cast.id"),
        (with("keys", json!({"openai": "sk-1"})), "cast.keys"),
        (with("participants", json!([{"name": "Ada", "base_url": "http://evil"}])), "cast.participants[0].base_url"),
        (with("participants", json!([{"name": "Ada", "hue": -1}])), "cast.participants[0].hue"),
        (with("participants", json!([{"name": "system"}])), "cast.participants[0].name"),
        (with("participants", json!([{"persona": "nobody"}])), "cast.participants[0].persona"),
        (
            with("participants", json!([{"name": "A", "route": [{"connection": "demo", "model": "m", "key": "sk"}]}])),
            "cast.participants[0].route[0].key",
        ),
        (with("moderator", json!({"by": "seat", "seat": 0, "tool": "sh"})), "cast.moderator.tool"),
        (with("end", json!({"turns": 0})), "cast.end.turns"),
        (with("end", json!({"forever": true})), "cast.end.forever"),
    ];

    for (text, field) in cases {
        let refused = house.chimera.import_cast(&text).await.unwrap_err();
        let shown: String = text.chars().take(120).collect();
        assert_eq!(refused.field.as_deref(), Some(field), "{refused}: {shown}");
        assert!(refused.message.len() < 400, "{refused}");
    }
    assert_eq!(house.chimera.casts().await.unwrap().len(), 6, "nothing was kept");
}

#[tokio::test]
async fn what_nobody_has_cannot_be_given_away() {
    let house = House::new().await;

    let refused = house.chimera.export_cast(&id("nobody")).await.unwrap_err();

    assert_eq!(refused.code, ErrorCode::CastNotFound);
}
