//! The order and every edge of the guard, as tables.

use http::request::Parts;
use http::{HeaderValue, Request};

use super::{Entry, Guard, Refusal};

const TOKEN: &str = "chm_right";

fn guard() -> Guard {
    Guard::new(7171, &["http://localhost:3000".into()]).unwrap()
}

fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    request.body(()).unwrap().into_parts().0
}

/// What the guard says to a request that is fine but for the given headers.
fn with(headers: &[(&str, &str)]) -> Result<(), Refusal> {
    let mut all = vec![("authorization", "Bearer chm_right")];
    if !headers.iter().any(|(name, _)| *name == "host") {
        all.push(("host", "127.0.0.1:7171"));
    }
    all.extend_from_slice(headers);
    guard().decide(&head("GET", "/api/v1/conversations", &all)).map(drop)
}

#[test]
fn our_three_names_with_our_port_are_the_only_hosts() {
    for ours in ["127.0.0.1:7171", "localhost:7171", "LOCALHOST:7171", "[::1]:7171"] {
        assert_eq!(with(&[("host", ours)]), Ok(()), "{ours}");
    }
    let strangers = [
        "evil.example",
        "evil.example:7171",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:7172",
        "127.0.0.1:7171.evil.example",
        "evil127.0.0.1:7171",
        "x.localhost:7171",
        "chimera.local:7171",
        "host.internal:7171",
        "0.0.0.0:7171",
        "[::]:7171",
        "192.168.0.1:7171",
        "[fe80::1]:7171",
        "2130706433:7171",
        "0x7f000001:7171",
        "127.1:7171",
        "user@127.0.0.1:7171",
        "127.0.0.1:7171#",
        "127.0.0.1:7171:7171",
        "127.0.0.1:07171",
        "",
        " ",
        "localhost.:7171",
    ];
    for stranger in strangers {
        assert_eq!(with(&[("host", stranger)]), Err(Refusal::Host), "{stranger:?}");
    }
}

#[test]
fn a_request_names_its_host_once_and_only_once() {
    let token = ("authorization", "Bearer chm_right");
    let decide = |uri: &str, headers: &[(&str, &str)]| guard().decide(&head("GET", uri, headers)).map(drop);

    assert_eq!(decide("/", &[token]), Err(Refusal::Host));
    assert_eq!(decide("/", &[token, ("host", "127.0.0.1:7171"), ("host", "127.0.0.1:7171")]), Err(Refusal::Host));
    assert_eq!(decide("/", &[token, ("host", "127.0.0.1:7171"), ("host", "evil.example")]), Err(Refusal::Host));
    assert_eq!(decide("http://evil.example/", &[token, ("host", "127.0.0.1:7171")]), Err(Refusal::Host));
    assert_eq!(decide("http://127.0.0.1:7171/", &[token, ("host", "evil.example")]), Err(Refusal::Host));
    assert_eq!(decide("http://localhost:7171/", &[token, ("host", "127.0.0.1:7171")]), Err(Refusal::Host));
    assert_eq!(decide("https://127.0.0.1:7171/", &[token, ("host", "127.0.0.1:7171")]), Err(Refusal::Host));
    assert_eq!(decide("http://127.0.0.1:7171/", &[token, ("host", "127.0.0.1:7171")]), Ok(()));
    assert_eq!(with(&[("x-forwarded-host", "evil.example")]), Ok(()), "what nobody reads harms nobody");
}

#[test]
fn only_an_allowed_page_comes_in() {
    assert_eq!(with(&[("origin", "http://localhost:3000")]), Ok(()));
    assert_eq!(with(&[("origin", "http://localhost:3000"), ("sec-fetch-site", "cross-site")]), Ok(()));
    let strangers = [
        "https://evil.example",
        "null",
        "http://localhost:3001",
        "http://localhost:30000",
        "http://localhost:3000.evil.example",
        "https://localhost:3000",
        "http://x.localhost:3000",
        "file://",
        "chrome-extension://abc",
        "tauri://evil",
        "http://Iocalhost:3000",
        "app://localhost",
        "http://localhost",
        "",
        "http://localhost:3000/",
        "http://127.0.0.1:7171",
    ];
    for stranger in strangers {
        assert_eq!(with(&[("origin", stranger)]), Err(Refusal::Origin), "{stranger:?}");
    }
    let twice = [("origin", "http://localhost:3000"), ("origin", "http://localhost:3000")];
    assert_eq!(with(&twice), Err(Refusal::Origin));
}

#[test]
fn a_browser_that_hides_its_origin_gives_itself_away() {
    for fine in ["none", "same-origin"] {
        assert_eq!(with(&[("sec-fetch-site", fine)]), Ok(()), "{fine}");
    }
    for other in ["cross-site", "same-site", "", "None", "cross-site, none"] {
        assert_eq!(with(&[("sec-fetch-site", other)]), Err(Refusal::Origin), "{other:?}");
    }
}

#[test]
fn a_body_has_one_length() {
    let twice = Err(Refusal::Malformed("the length of the body is given more than once"));
    assert_eq!(with(&[("content-length", "2")]), Ok(()));
    assert_eq!(with(&[("transfer-encoding", "chunked")]), Ok(()));
    assert_eq!(with(&[("content-length", "2"), ("content-length", "2")]), twice);
    assert_eq!(with(&[("content-length", "2"), ("transfer-encoding", "chunked")]), twice);
    assert_eq!(with(&[("transfer-encoding", "gzip"), ("transfer-encoding", "chunked")]), twice);
}

#[test]
fn a_token_is_shown_in_one_way_and_once() {
    let host = ("host", "127.0.0.1:7171");
    let decide = |headers: &[(&str, &str)]| {
        let mut all = vec![host];
        all.extend_from_slice(headers);
        let head = head("GET", "/api/v1/personas?token=chm_right", &all);
        guard().decide(&head).map(|pass| matches!(pass.entry, Entry::Token(TOKEN)))
    };

    assert_eq!(decide(&[("authorization", "Bearer chm_right")]), Ok(true));
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "bearer chm_right",
        "chm_right",
        "Basic chm_right",
        "Bearer chm right",
        "Bearer  chm_right",
    ] {
        assert_eq!(decide(&[("authorization", header)]), Err(Refusal::Unauthorized), "{header:?}");
    }
    for elsewhere in ["cookie", "x-api-key", "api-key", "x-auth-token", "proxy-authorization"] {
        assert_eq!(decide(&[(elsewhere, "Bearer chm_right")]), Err(Refusal::Unauthorized), "{elsewhere}");
    }
    let offered = [("sec-websocket-protocol", "chimera.v1, chimera.bearer.chm_right")];
    assert_eq!(decide(&offered), Err(Refusal::Unauthorized), "the subprotocol is a carrier on the socket only");
    let twice = [("authorization", "Bearer chm_right"), ("authorization", "Bearer chm_wrong")];
    assert!(matches!(decide(&twice), Err(Refusal::Malformed(_))));
}

#[test]
fn a_handshake_may_bring_its_token_as_a_subprotocol_or_in_its_first_message() {
    let entry = |uri: &str, headers: &[(&str, &str)]| {
        let mut all = vec![("host", "127.0.0.1:7171")];
        all.extend_from_slice(headers);
        match guard().decide(&head("GET", uri, &all)) {
            Ok(pass) => match pass.entry {
                Entry::Token(TOKEN) => Ok("token"),
                Entry::Token(_) => Ok("other token"),
                Entry::Unannounced => Ok("unannounced"),
                Entry::Open => Ok("open"),
            },
            Err(refusal) => Err(refusal),
        }
    };
    let protocol = |offer| [("sec-websocket-protocol", offer)];

    assert_eq!(entry("/api/v1/ws", &protocol("chimera.v1, chimera.bearer.chm_right")), Ok("token"));
    assert_eq!(entry("/api/v1/ws", &protocol("chimera.bearer.chm_right,chimera.v1")), Ok("token"));
    assert_eq!(entry("/api/v1/ws", &[("authorization", "Bearer chm_right")]), Ok("token"));
    assert_eq!(entry("/api/v1/ws", &protocol("chimera.v1")), Ok("unannounced"));
    assert_eq!(entry("/api/v1/ws", &[]), Ok("unannounced"));
    assert_eq!(entry("/api/v1/ws?token=chm_right", &[]), Err(Refusal::Unauthorized));
    assert_eq!(entry("/api/v1/ws", &protocol("chimera.v1, chimera.bearer.")), Err(Refusal::Unauthorized));
    let two = protocol("chimera.bearer.chm_right, chimera.bearer.chm_wrong");
    assert!(matches!(entry("/api/v1/ws", &two), Err(Refusal::Malformed(_))));
    let both = [("authorization", "Bearer chm_right"), ("sec-websocket-protocol", "chimera.bearer.chm_right")];
    assert!(matches!(entry("/api/v1/ws", &both), Err(Refusal::Malformed(_))));
}

#[test]
fn health_is_open_to_every_program_and_to_no_page() {
    let decide = |headers: &[(&str, &str)]| {
        guard().decide(&head("GET", "/healthz", headers)).map(|pass| pass.entry == Entry::Open)
    };

    assert_eq!(decide(&[("host", "127.0.0.1:7171")]), Ok(true));
    assert_eq!(decide(&[("host", "evil.example")]), Err(Refusal::Host));
    assert_eq!(decide(&[("host", "127.0.0.1:7171"), ("origin", "https://evil.example")]), Err(Refusal::Origin));
}

#[test]
fn the_first_rule_that_is_broken_answers() {
    let broken = [
        ("host", "evil.example"),
        ("origin", "https://evil.example"),
        ("content-length", "1"),
        ("transfer-encoding", "chunked"),
    ];
    let order = [
        Refusal::Host,
        Refusal::Origin,
        Refusal::Malformed("the length of the body is given more than once"),
        Refusal::Method,
    ];
    for (mended, expected) in order.into_iter().enumerate() {
        let mut headers = broken[mended.min(broken.len())..].to_vec();
        if mended > 0 {
            headers.push(("host", "127.0.0.1:7171"));
        }
        if mended > 2 {
            headers.retain(|(name, _)| *name != "transfer-encoding");
        }
        assert_eq!(
            guard().decide(&head("TRACE", "/api/v1/personas", &headers)).map(drop),
            Err(expected),
            "{mended} mended"
        );
    }
    let unknown = head("GET", "/no/such/route", &[("host", "127.0.0.1:7171")]);
    assert_eq!(guard().decide(&unknown).map(drop), Err(Refusal::Unauthorized), "unknown routes are not told apart");
}

#[test]
fn methods_that_no_route_takes_are_refused() {
    for method in ["OPTIONS", "TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND"] {
        let head = head(method, "/api/v1/personas", &[("host", "127.0.0.1:7171")]);
        assert_eq!(guard().decide(&head).map(drop), Err(Refusal::Method), "{method}");
    }
}
