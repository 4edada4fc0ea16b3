//! C: what is no token, and where none may be.

use super::{CONVERSATIONS, Case, HOST, JSON, TOKEN, case, head, hold_all};

pub fn cases() -> Vec<Case> {
    let get = |headers: &[&str]| head(&format!("GET {CONVERSATIONS}"), headers);
    let target = |target: &str| head(&format!("GET {target}"), &[HOST]);
    let body = r#"{"token":"%T","topic":"t","participants":[]}"#;
    let in_body = head(&format!("POST {CONVERSATIONS}"), &[HOST, JSON, "Content-Length: 200"]) + &format!("{body:200}");
    let mut cases = vec![
        case("C10", get(&[HOST]), &[401]),
        case("C11", get(&[HOST, "Authorization: Bearer x%T"]), &[401]),
        case("C12", get(&[HOST, "Authorization: Bearer chm_"]), &[401]),
        case("C13", get(&[HOST, "Authorization: Bearer %Tx"]), &[401]),
        case("C14", get(&[HOST, "Authorization: "]), &[401]),
        case("C15", get(&[HOST, "Authorization: %T"]), &[401]),
        case("C16", get(&[HOST, "Authorization: Basic %T"]), &[401]),
        case("C17", get(&[HOST, "Authorization: bearer %T"]), &[401]),
        case("C18", get(&[HOST, "Authorization: Bearer CHM_%T"]), &[401]),
        case("C20", target("/api/v1/conversations?token=%T"), &[401]),
        case("C21", target("/api/v1/conversations?access_token=%T"), &[401]),
        case("C22", target("/api/v1/conversations?api_key=%T"), &[401]),
        case("C23", target("/api/v1/conversations?authorization=Bearer%20%T"), &[401]),
        case("C24", get(&[HOST, "X-Api-Key: %T"]), &[401]),
        case("C25", get(&[HOST, "Api-Key: %T"]), &[401]),
        case("C26", get(&[HOST, "X-Auth-Token: %T"]), &[401]),
        case("C27", get(&[HOST, "Proxy-Authorization: Bearer %T"]), &[401]),
        case("C28", get(&[HOST, TOKEN, "Authorization: Bearer wrong"]), &[400, 401]),
        case("C29", get(&[HOST, "Authorization: Bearer wrong", TOKEN]), &[400, 401]),
        case("C30", in_body, &[401]),
        case("C31", head(&format!("POST {CONVERSATIONS}"), &[HOST]), &[401]),
        case("C32", head(&format!("HEAD {CONVERSATIONS}"), &[HOST]), &[401]),
        case("C33", target("/no/such/route"), &[401]),
        case("C50", head("TRACE /", &[HOST, TOKEN]), &[405]),
        case("C51", head("PROPFIND /", &[HOST, TOKEN]), &[405]),
    ];
    let tricks = [
        ("C40", "//api/v1/conversations"),
        ("C41", "/api/v1/../v1/conversations"),
        ("C42", "/API/V1/CONVERSATIONS"),
        ("C43", "/api/v1/conversations/"),
        ("C44", "/api/v1/conversations;x=1"),
        ("C45", "/%61pi/v1/conversations"),
        ("C46", "/api%2fv1%2fconversations"),
        ("C47", "/healthz/../api/v1/conversations"),
        ("C48", "/healthz/%2e%2e/api/v1/conversations"),
        ("C49", "/healthz/"),
        ("C4a", "/./api/v1/conversations"),
        ("C4b", "/api/v1/conversations%00/healthz"),
        ("C4c", "/api/v1/ws/../conversations"),
    ];
    for (id, path) in tricks {
        cases.push(case(id, target(path), &[400, 401, 404]));
    }
    cases
}

#[tokio::test]
async fn a_token_is_whole_in_its_header_or_it_is_none() {
    hold_all(cases(), 0).await;
}

#[tokio::test]
async fn c52_health_is_no_chatterbox() {
    let house = crate::house::House::open().await;
    let answer = case("C52", head("GET /healthz", &[HOST]), &[200]).hold(&house).await;
    assert!(answer.body.len() <= 512);
}
