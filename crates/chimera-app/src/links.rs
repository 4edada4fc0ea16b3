use url::Url;

use crate::{Error, Result};

const MAX_LINK_CHARS: usize = 4_000;

/// A link that a model wrote, fit to be handed to the system's browser or mail program; anything else is refused. What
/// is returned is the parsed form: what the person was shown and what is opened cannot differ.
pub fn safe_link(link: &str) -> Result<String> {
    let refuse = |message: &str| Err(Error::invalid("url", message));
    if link.len() > MAX_LINK_CHARS {
        return refuse("the link is too long to be opened");
    }
    let Ok(url) = Url::parse(link) else { return refuse("this is no whole link") };
    match url.scheme() {
        "http" | "https" if url.host().is_some() && url.username().is_empty() && url.password().is_none() => {
            Ok(url.into())
        }
        "http" | "https" => {
            refuse("a link with a name or password in it is not opened: it may pretend to be elsewhere")
        }
        "mailto" => Ok(url.into()),
        _ => refuse("only http, https and mailto links are opened"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_would_start_anything_but_a_browser_or_a_mail_are_refused() {
        let hostile = [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,<script>",
            "vbscript:x",
            "smb://host/share",
            "ms-msdt:/id",
            "tauri://localhost",
            "ipc://localhost",
            "chimera://x",
            "ssh://host",
            "//example.com",
            "/etc/passwd",
            "https://",
            "https://trusted.example@evil.example/",
            "",
        ];
        for link in hostile {
            assert!(safe_link(link).is_err(), "{link} would have been opened");
        }
        for link in ["https://example.com/a?b#c", "http://example.com/", "mailto:a@example.com"] {
            assert_eq!(safe_link(link).unwrap(), link);
        }
    }
}
