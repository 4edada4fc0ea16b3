//! The house, checked: who may know whom, and what no source file may hold. ARCHITECTURE.md says the same in prose; a
//! new arrow is a decision and changes both in one commit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every room and the rooms it may build on. In its tests it may also use the workshop.
const ROOMS: &[(&str, &[&str])] = &[
    ("chimera", &["chimera-app", "chimera-core", "chimera-server"]),
    ("chimera-app", &["chimera-core", "chimera-engine", "chimera-providers", "chimera-secrets", "chimera-store"]),
    ("chimera-cli", &["chimera-app", "chimera-core", "chimera-server"]),
    ("chimera-core", &[]),
    ("chimera-engine", &["chimera-core"]),
    ("chimera-providers", &["chimera-core"]),
    ("chimera-secrets", &["chimera-core"]),
    ("chimera-server", &["chimera-app", "chimera-core"]),
    ("chimera-store", &["chimera-core"]),
    ("chimera-testkit", &["chimera-core"]),
    ("xtask", &[]),
];

const WORKSHOP: &str = "chimera-testkit";

/// Libraries that only some rooms may know, by the beginning of their names.
const KNOWN_TO: &[(&str, &[&str])] = &[
    ("tauri", &["chimera"]),
    ("specta-typescript", &["chimera"]),
    ("thirtyfour", &["chimera"]),
    ("axum", &["chimera-server", "chimera-testkit"]),
    ("hyper", &["chimera-providers", "chimera-server", "chimera-testkit"]),
    ("sqlx", &["chimera-store"]),
    ("reqwest", &["chimera-providers"]),
    ("rustls", &["chimera-providers"]),
    ("keyring", &["chimera-secrets"]),
    ("argon2", &["chimera-secrets"]),
    ("chacha20poly1305", &["chimera-secrets"]),
    ("rpassword", &["chimera-cli"]),
    ("zbus", &["chimera-secrets"]),
    ("apple-native-keyring-store", &["chimera-secrets"]),
    ("windows-native-keyring-store", &["chimera-secrets"]),
    ("clap", &["chimera-cli"]),
];

/// The benchmark compares the app with a reader that has nothing around it; the WebDriver client brings no TLS of its
/// own.
const KNOWN_TO_TESTS: &[(&str, &str)] = &[("chimera-app", "reqwest"), ("chimera-app", "rustls"), ("chimera", "rustls")];

/// The vocabulary is plain data: whatever does something stays out of it.
const NOT_FOR_CORE: &[&str] = &["tokio", "async-stream", "tracing", "http", "bytes", "directories"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Normal,
    Build,
    Test,
}

#[derive(Debug)]
struct Arrow {
    from: String,
    to: String,
    kind: Kind,
}

/// What is wrong with these arrows, a sentence each.
fn forbidden(arrows: &[Arrow]) -> Vec<String> {
    arrows.iter().filter(|arrow| !is_allowed(arrow)).map(sentence).collect()
}

fn is_allowed(Arrow { from, to, kind }: &Arrow) -> bool {
    let Some((_, may_know)) = ROOMS.iter().find(|(room, _)| room == from) else { return false };
    if ROOMS.iter().any(|(room, _)| room == to) {
        return may_know.contains(&to.as_str()) || (to == WORKSHOP && *kind == Kind::Test);
    }
    if from == "chimera-core" && *kind == Kind::Normal && NOT_FOR_CORE.contains(&to.as_str()) {
        return false;
    }
    if *kind == Kind::Test && KNOWN_TO_TESTS.contains(&(from.as_str(), to.as_str())) {
        return true;
    }
    KNOWN_TO
        .iter()
        .filter(|(library, _)| to == library || to.starts_with(&format!("{library}-")))
        .all(|(_, rooms)| rooms.contains(&from.as_str()))
}

fn sentence(Arrow { from, to, kind }: &Arrow) -> String {
    match kind {
        Kind::Test => format!("{from} must not know {to}, not even in its tests"),
        Kind::Build => format!("{from} must not know {to}, not even to be built"),
        Kind::Normal if to == WORKSHOP => format!("{from} must not know {to} outside of its tests"),
        Kind::Normal => format!("{from} must not know {to}"),
    }
}

#[test]
fn the_arrows_between_the_rooms_point_down() {
    let wrong = forbidden(&arrows(&packages()));

    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_room_stands_in_the_table() {
    let packages = packages();
    let in_the_house: BTreeSet<&str> = packages.iter().map(|package| text(package, "name")).collect();
    let in_the_table: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();

    assert_eq!(in_the_house, in_the_table, "a new crate needs a line in ROOMS and in ARCHITECTURE.md");
}

#[test]
fn a_forbidden_arrow_is_reported_in_a_sentence() {
    let arrow = |from: &str, to: &str, kind| Arrow { from: from.into(), to: to.into(), kind };

    let wrong = forbidden(&[
        arrow("chimera-engine", "chimera-core", Kind::Normal),
        arrow("chimera-engine", "chimera-store", Kind::Normal),
        arrow("chimera-engine", "chimera-testkit", Kind::Test),
        arrow("chimera-app", "chimera-testkit", Kind::Normal),
        arrow("chimera-cli", "tauri-plugin-opener", Kind::Test),
        arrow("chimera-providers", "reqwest", Kind::Normal),
        arrow("chimera-core", "tokio", Kind::Normal),
        arrow("chimera-attic", "serde", Kind::Normal),
    ]);

    let expected = [
        "chimera-engine must not know chimera-store",
        "chimera-app must not know chimera-testkit outside of its tests",
        "chimera-cli must not know tauri-plugin-opener, not even in its tests",
        "chimera-core must not know tokio",
        "chimera-attic must not know serde",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn every_room_says_first_what_it_owns_and_must_never_know() {
    for package in packages() {
        let folder = Path::new(text(&package, "manifest_path")).parent().expect("a manifest lies in a folder");
        let doors = ["src/lib.rs", "src/main.rs", "src-tauri/lib.rs"].map(|door| folder.join(door));
        let door = doors.iter().find(|door| door.is_file()).expect("a crate has a lib.rs or a main.rs");

        assert!(read(door).starts_with("//! "), "{} does not open with //!", door.display());
    }
}

#[test]
fn text_from_a_model_never_becomes_markup() {
    let mut sources = files(&root().join("ui/src"), &["svelte", "ts"]);
    assert!(!sources.is_empty(), "the window's sources are looked for in the wrong place");
    // Tests hold hostile texts, and look at the markup that was made of them.
    let tests = root().join("ui/src/test");
    sources.retain(|source| !source.to_string_lossy().ends_with(".test.ts") && !source.starts_with(&tests));

    for source in sources {
        for door in ["{@html", "innerHTML", "outerHTML", "insertAdjacentHTML"] {
            assert!(!read(&source).contains(door), "{} uses {door}", source.display());
        }
    }
}

#[test]
fn no_test_is_passed_over() {
    // In two parts, so that this file does not accuse itself.
    let mark = concat!("#[", "ignore");

    for source in rust_sources() {
        assert!(!read(&source).contains(mark), "{} holds a test that never runs", source.display());
    }
}

#[test]
fn a_file_holds_one_idea() {
    for source in rust_sources() {
        let lines = read(&source).lines().count();

        assert!(lines <= 400, "{} has {lines} lines: look for its second idea", source.display());
        assert!(!source.ends_with("mod.rs"), "{}: a module's file bears the module's name", source.display());
    }
}

/// The page's types are written from Rust's, so they name every variant.
#[test]
fn the_local_api_lists_every_word_that_programs_branch_on() {
    let types = read(&root().join("ui/src/lib/bindings.ts"));
    let page = read(&root().join("docs/local-api.md"));

    for (name, place) in [
        ("ErrorClass", "The classes of failure"),
        ("StateReason", "| `conversation.state_changed` |"),
        ("HealthState", "`provider.health` ("),
    ] {
        let definition =
            types.split(&format!("export type {name} = ")).nth(1).and_then(|rest| rest.split(";\n\n").next());
        let words: Vec<_> = definition.unwrap_or_default().split('"').skip(1).step_by(2).collect();
        let told = page.split("\n\n").find(|part| part.contains(place)).unwrap_or_default();

        assert!(words.len() > 3, "{name} is looked for in the wrong place");
        for word in words {
            assert!(told.contains(&format!("`{word}`")), "docs/local-api.md does not tell {word} of {name}");
        }
    }
}

/// A row behind an empty line is no row any more, but plain text.
#[test]
fn every_table_of_the_documents_is_in_one_piece() {
    for page in files(&root().join("docs"), &["md"]) {
        let text = read(&page);
        let lines: Vec<_> = text.lines().collect();
        for three in lines.windows(3) {
            let begins = three[0].is_empty() && three[1].starts_with('|');
            assert!(!begins || three[2].starts_with("| --- "), "{}: no table begins with {}", page.display(), three[1]);
        }
        let ends_alone =
            lines.len() > 1 && lines[lines.len() - 2].is_empty() && lines[lines.len() - 1].starts_with('|');
        assert!(!ends_alone, "{} ends with a row of no table", page.display());
    }
}

/// The workspace as cargo sees it.
fn packages() -> Vec<serde_json::Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(root());
    let output = metadata.output().expect("cargo is what runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    serde_json::from_value(metadata["packages"].take()).expect("the packages are a list")
}

fn arrows(packages: &[serde_json::Value]) -> Vec<Arrow> {
    let mut arrows = Vec::new();
    for package in packages {
        for dependency in package["dependencies"].as_array().expect("a package lists its dependencies") {
            let kind = match dependency["kind"].as_str() {
                None => Kind::Normal,
                Some("build") => Kind::Build,
                Some("dev") => Kind::Test,
                Some(other) => panic!("cargo knows a kind of dependency that this test does not: {other}"),
            };
            arrows.push(Arrow { from: text(package, "name").into(), to: text(dependency, "name").into(), kind });
        }
    }
    arrows
}

fn text<'a>(value: &'a serde_json::Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("cargo metadata names no {field}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_sources() -> Vec<PathBuf> {
    let sources: Vec<_> = ["crates", "src-tauri", "tests", "xtask"]
        .iter()
        .flat_map(|folder| files(&root().join(folder), &["rs"]))
        .collect();
    assert!(sources.len() > 100, "the Rust sources are looked for in the wrong place");
    sources
}

fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("could not list {}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("a folder can be listed to its end").path();
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("could not read {}: {error}", path.display()))
}
