use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

/// Log files kept, one a day.
const DAYS: usize = 7;

/// To a file a day in the data folder, and to the terminal the app was started from. `RUST_LOG` overrules what is
/// logged. A folder that cannot be written to leaves the terminal.
pub fn start(data_dir: &Path) -> Option<WorkerGuard> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,chimera=info"));
    let (file, guard) = match rolling(data_dir) {
        Some(appender) => {
            let (writer, guard) = tracing_appender::non_blocking(appender);
            (Some(fmt::layer().json().with_writer(writer)), Some(guard))
        }
        None => (None, None),
    };
    let terminal = fmt::layer().with_writer(std::io::stderr);
    // Fails only when a test has set one already.
    let _ = tracing_subscriber::registry().with(filter).with(file).with(terminal).try_init();
    guard
}

fn rolling(data_dir: &Path) -> Option<RollingFileAppender> {
    let logs = chimera_app::log_dir(data_dir).ok()?;
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("chimera")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(logs)
        .ok()
}
