use chimera_app::{Chimera, Error, ErrorCode, Options, Recording, Result};
use chimera_server::{ServeOptions, Server};

use crate::args::{PassphraseFrom, Serve};
use crate::exit::Exit;
use crate::out::print;
use crate::talk::data_dir;

/// The local API until Ctrl-C or SIGTERM.
pub async fn run(args: Serve) -> Result<Exit> {
    let mut options = Options::new(data_dir(&args.data)?);
    options.calls.elsewhere = args.calls_at_once.map_or(options.calls.elsewhere, usize::from);
    options.calls.nearby = args.local_calls_at_once.map_or(options.calls.nearby, usize::from);
    let chimera = Chimera::open(options).await?;
    if args.passphrase_env.is_some() {
        chimera.unlock_key_file(PassphraseFrom { passphrase_env: args.passphrase_env }.read("")?).await?;
    }
    if args.record {
        chimera.record(Recording::All);
    }
    let options = ServeOptions { port: args.port, ..ServeOptions::default() };
    let server = Server::start(chimera.clone(), options)
        .await
        .map_err(|error| Error::new(ErrorCode::Storage, format!("the local API could not be opened: {error}")))?;
    print(&format!("Local API on {}. `chimera token create NAME` makes a token. Ctrl-C ends it.\n", server.url()))?;
    until_told().await;
    server.shut_down().await;
    chimera.close().await?;
    Ok(Exit::Done)
}

#[cfg(unix)]
async fn until_told() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn until_told() {
    let _ = tokio::signal::ctrl_c().await;
}
