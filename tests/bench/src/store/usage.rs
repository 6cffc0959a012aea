//! What this process and a folder take.

use std::{fs, io, path::Path, time::Duration};

use crate::error::BenchError;

/// Of this process, so far.
pub(super) struct Usage {
    /// Processor time, user and system.
    pub(super) cpu: Duration,
    /// Resident memory in bytes.
    pub(super) memory: u64,
}

impl Usage {
    pub(super) fn now() -> Result<Self, BenchError> {
        let stat = fs::read_to_string("/proc/self/stat").map_err(BenchError::io("reading /proc"))?;
        // Counted behind the name in parentheses, proc(5): 14 and 15 are ticks of 10 ms, 24 is pages of 4 KiB.
        let fields: Vec<_> = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
        let number = |at: usize| fields.get(at - 3).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        Ok(Self { cpu: Duration::from_millis((number(14) + number(15)) * 10), memory: number(24) * 4_096 })
    }
}

/// The bytes that the files of a folder occupy. Files come and go meanwhile.
pub(super) fn on_disk(folder: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += match entry.metadata() {
            Ok(found) if found.is_dir() => on_disk(&entry.path())?,
            Ok(found) => found.blocks() * 512,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(bytes)
}
