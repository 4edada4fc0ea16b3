//! Which models think before they speak, by their names: no server says so in advance.
//!
//! It is told by families and from which version on, so that it holds for models to come. In doubt a model thinks: one
//! that does not is only waited for longer when its server hangs, and one that does would be given up while it thinks.

/// Whether a model of this name thinks unless it is told not to.
pub(super) fn thinks(model: &str) -> bool {
    let model = model.to_ascii_lowercase();
    let name = Name::of(model.rsplit('/').next().unwrap_or(&model));
    let says = |parts: &[&str]| name.parts.iter().any(|part| parts.iter().any(|wanted| part.starts_with(wanted)));
    if says(&["think", "reason", "research"]) {
        return !says(&["non"]);
    }
    let since = |family: &str, version: Version| name.version(family).is_some_and(|given| given >= version);
    match name.family() {
        Some(Family::ChatGpt) => (since("gpt", (5, 0)) && !says(&["chat"])) || says(&["oss"]),
        // Those before this one think only for whoever asks for it, which nobody does here.
        Some(Family::Claude) => name.version("claude").is_none_or(|version| version >= (4, 6)),
        Some(Family::Gemini) => name.version("gemini").is_none_or(|version| version >= (2, 5)),
        Some(Family::Grok) => !since("grok", (0, 0)) || since("grok", (4, 0)) || says(&["mini"]),
        Some(Family::DeepSeek) => {
            let is_older = name.version("v").is_some_and(|version| version < (4, 0));
            since("r", (1, 0)) || !(is_older || says(&["chat", "coder", "llm", "math", "vl"]))
        }
        Some(Family::Qwen) => since("qwen", (3, 0)) && !says(&["instruct", "coder"]),
        Some(Family::Glm) => since("glm", (4, 5)),
        Some(Family::Kimi) => since("k", (2, 5)),
        Some(Family::MiniMax) => since("m", (1, 0)),
        Some(Family::Always) => true,
        None => name.is_of_the_o_series() || name.version("r").is_some_and(|(number, _)| number == 1),
    }
}

#[derive(Debug, Clone, Copy)]
enum Family {
    ChatGpt,
    Claude,
    Gemini,
    Grok,
    DeepSeek,
    Qwen,
    Glm,
    Kimi,
    MiniMax,
    /// One of which every model thinks.
    Always,
}

const FAMILIES: [(&str, Family); 13] = [
    // Those that were made of others' models bear both names.
    ("deepseek", Family::DeepSeek),
    ("gpt", Family::ChatGpt),
    ("claude", Family::Claude),
    ("gemini", Family::Gemini),
    ("grok", Family::Grok),
    ("qwen", Family::Qwen),
    ("glm", Family::Glm),
    ("kimi", Family::Kimi),
    ("minimax", Family::MiniMax),
    ("qwq", Family::Always),
    ("qvq", Family::Always),
    ("magistral", Family::Always),
    ("seed", Family::Always),
];

type Version = (u32, u32);

/// A name in its parts, of letters alone or digits alone: vendors and those who pass their models on put dots, dashes and
/// colons between them as they please.
struct Name<'n> {
    parts: Vec<&'n str>,
}

impl<'n> Name<'n> {
    fn of(name: &'n str) -> Self {
        let words = name.split(|c: char| !c.is_ascii_alphanumeric());
        let parts = words.flat_map(|word| {
            word.as_bytes().chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit()).scan(
                0,
                move |at, part| {
                    let start = *at;
                    *at += part.len();
                    Some(&word[start..*at])
                },
            )
        });
        Self { parts: parts.collect() }
    }

    fn family(&self) -> Option<Family> {
        FAMILIES.iter().find(|(family, _)| self.parts.contains(family)).map(|(_, family)| *family)
    }

    /// The first number behind this word, with the one behind it if that says no date and no size.
    fn version(&self, word: &str) -> Option<Version> {
        let at = self.parts.iter().position(|part| *part == word)?;
        let behind = &self.parts[at + 1..];
        // Whoever is called `claude-opus-4` has the number behind its second name.
        let first = if word == "claude" { behind.iter().position(|part| number(part).is_some())? } else { 0 };
        let major = number(behind.get(first)?)?;
        let minor = behind.get(first + 1).and_then(|part| number(part)).filter(|number| *number < 100);
        let is_size = behind.get(first + 2) == Some(&"b");
        Some((major, minor.filter(|_| !is_size).unwrap_or(0)))
    }

    fn is_of_the_o_series(&self) -> bool {
        self.parts.first() == Some(&"o") && self.version("o").is_some_and(|(number, _)| (1..10).contains(&number))
    }
}

fn number(part: &str) -> Option<u32> {
    part.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_think_by_family_and_version_however_their_names_are_written() {
        for name in [
            "o3",
            "o4-mini",
            "openai/o1-preview",
            "gpt-5.1",
            "gpt5-mini",
            "gpt-7",
            "openai/gpt-oss-120b",
            "claude-opus-4-7",
            "anthropic/claude-opus-4.8",
            "us.anthropic.claude-opus-4-8-v1:0",
            "claude-fable-5",
            "claude-saga-6",
            "claude-next",
            "gemini-2.5-flash",
            "models/gemini-3-pro-preview",
            "gemini-5",
            "gemini-flash-latest",
            "deepseek-reasoner",
            "deepseek-r1:70b",
            "DeepSeek-R1-Distill-Llama-70B",
            "deepseek-v4-pro",
            "qwen3:8b",
            "Qwen/Qwen3.8-27B",
            "qwen3_next",
            "qwq",
            "magistral-small-2509",
            "grok-4",
            "grok-3-mini",
            "grok-code-fast-1",
            "moonshotai/kimi-k2-thinking",
            "kimi-k2.5",
            "z-ai/glm-4.5-air",
            "glm-5",
            "minimax-m2",
            "phi-4-reasoning",
            "sonar-deep-research",
            "fin-r1",
        ] {
            assert!(thinks(name), "{name}");
        }
        for name in [
            "gpt-4o",
            "gpt-4.1",
            "gpt-5-chat-latest",
            "chatgpt-4o-latest",
            "claude-haiku-4-5",
            "claude-sonnet-4-20250514",
            "claude-3-7-sonnet-20250219",
            "gemini-2.0-flash",
            "gemini-1.5-pro",
            "deepseek-chat",
            "deepseek-v3.2",
            "qwen2.5:72b",
            "qwen3-30b-a3b-instruct-2507",
            "grok-3",
            "grok-4-fast-non-reasoning",
            "glm-4-9b",
            "kimi-k2-0905",
            "o365-helper",
            "llama3",
            "llama-3.3-70b-versatile",
            "mistral-large-2512",
            "gemma-3-27b-it",
            "command-r-08-2024",
            "",
        ] {
            assert!(!thinks(name), "{name}");
        }
    }

    /// Whoever adds a model to the table of prices says here that it does not think, or finds that it is known to.
    #[test]
    fn of_the_models_with_a_known_price_only_these_do_not_think() {
        let table = include_str!("../../../chimera-providers/src/known_models/table.json");
        let table: serde_json::Value = serde_json::from_str(table).unwrap();
        let rows = |list: &serde_json::Value, key: &str| list[key].as_array().unwrap().clone();

        let models = rows(&table, "vendors").into_iter().flat_map(|vendor| rows(&vendor, "models"));
        let names = models.map(|model| model["match"][0].as_str().unwrap().to_owned());
        let plain: Vec<String> = names.filter(|name| !thinks(name)).collect();

        let expected = [
            "gpt-4.1",
            "gpt-4.1-mini",
            "gpt-4o",
            "gpt-4o-mini",
            "claude-opus-4-5",
            "claude-sonnet-4-5",
            "claude-haiku-4-5",
            "mistral-large-2512",
            "mistral-medium-2604",
            "mistral-small-2603",
            "ministral-14b-2512",
            "ministral-8b-2512",
            "ministral-3b-2512",
            "codestral-2508",
        ];
        assert_eq!(plain, expected);
    }
}
