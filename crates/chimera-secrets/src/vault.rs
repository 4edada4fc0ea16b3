use chimera_core::Secret;
use tokio::sync::watch;

use crate::KeyringState;

/// A place for keys, as its thread sees it. Calls may block for as long as they like.
pub(crate) trait Vault {
    /// The name people know it by.
    fn name(&self) -> &'static str;

    /// None only when the place could look and there was nothing.
    fn get(&mut self, entry: &str) -> Result<Option<Secret>, Trouble>;

    fn set(&mut self, entry: &str, secret: &Secret) -> Result<(), Trouble>;

    /// Done, too, when there is nothing to delete.
    fn delete(&mut self, entry: &str) -> Result<(), Trouble>;

    /// Whether it can be used without anybody being asked for a password.
    fn is_open(&mut self) -> Result<(), Trouble>;
}

/// How a place for keys asks a person for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialogs {
    /// Only by way of [`Prompt::while_open`], or never.
    Announced,
    /// In the middle of any call, and nobody can see that from outside.
    #[cfg_attr(not(any(test, target_os = "macos")), expect(dead_code, reason = "only the keychain of macOS does so"))]
    Unannounced,
}

/// Tells whoever waits for a vault that a person is asked for a password meanwhile.
#[derive(Clone)]
pub(crate) struct Prompt(watch::Sender<bool>);

impl Prompt {
    /// With what is seen of it from outside.
    pub fn new() -> (Self, watch::Receiver<bool>) {
        let (open, seen) = watch::channel(false);
        (Self(open), seen)
    }

    pub fn while_open<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.0.send_replace(true);
        let answer = ask();
        self.0.send_replace(false);
        answer
    }
}

/// Why a place for keys did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub state: KeyringState,
    pub detail: String,
}

impl Trouble {
    pub fn new(state: KeyringState, detail: impl Into<String>) -> Self {
        Self { state, detail: detail.into() }
    }
}

/// Writes, reads and deletes an entry of its own. Some keyrings say yes to everything and keep nothing.
pub(crate) fn self_check(vault: &mut dyn Vault) -> Result<(), Trouble> {
    vault.is_open()?;
    let process = std::process::id();
    // Other processes of ours may be checking at the same moment.
    let entry = format!("self-check-{process}");
    let written = Secret::new(format!("written by process {process}, äöü"));
    vault.set(&entry, &written)?;
    let read = vault.get(&entry);
    let deleted = vault.delete(&entry);
    if read? != Some(written) {
        return Err(Trouble::new(KeyringState::Unavailable, "what was written was not read back"));
    }
    deleted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As keyrings have been shipped: every call succeeds and nothing is kept.
    struct SaysYes;

    impl Vault for SaysYes {
        fn name(&self) -> &'static str {
            "yes"
        }

        fn get(&mut self, _entry: &str) -> Result<Option<Secret>, Trouble> {
            Ok(None)
        }

        fn set(&mut self, _entry: &str, _secret: &Secret) -> Result<(), Trouble> {
            Ok(())
        }

        fn delete(&mut self, _entry: &str) -> Result<(), Trouble> {
            Ok(())
        }

        fn is_open(&mut self) -> Result<(), Trouble> {
            Ok(())
        }
    }

    #[test]
    fn a_keyring_that_says_yes_and_keeps_nothing_is_found_out() {
        let found = self_check(&mut SaysYes);

        assert_eq!(found.map_err(|trouble| trouble.state), Err(KeyringState::Unavailable));
    }
}
