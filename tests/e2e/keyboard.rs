use thirtyfour::prelude::*;

use crate::support::App;
use crate::support::app::{HUMAN, INSTANT};

#[tokio::test]
async fn a_conversation_is_held_without_a_mouse() {
    let app = App::open(HUMAN).await;
    let start = app.see("try-demo").await;
    start.focus().await.unwrap();
    start.send_keys(Key::Enter).await.unwrap();
    app.see("live-state").await;

    let composer = app.see("composer-input").await;
    composer.send_keys("Said with the keyboard").await.unwrap();
    composer.send_keys(Key::Enter).await.unwrap();
    app.wait_until("the words stand in the script", async || {
        app.messages().await.iter().any(|message| message.author == "user")
    })
    .await;
    composer.send_keys(Key::Control + ".").await.unwrap();

    app.wait_for_state("paused").await;
    app.close().await;
}

#[tokio::test]
async fn whoever_speaks_is_skipped_by_a_key_and_what_was_said_stays() {
    let app = App::open(HUMAN).await;
    // The first one never comes to its last word, nor does the second, so that both are seen.
    app.lay(&[("Ada", "poet!pause"), ("Bob", "sceptic!pause")], "policy: 'round_robin', end: { turns: 9 }").await;
    app.press("start").await;
    let is_any = async |status: &str| app.messages().await.iter().any(|message| message.status == status);
    app.wait_until("somebody speaks", async || is_any("streaming").await).await;

    app.see("composer-input").await.send_keys(Key::Control + Key::Shift + "s").await.unwrap();

    app.wait_until("it is cut off", async || is_any("interrupted").await).await;
    app.wait_until("the next one is up", async || is_any("streaming").await).await;
    app.close().await;
}

#[tokio::test]
async fn a_dialog_closes_with_escape_and_gives_the_focus_back() {
    let app = App::open(INSTANT).await;
    app.see("welcome").await;
    let opener = app.see("new-conversation").await;
    opener.focus().await.unwrap();
    opener.send_keys(Key::Enter).await.unwrap();
    app.find("[role=dialog]").await;

    app.window.active_element().await.unwrap().send_keys(Key::Escape).await.unwrap();

    app.wait_until("the dialog is gone", async || {
        app.window.find_all(By::Css("[role=dialog]")).await.is_ok_and(|dialogs| dialogs.is_empty())
    })
    .await;
    let focused = app.window.active_element().await.unwrap();
    assert_eq!(focused.attr("data-testid").await.unwrap().as_deref(), Some("new-conversation"));
    app.close().await;
}

#[tokio::test]
async fn a_dialog_has_the_focus_right_after_another_was_closed_and_gives_it_back_narrow_as_wide() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;
    for width in [1280, 420] {
        app.window.set_window_rect(0, 0, width, 820).await.unwrap();
        app.see("message").await;
        let prompt = app.window.find(By::Css("[data-testid=show-prompt]")).await.unwrap();
        prompt.focus().await.unwrap();
        prompt.send_keys(Key::Enter).await.unwrap();
        app.see("prompt-inspector").await;
        app.focused("[role=dialog] .foot button").await.send_keys(Key::Escape).await.unwrap();
        app.focused("[data-testid=show-prompt]").await;

        let opener = app.see("new-conversation").await;
        opener.focus().await.unwrap();
        opener.send_keys(Key::Enter).await.unwrap();

        app.focused("[role=dialog] textarea[name=topic]").await.send_keys(Key::Escape).await.unwrap();
        app.focused("[data-testid=new-conversation]").await;
    }
    app.close().await;
}
