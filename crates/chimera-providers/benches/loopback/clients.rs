//! The two that are compared.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chimera_core::{Provider, ReplyEvent, ReplyStream, Secret};
use chimera_providers::Providers;
use chimera_testkit::builders::{local_connection, question};
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};
use reqwest::Response;

use crate::stream::Wanted;

/// It is looked for in every word, and begins with a letter that many words have.
const KEY: &str = "sk-bench-5e1f0b7d";

/// Asks a server for a path and listens.
pub trait Client {
    /// To the end of the answer.
    fn whole<'a>(&'a self, path: &'a str) -> LocalBoxFuture<'a, Duration>;
    /// Past its first piece; what comes back hangs up when it is dropped.
    fn begun<'a>(&'a self, path: &'a str) -> LocalBoxFuture<'a, Box<dyn Any>>;
}

/// A provider of this room.
pub struct Ours {
    providers: Providers,
    url: String,
}

impl Ours {
    pub fn new(url: &str) -> Self {
        Self { providers: Providers::new(), url: url.to_owned() }
    }

    fn reply(&self, path: &str) -> ReplyStream {
        let connection = local_connection("bench".parse().expect("a slug"), &format!("{}/{path}", self.url));
        let provider: Arc<dyn Provider> =
            self.providers.open(&connection, Some(Secret::new(KEY))).expect("loopback may be called");
        provider.reply(question("m"))
    }

    pub async fn first(&self, path: &str) -> Duration {
        let started = Instant::now();
        let mut reply = self.reply(path);
        while !matches!(reply.next().await.expect("it speaks"), Ok(ReplyEvent::Text(_))) {}
        let took = started.elapsed();
        while reply.next().await.is_some() {}
        took
    }
}

impl Client for Ours {
    fn whole<'a>(&'a self, path: &'a str) -> LocalBoxFuture<'a, Duration> {
        async move {
            let started = Instant::now();
            let mut reply = self.reply(path);
            let mut letters = 0;
            while let Some(event) = reply.next().await {
                if let ReplyEvent::Text(text) = event.expect("a good server") {
                    letters += text.len();
                }
            }
            assert_eq!(letters, wanted(path).letters(), "every delta arrived");
            started.elapsed()
        }
        .boxed_local()
    }

    fn begun<'a>(&'a self, path: &'a str) -> LocalBoxFuture<'a, Box<dyn Any>> {
        async move {
            let mut reply = self.reply(path);
            while !matches!(reply.next().await.expect("it speaks"), Ok(ReplyEvent::Text(_))) {}
            Box::new(reply) as Box<dyn Any>
        }
        .boxed_local()
    }
}

/// A client that throws away what it reads.
pub struct Bare {
    client: reqwest::Client,
    url: String,
}

impl Bare {
    pub fn new(url: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { client, url: url.to_owned() }
    }

    async fn ask(&self, path: &str) -> Response {
        let question = "{\"model\":\"m\",\"stream\":true,\"messages\":[]}";
        self.client.post(format!("{}/{path}/chat/completions", self.url)).body(question).send().await.expect("answered")
    }

    pub async fn first(&self, path: &str) -> Duration {
        let started = Instant::now();
        let mut answer = self.ask(path).await;
        answer.chunk().await.expect("read").expect("it speaks");
        let took = started.elapsed();
        while answer.chunk().await.expect("read").is_some() {}
        took
    }
}

impl Client for Bare {
    fn whole<'a>(&'a self, path: &'a str) -> LocalBoxFuture<'a, Duration> {
        async move {
            let started = Instant::now();
            let mut answer = self.ask(path).await;
            let mut lines = 0;
            while let Some(chunk) = answer.chunk().await.expect("read") {
                lines += chunk.iter().filter(|byte| **byte == b'\n').count();
            }
            assert!(lines > wanted(path).deltas, "the whole stream was read");
            started.elapsed()
        }
        .boxed_local()
    }

    fn begun<'a>(&'a self, path: &'a str) -> LocalBoxFuture<'a, Box<dyn Any>> {
        async move {
            let mut answer = self.ask(path).await;
            answer.chunk().await.expect("read").expect("it speaks");
            Box::new(answer) as Box<dyn Any>
        }
        .boxed_local()
    }
}

fn wanted(path: &str) -> Wanted {
    Wanted::read(path).expect("a stream that is known")
}
