use std::io::{self, Write};

use chimera_app::{Error, ErrorCode, Result};

/// Writes to standard output at once. A reader that has gone away (`| head`) ends the process quietly, as it ends any
/// program of a pipeline.
pub fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Error::new(ErrorCode::Storage, format!("standard output could not be written: {error}"))),
    }
}

pub fn print_json(value: &impl serde::Serialize) -> Result<()> {
    let json = serde_json::to_string_pretty(value).expect("plain data with string keys always becomes JSON");
    print(&format!("{json}\n"))
}

/// Text from a model or an old file, without the control characters that would move the cursor, recolour or rename the
/// terminal.
pub fn tame(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_words_cannot_steer_the_terminal() {
        assert_eq!(tame("a\u{1b}]0;title\u{7}b\u{1b}[2Jc\nd\u{9b}1m"), "a]0;titleb[2Jc\nd1m");
    }
}
