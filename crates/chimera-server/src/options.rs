use std::time::Duration;

/// Where the side door listens unless told otherwise. Registered to nobody, and outside the range from which systems
/// draw ports for outgoing connections.
pub const DEFAULT_PORT: u16 = 7171;

/// What a person may set. There is deliberately no address: the side door opens to this machine only.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ServeOptions {
    /// This port or none; `Some(0)` takes any free one. Absent: [`DEFAULT_PORT`], or the next one that is free.
    pub port: Option<u16>,
    /// Origins of web pages that may come in, each as a browser writes it: `http://localhost:3000`.
    pub origins: Vec<String>,
}

/// How long and how much a peer may take. The figures of the app are those of `default`; tests cannot wait for them.
#[derive(Debug, Clone)]
pub struct Limits {
    pub connections: usize,
    /// From the last answer, or from the beginning, to the last byte of a request's head.
    pub head: Duration,
    pub body: Duration,
    pub body_bytes: usize,
    /// From `hello` to a valid `auth`.
    pub auth: Duration,
    /// How long a socket may leave what it was sent untaken.
    pub send: Duration,
    pub ping_every: Duration,
    /// How long a socket may say nothing, not even pong.
    pub silence: Duration,
    pub message_bytes: usize,
    /// How long a leaving socket is waited for.
    pub goodbye: Duration,
    pub shut_down: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            head: Duration::from_secs(10),
            body: Duration::from_secs(20),
            body_bytes: 2 * 1024 * 1024,
            auth: Duration::from_secs(5),
            send: Duration::from_secs(10),
            ping_every: Duration::from_secs(20),
            silence: Duration::from_secs(40),
            message_bytes: 1024 * 1024,
            goodbye: Duration::from_secs(1),
            shut_down: Duration::from_millis(2_500),
        }
    }
}
