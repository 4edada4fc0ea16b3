//! What the older part of a talk was summed up to, put better by hand.

use chimera_testkit::FakeLlm;
use serde_json::Value;

use crate::program::{folder, run, stderr};
use crate::side_door::Serving;

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_is_put_better_by_this_process_and_through_the_side_door() {
    let folder = folder();
    let server = FakeLlm::start().await;
    server.always().says(&"It holds as long as the river lets it stand. ".repeat(6));
    for _ in 0..9 {
        server.on("scribe").says("They agree that the river decides.");
    }
    let url = format!("{}/v1", server.url());
    let done = |words: &[&str]| {
        let output = run(folder.path(), words);
        assert!(output.status.success(), "{words:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    done(&["connections", "add", "--kind", "compatible", "--name", "Box", "--url", &url]);
    for model in ["box/talker", "box/scribe"] {
        done(&["models", "set", model, "--context", "1400"]);
    }
    let lay =
        ["create", "--models", "box/talker", "--topic", "Bridges", "--turns", "12", "--allow-loops", "--summaries"];
    let laid = done(&lay);
    let id = laid.trim();
    done(&["change", id, "--summaries", "on", "--summary-models", "box/scribe"]);
    done(&["start", id]);
    let summary = |view: &str| serde_json::from_str::<Value>(view).unwrap()["summaries"][0].clone();
    let first = summary(&done(&["show", id, "--json"]));
    assert_eq!(first["text"], "They agree that the river decides.");
    let of = first["id"].as_str().unwrap().to_owned();
    assert!(done(&["show", id, "--ids"]).contains(&of));

    done(&["summary", "edit", id, &of, "The river decides, they say."]);

    let here = summary(&done(&["show", id, "--json"]));
    assert_eq!((&here["text"], &here["edited"]), (&"The river decides, they say.".into(), &true.into()));
    let id = id.to_owned();
    let serving = Serving::opened(folder, id.clone());
    serving.done(&["summary", "edit", "ID", &of, "Mostly herons."]);
    assert_eq!(summary(&serving.done(&["show", "ID", "--json"]))["text"], "Mostly herons.");
}
