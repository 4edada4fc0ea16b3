use thirtyfour::prelude::*;

use crate::support::App;
use crate::support::app::INSTANT;

const ROW: &str = "[data-testid=sidebar] .row .open";

#[tokio::test]
async fn a_conversation_is_put_away_found_again_thrown_away_and_taken_back() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;

    // By the menu of its row, with the keyboard.
    from_menu(&app, "Archive").await;
    app.press("open-archive").await;
    app.find("[data-testid=shelf][data-shelf=archived]").await;
    app.find(ROW).await;
    app.wait_for_text("Archived").await;

    // By its key, and undone where it is told.
    press(&app, ROW, Key::Delete).await;
    app.see("trash-bar").await;
    app.wait_for_text("is in the trash").await;
    app.click("section[aria-label=Notices] .toast button.small").await;
    gone(&app, "[data-testid=trash-bar]").await;
    app.find(ROW).await;

    // Thrown away once more, and restored from there.
    press(&app, ROW, Key::Delete).await;
    app.press("open-trash").await;
    app.find("[data-testid=shelf][data-shelf=trashed]").await;
    press(&app, ROW, Key::Enter).await;
    gone(&app, "[data-testid=composer-input]").await;
    app.click("[data-testid=trash-bar] button.primary").await;
    app.see("composer-input").await;
    app.wait_for_text("The trash is empty.").await;

    // What is said in it takes it back from the archive.
    app.click("[data-testid=shelf] button").await;
    app.say("One more thing").await;
    app.wait_until("it stands in the list again", async || app.find(ROW).await.is_displayed().await.unwrap_or(false))
        .await;
    app.close().await;
}

#[tokio::test]
async fn what_is_deleted_for_good_is_asked_about_first_and_then_gone() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;
    press(&app, ROW, Key::Delete).await;

    app.click("[data-testid=trash-bar] button:not(.primary)").await;
    app.find("[role=dialog]").await;
    // Enter alone deletes nothing: the way out has the focus.
    app.find("[role=dialog] .foot button:focus").await.send_keys(Key::Enter).await.unwrap();
    gone(&app, "[role=dialog]").await;
    app.see("trash-bar").await;

    app.press("open-trash").await;
    app.press("empty-trash").await;
    app.click("[role=dialog] .foot button.danger").await;

    app.see("welcome").await;
    app.wait_for_text("The trash is empty.").await;
    let text = app.text().await;
    assert!(!text.contains("The ship of Theseus"), "{text}");
    app.close().await;
}

async fn press(app: &App, css: &str, key: Key) {
    let element = app.find(css).await;
    element.focus().await.unwrap();
    element.send_keys(key).await.unwrap();
}

/// Opens the menu of the first row and takes the entry of this name.
async fn from_menu(app: &App, name: &str) {
    let opener = app.window.find(By::Css("[data-testid=sidebar] .more button")).await.unwrap();
    opener.focus().await.unwrap();
    opener.send_keys(Key::Enter).await.unwrap();
    app.find("[role=menuitem]:focus").await;
    for _ in 0..9 {
        let focused = app.window.active_element().await.unwrap();
        if focused.text().await.unwrap().starts_with(name) {
            focused.send_keys(Key::Enter).await.unwrap();
            return;
        }
        focused.send_keys(Key::Down).await.unwrap();
    }
    panic!("the menu has no {name}; the window shows:\n{}", app.text().await);
}

async fn gone(app: &App, css: &str) {
    app.wait_until(&format!("{css} is gone"), async || {
        app.window.find_all(By::Css(css)).await.is_ok_and(|found| found.is_empty())
    })
    .await;
}
