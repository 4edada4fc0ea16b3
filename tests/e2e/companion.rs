use chimera_core::{EventKind, FeedItem};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio_tungstenite::tungstenite::Message;

use crate::support::App;
use crate::support::app::BRISK;

#[tokio::test]
async fn a_companion_and_the_window_see_the_same_events() {
    let app = App::open(BRISK).await;
    app.see("welcome").await;
    let (url, token) = open_the_side_door(&app).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("{}/api/v1/ws", url.replace("http", "ws")))
        .await
        .expect("the side door is open");
    let mut send = async |frame: Value| socket.send(Message::text(frame.to_string())).await.expect("sent");
    send(json!({ "type": "auth", "token": token, "client": "e2e/1" })).await;
    send(json!({ "type": "subscribe", "id": 1, "after_seq": 0 })).await;

    app.press("try-demo").await;
    let mut told = Vec::new();
    let mut is_over = false;
    while !is_over {
        let frame = socket.next().await.expect("the socket stays open").expect("a whole frame");
        let Ok(text) = frame.to_text() else { continue };
        if let Ok(FeedItem::Event(event)) = serde_json::from_str(text) {
            if let EventKind::MessageCompleted { message, text, .. } = &event.kind {
                told.push((message.to_string(), text.clone()));
            }
            is_over = serde_json::to_value(&event).is_ok_and(|event| event["data"]["state"] == "completed");
        }
    }

    app.wait_for_state("completed").await;
    let shown = app.messages().await;
    assert!(!shown.is_empty());
    for message in shown {
        let (_, text) = told.iter().find(|(id, _)| *id == message.id).expect("the companion was told of it");
        let first_words: String = text.split_whitespace().next().unwrap_or_default().replace(['*', '`', '#'], "");
        assert!(message.text.contains(&first_words), "{text}\nis not what is shown:\n{}", message.text);
    }
    app.close().await;
}

/// As a user does it: settings, switch on, name a token, copy what is shown this once, and back.
async fn open_the_side_door(app: &App) -> (String, String) {
    app.click("[data-testid='status-bar'] button:last-of-type").await;
    app.click("[role=switch][aria-label='Local API']").await;
    let url = app.find(".address code").await.text().await.unwrap();
    app.find("form[aria-label='New token'] input.control").await.send_keys("e2e").await.unwrap();
    app.click("form[aria-label='New token'] button[type=submit]").await;
    let token = app.find("[role=dialog] code").await.text().await.unwrap();
    for _ in ["the dialog", "the settings"] {
        app.window.active_element().await.unwrap().send_keys(Key::Escape).await.unwrap();
        app.wait_until("no dialog is in the way", async || {
            app.window.find_all(By::Css("[role=dialog]")).await.is_ok_and(|dialogs| dialogs.is_empty())
        })
        .await;
    }
    (url, token)
}
