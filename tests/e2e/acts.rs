use thirtyfour::prelude::*;

use crate::support::App;
use crate::support::app::INSTANT;

#[tokio::test]
async fn an_answer_is_said_anew_gone_back_to_and_that_is_undone() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;
    let first = last(&app).await;

    by_keyboard(&app, &first, "[data-testid=regenerate]").await;
    app.find("[role=menuitem]:focus").await.send_keys(Key::Enter).await.unwrap();

    app.wait_until("another answer stands in its place", async || {
        app.messages().await.last().is_some_and(|message| message.id != first && message.status == "complete")
    })
    .await;
    let second = last(&app).await;
    app.wait_for_state("completed").await;
    app.click("[data-testid=alternatives] button[aria-label='Previous alternative']").await;
    shows(&app, &first).await;
    app.press("conversation-state").await;
    app.find("body").await.send_keys(Key::Control + "z").await.unwrap();
    shows(&app, &second).await;
    app.close().await;
}

#[tokio::test]
async fn somebody_joins_the_table_and_has_the_next_word() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;

    app.press("add-participant").await;
    let dialog = app.find("[role=dialog]").await;
    let persona = dialog.find(By::Css("select")).await.unwrap();
    let name = persona.find(By::Css("option")).await.unwrap().text().await.unwrap();
    let name = name.split('·').next().unwrap().trim().to_owned();
    app.click("[role=dialog] button[type=submit]").await;

    app.click(&format!("article[aria-label='{name}'] .lead button")).await;
    app.wait_until("the newcomer speaks", async || {
        app.messages().await.iter().any(|message| message.author == name && message.status == "complete")
    })
    .await;
    app.close().await;
}

#[tokio::test]
async fn the_prompt_of_an_answer_can_be_read() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;
    let message = last(&app).await;

    by_keyboard(&app, &message, "[data-testid=show-prompt]").await;

    let prompt = app.see("prompt-inspector").await;
    let words = prompt.text().await.unwrap();
    assert!(words.contains("to the letter what is sent") && words.contains("Persona"), "{words}");
    app.close().await;
}

#[tokio::test]
async fn whoever_thinks_is_seen_to_and_its_thoughts_are_unfolded_by_keyboard() {
    let app = App::open(&[]).await;
    // The first one never comes out of its thoughts.
    app.lay(&[("Ada", "poet!think!hang"), ("Bob", "sceptic!think")], "policy: 'round_robin', end: { turns: 1 }").await;
    app.press("start").await;
    app.wait_for_text("Thinking…").await;
    app.click("[aria-busy] button[aria-label='Skip Ada']").await;
    app.wait_for_state("completed").await;
    assert!(!app.text().await.contains("I take up the last thought"));

    let fold = app.find("[data-testid=thoughts] summary").await;
    fold.focus().await.unwrap();
    fold.send_keys(Key::Enter).await.unwrap();

    app.wait_for_text("I take up the last thought, and turn it a little.").await;
    app.close().await;
}

async fn last(app: &App) -> String {
    app.messages().await.last().expect("something was said").id.clone()
}

async fn shows(app: &App, id: &str) {
    app.wait_until("the alternative is shown", async || {
        app.messages().await.last().is_some_and(|message| message.id == id)
    })
    .await;
}

/// What can be done with a message shows when it has the focus.
async fn by_keyboard(app: &App, message: &str, css: &str) {
    let message = app.find(&format!("[data-message-id='{message}']")).await;
    let button = message.find(By::Css(css)).await.unwrap();
    button.focus().await.unwrap();
    button.send_keys(Key::Enter).await.unwrap();
}
