//! What counts for a connection of which nobody said anything: what a form shows where it is left empty.

use std::time::Duration;

use chimera_core::{Connection, ProviderKind};
use serde::Serialize;

use crate::Chimera;
use crate::models::demo_connection;
use crate::patience::{is_near, usual};

/// How a server of this kind and address is called as a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct UsualLimits {
    /// Calls that may be under way at once.
    pub calls_at_once: u32,
    /// Whether it has them with all others that are not of this machine or its network.
    pub shares_calls: bool,
    /// Seconds. A model that thinks may have longer.
    pub first_token_s: u32,
    pub idle_s: u32,
    pub no_progress_s: u32,
    pub total_s: u32,
}

impl Chimera {
    /// By where the server is; asks nobody.
    pub fn usual_limits(&self, kind: ProviderKind, base_url: Option<String>, local: bool) -> UsualLimits {
        let base_url = base_url.or(kind.default_base_url().map(str::to_owned));
        let connection = Connection { kind, base_url, local, ..demo_connection() };
        let calls = self.connection_list().call_limits();
        let is_near = is_near(&connection);
        // A name that says nothing of thinking.
        let patience = usual(&connection, "");
        UsualLimits {
            calls_at_once: number(if is_near { calls.nearby } else { calls.elsewhere }),
            shares_calls: !is_near,
            first_token_s: seconds(patience.first_token),
            idle_s: seconds(patience.idle),
            no_progress_s: seconds(patience.no_progress),
            total_s: seconds(patience.total),
        }
    }
}

fn number(calls: usize) -> u32 {
    u32::try_from(calls).unwrap_or(u32::MAX)
}

fn seconds(span: Duration) -> u32 {
    u32::try_from(span.as_secs()).unwrap_or(u32::MAX)
}
