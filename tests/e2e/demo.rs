use thirtyfour::prelude::*;

use crate::support::App;
use crate::support::app::{BRISK, HUMAN, INSTANT};

#[tokio::test]
async fn one_click_on_first_run_leads_to_a_finished_conversation_of_three() {
    let app = App::open(INSTANT).await;
    app.see("welcome").await;

    app.press("try-demo").await;

    app.wait_for_state("completed").await;
    for name in ["Sceptic", "Poet", "Engineer"] {
        app.wait_for_text(name).await;
    }
    let messages = app.messages().await;
    assert!(!messages.is_empty() && messages.iter().all(|message| message.status == "complete"), "{messages:#?}");
    app.close().await;
}

#[tokio::test]
async fn a_provider_fails_on_cue_and_the_window_tells_who_answered_instead() {
    let app = App::open(INSTANT).await;

    app.press("try-demo").await;
    app.wait_for_state("completed").await;

    let line = app.see("fallback-line").await;
    let words = line.text().await.unwrap();
    assert!(words.contains("Poet") && words.contains("demo"), "{words}");
    line.find(By::Tag("button")).await.unwrap().click().await.unwrap();
    app.wait_for_text("poet!rate-limit").await;
    app.close().await;
}

#[tokio::test]
async fn what_the_user_says_while_they_talk_stands_in_the_script_and_is_taken_up() {
    let app = App::open(BRISK).await;
    app.press("try-demo").await;
    app.see("live-state").await;

    app.say("And what if only the crew stayed the same?").await;

    app.wait_for_text("And what if only the crew stayed the same?").await;
    let composer = app.see("composer-input").await;
    app.wait_until("the composer is empty again", async || {
        composer.prop("value").await.ok().flatten().is_some_and(|value| value.is_empty())
    })
    .await;
    app.wait_for_state("completed").await;
    let mine: Vec<_> = app.messages().await.into_iter().filter(|message| message.author == "user").collect();
    assert_eq!(mine.len(), 1, "said once, shown once: {mine:#?}");
    app.close().await;
}

#[tokio::test]
async fn stop_cuts_the_speaker_and_keeps_what_was_said() {
    let app = App::open(HUMAN).await;
    app.lay(&[("Ada", "poet!pause"), ("Bob", "sceptic!pause")], "policy: 'round_robin', end: { turns: 9 }").await;
    app.press("start").await;
    app.wait_until("words are streaming", async || {
        app.messages().await.iter().any(|message| message.status == "streaming" && message.text.len() > 40)
    })
    .await;

    app.press("stop").await;

    app.wait_for_state("completed").await;
    app.see("interrupted-bar").await;
    let messages = app.messages().await;
    assert!(messages.iter().any(|message| message.status == "interrupted"), "{messages:#?}");
    app.close().await;
}
