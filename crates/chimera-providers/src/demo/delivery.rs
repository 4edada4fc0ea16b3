use std::time::Duration;

use chimera_core::ReplyRequest;
use tokio::time::sleep;

use super::dice::Dice;

/// How fast the voices speak.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As fast as one reads.
    #[default]
    Human,
    /// Ten times that: for looking on while developing.
    Brisk,
    /// Without any wait.
    Instant,
}

/// When the words of one reply come: a thought first, then word after word, with a breath after a sentence.
pub(super) struct Delivery {
    pace: Pace,
    dice: Dice,
}

impl Delivery {
    pub(super) fn new(pace: Pace, request: &ReplyRequest) -> Self {
        let turn = request.scene.turns_taken.to_string();
        Self { pace, dice: Dice::new(request.seed.unwrap_or(0), &["delivery", &request.scene.speaker, &turn]) }
    }

    pub(super) async fn think(&mut self) {
        let thrown = self.dice.below(700);
        self.wait(500 + thrown).await;
    }

    /// About thirty tokens a second, which is some twenty words.
    pub(super) async fn after(&mut self, word: &str) {
        let thrown = self.dice.below(30);
        let breath = match word.trim_end().chars().last() {
            _ if word.ends_with('\n') => 180,
            Some('.' | '?' | '!' | ':') => 140,
            Some(',' | ';') => 50,
            Some(_) | None => 0,
        };
        self.wait(25 + thrown + breath).await;
    }

    async fn wait(&self, millis: usize) {
        let millis = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
        match self.pace {
            Pace::Human => sleep(millis).await,
            Pace::Brisk => sleep(millis / 10).await,
            Pace::Instant => {}
        }
    }
}

/// The words of a text, each with the white space that follows it: put together they are the text.
pub(super) fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let end = rest[word_end..].find(|c: char| !c.is_whitespace()).map_or(rest.len(), |space| word_end + space);
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}
