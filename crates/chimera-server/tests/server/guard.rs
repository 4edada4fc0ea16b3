use std::time::{Duration, Instant};

use chimera_app::Scope;
use chimera_server::Limits;
use serde_json::json;
use tokio::net::TcpStream;

use crate::house::{House, PAGE, table};
use crate::http::{request, send};
use crate::websocket::Companion;

const UNKNOWN: &str = "0192f0c1-7e7a-7000-8000-000000000001";

/// Every route with the scope it needs.
fn routes() -> Vec<(&'static str, String, Scope)> {
    let of = |rest: &str| format!("/api/v1/conversations/{UNKNOWN}{rest}");
    let mut routes = vec![
        ("GET", "/api/v1/conversations".to_owned(), Scope::Read),
        ("GET", of(""), Scope::Read),
        ("GET", "/api/v1/personas".into(), Scope::Read),
        ("GET", "/api/v1/connections".into(), Scope::Read),
        ("GET", "/api/v1/providers/health".into(), Scope::Read),
        ("GET", "/api/v1/events".into(), Scope::Read),
        ("HEAD", "/api/v1/events".into(), Scope::Read),
        ("POST", "/api/v1/conversations".into(), Scope::Manage),
        ("POST", of("/rename"), Scope::Manage),
        ("POST", of("/mute"), Scope::Manage),
        ("POST", of("/unmute"), Scope::Manage),
    ];
    for command in ["start", "pause", "resume", "step", "stop", "retry", "skip", "nudge", "say"] {
        routes.push(("POST", of(&format!("/{command}")), Scope::Speak));
    }
    routes
}

#[tokio::test]
async fn each_route_opens_to_its_scope_alone() {
    let house = House::open().await;
    for granted in Scope::ALL {
        let token = house.token_for(&[granted]).await;
        for (method, path, needed) in routes() {
            let body = (method == "POST").then_some("{}");
            let answer = send(house.port, &request(house.port, method, &path, &token, body)).await;
            let is_let_in = answer.status != 403;
            assert_eq!(is_let_in, granted == needed, "{method} {path} with {}: {}", granted.as_str(), answer.text());
            if !is_let_in && method != "HEAD" {
                assert_eq!(answer.problem(), (403, "scope_missing".into(), None));
            }
        }
    }
    assert_eq!(house.conversations().await, 0);
}

#[tokio::test]
async fn each_message_of_the_socket_opens_to_its_scope_alone() {
    let house = House::open().await;
    for granted in Scope::ALL {
        let token = house.token_for(&[granted]).await;
        let mut companion = Companion::enter_with(&house, &token).await;
        let is_let_in = |answer: serde_json::Value| answer["error"]["code"] != "scope_missing";

        assert_eq!(is_let_in(companion.ask(json!({"type": "subscribe"})).await), granted == Scope::Read);
        for command in ["start", "pause", "resume", "step", "stop", "retry", "skip", "nudge", "say"] {
            let data = json!({"id": UNKNOWN, "text": "hello"});
            let answer = companion.command(&format!("conversation.{command}"), data).await;
            assert_eq!(is_let_in(answer), granted == Scope::Speak, "{command} with {}", granted.as_str());
        }
        for command in ["create", "rename", "mute", "unmute"] {
            let answer =
                companion.command(&format!("conversation.{command}"), json!({"id": UNKNOWN, "title": "t"})).await;
            assert_eq!(is_let_in(answer), granted == Scope::Manage, "{command} with {}", granted.as_str());
        }
    }
    assert_eq!(house.conversations().await, 0);
}

#[tokio::test]
async fn a_token_that_may_only_speak_is_obeyed_and_told_nothing() {
    let house = House::open().await;
    let id = house.table(1).await;
    let say = format!("/api/v1/conversations/{id}/say");
    house.post(&say, json!({"text": "a secret"})).await;
    let token = house.token_for(&[Scope::Speak, Scope::Manage]).await;

    for (command, body) in [("start", "{}"), ("stop", "{}"), ("rename", r#"{"title": "t"}"#)] {
        let path = format!("/api/v1/conversations/{id}/{command}");
        let answer = send(house.port, &request(house.port, "POST", &path, &token, Some(body))).await;
        assert!([204, 409].contains(&answer.status), "{command}: {}", answer.status);
        assert!(!answer.text().contains("secret"), "{command}: {}", answer.text());
    }
    let view = house.get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!((view["title"].as_str(), view["state"].as_str()), (Some("t"), Some("completed")));
}

#[tokio::test]
async fn a_revoked_token_opens_nothing() {
    let house = House::open().await;
    let issued = house.chimera.create_token("gone", &Scope::ALL).await.unwrap();
    house.chimera.revoke_token(issued.id).await.unwrap();

    let answer = send(house.port, &request(house.port, "GET", "/api/v1/personas", issued.token.expose(), None)).await;

    assert_eq!(answer.problem(), (401, "unauthorized".into(), None));
}

#[tokio::test]
async fn a_token_of_no_scope_for_create_creates_nothing() {
    let house = House::open().await;
    let token = house.token_for(&[Scope::Read, Scope::Speak]).await;

    let body = table(1).to_string();
    let answer = send(house.port, &request(house.port, "POST", "/api/v1/conversations", &token, Some(&body))).await;

    assert_eq!(answer.status, 403);
    assert_eq!(house.conversations().await, 0);
}

#[tokio::test]
async fn sixty_guesses_are_refused_ever_more_slowly_and_the_real_token_is_not_held_up() {
    let house = House::open().await;
    let wrong = request(house.port, "GET", "/api/v1/personas", "chm_guess", None);

    let began = Instant::now();
    let guesses = (0..60).map(|_| send(house.port, &wrong));
    let answers = futures::future::join_all(guesses).await;
    let guessing = began.elapsed();

    assert!(answers.iter().all(|answer| answer.status == 401));
    assert!(guessing >= Duration::from_millis(500), "the sixtieth waits half a second: {guessing:?}");
    tokio::select! {
        // After a stall both may be there: then the real one was not held up either.
        biased;
        real = house.get("/api/v1/personas") => assert_eq!(real.status, 200),
        _ = send(house.port, &wrong) => panic!("the real token waits as long as a guess"),
    }
}

#[tokio::test]
async fn an_allowed_page_is_told_that_it_may_read_and_nobody_else_is() {
    let house = House::open().await;
    let with = async |origin: &str, token: &str| {
        let head = format!(
            "GET /api/v1/personas HTTP/1.1\r\nHost: localhost:{}\r\nOrigin: {origin}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n",
            house.port
        );
        send(house.port, head.as_bytes()).await
    };

    let page = with(PAGE, &house.token).await;
    let wrong_token = with(PAGE, "chm_wrong").await;
    let evil = with("https://evil.example", &house.token).await;
    let none = house.get("/api/v1/personas").await;

    assert_eq!((page.status, page.header("access-control-allow-origin")), (200, Some(PAGE)));
    assert_eq!(page.header("vary"), Some("origin"));
    assert_eq!(page.header("access-control-allow-credentials"), None);
    for (answer, status) in [(wrong_token, 401), (evil, 403), (none, 200)] {
        assert_eq!(answer.status, status);
        assert!(!answer.headers.keys().any(|name| name.starts_with("access-control")), "{answer:?}");
    }
}

#[tokio::test]
async fn every_answer_is_sealed_and_says_nothing_of_its_server() {
    let house = House::open().await;
    let token = &house.token;
    let port = house.port;
    let answers = [
        house.get("/api/v1/conversations").await,
        house.post("/api/v1/conversations", table(1)).await,
        house.get("/no/such/route").await,
        house.post("/api/v1/personas", json!({})).await,
        house.post("/api/v1/conversations", json!({"topic": 7})).await,
        house.get("/api/v1/ws").await,
        send(port, &request(port, "GET", "/healthz", "", None)).await,
        send(port, &request(port, "GET", "/api/v1/personas", "", None)).await,
        send(port, &request(port, "TRACE", "/", token, None)).await,
    ];
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 201, 404, 405, 422, 426, 200, 401, 405]);
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{answer:?}");
        assert!(answer.header("content-type").unwrap().ends_with("json"), "{answer:?}");
        for unwanted in ["server", "set-cookie", "x-powered-by", "access-control-allow-origin"] {
            assert_eq!(answer.header(unwanted), None, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_repeats_nothing_of_the_request() {
    let house = House::open().await;
    let port = house.port;
    let requests = [
        "GET /canary HTTP/1.1\r\nHost: canary.example\r\nConnection: close\r\n\r\n".to_owned(),
        format!("GET /canary HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://canary\r\nConnection: close\r\n\r\n"),
        format!(
            "GET /canary HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer canary\r\nConnection: close\r\n\r\n"
        ),
        format!("CANARY /canary HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"),
        format!("GET /canary?canary HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: canary\r\nConnection: close\r\n\r\n"),
    ];
    for request in requests {
        let answer = send(port, request.as_bytes()).await;
        assert!((400..500).contains(&answer.status), "{request}");
        assert!(!format!("{answer:?}").to_lowercase().contains("canary"), "{answer:?}");
        assert!(!answer.text().to_lowercase().contains("canary"), "{}", answer.text());
    }
}

#[tokio::test]
async fn nothing_listens_once_the_door_is_shut_and_only_loopback_while_it_is_open() {
    let house = House::open().await;
    let port = house.port;
    let own = local_address_of_the_network();

    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
    if let Some(own) = own {
        assert!(TcpStream::connect((own, port)).await.is_err(), "reached under {own}");
    }
    house.server.shut_down().await;

    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    assert!(TcpStream::connect(("::1", port)).await.is_err());
}

/// The address under which other machines know this one, if it has one. Nothing is sent.
fn local_address_of_the_network() -> Option<std::net::IpAddr> {
    let probe = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    probe.connect("192.0.2.1:9").ok()?;
    Some(probe.local_addr().ok()?.ip()).filter(|address| !address.is_loopback())
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_their_turn() {
    let house = House::within(Limits { connections: 2, ..Limits::default() }).await;
    let first = TcpStream::connect(("127.0.0.1", house.port)).await.unwrap();
    let second = TcpStream::connect(("127.0.0.1", house.port)).await.unwrap();
    // One place may be kept by the listener of the other address: both silent ones have to go.
    let get = request(house.port, "GET", "/healthz", "", None);
    let mut third = tokio::spawn(async move { send(house.port, &get).await });

    let early = tokio::time::timeout(Duration::from_millis(100), &mut third).await;
    drop((first, second));

    assert!(early.is_err(), "no place is free");
    assert_eq!(third.await.unwrap().status, 200);
}
