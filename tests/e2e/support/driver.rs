use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A tauri-driver with the native driver behind it, in a process group of its own that ends with it.
pub struct Driver {
    process: Child,
    pub url: String,
}

const PATIENCE: Duration = Duration::from_secs(30);

impl Driver {
    /// The app inherits the driver's environment: that is how a test gives it its data folder.
    pub async fn start(data_dir: &Path, home: &TempDir, environment: &[(&str, &str)]) -> Self {
        let driver = std::env::var_os("TAURI_DRIVER").expect("TAURI_DRIVER is set: run `cargo xtask e2e`");
        let [port, native_port] = free_ports();
        let mut command = Command::new(driver);
        command
            .arg(format!("--port={port}"))
            .arg(format!("--native-port={native_port}"))
            .env("CHIMERA_DATA_DIR", data_dir)
            .env("CHIMERA_KEYRING", "memory")
            .env("XDG_DATA_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let process = command.spawn().expect("tauri-driver starts");
        let driver = Self { process, url: format!("http://127.0.0.1:{port}") };
        // tauri-driver listens before the native driver behind it is up: only its answer says that both are.
        driver.wait_until_ready(native_port).await;
        driver
    }

    async fn wait_until_ready(&self, native_port: u16) {
        let since = Instant::now();
        while !(is_up(&self.url).await && is_up(&format!("http://127.0.0.1:{native_port}")).await) {
            assert!(since.elapsed() < PATIENCE, "tauri-driver is not ready after {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The group holds the native driver and the app, too; a failed test must not leave them behind.
        #[cfg(unix)]
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.process.id())]).status();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn is_up(url: &str) -> bool {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let Some(address) = url.strip_prefix("http://") else { return false };
    let Ok(mut stream) = tokio::net::TcpStream::connect(address).await else { return false };
    let request = format!("GET /status HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    stream.write_all(request.as_bytes()).await.is_ok()
        && stream.read_to_end(&mut answer).await.is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}

/// Both are held until both are known: what is let go of may be given out again.
fn free_ports() -> [u16; 2] {
    let held = [(), ()].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    held.each_ref().map(|socket| socket.local_addr().expect("it is bound").port())
}
