use std::cell::RefCell;

use crate::support::App;
use crate::support::app::HUMAN;

#[tokio::test]
async fn killed_in_mid_sentence_it_comes_back_with_the_words_that_had_been_said() {
    let app = App::open(HUMAN).await;
    // The last word never comes: it is in mid sentence for as long as it takes to kill it.
    app.lay(&[("Ada", "poet!pause@0"), ("Bob", "sceptic!pause")], "policy: 'round_robin', end: { turns: 9 }").await;
    app.press("start").await;
    let before = RefCell::new(None);
    app.wait_until("a sentence is under way", async || {
        let seen = app.messages().await;
        *before.borrow_mut() =
            seen.into_iter().find(|message| message.status == "streaming" && words(&message.text) >= 12);
        before.borrow().is_some()
    })
    .await;
    let before = before.into_inner().expect("a message is being written");

    let app = app.kill_and_reopen(HUMAN).await;

    app.see("interrupted-bar").await;
    let after = app.messages().await;
    let kept = after.iter().find(|message| message.id == before.id).expect("the half-spoken message is there");
    assert_eq!(kept.status, "interrupted");
    let said = body(&before.text);
    let common = said.chars().zip(body(&kept.text).chars()).take_while(|(a, b)| a == b).count();
    // A quarter of a second of words may be lost, and no more: at a human pace that is a few dozen characters.
    assert!(common + 60 >= said.chars().count(), "kept: {}\nsaid: {said}", kept.text);
    app.wait_for_state("paused").await;
    app.press("resume").await;
    app.wait_for_state("running").await;
    app.close().await;
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The last paragraph: the first lines are the name and the figures, which change.
fn body(text: &str) -> String {
    text.lines().skip(1).filter(|line| line.len() > 30).collect::<Vec<_>>().join(" ")
}
