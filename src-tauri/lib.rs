//! The shell: a window around `chimera-app`.
//!
//! It owns the window, the list of commands, where preferences and logs go, and the switch of the side door. It knows
//! no SQL, no HTTP and no provider, and decides nothing: a command is one call into [`chimera_app::Chimera`].

mod bindings;
mod command_names;
mod commands;
mod companion;
mod error;
mod feed;
mod logging;
mod preferences;
mod quit;
mod shell;
mod window;

pub use bindings::bindings;
pub use command_names::COMMAND_NAMES;

use shell::Shell;

/// Opens Chimera and runs its window until the user quits.
pub fn run() {
    let bindings = bindings();
    tauri::Builder::default()
        // First of all plugins: a second start shows the first one's window and ends.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        .plugin(tauri_plugin_store::Builder::new().build())
        .plugin(tauri_plugin_opener::init())
        .invoke_handler(bindings.invoke_handler())
        .setup(|app| {
            Shell::open(app.handle())?;
            quit::on_signals(app.handle());
            window::open(app.handle())?;
            companion::open_if_wanted(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!())
        .expect("the context was checked when this binary was built")
        .run(quit::on_event);
}
