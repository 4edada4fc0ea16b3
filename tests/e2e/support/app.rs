use std::path::PathBuf;

use tempfile::TempDir;
use thirtyfour::Capabilities;
use thirtyfour::prelude::*;
use tokio::sync::{Mutex, MutexGuard};

use super::driver::Driver;

/// One window at a time: the keyboard's focus belongs to one.
static DISPLAY: Mutex<()> = Mutex::const_new(());

/// Chimera in its window, with a data folder of its own.
pub struct App {
    pub window: WebDriver,
    pub data_dir: PathBuf,
    _folder: TempDir,
    _driver: Driver,
    _display: MutexGuard<'static, ()>,
}

/// How fast the demo voices speak in a test: as fast as the machine, unless the test is about speaking.
pub const INSTANT: &[(&str, &str)] = &[("CHIMERA_DEMO_PACE", "instant")];
pub const BRISK: &[(&str, &str)] = &[("CHIMERA_DEMO_PACE", "brisk")];
pub const HUMAN: &[(&str, &str)] = &[("CHIMERA_DEMO_PACE", "human")];

impl App {
    /// Opens the window on an empty history.
    pub async fn open(environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let data_dir = folder.path().join("data");
        Self::open_at(data_dir, folder, environment).await
    }

    async fn open_at(data_dir: PathBuf, folder: TempDir, environment: &[(&str, &str)]) -> Self {
        let display = DISPLAY.lock().await;
        let driver = Driver::start(&data_dir, &folder, environment).await;
        let window = session(&driver.url).await;
        window.set_window_rect(0, 0, 1280, 820).await.expect("the window takes a size");
        Self { window, data_dir, _folder: folder, _driver: driver, _display: display }
    }

    /// The process dies as in a power cut, and the app is opened again.
    #[cfg(target_os = "linux")]
    pub async fn kill_and_reopen(self, environment: &[(&str, &str)]) -> Self {
        let killed =
            std::process::Command::new("kill").args(["-KILL", &self.pid().to_string()]).status().expect("kill runs");
        assert!(killed.success());
        let Self { window, data_dir, _folder: folder, _driver: driver, _display } = self;
        drop(driver);
        // The session is gone with the process; asking it to quit would wait for an answer that never comes.
        std::mem::forget(window);
        drop(_display);
        Self::open_at(data_dir, folder, environment).await
    }

    pub async fn close(self) {
        self.window.quit().await.expect("the window closes");
    }

    /// The app's process: the one of our binary that was given this data folder.
    #[cfg(target_os = "linux")]
    fn pid(&self) -> u32 {
        let ours = |pid: &u32| {
            let process = std::path::Path::new("/proc").join(pid.to_string());
            let is_app = std::fs::read_link(process.join("exe")).is_ok_and(|exe| exe == std::path::Path::new(binary()));
            let environment = std::fs::read(process.join("environ")).unwrap_or_default();
            let data_dir = format!("CHIMERA_DATA_DIR={}", self.data_dir.display());
            is_app && environment.split(|byte| *byte == 0).any(|variable| variable == data_dir.as_bytes())
        };
        std::fs::read_dir("/proc")
            .expect("processes are listed")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .find(ours)
            .expect("the app runs")
    }
}

pub fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_chimera-desktop")
}

async fn session(url: &str) -> WebDriver {
    // The WebDriver client speaks plain http, and will not be made without somebody who could speak TLS. An error says
    // that another test has done it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut capabilities = Capabilities::new();
    capabilities
        .set("tauri:options", serde_json::json!({ "application": binary() }))
        .expect("the capability is plain data");
    capabilities.set("browserName", "wry").expect("the capability is plain data");
    WebDriver::new(url, capabilities).await.expect("the window opens")
}
