//! What the door says of itself.

use serde_json::{Value, json};

use crate::house::House;

#[tokio::test]
async fn health_is_open_and_says_little() {
    let house = House::open().await;

    let answer = crate::http::send(house.port, &crate::http::request(house.port, "GET", "/healthz", "", None)).await;

    assert_eq!(answer.json(), json!({"ok": true, "version": env!("CARGO_PKG_VERSION")}));
}

#[tokio::test]
async fn the_discovery_file_leads_here_while_the_door_is_open() {
    let house = House::open().await;
    let path = house.data_dir.path().join(chimera_server::DISCOVERY_FILE);

    let found: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let url = house.server.url();
    house.server.shut_down().await;

    assert_eq!((found["url"].as_str(), found["port"].as_u64()), (Some(url.as_str()), Some(house.port.into())));
    assert!(!path.exists());
}
