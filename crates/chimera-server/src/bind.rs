//! The addresses the side door listens on: this machine's own, and never another.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::{DEFAULT_PORT, Error};

/// Ports tried from the default one upwards.
const TRIED: u16 = 64;

pub(crate) struct Listeners {
    pub(crate) port: u16,
    pub(crate) sockets: Vec<TcpListener>,
}

pub(crate) async fn bind(port: Option<u16>) -> Result<Listeners, Error> {
    match port {
        Some(0) => first_free(std::iter::repeat_n(0, TRIED.into())).await?.ok_or(Error::PortTaken { port: 0 }),
        Some(port) => first_free([port]).await?.ok_or(Error::PortTaken { port }),
        None => {
            let last = DEFAULT_PORT + TRIED - 1;
            first_free(DEFAULT_PORT..=last).await?.ok_or(Error::NoFreePort { first: DEFAULT_PORT, last })
        }
    }
}

async fn first_free(ports: impl IntoIterator<Item = u16>) -> Result<Option<Listeners>, Error> {
    for port in ports {
        match both(port).await {
            Ok(listeners) => return Ok(Some(listeners)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(Error::Bind(error)),
        }
    }
    Ok(None)
}

/// `localhost` may mean either address: a port that another program holds on one of them is not ours on the other, or
/// tokens meant for us would go to it.
async fn both(port: u16) -> io::Result<Listeners> {
    let v4 = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let port = v4.local_addr()?.port();
    match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
        Ok(v6) => Ok(Listeners { port, sockets: vec![v4, v6] }),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
        Err(error) => {
            tracing::debug!(%error, "no IPv6 loopback here");
            Ok(Listeners { port, sockets: vec![v4] })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_loopback_is_bound_and_on_one_port() {
        let listeners = bind(Some(0)).await.unwrap();

        for socket in &listeners.sockets {
            let address = socket.local_addr().unwrap();
            assert!(address.ip().is_loopback(), "{address}");
            assert_eq!(address.port(), listeners.port);
        }
    }

    #[tokio::test]
    async fn a_port_that_was_asked_for_and_is_taken_is_refused() {
        let held = bind(Some(0)).await.unwrap();

        let refused = bind(Some(held.port)).await.err().unwrap();

        assert!(matches!(refused, Error::PortTaken { port } if port == held.port), "{refused}");
    }

    #[tokio::test]
    async fn the_next_free_port_is_taken_when_nothing_was_asked_for() {
        let first = bind(None).await.unwrap();
        let second = bind(None).await.unwrap();

        assert!(second.port > first.port && first.port >= DEFAULT_PORT);
    }
}
