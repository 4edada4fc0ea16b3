use std::sync::Arc;

use chimera_app::Chimera;
use tokio::sync::Semaphore;

use crate::bind::bind;
use crate::discovery::Discovery;
use crate::guard::Guard;
use crate::side_door::SideDoor;
use crate::{Error, Limits, ServeOptions, connection, routes};

/// The open side door. Dropping it closes it at once; [`Server::shut_down`] says goodbye first.
pub struct Server {
    door: SideDoor,
    port: u16,
    discovery: Option<Discovery>,
}

impl Server {
    pub async fn start(chimera: Chimera, options: ServeOptions) -> Result<Self, Error> {
        Self::start_within(chimera, options, Limits::default()).await
    }

    /// As [`Server::start`], with other limits than those of the app.
    pub async fn start_within(chimera: Chimera, options: ServeOptions, limits: Limits) -> Result<Self, Error> {
        let listeners = bind(options.port).await?;
        let port = listeners.port;
        let guard = Guard::new(port, &options.origins)?;
        let discovery = Discovery::write(chimera.data_dir(), &url(port), port)?;
        let app_closing = chimera.closing();
        let seats = Arc::new(Semaphore::new(limits.connections));
        let door = SideDoor::new(chimera, guard, limits);
        let router = routes::router(door.clone());
        for listener in listeners.sockets {
            door.tasks().spawn(connection::accept(listener, door.clone(), router.clone(), seats.clone()));
        }
        let closing = door.closing().clone();
        door.tasks().spawn(async move {
            // There is nothing to serve once the app is closed.
            if closing.run_until_cancelled(app_closing.cancelled()).await.is_some() {
                closing.cancel();
            }
        });
        tracing::info!(port, "the side door is open");
        Ok(Self { door, port, discovery: Some(discovery) })
    }

    pub fn url(&self) -> String {
        url(self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Sockets that are open and have shown a token.
    pub fn clients(&self) -> usize {
        self.door.sockets()
    }

    /// Takes no new connection, tells the open sockets (close code 4010) and waits for them, three seconds at most.
    pub async fn shut_down(mut self) {
        // Nobody should be led to a door that is closing.
        self.discovery.take();
        self.door.closing().cancel();
        self.door.tasks().close();
        if tokio::time::timeout(self.door.limits().shut_down, self.door.tasks().wait()).await.is_err() {
            self.door.closed().cancel();
            self.door.tasks().wait().await;
        }
        tracing::info!(port = self.port, "the side door is closed");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.door.closing().cancel();
        self.door.closed().cancel();
    }
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
