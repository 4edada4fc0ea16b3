use crate::support::App;
use crate::support::app::{BRISK, HUMAN, INSTANT};

#[tokio::test]
async fn those_who_answer_at_once_are_seen_thinking_one_is_skipped_and_the_others_appear_together() {
    let app = App::open(HUMAN).await;
    // The round is open until the two who never come out of their thoughts are skipped.
    let voices =
        [("Sceptic", "sceptic"), ("Poet", "poet!think!hang"), ("Engineer", "engineer"), ("Host", "host!think!hang")];
    app.lay(&voices, "policy: 'parallel'").await;

    app.press("step").await;
    app.click("[data-testid=round] button[aria-label='Skip Poet']").await;

    app.wait_until("the others are through, but for one", async || {
        assert_eq!(seen(&app).await, (true, 0), "a word of a round is shown before all are through");
        skippable(&app).await == ["Skip Host"]
    })
    .await;
    app.wait_until("the Poet is still seen to be of the round", async || {
        let script = "return document.querySelector('[data-testid=round] li:nth-child(2)')?.innerText ?? ''";
        let words: String = app.window.execute(script, Vec::new()).await.unwrap().convert().unwrap();
        words.contains("was skipped")
    })
    .await;
    app.click("[data-testid=round] button[aria-label='Skip Host']").await;
    app.wait_until("the round is over", async || {
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
    app.wait_for_text("Poet was left out").await;
    app.close().await;
}

#[tokio::test]
async fn a_round_is_laid_by_the_dialog_and_who_says_nothing_of_money_has_a_limit_all_the_same() {
    let app = App::open(INSTANT).await;
    app.press("new-conversation").await;
    app.find("[role=dialog] textarea[name=topic]").await.send_keys("Is it the same ship?").await.unwrap();
    for persona in ["Sceptic", "Poet", "Engineer"] {
        app.choose_persona(persona).await;
    }
    app.click("[role=dialog] input[type=radio][value=parallel]").await;
    app.click("[role=dialog] button[type=submit]").await;
    app.wait_for_text("of $1.00").await;

    app.press("step").await;

    app.wait_until("all have answered", async || {
        let said = app.messages().await.into_iter().map(|message| message.author).collect::<Vec<_>>();
        said == ["Sceptic", "Poet", "Engineer"]
    })
    .await;
    app.wait_for_state("paused").await;
    app.close().await;
}

#[tokio::test]
async fn whoever_reads_further_up_is_not_moved_by_a_round_that_is_shown() {
    let app = App::open(BRISK).await;
    app.window.set_window_rect(0, 0, 1000, 520).await.unwrap();
    let voices = [("Ada", "poet"), ("Bob", "sceptic"), ("Eve", "engineer")];
    app.lay(&voices, "policy: 'parallel', end: { turns: 60 }").await;
    for rounds in 1..=3 {
        round(&app, rounds * voices.len()).await;
    }

    // In the middle of the talk, and so near to its end that the round itself is in sight.
    for (rounds, from_end) in [(4, 400), (5, 200), (6, 40)] {
        let script = format!(
            "const scroller = document.querySelector('[data-testid=transcript]'); \
             scroller.scrollTop = scroller.scrollHeight - scroller.clientHeight - {from_end}; \
             return scroller.scrollTop"
        );
        let place: f64 = app.window.execute(&script, Vec::new()).await.unwrap().convert().unwrap();
        assert!(place > 0.0, "there is nothing above");
        app.picture().await;
        app.window.execute(WATCH, Vec::new()).await.unwrap();

        round(&app, rounds * voices.len()).await;

        app.picture().await;
        let drift: f64 = app.window.execute("return window.drift()", Vec::new()).await.unwrap().convert().unwrap();
        assert!(drift < 1.0, "the row that was read moved by {drift} px, {from_end} px from the end");
    }
    app.close().await;
}

/// Looks in every frame where the message stands that is read: the first of which most is in sight.
const WATCH: &str = "
    const top = document.querySelector('[data-testid=transcript]').getBoundingClientRect().top;
    const place = row => row.getBoundingClientRect().top - top;
    const row = [...document.querySelectorAll('[data-testid=message]')].find(row => place(row) + row.offsetHeight / 2 > 0);
    const id = row.dataset.messageId;
    const before = place(row);
    let drift = 0;
    let isOn = true;
    const look = () => {
        const now = document.querySelector(`[data-message-id='${id}']`);
        drift = Math.max(drift, now ? Math.abs(place(now) - before) : Infinity);
        if (isOn) requestAnimationFrame(look);
    };
    look();
    window.drift = () => { look(); isOn = false; return Math.min(drift, 99999); };
";

/// One round more, to its end.
async fn round(app: &App, turns: usize) {
    app.press("step").await;
    app.wait_until("the round has begun and is through", async || {
        let script = "return [document.querySelector('[data-testid=conversation-state]').dataset.state, \
                      document.querySelector('[aria-setsize]')?.ariaSetSize ?? '0']";
        let (state, of): (String, String) = app.window.execute(script, Vec::new()).await.unwrap().convert().unwrap();
        state == "paused" && of == turns.to_string()
    })
    .await;
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
