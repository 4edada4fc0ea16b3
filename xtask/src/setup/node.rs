use crate::failure::{Failure, Result};
use crate::process::{answer, command, npm};

const OLDEST: u32 = 20;

/// The window's page is built by Node; we do not install a Node, but say which one is wanted.
pub fn is_new_enough() -> Result<()> {
    let Some(version) = answer(command("node").arg("--version")) else {
        return Err(Failure::new(format!("Node is missing: install Node {OLDEST} or newer (https://nodejs.org)")));
    };
    if major(&version).is_none_or(|major| major < OLDEST) {
        return Err(Failure::new(format!(
            "Node {version} is too old: {OLDEST} or newer is needed (https://nodejs.org)"
        )));
    }
    // Outside of ui/, which is where npm() starts, npm works the same.
    match answer(npm(&["--version"]).current_dir(crate::workspace::root())) {
        Some(_) => Ok(()),
        None => Err(Failure::new("npm is missing: it usually comes with Node (https://nodejs.org)")),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_node_says() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
