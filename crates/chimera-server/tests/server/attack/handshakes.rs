//! D10 to D33: who gets a socket.

use super::{Case, HOST, TOKEN, case, head, hold_all};

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const VERSION: &str = "Sec-WebSocket-Version: 13";
const UPGRADE: &str = "Upgrade: websocket\r\nConnection: Upgrade";

/// A handshake that is refused. Its closing `Connection` line does not take back the upgrade that was asked for.
fn knock(headers: &[&str]) -> String {
    head("GET /api/v1/ws", &[&[UPGRADE, VERSION, KEY], headers].concat())
}

/// The handshake without a token (D10) is the documented way to show it in the first message: it hears a greeting and
/// nothing else, see `without_a_token_a_socket_hears_a_greeting_and_is_put_out`.
pub fn cases() -> Vec<Case> {
    let query = head("GET /api/v1/ws?token=%T", &[UPGRADE, VERSION, KEY, HOST]);
    let protocol = "Sec-WebSocket-Protocol: chimera.v1, chimera.bearer.";
    vec![
        case("D11", knock(&[HOST, "Authorization: Bearer wrong"]), &[401]),
        case("D12", query, &[401]),
        case("D13", head("GET /api/v1/ws?x=1", &[UPGRADE, VERSION, KEY, HOST, "Cookie: token=%T"]), &[401]),
        case("D14", knock(&[HOST, TOKEN, "Origin: https://evil.example"]), &[403]),
        case("D15", knock(&[HOST, TOKEN, "Origin: null"]), &[403]),
        case("D16", knock(&[HOST, TOKEN, "Origin: http://localhost:9999"]), &[403]),
        case("D17", knock(&[HOST, TOKEN, "Origin: http://127.0.0.1:%P"]), &[403]),
        case("D18", knock(&[HOST, "Origin: tauri://localhost"]), &[403]),
        case("D19", knock(&["Host: evil.example", TOKEN]), &[421]),
        case("D20", knock(&[TOKEN]), &[421]),
        case("D21", head("GET /api/v1/ws", &[UPGRADE, "Sec-WebSocket-Version: 8", KEY, HOST, TOKEN]), &[426]),
        case("D22", head("GET /api/v1/ws", &[UPGRADE, VERSION, HOST, TOKEN]), &[400]),
        case("D23", head("POST /api/v1/ws", &[UPGRADE, VERSION, KEY, HOST, TOKEN]), &[405]),
        case(
            "D24",
            head("GET /api/v1/personas", &["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", HOST, TOKEN]),
            &[200],
        ),
        case("D25", head("GET /api/v1/ws", &["Upgrade: h2c", HOST, TOKEN]), &[426]),
        case("D31", knock(&[HOST, &format!("{protocol}wrong")]), &[401]),
        case("D32", knock(&[HOST, &format!("{protocol}%T"), "Origin: https://evil.example"]), &[403]),
        case("D33", knock(&[HOST, "Sec-WebSocket-Protocol: chimera.bearer.%T"]), &[400]),
    ]
}

#[tokio::test]
async fn a_socket_is_given_only_to_whom_a_route_would_answer() {
    hold_all(cases(), 0).await;
}

#[tokio::test]
async fn d30_a_token_offered_as_a_subprotocol_is_not_echoed() {
    let house = crate::house::House::open().await;
    let text = knock(&[HOST, "Sec-WebSocket-Protocol: chimera.bearer.%T, chimera.v1"]);
    let answer = case("D30", text, &[101]).hold(&house).await;
    assert_eq!(answer.header("sec-websocket-protocol"), Some("chimera.v1"));
}
