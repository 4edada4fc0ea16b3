//! The attack matrix, row by row under its ids: bytes in, and what must come out. A case is data; the rules are in
//! [`Case::hold`].

mod addresses;
mod bodies;
mod credentials;
mod frames;
mod handshakes;
mod patience;

use crate::house::House;
use crate::http::{Answer, send};

/// One request of the matrix. `%P` is the port and `%T` the token.
struct Case {
    id: &'static str,
    bytes: Vec<u8>,
    /// Zero: closed without a word.
    statuses: &'static [u16],
}

fn case(id: &'static str, text: impl AsRef<str>, statuses: &'static [u16]) -> Case {
    Case { id, bytes: text.as_ref().as_bytes().to_vec(), statuses }
}

/// A whole request from its first line and its header lines.
fn head(line: &str, headers: &[&str]) -> String {
    let mut text = format!("{line} HTTP/1.1\r\n");
    for header in headers {
        text += header;
        text += "\r\n";
    }
    text + "Connection: close\r\n\r\n"
}

const HOST: &str = "Host: 127.0.0.1:%P";
const TOKEN: &str = "Authorization: Bearer %T";
const JSON: &str = "Content-Type: application/json";
const CONVERSATIONS: &str = "/api/v1/conversations";

impl Case {
    fn filled(&self, house: &House) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for (mark, value) in [(b"%P", house.port.to_string()), (b"%T", house.token.clone())] {
            while let Some(at) = bytes.windows(2).position(|two| two == mark) {
                bytes.splice(at..at + 2, value.bytes());
            }
        }
        bytes
    }

    /// The status is one of those allowed, and whatever was refused was refused in the proper way.
    async fn hold(&self, house: &House) -> Answer {
        let answer = send(house.port, &self.filled(house)).await;
        let id = self.id;
        assert!(self.statuses.contains(&answer.status), "{id}: {} {}", answer.status, answer.text());
        assert!(!answer.text().contains(&house.token), "{id} gives the token away");
        assert!(!answer.headers.keys().any(|name| name.starts_with("access-control")), "{id}: {answer:?}");
        assert!(!answer.headers.contains_key("x-injected"), "{id}: {answer:?}");
        let second = String::from_utf8_lossy(&answer.rest);
        assert!(!second.contains("HTTP/1.1 2"), "{id}: a second request was served: {second}");
        if answer.status == 401 {
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{id}");
        }
        if answer.status >= 400 && !answer.body.is_empty() {
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{id}");
        }
        answer
    }
}

/// All of them against one server, which is the same afterwards.
async fn hold_all(cases: Vec<Case>, created: usize) {
    let house = House::open().await;
    for case in &cases {
        case.hold(&house).await;
    }
    assert_eq!(house.conversations().await, created, "nothing more was stored");
    assert_eq!(house.get("/api/v1/personas").await.status, 200, "and it still answers");
    the_token_is_written_nowhere(&house);
}

/// H14: in no file of the data folder.
fn the_token_is_written_nowhere(house: &House) {
    for entry in std::fs::read_dir(house.data_dir.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(house.token.len()).any(|window| window == house.token.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn no_two_cases_bear_one_id() {
    let mut ids: Vec<_> = [addresses::cases(), bodies::cases(), credentials::cases(), handshakes::cases()]
        .into_iter()
        .flatten()
        .map(|case| case.id)
        .chain(frames::ids())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}
