use crate::support::App;
use crate::support::app::HUMAN;

#[tokio::test]
async fn those_who_answer_at_once_are_seen_thinking_one_is_skipped_and_the_others_appear_together() {
    let app = App::open(HUMAN).await;
    app.press("new-conversation").await;
    app.find("[role=dialog] textarea[name=topic]").await.send_keys("Is it the same ship?").await.unwrap();
    for persona in ["Sceptic", "Poet", "Engineer"] {
        app.choose_persona(persona).await;
    }
    app.click("[role=dialog] input[type=radio][value=parallel]").await;
    app.click("[role=dialog] button[type=submit]").await;
    // Who says nothing of money has a limit all the same.
    app.wait_for_text("of $1.00").await;

    app.press("step").await;
    app.click("[data-testid=round] button[aria-label='Skip Poet']").await;

    app.wait_until("the Poet is out", async || skippable(&app).await == ["Skip Sceptic", "Skip Engineer"]).await;
    app.wait_until("the others are through", async || {
        let (is_open, said) = seen(&app).await;
        assert!(!is_open || said == 0, "a word of a round is shown before all are through");
        !is_open
    })
    .await;
    app.wait_for_state("paused").await;
    let whole = async || {
        let said = app.messages().await.into_iter().filter(|message| message.status == "complete");
        said.map(|message| message.author).collect::<Vec<_>>()
    };
    app.wait_until("both have answered", async || whole().await == ["Sceptic", "Engineer"]).await;
    app.close().await;
}

/// Whom one can go on without just now.
async fn skippable(app: &App) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[data-testid=round] button')].map(e => e.ariaLabel)";
    app.window.execute(script, Vec::new()).await.unwrap().convert().unwrap()
}

/// Whether the round is open, and how many messages are shown, at one moment.
async fn seen(app: &App) -> (bool, usize) {
    let script = "return [document.querySelector('[data-testid=round]') !== null, \
                  document.querySelectorAll('[data-testid=message]').length]";
    app.window.execute(script, Vec::new()).await.unwrap().convert().unwrap()
}
