//! Images from files: with a question, at the beginning of a talk, and in the middle of one.

use std::path::Path;

use chimera_testkit::FakeLlm;
use chimera_testkit::pictures::{self, Told};

use crate::program::{chimera, events, folder, lines, run, stderr};
use crate::side_door::Serving;

fn file(folder: &Path) -> String {
    let file = folder.join("harbour.png");
    std::fs::write(&file, pictures::png(40, 30, Told::Everything)).unwrap();
    file.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_shows_its_image_and_nothing_of_what_the_camera_wrote() {
    let (files, data) = (folder(), folder());
    let server = FakeLlm::start().await;
    server.always().says("A harbour.");
    let route = format!("compatible@{}/v1#m", server.url());
    let image = file(files.path());

    let ask = ["ask", "--route", &route, "--prompt", "What is it?", "--image", &image];
    let output = tokio::task::block_in_place(|| chimera(data.path()).args(ask).output().unwrap());

    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let asked = server.request(0).await;
    let content = &asked.body()["messages"][0]["content"];
    assert_eq!(content[0]["text"], "What is it?");
    assert!(content[1]["image_url"]["url"].as_str().unwrap().starts_with("data:image/png;base64,iVBORw0KGgo"));
    // It would be a longer file.
    assert!(content.to_string().len() < 300, "{content}");
}

#[test]
fn a_talk_begins_with_an_image_and_another_is_said_later() {
    let (files, data) = (folder(), folder());
    let image = file(files.path());

    let begun = run(
        data.path(),
        &["talk", "--demo", "--topic", "Harbours", "--turns", "1", "--image", &image, "--alt", "a harbour", "--json"],
    );
    assert_eq!(begun.status.code(), Some(0), "{}", stderr(&begun));
    let lines = lines(&begun);
    let first = events(&lines, "message.completed")[0].clone();
    assert_eq!((&first["data"]["images"][0]["alt"], &first["data"]["text"]), (&"a harbour".into(), &"".into()));
    let id = first["topic"].as_str().unwrap().trim_start_matches("conversation:").to_owned();
    let said = run(data.path(), &["say", &id, "And this one?", "--image", &image]);
    assert_eq!(said.status.code(), Some(0), "{}", stderr(&said));

    let shown = run(data.path(), &["show", &id]);
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(text.contains("You\n[image: a harbour, 40×30]\n"), "{text}");
    assert!(text.contains("And this one?\n[image, 40×30]\n"), "{text}");
}

#[test]
fn beside_a_running_chimera_images_come_in_by_its_side_door() {
    let (files, serving) = (folder(), Serving::begin());
    let image = file(files.path());

    serving.done(&["say", "ID", "What is it?", "--image", &image, "--alt", "a harbour"]);
    serving.done(&["say", "ID", "--image", &image]);
    let laid = serving.done(&["create", "--demo", "--topic", "Harbours", "--image", &image]);

    let shown = serving.done(&["show", "ID"]);
    assert!(shown.contains("What is it?\n[image: a harbour, 40×30]\n"), "{shown}");
    assert!(shown.contains("You\n[image, 40×30]\n"), "{shown}");
    assert!(serving.done(&["show", laid.trim()]).contains("[image, 40×30]"));
    let svg = files.path().join("drawing.svg");
    std::fs::write(&svg, "<svg/>").unwrap();
    let refused = serving.run(&["say", "ID", "And this?", "--image", svg.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("PNG, JPEG, WebP or GIF"), "{}", stderr(&refused));
    assert!(!serving.done(&["show", "ID"]).contains("And this?"));
}

#[test]
fn a_file_that_is_no_image_is_refused() {
    let (files, data) = (folder(), folder());
    let svg = files.path().join("drawing.svg");
    std::fs::write(&svg, "<svg/>").unwrap();

    let output =
        run(data.path(), &["ask", "--route", "demo#poet", "--prompt", "What?", "--image", svg.to_str().unwrap()]);

    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("PNG, JPEG, WebP or GIF"), "{}", stderr(&output));
}
