use crate::support::App;
use crate::support::app::INSTANT;

#[tokio::test]
async fn a_table_is_kept_as_a_cast_and_talks_again_about_something_else() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;

    app.press("keep-table").await;
    app.write("[role=dialog] input", "The dockers").await;
    app.press("save-cast").await;
    app.wait_for_text("The dockers is among your casts").await;

    app.press("new-conversation").await;
    app.click("[data-cast='the-dockers']").await;
    app.write("textarea[name=topic]", "Who owns a rope that everybody has mended?").await;
    app.click("[role=dialog] button[type=submit]").await;
    app.press("start").await;
    app.wait_until("the same people talk about the rope", async || {
        app.text().await.contains("Who owns a rope") && app.messages().await.iter().any(|one| one.status == "complete")
    })
    .await;
    app.close().await;
}
