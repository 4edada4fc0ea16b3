use crate::support::App;
use crate::support::app::INSTANT;

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_without_a_topic_is_refused_at_the_field_and_nothing_is_made() {
    let app = App::open(INSTANT).await;
    app.see("welcome").await;

    app.press("new-conversation").await;
    app.click("[role=dialog] button[type=submit]").await;

    app.wait_for_text("topic is empty").await;
    let field = app.find("[role=dialog] [name=topic]").await;
    assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
    let history = chimera_store_rows(&app.data_dir);
    assert_eq!(history, 0, "a refused conversation left events behind");
    app.close().await;
}

/// Conversations in the history, as another process reads them.
fn chimera_store_rows(data_dir: &std::path::Path) -> usize {
    let runtime = tokio::runtime::Handle::current();
    let options = chimera_app::Options::new(data_dir.to_path_buf());
    tokio::task::block_in_place(|| {
        runtime.block_on(async {
            let chimera = chimera_app::Chimera::open_read_only(options).await.expect("the history is read");
            chimera.conversations(None, 10).await.expect("the list is read").items.len()
        })
    })
}
