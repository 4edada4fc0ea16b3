use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};

use crate::preferences::{self, Placement, Preferences, Theme};

const LABEL: &str = "main";

/// The one window. It shows nothing but the page that was built in: it follows no link, opens no window and downloads
/// nothing, whatever a model writes.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let placement = preferences::placement(app);
    let (width, height) = placement.map_or((1_280.0, 820.0), |placement| (placement.width, placement.height));
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Chimera")
        .inner_size(width, height)
        .min_inner_size(360.0, 480.0)
        .maximized(placement.is_some_and(|placement| placement.maximized))
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .devtools(cfg!(debug_assertions))
        .disable_drag_drop_handler()
        .build()?;
    apply(app, &preferences::read(app).unwrap_or_default());
    let app = app.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { .. } = event {
            remember(&app);
        }
    });
    Ok(())
}

pub fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        // Each of these may be refused by a window manager, and the window is no worse for it.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// The parts of the preferences that are the window's own and not the page's.
pub fn apply(app: &AppHandle, preferences: &Preferences) {
    let theme = match preferences.theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    };
    app.set_theme(theme);
}

fn remember(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let Ok(scale) = window.scale_factor() else { return };
    let Ok(size) = window.inner_size().map(|size| size.to_logical::<f64>(scale)) else { return };
    let maximized = window.is_maximized().unwrap_or(false);
    // A maximized window keeps the size it had before.
    let size = match (maximized, preferences::placement(app)) {
        (true, Some(before)) => (before.width, before.height),
        _ => (size.width, size.height),
    };
    let placement = Placement { width: size.0, height: size.1, maximized };
    if let Err(error) = preferences::set_placement(app, &placement) {
        tracing::warn!(message = error.message, "the window's size could not be kept");
    }
}

fn is_own_page(url: &tauri::Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // WebView2 serves the page from here.
        "http" | "https" if url.host_str() == Some("tauri.localhost") => true,
        "http" => cfg!(dev) && url.host_str() == Some("localhost") && url.port() == Some(5173),
        _ => false,
    }
}
