use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue, Uri};

use super::Refusal;
use crate::Error;

/// Only origins of web pages, each written in full: no star, no prefix, no `null`.
pub(super) fn allowed(origins: &[String]) -> Result<Vec<HeaderValue>, Error> {
    origins.iter().map(|origin| parse(origin).ok_or_else(|| Error::Origin { origin: origin.clone() })).collect()
}

fn parse(origin: &str) -> Option<HeaderValue> {
    let uri: Uri = origin.parse().ok()?;
    let scheme = uri.scheme_str()?;
    let authority = uri.authority()?.as_str();
    let is_page = matches!(scheme, "http" | "https") && !authority.contains(['@', '*']);
    // What a browser sends is lower case and ends with the host or the port.
    let is_as_sent = origin == format!("{scheme}://{authority}") && origin == origin.to_ascii_lowercase();
    if is_page && is_as_sent { HeaderValue::from_str(origin).ok() } else { None }
}

pub(super) fn check<'a>(allowed: &[HeaderValue], headers: &'a HeaderMap) -> Result<Option<&'a HeaderValue>, Refusal> {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) if is_from_no_other_site(headers) => Ok(None),
        (Some(origin), None) if allowed.contains(origin) => Ok(Some(origin)),
        _ => Err(Refusal::Origin),
    }
}

/// Browsers leave out `Origin` on some requests (images, plain links) but say all the same where they come from.
fn is_from_no_other_site(headers: &HeaderMap) -> bool {
    headers.get_all("sec-fetch-site").iter().all(|site| site == "none" || site == "same-origin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_taken_only_as_a_browser_would_write_it() {
        for good in ["http://localhost:3000", "https://overlay.example", "http://[::1]:5173"] {
            assert!(parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "*",
            "null",
            "localhost:3000",
            "http://x/",
            "HTTP://x",
            "http://X",
            "file://",
            "http://a@b",
            "tauri://localhost",
            "http://*",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
