use std::sync::LazyLock;

use super::turn;

/// What people say when they have nothing left to say, in the languages that models speak most. A list can only be a
/// beginning: what it does not know is still seen by its repetition.
const CUES: [&str; 67] = [
    "thank",
    "thanks",
    "youre welcome",
    "you are welcome",
    "pleasure",
    "you too",
    "glad",
    "agree",
    "agreed",
    "absolutely",
    "exactly",
    "well said",
    "well put",
    "beautifully said",
    "great point",
    "good point",
    "excellent point",
    "wonderful point",
    "same here",
    "couldnt have said",
    "could not have said",
    "wonderful",
    "likewise",
    "take care",
    "goodbye",
    "bye",
    "farewell",
    "all the best",
    "best wishes",
    "have a great",
    "have a lovely",
    "have a wonderful",
    "looking forward",
    "look forward",
    "see you",
    "until next time",
    "next time",
    "appreciate",
    "appreciated",
    "grateful",
    "cheers",
    "means a lot",
    "danke",
    "vielen dank",
    "gern geschehen",
    "stimme zu",
    "stimme dir zu",
    "genau",
    "auf wiedersehen",
    "tschüss",
    "bis bald",
    "schönen tag",
    "freue mich",
    "wunderbar",
    "merci",
    "daccord",
    "au revoir",
    "avec plaisir",
    "à bientôt",
    "gracias",
    "de acuerdo",
    "de nada",
    "adiós",
    "hasta pronto",
    "grazie",
    "obrigado",
    "ありがとう",
];

/// Each between two blanks, so that they are found as whole words only.
static SPACED: LazyLock<Vec<String>> = LazyLock::new(|| CUES.iter().map(|cue| spaced(&turn::words(cue))).collect());

/// Percent of the words that stand in sentences with such a cue. `text` is in small letters.
pub fn percent(text: &str) -> Option<u32> {
    let (mut polite, mut all) = (0, 0);
    for sentence in text.split(['.', '!', '?', '\n', ';', '。', '！', '？']) {
        let words = turn::words(sentence);
        all += words.len();
        let sentence = spaced(&words);
        if SPACED.iter().any(|cue| sentence.contains(cue.as_str())) {
            polite += words.len();
        }
    }
    turn::percent(polite, all)
}

fn spaced(words: &[String]) -> String {
    format!(" {} ", words.join(" "))
}
