//! What a person sees and does, in their words.

use std::time::Duration;

use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;

use super::App;

/// How long a person would wait before they say that it hangs; the machines of a test are slow and shared.
const PATIENCE: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(100);

impl App {
    /// The first element with this test id, once it is there.
    pub async fn see(&self, test_id: &str) -> WebElement {
        self.find(&format!("[data-testid='{test_id}']")).await
    }

    /// The first displayed element that a selector finds, once it is there.
    pub async fn find(&self, css: &str) -> WebElement {
        let since = std::time::Instant::now();
        loop {
            let found = self.window.query(By::Css(css)).wait(PATIENCE, GLANCE).and_displayed().first().await;
            match found {
                Ok(element) => return element,
                Err(error) if is_in_motion(&error) && since.elapsed() < PATIENCE => {}
                Err(error) => panic!("{css} is not to be seen ({error}); the window shows:\n{}", self.text().await),
            }
        }
    }

    /// The element that has the focus, once it is one that this selector finds. `:focus` cannot be asked for it: it
    /// matches nothing while the window itself has no focus, and without a window manager the keyboard belongs to the
    /// window under the pointer, which a narrow one may not be.
    pub async fn focused(&self, css: &str) -> WebElement {
        let script = format!("return document.activeElement?.matches({css:?}) ?? false");
        self.wait_until(&format!("{css} has the focus"), async || {
            let answer = self.window.execute(&script, Vec::new()).await;
            answer.is_ok_and(|answer| answer.convert().unwrap_or(false))
        })
        .await;
        self.window.active_element().await.expect("something has the focus")
    }

    pub async fn press(&self, test_id: &str) {
        self.click(&format!("[data-testid='{test_id}']")).await;
    }

    /// WebKit's driver clicks where an element would be, also when a person would have to scroll there first; and a
    /// person who misses what just moved presses again.
    pub async fn click(&self, css: &str) {
        let since = std::time::Instant::now();
        while let Err(error) = scroll_and_click(&self.find(css).await).await {
            let missed = is_in_motion(&error) && since.elapsed() < PATIENCE;
            assert!(missed, "{css} cannot be pressed ({error}); the window shows:\n{}", self.text().await);
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Writes this in place of what stands in the field. A dialog that has just opened may take the focus away from it in
    /// mid-word; a person would see that, and write again.
    pub async fn write(&self, css: &str, words: &str) {
        self.wait_until(&format!("{css} holds `{words}`"), async || {
            let field = self.find(css).await;
            let written = async {
                field.clear().await?;
                field.send_keys(words).await?;
                // The page may put back what it held before, which it does after it has heard of the keys.
                let script = "const [field, tell] = arguments; setTimeout(() => setTimeout(() => tell(field.value)))";
                let value = self.window.execute_async(script, vec![field.to_json()?]).await?;
                value.convert::<String>()
            };
            written.await.is_ok_and(|value| value == words)
        })
        .await;
    }

    /// All the words in the window.
    pub async fn text(&self) -> String {
        match self.window.find(By::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => format!("(nothing: {error})"),
        }
    }

    pub async fn wait_for_text(&self, words: &str) {
        self.wait_until(&format!("`{words}` is shown"), async || self.text().await.contains(words)).await;
    }

    pub async fn wait_for_state(&self, state: &str) {
        self.find(&format!("[data-testid='conversation-state'][data-state='{state}']")).await;
    }

    /// Every message in the transcript that is mounted: author, status and words.
    pub async fn messages(&self) -> Vec<SeenMessage> {
        let script = "return [...document.querySelectorAll('[data-testid=message]')].map(e => \
                      [e.dataset.messageId, e.dataset.author, e.dataset.status, e.innerText])";
        let rows = self.window.execute(script, Vec::new()).await.expect("the transcript is read");
        let rows: Vec<(String, String, String, String)> = rows.convert().expect("each message has its marks");
        rows.into_iter().map(|(id, author, status, text)| SeenMessage { id, author, status, text }).collect()
    }

    pub async fn wait_until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let since = std::time::Instant::now();
        while !is_so().await {
            if since.elapsed() > PATIENCE {
                panic!("waited {PATIENCE:?} until {what}; the window shows:\n{}", self.text().await);
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    pub async fn say(&self, words: &str) {
        let composer = self.see("composer-input").await;
        composer.send_keys(words).await.expect("words are typed");
        self.press("composer-send").await;
    }

    /// Takes a persona of the library to the table that is being laid.
    pub async fn choose_persona(&self, name: &str) {
        let card = format!("//*[@role='dialog']//button[@aria-pressed][.//span[normalize-space()='{name}']]");
        let card = self.window.query(By::XPath(&card)).wait(PATIENCE, GLANCE).and_displayed().first().await;
        scroll_and_click(&card.expect("the persona is in the library")).await.expect("it can be chosen");
    }

    /// Chooses from a list in the dialog, by the words of both.
    pub async fn choose(&self, label: &str, option: &str) {
        let list = format!("//*[@role='dialog']//select[@id=//label[normalize-space()='{label}']/@for]");
        let list = self.window.query(By::XPath(&list)).wait(PATIENCE, GLANCE).and_displayed().first().await;
        list.expect("there is such a list").send_keys(option).await.expect("it can be chosen");
    }

    /// Ticks a box in the dialog, by its words.
    pub async fn check(&self, label: &str) {
        let label = format!("//*[@role='dialog']//label[contains(normalize-space(), '{label}')]");
        let label = self.window.query(By::XPath(&label)).wait(PATIENCE, GLANCE).and_displayed().first().await;
        scroll_and_click(&label.expect("there is such a box")).await.expect("it can be ticked");
    }

    /// The user says that these models can be shown no more than so little.
    pub async fn sees_little(&self, connection: &str, models: &[&str]) {
        for model in models {
            let model = format!("{{ connection: '{connection}', model: '{model}' }}");
            self.invoke("set_model_facts", &format!("{{ model: {model}, facts: {{ context_tokens: 1500 }} }}")).await;
        }
    }

    /// Seats demo voices by their models at a table of these rules, and opens it.
    pub async fn lay(&self, voices: &[(&str, &str)], rules: &str) {
        let seat = |(name, model): &(&str, &str)| {
            format!("{{ name: '{name}', route: [{{ connection: 'demo', model: '{model}' }}] }}")
        };
        let seats: Vec<String> = voices.iter().map(seat).collect();
        let participants = seats.join(", ");
        let new = format!("{{ topic: 'Is it the same ship?', participants: [{participants}], {rules} }}");
        self.invoke("create_conversation", &format!("{{ conversation: {new} }}")).await;
        self.window.refresh().await.expect("the page is loaded anew");
        self.see("start").await;
    }

    pub async fn invoke(&self, command: &str, data: &str) {
        let script = format!(
            "const done = arguments[0]; \
             window.__TAURI_INTERNALS__.invoke('{command}', {data}).then(() => done(null), done);"
        );
        let refusal = self.window.execute_async(&script, Vec::new()).await.expect("the page answers");
        assert!(refusal.json().is_null(), "{command}: {}", refusal.json());
    }

    /// A picture of the window after everything that waits to be painted has been.
    pub async fn picture(&self) -> Vec<u8> {
        let painted = "const done = arguments[0]; \
                       requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 150)));";
        self.window.execute_async(painted, Vec::new()).await.expect("the window paints");
        self.window.screenshot_as_png().await.expect("the window is pictured")
    }
}

async fn scroll_and_click(element: &WebElement) -> WebDriverResult<()> {
    element.scroll_into_view().await?;
    element.click().await
}

/// The page has put another element in its place, or is about to.
fn is_in_motion(error: &WebDriverError) -> bool {
    use WebDriverErrorInner::{ElementClickIntercepted, ElementNotInteractable, StaleElementReference};
    matches!(error.as_inner(), ElementClickIntercepted(_) | ElementNotInteractable(_) | StaleElementReference(_))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenMessage {
    pub id: String,
    pub author: String,
    pub status: String,
    pub text: String,
}
