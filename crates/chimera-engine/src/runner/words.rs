use std::time::Duration;

use chimera_core::Delta;
use tokio::time::Instant;

/// How often words are shown: about as often as a screen is drawn.
const SHOW_EVERY: Duration = Duration::from_millis(33);

/// Words on their way to the readers. The first are shown at once; those that follow are gathered, so that a fast model
/// does not flood its readers with single letters.
#[derive(Debug, Default)]
pub struct Words {
    waiting: Option<Delta>,
    shown_at: Option<Instant>,
}

impl Words {
    /// Takes up more words, and gives back what is to be shown before them: nothing, unless they are of another message.
    pub fn add(&mut self, delta: Delta) -> Option<Delta> {
        match &mut self.waiting {
            Some(waiting) if waiting.message == delta.message => {
                waiting.text.push_str(&delta.text);
                None
            }
            _ => self.waiting.replace(delta),
        }
    }

    /// When the waiting words are to be shown; the past means now.
    pub fn due(&self) -> Option<Instant> {
        self.waiting.as_ref()?;
        Some(self.shown_at.map_or_else(Instant::now, |shown| shown + SHOW_EVERY))
    }

    pub fn take(&mut self) -> Option<Delta> {
        let waiting = self.waiting.take()?;
        self.shown_at = Some(Instant::now());
        Some(waiting)
    }
}
