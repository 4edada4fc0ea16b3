use std::path::PathBuf;

use thirtyfour::prelude::*;

use crate::support::App;
use crate::support::app::{BRISK, INSTANT};

/// Pictures of the real window for the README and for eyes: `CHIMERA_PICTURES=DIR cargo xtask e2e pictures` keeps
/// them. What is asserted is that the window shows something at every size and in both themes.
#[tokio::test]
async fn the_stage_is_shown_light_dark_narrow_and_large() {
    let app = App::open(BRISK).await;
    app.see("welcome").await;
    keep("welcome", &app.picture().await);
    app.press("try-demo").await;
    app.wait_for_state("completed").await;

    let mut pictures = Vec::new();
    for (name, theme, width, text_scale) in [
        ("stage-light", "light", 1280, 100),
        ("stage-dark", "dark", 1280, 100),
        ("stage-narrow", "light", 400, 100),
        ("stage-large-text", "light", 1280, 200),
    ] {
        app.window.set_window_rect(0, 0, width, 820).await.unwrap();
        prefer(&app, theme, text_scale).await;
        app.see("transcript").await;
        let picture = app.picture().await;
        keep(name, &picture);
        pictures.push(picture);
    }

    assert!(pictures.windows(2).all(|pair| pair[0] != pair[1]), "two of the pictures are the same");
    app.close().await;
}

#[tokio::test]
async fn the_list_its_menu_and_the_trash_are_shown_light_dark_and_narrow() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;
    for _ in 0..2 {
        app.invoke("start_demo", "{}").await;
        app.window.refresh().await.unwrap();
        app.wait_for_state("completed").await;
    }
    app.find("[data-testid=sidebar] li:nth-child(3) .open").await;

    by_key(&app, "[data-testid=sidebar] li:nth-child(3) .open", Key::Delete).await;
    app.see("open-trash").await;
    by_key(&app, "[data-testid=sidebar] .more button", Key::Enter).await;
    app.find("[role=menuitem]:focus").await;
    keep("shelves-menu", &app.picture().await);
    app.find("[role=menuitem]:focus").await.send_keys(Key::Escape).await.unwrap();

    app.press("open-trash").await;
    by_key(&app, "[data-testid=sidebar] .row .open", Key::Enter).await;
    app.see("trash-bar").await;
    keep("trash-light", &app.picture().await);
    app.click("[data-testid=trash-bar] button:not(.primary)").await;
    app.find("[role=dialog]").await;
    keep("trash-question", &app.picture().await);
    app.find("[role=dialog] .foot button:focus").await.send_keys(Key::Enter).await.unwrap();
    app.window.set_window_rect(0, 0, 400, 820).await.unwrap();
    keep("trash-narrow", &app.picture().await);
    app.click("[data-region=top] button").await;
    app.see("open-trash").await;
    keep("trash-drawer", &app.picture().await);
    app.window.set_window_rect(0, 0, 1280, 820).await.unwrap();
    prefer(&app, "dark", 100).await;
    app.press("open-trash").await;
    by_key(&app, "[data-testid=sidebar] .row .open", Key::Enter).await;
    app.see("trash-bar").await;
    keep("trash-dark", &app.picture().await);
    app.close().await;
}

#[tokio::test]
async fn a_cast_and_a_prompt_are_shown_light_dark_narrow_and_large_and_nothing_is_cut_off() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;
    for (name, theme, width, text_scale) in [
        ("light", "light", 1280, 100),
        ("dark", "dark", 1280, 100),
        ("narrow", "light", 420, 100),
        ("large-text", "light", 1280, 200),
        ("narrow-large-text", "dark", 420, 200),
    ] {
        app.window.set_window_rect(0, 0, width, 820).await.unwrap();
        prefer(&app, theme, text_scale).await;
        // It shows when it has the focus.
        app.see("message").await;
        let opener = app.window.find(By::Css("[data-testid=show-prompt]")).await.unwrap();
        opener.focus().await.unwrap();
        opener.send_keys(Key::Enter).await.unwrap();
        app.see("prompt-inspector").await;
        keep_dialog(&app, &format!("prompt-{name}")).await;
        app.find("[role=dialog] .foot button:last-child").await.send_keys(Key::Enter).await.unwrap();

        app.focused("[data-testid=show-prompt]").await;

        app.press("new-conversation").await;
        // A dialog that has just opened takes the focus to its first field.
        app.focused("[role=dialog] textarea[name=topic]").await;
        by_key(&app, "[role=dialog] .card .more button", Key::Enter).await;
        // A copy of one that ships with the app opens to be edited, and so does one that was copied before.
        app.focused("[role=menuitem]").await.send_keys(Key::Enter).await.unwrap();
        app.wait_for_text("Save the cast").await;
        app.focused("[role=dialog] .names input").await;
        keep_dialog(&app, &format!("cast-{name}")).await;
    }
    app.close().await;
}

#[tokio::test]
async fn who_came_to_what_is_shown_light_dark_narrow_and_large_and_nothing_is_cut_off() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;
    for (name, theme, width, text_scale) in [
        ("light", "light", 1280, 100),
        ("dark", "dark", 1280, 100),
        ("narrow", "light", 420, 100),
        ("large-text", "light", 1280, 200),
        ("narrow-large-text", "dark", 420, 200),
    ] {
        app.window.set_window_rect(0, 0, width, 820).await.unwrap();
        prefer(&app, theme, text_scale).await;
        app.see("message").await;
        let is_shown = app.window.find_all(By::Css("[data-testid=show-usage]")).await.unwrap().len() == 1;
        if !is_shown {
            app.find("body").await.send_keys(Key::Control + "i").await.unwrap();
        }
        by_key(&app, "[data-testid=show-usage]", Key::Enter).await;
        app.see("usage").await;
        app.focused("[role=dialog] .foot button:last-child").await;
        keep_dialog(&app, &format!("usage-{name}")).await;
        app.find("[role=dialog] .foot button:last-child").await.send_keys(Key::Enter).await.unwrap();

        app.focused("[data-testid=show-usage]").await;
    }
    app.close().await;
}

/// The foremost dialog from its beginning and further down, which is as wide as all that is in it.
async fn keep_dialog(app: &App, name: &str) {
    for (place, part) in [(0, ""), (1, "-middle"), (2, "-end")] {
        let script = format!(
            "const body = [...document.querySelectorAll('.dialog-body')].at(-1); \
             body.scrollTop = (body.scrollHeight - body.clientHeight) * {place} / 2; \
             return [body.scrollWidth, body.clientWidth]"
        );
        let (content, room): (f64, f64) = app.window.execute(&script, Vec::new()).await.unwrap().convert().unwrap();
        keep(&format!("{name}{part}"), &app.picture().await);
        assert!(content <= room, "{name} is {content} px wide and has {room}");
    }
}

async fn by_key(app: &App, css: &str, key: Key) {
    let element = app.find(css).await;
    element.focus().await.unwrap();
    element.send_keys(key).await.unwrap();
}

/// Preferences as the page keeps them, then a fresh page.
async fn prefer(app: &App, theme: &str, text_scale: u16) {
    let preferences = format!(
        "{{ preferences: {{ theme: '{theme}', sidebar_open: true, inspector_open: true, text_scale: {text_scale}, \
         record_all: false }} }}"
    );
    app.invoke("set_preferences", &preferences).await;
    app.window.refresh().await.unwrap();
}

fn keep(name: &str, picture: &[u8]) {
    assert!(picture.len() > 5_000, "{name} is blank");
    if let Some(folder) = std::env::var_os("CHIMERA_PICTURES").map(PathBuf::from) {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name).with_extension("png"), picture).unwrap();
    }
}
