//! A million tiny events, through real sockets: every one is heard, and memory stays flat. Alone in its process, so
//! that what is measured is this.

use chimera_core::{Finish, ProviderKind, ReplyEvent};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{FakeLlm, Reply};
use futures::StreamExt;

/// In each dialect, a million together.
const EVENTS: usize = 250_000;
/// Of the whole process, both sides of the socket included. The events of the longest dialect alone are that much.
const MOST_MEMORY: usize = 24 << 20;

/// One event with one letter in it, as short as the dialect allows.
const DIALECTS: [(ProviderKind, &str); 4] = [
    (ProviderKind::Compatible, "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n"),
    (ProviderKind::OpenaiResponses, "data: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n"),
    (
        ProviderKind::Anthropic,
        "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n",
    ),
    (ProviderKind::Gemini, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]}}]}\n\n"),
];

#[tokio::test]
async fn a_million_tiny_events_are_all_heard_in_little_memory() {
    let before = most_memory();
    for (kind, event) in DIALECTS {
        let server = FakeLlm::start().await;
        server.next().replies(Reply::begins_in(kind, "").repeats(event, EVENTS).ends_in(kind));
        let mut reply = Providers::new().open(&server.connection_of(kind), None).unwrap().reply(question("m"));

        let (mut letters, mut end) = (0, None);
        while let Some(event) = reply.next().await {
            match event.unwrap() {
                ReplyEvent::Text(text) => letters += text.len(),
                ReplyEvent::Finished(finish) => end = Some(finish),
                _ => {}
            }
        }

        assert_eq!((letters, end), (EVENTS, Some(Finish::Stop)), "{kind:?}");
    }
    if let (Some(before), Some(after)) = (before, most_memory()) {
        assert!(after - before < MOST_MEMORY, "it took {} MiB more", (after - before) >> 20);
    }
}

/// The most that this process has ever held, where the system tells.
fn most_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<usize>().ok().map(|kilobytes| kilobytes << 10)
}
