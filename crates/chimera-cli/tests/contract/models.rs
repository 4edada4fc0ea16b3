use serde_json::Value;

use crate::program::{folder, run, stderr};

#[test]
fn a_models_facts_are_corrected_listed_and_taken_back() {
    let folder = folder();

    let set = run(folder.path(), &["models", "set", "demo/poet", "--context", "4096", "--sees", "false"]);
    let priced = run(folder.path(), &["models", "set", "demo/poet", "--input-price", "0.15", "--output-price", "0.6"]);
    let list: Value =
        serde_json::from_slice(&run(folder.path(), &["models", "list", "demo", "--json"]).stdout).unwrap();
    let cleared = run(folder.path(), &["models", "clear", "demo/poet"]);

    assert_eq!(String::from_utf8_lossy(&set.stdout), "reads 4096 tokens, sees no images, free\n");
    assert!(String::from_utf8_lossy(&priced.stdout).contains("$0.15 in, $0.6 out"), "{priced:?}");
    let poet = list.as_array().unwrap().iter().find(|model| model["id"] == "poet").unwrap();
    assert_eq!(poet["facts"]["price"]["input"], 150_000);
    assert_eq!(poet["facts"]["price"]["source"], "user");
    assert_eq!(String::from_utf8_lossy(&cleared.stdout), "free\n");
}

#[test]
fn what_is_half_said_of_a_model_is_refused() {
    let folder = folder();

    for words in [
        ["models", "set", "demo/poet", "--input-price", "1"],
        ["models", "set", "poet", "--context", "1"],
        ["models", "set", "demo/poet", "--context", "-1"],
    ] {
        assert_eq!(run(folder.path(), &words).status.code(), Some(2), "{words:?}");
    }
    let nothing = run(folder.path(), &["models", "set", "demo/poet"]);
    assert!(stderr(&nothing).contains("field facts"), "{}", stderr(&nothing));
}
