use thirtyfour::prelude::*;

use crate::support::App;
use crate::support::app::INSTANT;

#[tokio::test]
async fn the_rules_of_a_talk_are_changed_by_keyboard() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;
    let opener = app.see("rules").await;
    opener.focus().await.unwrap();
    opener.send_keys(Key::Enter).await.unwrap();

    let turns = app.find("[role=dialog] input[name=turns]").await;
    turns.focus().await.unwrap();
    turns.send_keys(Key::Control + "a").await.unwrap();
    turns.send_keys("321").await.unwrap();
    turns.send_keys(Key::Enter).await.unwrap();

    app.wait_for_text("of 321").await;
    app.wait_until("the focus is back where it was", async || {
        let focused = app.window.active_element().await.unwrap();
        focused.attr("data-testid").await.ok().flatten().as_deref() == Some("rules")
    })
    .await;
    app.close().await;
}
