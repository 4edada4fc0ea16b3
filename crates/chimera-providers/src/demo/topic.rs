//! Naming a topic in the middle of a sentence: without understanding it, and in any language.

const MAX_QUOTED_CHARS: usize = 64;

/// Words that a topic never turns on: the small ones, and verbs that only ask.
#[rustfmt::skip]
const SMALL: &[&str] = &[
    "about", "above", "after", "again", "against", "all", "also", "always", "and", "another", "any", "are", "back", "because", "become", "been",
    "before", "being", "best", "better", "between", "both", "but", "can", "could", "debate", "did", "discuss", "does", "don't", "down", "each", "easy",
    "either", "else", "ever", "every", "few", "first", "for", "from", "get", "give", "good", "had", "hard", "has", "have", "her", "here", "his", "how",
    "into", "isn't", "it", "its", "just", "know", "let", "like", "make", "makes", "many", "may", "might", "more", "most", "much", "must", "need", "never",
    "new", "not", "now", "off", "old", "one", "only", "other", "our", "out", "over", "really", "same", "shall", "she", "should", "some", "someone",
    "something", "still", "such", "take", "talk", "than", "that", "the", "their", "them", "then", "there", "these", "they", "thing", "things", "think",
    "this", "those", "through", "too", "under", "until", "very", "want", "was", "way", "were", "what", "when", "where", "whether", "which", "while", "who",
    "whose", "why", "will", "with", "without", "would", "years", "yet", "you", "your",
    "aber", "auch", "dass", "der", "die", "das", "eine", "einen", "einer", "haben", "ist", "kann", "können", "nicht", "oder", "sind", "sollte", "sollten",
    "über", "und", "warum", "was", "welche", "wenn", "werden", "wie", "wird", "avec", "dans", "des", "est", "les", "nous", "pour", "pourquoi", "que",
    "quel", "quelle", "sont", "sur", "une", "vous", "como", "con", "deben", "del", "donde", "las", "los", "para", "pero", "por", "qué", "son", "una",
];

/// First words of something to be quoted rather than built into a sentence.
#[rustfmt::skip]
const DETERMINERS: &[&str] = &["the", "a", "an", "our", "my", "your", "their", "whether"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Topic {
    /// A noun phrase, or a quotation that serves as one.
    pub name: Option<String>,
    /// The word that the topic seems to turn on.
    pub key: Option<String>,
    words: Vec<String>,
}

impl Topic {
    pub(super) fn of(text: &str) -> Self {
        let words = words(text);
        Self { name: name(text), key: key(&words), words: words.iter().map(|word| word.to_lowercase()).collect() }
    }

    pub(super) fn mentions(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word || own.strip_suffix('s') == Some(word))
    }
}

fn words(text: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '\'' || c == '’' || c == '-';
    text.split(|c| !is_part(c))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect()
}

fn name(text: &str) -> Option<String> {
    let sentence = first_sentence(text);
    let sentence = asked_for(sentence);
    if sentence.is_empty() {
        return None;
    }
    let first = sentence.split_whitespace().next().unwrap_or_default().to_lowercase();
    let is_phrase = !sentence.ends_with(['?', '!', '？', '！']) && sentence.split_whitespace().count() <= 9;
    if is_phrase && DETERMINERS.contains(&first.as_str()) {
        let mut phrase = sentence.to_owned();
        phrase.replace_range(..first.len(), &first);
        return Some(phrase);
    }
    Some(format!("“{}”", quotable(sentence)))
}

fn first_sentence(text: &str) -> &str {
    let line = text.trim().lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let ends = line.char_indices().filter(|(_, c)| matches!(c, '.' | '?' | '!' | '。' | '？' | '！'));
    let end = ends
        .map(|(at, c)| at + c.len_utf8())
        .find(|end| line[*end..].starts_with(char::is_whitespace) || *end == line.len());
    line[..end.unwrap_or(line.len())].trim_end_matches(['.', '。', ':']).trim().trim_matches(['"', '“', '”'])
}

/// What is to be discussed, without the request to discuss it.
fn asked_for(sentence: &str) -> &str {
    let requests = ["discuss ", "debate ", "talk about ", "let's talk about ", "consider ", "explore ", "topic: "];
    let start = |request: &&str| sentence.get(..request.len()).is_some_and(|start| start.eq_ignore_ascii_case(request));
    requests.iter().find(|request| start(request)).map_or(sentence, |request| sentence[request.len()..].trim())
}

/// At most a line of it: of a long question the end, where it is asked; of anything else the beginning.
fn quotable(sentence: &str) -> String {
    if sentence.chars().count() <= MAX_QUOTED_CHARS {
        return sentence.to_owned();
    }
    let asked = sentence.rsplit([',', ';', ':', '–', '—']).next().unwrap_or_default().trim();
    if sentence.ends_with('?') && asked.split_whitespace().count() >= 3 && asked.chars().count() <= MAX_QUOTED_CHARS {
        let mut letters = asked.chars();
        return letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    }
    let cut: String = sentence.chars().take(MAX_QUOTED_CHARS).collect();
    let whole_words = cut.rfind(char::is_whitespace).map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", whole_words.trim_end_matches([',', ';', ':', '-', '–', '—', ' ']))
}

/// The word said most often, then the longest that is no adjective by its look; the first of equals.
fn key(words: &[&str]) -> Option<String> {
    let is_small = |word: &str| word.chars().count() < 3 || SMALL.contains(&word.to_lowercase().as_str());
    let candidates: Vec<&str> =
        words.iter().copied().filter(|word| !is_small(word) && !word.starts_with(char::is_numeric)).collect();
    let weight = |word: &str| {
        let times = candidates.iter().filter(|other| other.to_lowercase() == word.to_lowercase()).count();
        let length = word.chars().count().min(9);
        let soft = ["able", "ible", "ful", "ous", "ive", "ing", "ed", "ly", "er"].iter().any(|end| word.ends_with(end));
        10 * times + if soft { length.min(4) } else { length }
    };
    let best = candidates.iter().map(|word| weight(word)).max()?;
    let key = candidates.iter().find(|word| weight(word) == best)?;
    // Without spaces between words a whole sentence looks like one.
    Some(key.chars().take(24).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String) {
        let topic = Topic::of(text);
        (topic.name.unwrap_or_default(), topic.key.unwrap_or_default())
    }

    #[test]
    fn a_topic_is_named_so_that_it_fits_into_a_sentence() {
        for (text, name, key) in [
            ("Should cities ban cars?", "“Should cities ban cars?”", "cities"),
            ("The future of remote work", "the future of remote work", "future"),
            ("Discuss the ethics of zoos.", "the ethics of zoos", "ethics"),
            (
                "If every plank of a ship is replaced over ten years, is it still the same ship?",
                "“Is it still the same ship?”",
                "ship",
            ),
            ("Is pineapple on pizza acceptable?", "“Is pineapple on pizza acceptable?”", "pineapple"),
            ("Sollten Städte Autos verbieten?", "“Sollten Städte Autos verbieten?”", "verbieten"),
            ("城市应该禁止汽车吗？", "“城市应该禁止汽车吗？”", "城市应该禁止汽车吗"),
            ("Remote work. Pros and cons, please.", "“Remote work”", "Remote"),
            ("   ", "", ""),
        ] {
            assert_eq!(parts(text), (name.to_owned(), key.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_long_topic_is_cut_between_words() {
        let (name, _) = parts(&"All the many words of a topic that goes on ".repeat(9));

        assert!(name.chars().count() < MAX_QUOTED_CHARS + 4, "{name}");
        assert!(name.ends_with("…”"), "{name}");
    }
}
