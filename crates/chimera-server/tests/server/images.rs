//! Images through the door: brought as bytes, given back as bytes, and inert on the way.

use chimera_app::Scope;
use chimera_testkit::pictures::{self, Told};
use serde_json::json;

use crate::house::House;
use crate::http::{self, Answer};

async fn bring(house: &House, token: &str, kind: &str, bytes: &[u8]) -> Answer {
    announce(house, token, kind, bytes.len(), bytes).await
}

async fn announce(house: &House, token: &str, kind: &str, length: usize, bytes: &[u8]) -> Answer {
    let head = format!(
        "POST /api/v1/images HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {token}\r\ncontent-type: {kind}\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n",
        house.port
    );
    http::send(house.port, &[head.as_bytes(), bytes].concat()).await
}

#[tokio::test]
async fn an_image_is_brought_shown_and_given_back_without_its_metadata() {
    let house = House::open().await;
    let id = house.table(3).await;

    let brought = bring(&house, &house.token, "image/png", &pictures::png(4, 3, Told::Everything)).await;
    let again = bring(&house, &house.token, "application/octet-stream", &pictures::png(4, 3, Told::Nothing)).await;
    assert_eq!((brought.status, again.status), (201, 201), "{}", brought.text());
    assert_eq!(brought.json(), again.json(), "the same picture is the same image");
    let digest = brought.json()["digest"].as_str().unwrap().to_owned();
    let said = house
        .post(&format!("/api/v1/conversations/{id}/say"), json!({"images": [{"digest": digest, "alt": "a square"}]}))
        .await;
    assert_eq!(said.status, 201, "{}", said.text());

    let shown = house.get(&format!("/api/v1/conversations/{id}")).await.json()["messages"][0]["images"][0].clone();
    assert_eq!((&shown["alt"], &shown["media_type"]), (&json!("a square"), &json!("image/png")));
    let given = house.get(&format!("/api/v1/images/{digest}")).await;
    assert_eq!((given.status, &given.body), (200, &pictures::png(4, 3, Told::Nothing)));
    assert_eq!(given.header("content-type"), Some("image/png"));
    assert_eq!(given.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(given.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    assert!(given.header("content-disposition").is_some_and(|name| name.starts_with("attachment; filename=")));
}

#[tokio::test]
async fn bringing_needs_speak_and_looking_needs_read() {
    let house = House::open().await;
    let png = pictures::png(4, 3, Told::Nothing);
    let (reader, speaker) = (house.token_for(&[Scope::Read]).await, house.token_for(&[Scope::Speak]).await);

    assert_eq!(bring(&house, &reader, "image/png", &png).await.status, 403);
    let brought = bring(&house, &speaker, "image/png", &png).await;
    assert_eq!(brought.status, 201);

    let path = format!("/api/v1/images/{}", brought.json()["digest"].as_str().unwrap());
    let look = async |token: &str| http::send(house.port, &http::request(house.port, "GET", &path, token, None)).await;
    assert_eq!(look(&speaker).await.status, 403);
    assert_eq!(look(&reader).await.status, 200);
}

#[tokio::test]
async fn what_is_no_image_is_refused_by_its_type_its_size_or_its_bytes() {
    let house = House::open().await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

    for (kind, bytes, status, code) in [
        ("image/svg+xml", &svg[..], 415, "unsupported_media_type"),
        ("application/json", b"{}", 415, "unsupported_media_type"),
        ("multipart/form-data; boundary=x", svg, 415, "unsupported_media_type"),
        ("image/png", svg, 422, "invalid"),
        ("image/png", b"", 422, "invalid"),
    ] {
        let answer = bring(&house, &house.token, kind, bytes).await;
        let (answered, said, _) = answer.problem();
        assert_eq!((answered, said.as_str()), (status, code), "{kind}: {}", answer.text());
    }
    let large = announce(&house, &house.token, "image/png", 10 * 1024 * 1024 + 1, b"").await;
    assert_eq!((large.status, large.problem().1.as_str()), (413, "too_large"), "before a byte of it is read");
    for (digest, status) in [("0".repeat(64), 404), ("..%2f..%2fetc".to_owned(), 422)] {
        assert_eq!(house.get(&format!("/api/v1/images/{digest}")).await.status, status, "{digest}");
    }
}
