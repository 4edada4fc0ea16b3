use std::time::Duration;

use chimera_core::{Delta, MessageId};
use tokio::time::Instant;

/// How often words are shown: about as often as a screen is drawn.
const SHOW_EVERY: Duration = Duration::from_millis(33);

/// Words on their way to the readers. The first are shown at once; those that follow are gathered, so that a fast model
/// does not flood its readers with single letters.
#[derive(Debug, Default)]
pub struct Words {
    waiting: Option<Delta>,
    shown: Option<(MessageId, Instant)>,
}

impl Words {
    /// Takes up more words, and gives back what is to be shown now.
    pub fn add(&mut self, delta: Delta) -> Option<Delta> {
        match &mut self.waiting {
            Some(waiting) => waiting.text.push_str(&delta.text),
            None => self.waiting = Some(delta),
        }
        self.due().filter(|due| *due <= Instant::now()).and_then(|_| self.take())
    }

    /// When the waiting words are to be shown.
    pub fn due(&self) -> Option<Instant> {
        let waiting = self.waiting.as_ref()?;
        match self.shown {
            Some((message, at)) if message == waiting.message => Some(at + SHOW_EVERY),
            Some(_) | None => Some(Instant::now()),
        }
    }

    /// All that waits. Whatever else happens to a message comes after its words, so they are of one message.
    pub fn take(&mut self) -> Option<Delta> {
        let waiting = self.waiting.take()?;
        self.shown = Some((waiting.message, Instant::now()));
        Some(waiting)
    }
}
