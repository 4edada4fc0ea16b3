use chimera_testkit::FakeLlm;

use crate::program::{chimera, events, folder, lines, stderr};

const KEY: &str = "sk-canary-4f2a9c10";

#[tokio::test(flavor = "multi_thread")]
async fn a_route_asks_its_servers_in_order_and_the_key_is_stored_nowhere() {
    let folder = folder();
    let broken = FakeLlm::start().await;
    broken.always().fails(503, r#"{"error":{"message":"overloaded"}}"#);
    let sound = FakeLlm::start().await;
    sound.always().says("A plank is a promise.");
    let route = format!("compatible@{}/v1#a,compatible@{}/v1#b", broken.url(), sound.url());

    let output = tokio::task::block_in_place(|| {
        chimera(folder.path())
            .args(["talk", "--topic", "Ships", "--turns", "2", "--json", "--route", &route, "--key-env", "MY_KEY"])
            .env("MY_KEY", KEY)
            .output()
            .unwrap()
    });

    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let lines = lines(&output);
    assert_eq!(events(&lines, "message.completed").len(), 2);
    assert!(!events(&lines, "fallback.switched").is_empty());
    let asked = sound.requests();
    assert!(asked.iter().all(|request| request.header("authorization") == Some(&format!("Bearer {KEY}"))));
    for file in walk(folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "{} holds the key", file.display());
    }
    assert!(!String::from_utf8_lossy(&output.stdout).contains(KEY) && !stderr(&output).contains(KEY));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_no_model_answers_the_exit_code_says_so_and_the_attempts_are_kept() {
    let folder = folder();
    let broken = FakeLlm::start().await;
    broken.always().fails(401, r#"{"error":{"message":"bad key"}}"#);
    let route = format!("compatible@{}/v1#a", broken.url());

    let output = tokio::task::block_in_place(|| {
        chimera(folder.path()).args(["talk", "--topic", "Ships", "--json", "--route", &route]).output().unwrap()
    });

    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let lines = lines(&output);
    let ended = &events(&lines, "attempt.ended")[0]["data"];
    assert_eq!((&ended["outcome"]["class"], &ended["status"]), (&"unauthorized".into(), &401.into()));
    assert!(events(&lines, "message.completed").is_empty(), "an error's text is never a message");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_goes_in_the_clear_to_no_server_elsewhere() {
    let folder = folder();
    let eavesdropper = FakeLlm::start().await;
    eavesdropper.always().says("I heard that.");
    let route = ["--route", "compatible@http://api.example.com/v1#m", "--key-env", "MY_KEY"];

    for command in [["ask", "--prompt", "Who?"], ["talk", "--topic", "Ships"], ["create", "--topic", "Ships"]] {
        let output = tokio::task::block_in_place(|| {
            chimera(folder.path())
                .args(command)
                .args(route)
                .envs([("MY_KEY", KEY), ("HTTP_PROXY", eavesdropper.url()), ("http_proxy", eavesdropper.url())])
                .output()
                .unwrap()
        });

        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("plain http") && said.contains("chimera connections add --local"), "{said}");
    }
    assert!(eavesdropper.requests().is_empty(), "nobody was asked");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
