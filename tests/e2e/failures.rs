use thirtyfour::prelude::*;

use crate::support::App;
use crate::support::app::INSTANT;

#[tokio::test]
async fn a_turn_that_nobody_answered_is_asked_of_another_model_by_keyboard() {
    let app = App::open(INSTANT).await;
    app.lay(&[("Ada", "poet!rate-limit"), ("Bob", "sceptic")], "policy: 'round_robin', end: { turns: 2 }").await;
    app.press("start").await;
    let way = app.see("retry-with").await;
    way.focus().await.unwrap();
    way.send_keys(Key::Enter).await.unwrap();

    app.write("[role=dialog] input[aria-label=Model]", "poet").await;
    // Enter in the field belongs to the list of models below it.
    let submit = app.find("[role=dialog] button[type=submit]:enabled").await;
    submit.focus().await.unwrap();
    submit.send_keys(Key::Enter).await.unwrap();

    app.wait_for_state("completed").await;
    let authors: Vec<_> = app.messages().await.into_iter().map(|message| message.author).collect();
    assert_eq!(authors, ["Ada", "Bob"]);
    app.wait_for_text("demo/poet!rate-limit").await;
    app.close().await;
}

#[tokio::test]
async fn a_speaker_that_nobody_answers_for_is_seen_to_be_passed_over() {
    let app = App::open(INSTANT).await;
    let rules = "policy: 'round_robin', end: { turns: 2 }, \
                 fallback: { after_cut: 'auto', refusals: 'leave', bad_certificate: 'stop', unanswered: 'pass_over' }";
    app.lay(&[("Ada", "poet"), ("Bob", "sceptic!overloaded"), ("Eve", "engineer")], rules).await;

    app.press("start").await;

    app.wait_for_state("completed").await;
    let row = app.see("passed-over").await;
    assert!(row.text().await.unwrap().contains("Bob was passed over: no model answered"));
    app.click("[data-testid=passed-over] button").await;
    app.wait_for_text("demo/sceptic!overloaded").await;
    // It is no news of this session alone.
    app.window.refresh().await.unwrap();
    app.see("passed-over").await;
    app.close().await;
}
