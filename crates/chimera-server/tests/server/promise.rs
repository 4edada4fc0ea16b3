//! What a socket can ask for, a request can ask for as well.

use chimera_server::COMMANDS;
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn every_command_of_the_socket_is_a_route_too() {
    let house = House::open().await;
    let nobody = "0192f0c1-7e7a-7000-8000-000000000001";

    for command in COMMANDS {
        let path = match command {
            "conversation.create" => "/api/v1/conversations".to_owned(),
            "cast.save" => "/api/v1/casts".to_owned(),
            "cast.import" => "/api/v1/casts/import".to_owned(),
            "trash.empty" => "/api/v1/trash/empty".to_owned(),
            of_cast if of_cast.starts_with("cast.") => {
                format!("/api/v1/casts/nobody/{}", of_cast.trim_start_matches("cast."))
            }
            of_one => format!("/api/v1/conversations/{nobody}/{}", of_one.trim_start_matches("conversation.")),
        };
        let answer = house.post(&path, json!({})).await;
        if answer.status == 200 {
            // It names nothing that could be missing.
            continue;
        }
        let (status, code, _) = answer.problem();
        assert!(
            !["not_found", "method_not_allowed"].contains(&code.as_str()),
            "{command} has no route: {path} answers {status} {code}"
        );
    }
}
