use std::fs;
use std::path::Path;

use crate::failure::{Doing, Result};
use crate::workspace;

/// How the targets cut their inputs stands in the last bytes of them: here byte by byte, and in reads of a real size.
const CUTS: [[u8; 4]; 2] = [[0, 0, 0, 0], [199, 60, 255, 7]];

/// The wire facts of these vendors as inputs to begin with: what is near to real bytes reaches far into a reader.
pub fn plant(folder: &Path, vendors: &[&str]) -> Result<()> {
    fs::create_dir_all(folder).doing(format_args!("create {}", folder.display()))?;
    for vendor in vendors {
        let fixtures = workspace::root().join("crates/chimera-providers/tests/fixtures").join(vendor);
        let entries = fs::read_dir(&fixtures).doing(format_args!("list {}", fixtures.display()))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let bytes = fs::read(&path).doing(format_args!("read {}", path.display()))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            for (number, cuts) in CUTS.iter().enumerate() {
                let seed = folder.join(format!("{vendor}-{name}-{number}"));
                fs::write(&seed, [&bytes, cuts.as_slice()].concat()).doing(format_args!("write {}", seed.display()))?;
            }
        }
    }
    Ok(())
}
