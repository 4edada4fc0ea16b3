use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::house::{ANSWER, House, Victim};

/// Everything the parent was told, by whichever process.
#[derive(Default)]
pub struct Oracle {
    /// By number: an event is told only once it is kept.
    events: BTreeMap<u64, Value>,
    /// Messages whose command was answered.
    promised: HashMap<String, String>,
    /// Words of messages that have not ended, in pieces, with the moment each was heard.
    open: HashMap<String, Vec<(Instant, String)>>,
    /// Those of the process that died last, and when it did.
    cut: HashMap<String, Vec<(Instant, String)>>,
    died: Option<Instant>,
    /// The round that is open.
    round: Option<Round>,
    /// That in which the process died last.
    cut_round: Option<Round>,
    cut_sentences: usize,
    cut_rounds: usize,
    kept_answers: usize,
    longest_loss: Duration,
}

struct Round {
    topic: String,
    /// Turns that are said to be through.
    through: Vec<String>,
}

impl Oracle {
    pub fn cursor(&self) -> u64 {
        self.events.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    pub fn events(&self) -> usize {
        self.events.len()
    }

    pub fn cut_sentences(&self) -> usize {
        self.cut_sentences
    }

    pub fn cut_rounds(&self) -> usize {
        self.cut_rounds
    }

    /// Answers that nobody had been shown, of which it had been told that they were there.
    pub fn kept_answers(&self) -> usize {
        self.kept_answers
    }

    pub fn longest_loss(&self) -> Duration {
        self.longest_loss
    }

    pub fn hears(&mut self, item: Value) {
        match item["type"].as_str() {
            Some("event") => {
                let seq = item["seq"].as_u64().unwrap();
                assert_eq!(seq, self.cursor() + 1, "no event is told twice, none is left out: {item}");
                self.follow(&item);
                self.events.insert(seq, item);
            }
            Some("delta") => {
                let message = item["message"].as_str().unwrap().to_owned();
                let words = item["text"].as_str().unwrap().to_owned();
                self.open.entry(message).or_default().push((Instant::now(), words));
            }
            _ => {}
        }
    }

    fn follow(&mut self, item: &Value) {
        let data = &item["data"];
        match item["event"].as_str() {
            Some("message.completed" | "message.interrupted") => {
                self.open.remove(data["message"].as_str().unwrap());
            }
            Some("round.started") => {
                self.round = Some(Round { topic: topic(item).to_owned(), through: Vec::new() });
            }
            Some("round.ended") => self.round = None,
            Some("attempt.ended") if data["outcome"]["outcome"] == "answered" => {
                if let Some(round) = self.round.as_mut().filter(|round| round.topic == topic(item)) {
                    round.through.push(data["turn"].as_str().unwrap().to_owned());
                }
            }
            _ => {}
        }
    }

    pub fn was_promised(&mut self, message: String, text: String) {
        self.promised.insert(message, text);
    }

    pub fn process_died(&mut self) {
        self.died = Some(Instant::now());
        self.cut = std::mem::take(&mut self.open);
        self.cut_round = self.round.take();
    }

    /// Holds the history as the process gives it against everything heard so far.
    pub async fn compare(&mut self, kill: u32, house: &House, victim: &Victim) {
        let mut log = BTreeMap::new();
        loop {
            let after = log.last_key_value().map_or(0, |(seq, _): (&u64, &Value)| *seq);
            let page = house.get(victim, &format!("/api/v1/events?after={after}&limit=1000")).await;
            let items = page["items"].as_array().unwrap();
            log.extend(items.iter().map(|item| (item["seq"].as_u64().unwrap(), item.clone())));
            if items.len() < 1000 {
                break;
            }
        }
        assert!(log.keys().copied().eq(1..=log.len() as u64), "kill {kill}: a number is missing in the log");
        for (seq, event) in &self.events {
            assert_eq!(log.get(seq), Some(event), "kill {kill}: event {seq} was told and is not in the log");
        }

        let views = house.views(victim).await;
        for view in &views {
            assert_ne!(view["state"], "running", "kill {kill}: nothing goes on by itself");
        }
        let messages: HashMap<&str, &Value> = views
            .iter()
            .flat_map(|view| view["messages"].as_array().unwrap())
            .map(|message| (message["id"].as_str().unwrap(), message))
            .collect();
        for (id, message) in &messages {
            assert_ne!(message["status"], "streaming", "kill {kill}: {id} would stream for ever");
        }
        for event in self.events.values().filter(|event| event["event"] == "message.completed") {
            let (id, text) = (event["data"]["message"].as_str().unwrap(), &event["data"]["text"]);
            let kept = messages.get(id).unwrap_or_else(|| panic!("kill {kill}: message {id} is lost"));
            assert_eq!(&kept["text"], text, "kill {kill}: message {id} was told otherwise");
        }
        for (id, text) in &self.promised {
            let kept = messages.get(id.as_str()).unwrap_or_else(|| panic!("kill {kill}: remark {id} is lost"));
            assert_eq!(kept["text"], text.as_str(), "kill {kill}");
        }
        self.compare_words(kill, &messages);
        self.compare_round(kill, &log, &messages);
    }

    /// What was through in a round that was cut is a whole message now, though nobody had seen a word of it.
    fn compare_round(&mut self, kill: u32, log: &BTreeMap<u64, Value>, messages: &HashMap<&str, &Value>) {
        let Some(Round { through, .. }) = self.cut_round.take() else { return };
        self.cut_rounds += 1;
        self.kept_answers += through.len();
        for turn in through {
            let said =
                log.values().find(|event| event["event"] == "message.completed" && event["data"]["turn"] == turn);
            let said = said.unwrap_or_else(|| panic!("kill {kill}: the answer of turn {turn} is lost"));
            assert_eq!(said["data"]["text"], ANSWER, "kill {kill}: the answer of turn {turn} is not whole");
            assert!(messages.contains_key(said["data"]["message"].as_str().unwrap()), "kill {kill}: {said}");
        }
    }

    /// A sentence that was cut is there as far as it was kept, and nothing else is put in its place.
    fn compare_words(&mut self, kill: u32, messages: &HashMap<&str, &Value>) {
        for (id, pieces) in std::mem::take(&mut self.cut) {
            let message =
                messages.get(id.as_str()).unwrap_or_else(|| panic!("kill {kill}: {id} was begun and is gone"));
            let kept = message["text"].as_str().unwrap();
            let heard: String = pieces.iter().map(|(_, words)| words.as_str()).collect();
            assert!(heard.starts_with(kept) || kept.starts_with(&heard), "kill {kill}: `{kept}` is not `{heard}`");
            self.cut_sentences += 1;

            let mut end = 0;
            let first_lost = pieces.iter().find(|(_, words)| {
                end += words.len();
                end > kept.len()
            });
            if let (Some((heard_at, _)), Some(died)) = (first_lost, self.died) {
                self.longest_loss = self.longest_loss.max(died.saturating_duration_since(*heard_at));
            }
        }
    }
}

/// Which conversation it is of.
fn topic(event: &Value) -> &str {
    event["topic"].as_str().unwrap()
}
