//! What the window knows of Rust is generated, and is what Rust says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use std::collections::BTreeSet;
use std::path::Path;

use specta_typescript::Typescript;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/lib/bindings.ts");

#[test]
fn the_bindings_in_the_ui_are_those_of_the_commands() {
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bindings.ts");
    let header = "// Generated from the commands in src-tauri by `cargo xtask bindings`; not to be edited.\n";
    chimera_shell::bindings().export(Typescript::default().header(header), &fresh).unwrap();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::copy(&fresh, COMMITTED).unwrap();
    }

    let fresh = std::fs::read_to_string(fresh).unwrap();
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();

    assert!(fresh == committed, "ui/src/lib/bindings.ts is not what Rust says: run `cargo xtask bindings`");
}

#[test]
fn every_command_is_declared_and_allowed_and_nothing_else_is() {
    let config: serde_json::Value =
        serde_json::from_str(include_str!("../tauri.conf.json")).expect("tauri.conf.json is JSON");
    let capabilities = config["app"]["security"]["capabilities"].as_array().expect("capabilities are inline");
    let bindings = std::fs::read_to_string(COMMITTED).unwrap();

    let allowed: BTreeSet<String> = capabilities
        .iter()
        .flat_map(|capability| capability["permissions"].as_array().expect("a list"))
        .map(|permission| permission.as_str().expect("a name").to_owned())
        .collect();
    let declared: BTreeSet<String> =
        chimera_shell::COMMAND_NAMES.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();

    assert_eq!(allowed, declared, "the capability and command_names.rs differ");
    assert_eq!(capabilities.len(), 1, "one window, one capability");
    for name in chimera_shell::COMMAND_NAMES {
        assert!(bindings.contains(&format!("\"{name}\"")), "{name} is declared and is no command of bindings.rs");
    }
}
