//! A session bus of the test's own, and the programs that answer on it. A test that needs one runs itself again as a
//! process on that bus.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;

const INSIDE: &str = "CHIMERA_SECRETS_TEST_INSIDE";
pub const SECRETS: &str = "org.freedesktop.secrets";

/// Of a bus that starts nothing by itself: what answers is only what the test starts.
fn lonely(folder: &Path) -> String {
    format!(
        r#"<busconfig><type>session</type><listen>unix:tmpdir={}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"#,
        folder.display()
    )
}

pub fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs the named test of this binary in a process of its own, on a bus of its own.
pub fn run_on_a_bus(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bus.conf");
    fs::write(&config, lonely(folder.path())).unwrap();
    let mut command = Command::new(installed("dbus-run-session"));
    command.arg("--config-file").arg(&config).arg("--").arg(std::env::current_exe().unwrap());
    expect_success(&mut command, test, folder.path());
}

/// Runs the named test of this binary in a process of its own, where the bus it is told of does not exist.
pub fn run_without_a_bus(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    expect_success(&mut command, test, folder.path());
}

fn expect_success(command: &mut Command, test: &str, folder: &Path) {
    let output = command
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_RUNTIME_DIR", folder)
        // No dialog may come up: nobody is there to answer it.
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "inside, {test} failed:\n{out}\n{err}");
    assert!(out.contains("1 passed"), "no test is called {test}:\n{out}");
}

/// The keyring of GNOME, open, until it is dropped.
pub struct GnomeKeyring(Child);

impl GnomeKeyring {
    /// Returns when it answers on the bus.
    pub fn start() -> Self {
        let bus = Connection::session().unwrap();
        let names = DBusProxy::new(&bus).unwrap();
        let mut changes = names.receive_name_owner_changed().unwrap();
        let mut daemon = Command::new(installed("gnome-keyring-daemon"))
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It reads the password of the keyring up to the end.
        daemon.stdin.take().unwrap().write_all(b"password").unwrap();
        let answers = changes.any(|change| {
            let change = change.args().unwrap();
            change.name() == SECRETS && change.new_owner().is_some()
        });
        assert!(answers, "the bus ended before the keyring answered");
        Self(daemon)
    }

    pub fn stop(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for GnomeKeyring {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn installed(program: &'static str) -> &'static str {
    match Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("{program} is missing: this test needs the Debian packages dbus and gnome-keyring")
        }
        _ => program,
    }
}
