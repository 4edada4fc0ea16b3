use std::path::PathBuf;

/// Why the side door could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("port {port} is taken by another program: choose another, or 0 for any free one")]
    PortTaken { port: u16 },
    #[error("no port from {first} to {last} is free")]
    NoFreePort { first: u16, last: u16 },
    #[error("could not listen on this machine's own address")]
    Bind(#[source] std::io::Error),
    #[error("`{origin}` is not an origin: write it as a browser does, such as http://localhost:3000")]
    Origin { origin: String },
    #[error("could not write {}", path.display())]
    Discovery { path: PathBuf, source: std::io::Error },
}
