/// Picks the names of the tests that failed out of what Rust test binaries print.
#[derive(Default)]
pub struct FailedTests {
    is_listed: bool,
    names: Vec<String>,
}

impl FailedTests {
    /// A binary ends with a list: `failures:`, then each name behind four spaces, then an empty line. What it says
    /// while the tests run is no source, for a test's own output may stand in the middle of such a line.
    pub fn hear(&mut self, line: &str) {
        match line.strip_prefix("    ") {
            Some(name) if self.is_listed => self.names.push(name.to_owned()),
            _ => self.is_listed = line == "failures:",
        }
    }

    pub fn names(self) -> Vec<String> {
        self.names
    }
}

/// Names of failed tests, and of files that could not be loaded, in Vitest's JSON report.
pub fn of_vitest(json: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let files = report["testResults"].as_array().map(Vec::as_slice).unwrap_or_default();
    files.iter().filter(|file| file["status"] == "failed").flat_map(of_file).collect()
}

fn of_file(file: &serde_json::Value) -> Vec<String> {
    let path = file["name"].as_str().unwrap_or_default();
    let tests = file["assertionResults"].as_array().map(Vec::as_slice).unwrap_or_default();
    if tests.is_empty() {
        return vec![format!("{path} could not be loaded")];
    }
    let failed = tests.iter().filter(|test| test["status"] == "failed");
    failed
        .map(|test| {
            let why =
                test["failureMessages"][0].as_str().and_then(|message| message.lines().next()).unwrap_or_default();
            format!("{path}: {}: {why}", test["fullName"].as_str().unwrap_or_default())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_rust_tests_are_named_once_and_their_output_is_no_name() {
        let output = "test a::first ... FAILED
failures:

---- a::first stdout ----
    indented words of a test

failures:
    a::first
    second

test result: FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s
    more words";
        let mut failed = FailedTests::default();

        output.lines().for_each(|line| failed.hear(line));

        assert_eq!(failed.names(), ["a::first", "second"]);
    }

    #[test]
    fn failed_window_tests_are_named_with_their_file_and_the_first_line_of_the_reason() {
        let json = r#"{"testResults":[
            {"name":"a.test.ts","status":"failed","assertionResults":[
                {"fullName":"is fine","status":"passed","failureMessages":[]},
                {"fullName":"is not","status":"failed","failureMessages":["Error: expected 1\n    at a.test.ts:3"]}]},
            {"name":"b.test.ts","status":"failed","assertionResults":[]},
            {"name":"c.test.ts","status":"passed","assertionResults":[]}]}"#;

        assert_eq!(of_vitest(json), ["a.test.ts: is not: Error: expected 1", "b.test.ts could not be loaded"]);
    }
}
