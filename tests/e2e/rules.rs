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

#[tokio::test]
async fn what_the_moderator_was_asked_can_be_read() {
    let app = App::open(INSTANT).await;
    app.press("new-conversation").await;
    app.find("[role=dialog] textarea[name=topic]").await.send_keys("Is it the same ship?").await.unwrap();
    for persona in ["Sceptic", "Poet"] {
        app.choose_persona(persona).await;
    }
    app.click("[role=dialog] input[type=radio][value=moderator]").await;
    app.choose("Who moderates", "A model beside the table").await;
    app.click("[role=dialog] button[type=submit]").await;
    app.press("step").await;
    app.wait_for_state("paused").await;

    let why = app.find("[data-testid=message] [aria-haspopup=dialog]").await;
    why.focus().await.unwrap();
    why.send_keys(Key::Enter).await.unwrap();
    app.find("[role=dialog] .call button").await.send_keys(Key::Enter).await.unwrap();

    let prompt = app.see("prompt-inspector").await.text().await.unwrap();
    assert!(prompt.contains("to the letter what is sent") && prompt.contains("Is it the same ship?"), "{prompt}");
    app.window.active_element().await.unwrap().send_keys(Key::Escape).await.unwrap();
    app.wait_until("the focus is back at the question", async || {
        let focused = app.window.active_element().await.unwrap();
        focused.text().await.is_ok_and(|words| words.starts_with("why "))
    })
    .await;
    app.close().await;
}

#[tokio::test]
async fn summaries_that_were_wished_for_are_told_where_they_end() {
    let app = App::open(INSTANT).await;
    app.sees_little("demo", &["sceptic", "poet"]).await;
    app.press("new-conversation").await;
    app.find("[role=dialog] textarea[name=topic]").await.send_keys("Is it the same ship?").await.unwrap();
    for persona in ["Sceptic", "Poet"] {
        app.choose_persona(persona).await;
    }
    app.check("Sum up what no longer fits").await;
    app.click("[role=dialog] button[type=submit]").await;

    app.press("start").await;

    app.see("summary").await;
    app.close().await;
}
