use std::fmt;
use std::ops::{Add, AddAssign};

/// How many tests passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    pub fn passed() -> Count {
        Count { passed: 1, failed: 0 }
    }

    pub fn failed() -> Count {
        Count { passed: 0, failed: 1 }
    }

    /// The summary of one Rust test binary; any other line counts nothing.
    pub fn of_libtest(line: &str) -> Count {
        // `test result: ok. 12 passed; 0 failed; 0 ignored; ...`
        let Some(summary) = line.strip_prefix("test result: ") else { return Count::default() };
        let number_before = |word: &str| {
            let parts = summary.split(['.', ';']).map(str::trim);
            parts.filter_map(|part| part.strip_suffix(word)).find_map(|number| number.trim().parse().ok())
        };
        Count { passed: number_before("passed").unwrap_or(0), failed: number_before("failed").unwrap_or(0) }
    }

    /// Vitest's JSON report. A file that could not even be loaded holds no test, and is a failure all the same.
    pub fn of_vitest(json: &str) -> Option<Count> {
        let report: serde_json::Value = serde_json::from_str(json).ok()?;
        let files = report["testResults"].as_array()?;
        let unloadable = files
            .iter()
            .filter(|file| file["status"] == "failed" && file["assertionResults"].as_array().is_none_or(Vec::is_empty));
        Some(Count {
            passed: report["numPassedTests"].as_u64()?,
            failed: report["numFailedTests"].as_u64()? + unloadable.count() as u64,
        })
    }
}

impl Add for Count {
    type Output = Count;

    fn add(self, other: Count) -> Count {
        Count { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        *self = *self + other;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `pad` honours the width that the table asks for.
        f.pad(&format!("{} passed, {} failed", self.passed, self.failed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_a_rust_test_binary_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.02s";

        assert_eq!(Count::of_libtest(line), Count { passed: 12, failed: 3 });
    }

    #[test]
    fn what_a_test_prints_is_not_a_summary() {
        assert_eq!(Count::of_libtest("7 passed; 7 failed"), Count::default());
    }

    #[test]
    fn a_vitest_file_that_does_not_load_counts_as_failed() {
        let json = r#"{"numPassedTests":4,"numFailedTests":1,"testResults":[
            {"status":"passed","assertionResults":[{},{},{},{}]},
            {"status":"failed","assertionResults":[{}]},
            {"status":"failed","assertionResults":[]}]}"#;

        assert_eq!(Count::of_vitest(json), Some(Count { passed: 4, failed: 2 }));
    }

    #[test]
    fn the_sum_reads_as_the_closing_line_of_a_test_run() {
        assert_eq!((Count::passed() + Count::failed()).to_string(), "1 passed, 1 failed");
    }
}
