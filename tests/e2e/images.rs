use crate::support::App;
use crate::support::app::INSTANT;

/// Eight by eight pixels.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGNQMEjAihiGlgQAIccsAaylXIAAAAAASUVORK5CYII=";

/// The web driver has no clipboard: the page is told that something is pasted, as the web view would.
#[tokio::test]
async fn an_image_is_pasted_described_said_and_shown_again_after_a_reload() {
    let app = App::open(INSTANT).await;
    app.press("try-demo").await;
    app.wait_for_state("completed").await;

    app.see("composer-input").await;
    let paste = format!(
        "const bytes = Uint8Array.from(atob('{PICTURE}'), one => one.charCodeAt(0)); \
         const files = new DataTransfer(); \
         files.items.add(new File([bytes], 'square.png', {{ type: 'image/png' }})); \
         const event = new Event('paste', {{ bubbles: true, cancelable: true }}); \
         Object.defineProperty(event, 'clipboardData', {{ value: files }}); \
         document.querySelector('[data-testid=composer-input]').dispatchEvent(event);"
    );
    app.window.execute(&paste, Vec::new()).await.unwrap();
    let attached = app.see("attached").await;
    attached.find(thirtyfour::By::Css("input")).await.unwrap().send_keys("a dark square").await.unwrap();
    // It comes back with its draft.
    app.window.refresh().await.unwrap();
    let again = app.see("attached").await;
    let description = again.find(thirtyfour::By::Css("input")).await.unwrap();
    assert_eq!(description.value().await.unwrap().as_deref(), Some("a dark square"));
    app.press("composer-send").await;

    app.find("button[aria-label='Enlarge: a dark square'] img").await;
    app.window.refresh().await.unwrap();
    app.press("image").await;
    let image = app.find("[role=dialog] img[alt='a dark square']").await;
    assert_eq!(image.prop("naturalWidth").await.unwrap().as_deref(), Some("8"), "its bytes are not those of the image");
    app.close().await;
}
