use crate::failure::{Failure, Result};

const SECONDS: u32 = 60;

/// What is to be fuzzed, and for how long each.
#[derive(Debug, PartialEq, Eq)]
pub struct Wish {
    target: Option<String>,
    pub seconds: u32,
}

impl Wish {
    pub fn read<'a>(words: &[String], known: impl Iterator<Item = &'a str> + Clone) -> Result<Self> {
        let mut wish = Self { target: None, seconds: SECONDS };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--seconds" {
                let seconds = words.next().and_then(|seconds| seconds.parse().ok()).filter(|seconds| *seconds > 0);
                wish.seconds = seconds.ok_or_else(|| Failure::new("--seconds wants a number of seconds"))?;
            } else if wish.target.is_none() && known.clone().any(|name| name == word) {
                wish.target = Some(word.clone());
            } else {
                let names: Vec<&str> = known.collect();
                return Err(Failure::new(format!("`fuzz` knows --seconds and {}, not `{word}`", names.join(", "))));
            }
        }
        Ok(wish)
    }

    pub fn includes(&self, name: &str) -> bool {
        self.target.as_deref().is_none_or(|target| target == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Wish> {
        Wish::read(&words.iter().map(ToString::to_string).collect::<Vec<_>>(), ["sse", "gemini"].into_iter())
    }

    #[test]
    fn everything_is_fuzzed_for_a_minute_unless_told_otherwise() {
        let all = read(&[]).expect("nothing is a wish");
        let one = read(&["gemini", "--seconds", "5"]).expect("both are known");

        assert!(all.includes("sse") && all.includes("gemini") && all.seconds == 60);
        assert!(!one.includes("sse") && one.includes("gemini") && one.seconds == 5);
    }

    #[test]
    fn a_word_that_is_not_known_is_refused() {
        for words in [&["gemni"][..], &["--seconds"], &["--seconds", "0"], &["sse", "gemini"]] {
            assert!(read(words).is_err(), "{words:?}");
        }
    }
}
