use std::path::PathBuf;

use crate::support::App;
use crate::support::app::BRISK;

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

/// Preferences as the page keeps them, then a fresh page.
async fn prefer(app: &App, theme: &str, text_scale: u16) {
    let script = format!(
        "const done = arguments[0]; window.__TAURI_INTERNALS__.invoke('set_preferences', {{ preferences: {{ \
         theme: '{theme}', sidebar_open: true, inspector_open: true, text_scale: {text_scale}, record_all: false }} }}).then(done, done);"
    );
    app.window.execute_async(&script, Vec::new()).await.unwrap();
    app.window.refresh().await.unwrap();
}

fn keep(name: &str, picture: &[u8]) {
    assert!(picture.len() > 5_000, "{name} is blank");
    if let Some(folder) = std::env::var_os("CHIMERA_PICTURES").map(PathBuf::from) {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name).with_extension("png"), picture).unwrap();
    }
}
