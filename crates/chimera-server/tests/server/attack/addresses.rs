//! A: to whom a request is addressed. B: from which page it comes.

use super::{CONVERSATIONS, Case, HOST, JSON, TOKEN, case, head, hold_all};
use crate::house::table;

pub fn cases() -> Vec<Case> {
    let mut cases = hosts();
    cases.extend(pages());
    cases
}

fn get(headers: &[&str]) -> String {
    head(&format!("GET {CONVERSATIONS}"), headers)
}

/// A request that would create a conversation if it were let in.
fn create(headers: &[&str]) -> String {
    let body = table(1).to_string();
    let length = format!("Content-Length: {}", body.len());
    head(&format!("POST {CONVERSATIONS}"), &[headers, &[&length]].concat()) + &body
}

fn hosts() -> Vec<Case> {
    let mut cases = vec![
        case("A00", get(&[HOST, TOKEN]), &[200]),
        case("A01", get(&["Host: localhost:%P", TOKEN]), &[200]),
        case("A02", create(&[HOST, TOKEN, JSON]), &[201]),
        case("A03", create(&["Host: [::1]:%P", TOKEN, JSON]), &[201]),
    ];
    let strangers = [
        ("A10", "evil.example"),
        ("A11", "evil.example:%P"),
        ("A12", "127.0.0.1.evil.example:%P"),
        ("A13", "evil127.0.0.1:%P"),
        ("A14", "x.localhost:%P"),
        ("A15", "chimera.local:%P"),
        ("A16", "host.docker.internal:%P"),
        ("A17", "localhost.evil.example:%P"),
        ("A18", "0.0.0.0:%P"),
        ("A19", "192.168.1.5:%P"),
        ("A20", "[fe80::1]:%P"),
        ("A21", "2130706433:%P"),
        ("A22", "0x7f.1:%P"),
        ("A23", "127.1:%P"),
        ("A24", "127.0.0.1:1"),
        ("A25", "127.0.0.1"),
        ("A26", "user@127.0.0.1:%P"),
        ("A27", "127.0.0.1:%P#x"),
        ("A28", "127.0.0.1:%P:%P"),
        ("A29", ""),
    ];
    for (id, host) in strangers {
        cases.push(case(id, get(&[&format!("Host: {host}"), TOKEN]), &[421, 400]));
    }
    let absolute = |target: &str, host: &str| head(&format!("GET http://{target}{CONVERSATIONS}"), &[host, TOKEN]);
    cases.extend([
        case("A30", get(&[TOKEN]), &[421]),
        case("A31", get(&[HOST, "Host: evil.example", TOKEN]), &[421, 400]),
        case("A32", get(&["Host: evil.example", HOST, TOKEN]), &[421, 400]),
        case("A33", absolute("evil.example", HOST), &[421]),
        case("A34", absolute("127.0.0.1:%P", "Host: evil.example"), &[421]),
        case("A35", get(&["Host: evil.example", "X-Forwarded-Host: 127.0.0.1:%P", TOKEN]), &[421]),
        case("A36", create(&["Host: evil.example", TOKEN, JSON]), &[421]),
        case("A37", head("GET /healthz", &["Host: evil.example"]), &[421]),
    ]);
    cases
}

fn pages() -> Vec<Case> {
    let mut cases = Vec::new();
    let strangers = [
        ("B10", "https://evil.example"),
        ("B11", "null"),
        ("B12", "http://localhost:9999"),
        ("B13", "http://localhost:3000.evil.example"),
        ("B14", "https://localhost:3000"),
        ("B15", "http://x.localhost:3000"),
        ("B16", "file://"),
        ("B17", "chrome-extension://abcdefghijklmnop"),
        ("B18", "tauri://localhost"),
        ("B19", "http://1ocalhost:3000"),
        ("B20", "app://localhost"),
        ("B21", "http://localhost"),
        ("B22", ""),
    ];
    for (id, origin) in strangers {
        cases.push(case(id, get(&[HOST, &format!("Origin: {origin}"), TOKEN]), &[403]));
    }
    let page = "Origin: http://localhost:3000";
    let preflight = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization"];
    let options =
        |extra: &[&str]| head(&format!("OPTIONS {CONVERSATIONS}"), &[&[HOST], &preflight[..], extra].concat());
    cases.extend([
        case("B23", create(&[HOST, TOKEN, JSON, "Origin: https://evil.example"]), &[403]),
        case("B24", get(&[HOST, TOKEN, page, page]), &[403, 400]),
        case("B25", get(&[HOST, TOKEN, "Sec-Fetch-Site: cross-site"]), &[403]),
        case("B26", head("GET /healthz", &[HOST, "Origin: https://evil.example"]), &[403]),
        case("B40", options(&["Origin: https://evil.example"]), &[403]),
        case("B41", options(&["Origin: https://evil.example", "Access-Control-Request-Private-Network: true"]), &[403]),
        case("B42", get(&[HOST, "Cookie: token=%T; Authorization=Bearer %T"]), &[401]),
        case("B43", get(&[HOST, "X-HTTP-Method-Override: POST"]), &[401]),
        case("B44", options(&[page]), &[405]),
    ]);
    let types = [
        (["B30", "B30t"], "Content-Type: text/plain"),
        (["B31", "B31t"], "Content-Type: application/x-www-form-urlencoded"),
        (["B32", "B32t"], "Content-Type: multipart/form-data; boundary=x"),
        (["B33", "B33t"], "Content-Type: text/plain; application/json"),
        (["B34", "B34t"], "X-No-Type: at all"),
    ];
    for ([without, with], kind) in types {
        cases.push(case(without, create(&[HOST, kind]), &[401]));
        cases.push(case(with, create(&[HOST, TOKEN, kind]), &[415]));
    }
    cases
}

#[tokio::test]
async fn a_request_comes_in_only_under_our_name_and_from_no_strange_page() {
    // A02 and A03 are the two that may.
    hold_all(cases(), 2).await;
}
