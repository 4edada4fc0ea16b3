use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::failure::{Doing, Result};
use crate::workspace;

/// Remembers the inputs of the last success of a step, so that the second time costs nothing.
///
/// Contents are hashed, not times: a fresh clone or a switch of branches touches every time.
pub struct Stamp {
    file: PathBuf,
    now: String,
}

impl Stamp {
    /// The stamp of a step whose outcome depends on these files and folders and nothing else.
    pub fn of(step: &str, inputs: &[PathBuf]) -> Result<Stamp> {
        let mut hasher = DefaultHasher::new();
        // Two clones may share one target directory.
        workspace::root().hash(&mut hasher);
        for input in inputs {
            hash(input, &mut hasher)?;
        }
        Ok(Stamp { file: workspace::own(&format!("{step}.stamp"))?, now: format!("{:016x}", hasher.finish()) })
    }

    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|last| last == self.now)
    }

    /// To be called after the step has succeeded.
    pub fn keep(&self) -> Result<()> {
        fs::write(&self.file, &self.now).doing(format_args!("write {}", self.file.display()))
    }
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let entries = fs::read_dir(path).doing(format_args!("list {}", path.display()))?;
        let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        entries.sort();
        entries.iter().try_for_each(|entry| hash(entry, hasher))
    } else {
        fs::read(path).doing(format_args!("read {}", path.display())).map(|bytes| bytes.hash(hasher))
    }
}
