use std::net::SocketAddr;

use chimera_app::{KeyStorage, LocalServerKind, NewConnection};
use chimera_core::ProviderKind;
use chimera_testkit::{FakeLlm, Reply};
use tokio::net::{TcpListener, TcpStream};

use crate::house::House;

fn address(server: &FakeLlm) -> SocketAddr {
    server.url().trim_start_matches("http://").parse().unwrap()
}

/// A server whose list names its models and who owns them.
async fn server(list: &str) -> FakeLlm {
    let server = FakeLlm::start().await;
    server.models().replies(Reply::whole(200, "application/json", list));
    server
}

#[tokio::test]
async fn servers_are_known_by_how_they_answer_and_offered_as_connections() {
    let house = House::new().await;
    let llama_cpp = server(r#"{"data": [{"id": "x.gguf", "owned_by": "llamacpp", "meta": {"n_ctx": 4096}}]}"#).await;
    let vllm = server(r#"{"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 8192}]}"#).await;
    let lm_studio = server(r#"{"data": [{"id": "q", "owned_by": "organization_owner"}]}"#).await;
    let ollama = server(r#"{"object": "list", "data": null}"#).await;
    ollama.next().replies(Reply::whole(200, "application/json", r#"{"models": []}"#));
    let other = server(r#"{"data": [{"id": "o"}]}"#).await;
    let servers = [&llama_cpp, &vllm, &lm_studio, &ollama, &other];
    let addresses = servers.map(address);

    let found = house.chimera.detect_servers_at(&addresses).await;

    let kinds: Vec<_> = found.iter().map(|found| found.server).collect();
    assert_eq!(
        kinds,
        [
            LocalServerKind::LlamaCpp,
            LocalServerKind::Vllm,
            LocalServerKind::LmStudio,
            LocalServerKind::Ollama,
            LocalServerKind::Other
        ]
    );
    assert_eq!(found[0].base_url, format!("{}/v1", llama_cpp.url()));
    assert_eq!((found[0].name.as_str(), found[0].local, found[0].needs_key), ("llama.cpp", true, false));
    assert_eq!(found[0].models[0].facts.context_tokens, Some(4_096));
    assert!(found.iter().all(|found| found.connection.is_none()));

    let new = NewConnection {
        kind: found[0].kind,
        name: found[0].name.clone(),
        base_url: Some(found[0].base_url.clone()),
        local: found[0].local,
        key: None,
        key_storage: KeyStorage::Session,
        limits: Default::default(),
    };
    let added = house.chimera.add_connection(new).await.unwrap();
    let again = house.chimera.detect_servers_at(&addresses[..1]).await;
    assert_eq!(again[0].connection, Some(added.connection.id), "it is not offered twice");
}

#[tokio::test]
async fn what_is_no_model_server_is_not_taken_for_one() {
    let house = House::new().await;
    let page = FakeLlm::start().await;
    page.models().replies(Reply::whole(200, "text/html", "<html>A blog</html>"));
    let locked_page = FakeLlm::start().await;
    locked_page.models().replies(Reply::fails(401, "Who are you?"));
    let with_key = FakeLlm::start().await;
    with_key.models().replies(Reply::fails(401, r#"{"error": "Unauthorized"}"#));
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

    let found =
        house.chimera.detect_servers_at(&[address(&page), address(&locked_page), address(&with_key), closed]).await;

    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].needs_key && found[0].kind == ProviderKind::Compatible);
}

#[tokio::test]
async fn a_server_that_listens_in_both_families_is_offered_once_and_one_in_the_newer_alone_as_well() {
    let house = House::new().await;
    let inside = server(r#"{"data": [{"id": "m", "owned_by": "vllm"}]}"#).await;
    let old = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let both = old.local_addr().unwrap();
    // Where a machine has no IPv6, or the port is taken there, there is nothing to be told of.
    let Ok(new) = TcpListener::bind(("::1", both.port())).await else { return };
    let Ok(alone) = TcpListener::bind("[::1]:0").await else { return };
    let newer = [new.local_addr().unwrap(), alone.local_addr().unwrap()];
    let doors = [old, new, alone].map(|door| tokio::spawn(leads_to(door, address(&inside))));

    let found = house.chimera.detect_servers_at(&[both, newer[0], newer[1]]).await;

    let urls: Vec<_> = found.iter().map(|found| found.base_url.clone()).collect();
    assert_eq!(urls, [format!("http://{both}/v1"), format!("http://{}/v1", newer[1])]);
    doors.iter().for_each(tokio::task::JoinHandle::abort);
}

/// One door of a server that has several.
async fn leads_to(door: TcpListener, server: SocketAddr) {
    while let Ok((mut outside, _)) = door.accept().await {
        let mut inside = TcpStream::connect(server).await.unwrap();
        tokio::spawn(async move { tokio::io::copy_bidirectional(&mut outside, &mut inside).await });
    }
}

#[tokio::test]
async fn nobody_beyond_this_machine_is_asked() {
    let house = House::new().await;

    let found = house.chimera.detect_servers_at(&["192.0.2.1:8080".parse().unwrap()]).await;

    assert!(found.is_empty());
}
