//! E: bodies and heads that are too much, too little or not what they say.

use super::{CONVERSATIONS, Case, HOST, JSON, TOKEN, case, head, hold_all};

const CHUNKED: &str = "Transfer-Encoding: chunked";

fn post(headers: &[&str], body: &str) -> String {
    head(&format!("POST {CONVERSATIONS}"), &[&[HOST, JSON], headers].concat()) + body
}

fn json(id: &'static str, body: &[u8]) -> Case {
    let length = format!("Content-Length: {}", body.len());
    let mut bytes = post(&[TOKEN, &length], "").into_bytes();
    bytes.extend_from_slice(body);
    Case { id, bytes, statuses: &[400, 422] }
}

pub fn cases() -> Vec<Case> {
    let mut cases = sizes();
    cases.extend(framing());
    cases.extend(contents());
    cases.extend(paths());
    cases
}

fn sizes() -> Vec<Case> {
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "x".repeat(1 << 20));
    let many: Vec<String> = (0..2_000).map(|n| format!("X-{n}: y")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let long = format!("X-Long: {}", "y".repeat(1 << 20));
    vec![
        case("E09", post(&["Content-Length: 4194304"], ""), &[401]),
        case("E10", post(&[TOKEN, "Content-Length: 4194304"], ""), &[413]),
        case("E11", post(&[TOKEN, CHUNKED], &format!("{chunk}{chunk}{chunk}0\r\n\r\n")), &[413]),
        case("E12", post(&["Content-Length: 100", "Expect: 100-continue"], ""), &[401]),
        case("E13", head("GET /healthz", &[HOST, &long]), &[431]),
        case("E14", head("GET /healthz", &[&[HOST], &many[..]].concat()), &[431]),
        case("E15", head(&format!("GET /{}", "x".repeat(70_000)), &[HOST]), &[414, 431]),
        case("E16", post(&[TOKEN, "Content-Length: 99999999999999999999"], ""), &[400, 413, 0]),
    ]
}

fn framing() -> Vec<Case> {
    let smuggled = "GET /api/v1/personas HTTP/1.1\r\nHost: 127.0.0.1:%P\r\nAuthorization: Bearer %T\r\n\r\n";
    let keep = |headers: &[&str], body: &str| {
        // Kept open, so that a smuggled request would be answered.
        post(headers, body).replace("Connection: close\r\n", "")
    };
    vec![
        case("E17", keep(&[TOKEN, "Content-Length: 2", "Content-Length: 3"], "{}x"), &[400, 0]),
        case("E18", keep(&[TOKEN, "Content-Length: -1"], ""), &[400, 0]),
        case("E19", keep(&[TOKEN, CHUNKED], &format!("zz\r\n{smuggled}")), &[400, 0]),
        case("E20", keep(&[TOKEN, "Transfer-Encoding: gzip"], smuggled), &[400, 0]),
        case("E21", keep(&[TOKEN, "Content-Length: 5", CHUNKED], &format!("0\r\n\r\n{smuggled}")), &[400, 422, 0]),
        case("E21b", keep(&[TOKEN, CHUNKED, "Content-Length: 5"], &format!("0\r\n\r\n{smuggled}")), &[400, 422, 0]),
        case("E22", head("GET /healthz", &[HOST, "X-Nul: a\0b"]), &[400, 0]),
        case("E23", head("GET /healthz", &[HOST, "Authorization : Bearer %T"]), &[400, 0]),
        case("E24", "\x01\x02 nonsense \u{7f}\r\n\r\n", &[400, 0]),
        case("E25", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[400, 0]),
    ]
}

fn contents() -> Vec<Case> {
    let deep = format!(r#"{{"topic":"t","participants":[],"later":{}"#, "[".repeat(200_000));
    vec![
        json("E30", deep.as_bytes()),
        json("E31", br#"{"topic":"t","participants":["#),
        json("E32", b"{\"topic\":\"\xff\xfe\",\"participants\":[]}"),
        json("E33", b"null"),
        json("E34", br#"{"topic":{"a":1},"participants":"all"}"#),
        json("E35", b""),
        json(
            "E36",
            br#"{"topic":"t","participants":[{"name":"A","talkativeness":1e999}],"seed":99999999999999999999}"#,
        ),
        json("E37", br#"{"topic":"t","topic":"u","participants":[]}"#),
    ]
}

fn paths() -> Vec<Case> {
    let get = |target: &str| head(&format!("GET {target}"), &[HOST, TOKEN]);
    let all: [(&'static str, &str); 11] = [
        ("E40", "/api/v1/conversations/../../../../etc/passwd"),
        ("E41", "/api/v1/conversations/%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
        ("E42", "/api/v1/conversations/..%5c..%5cwindows"),
        ("E43", "/api/v1/conversations/%00"),
        ("E44", "/api/v1/conversations/%c0%ae%c0%ae%c0%af"),
        ("E45", "/api/v1/conversations/'%20or%201=1--"),
        ("E46", "/api/v1/conversations/x%0d%0aX-Injected:%201"),
        ("E47", "/api/v1/events?topic=conversation:'%20or%201=1--"),
        ("E48", "/api/v1/events?topic=x%0d%0aX-Injected:%201"),
        ("E49", "/api/v1/conversations?cursor='%3bdrop%20table%20events"),
        ("E50", "/chimera.db"),
    ];
    all.into_iter().map(|(id, target)| case(id, get(target), &[400, 404, 422])).collect()
}

#[tokio::test]
async fn a_body_is_what_it_says_or_it_is_refused_and_nothing_hides_behind_it() {
    hold_all(cases(), 0).await;
}
