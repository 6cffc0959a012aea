//! Cases as data: a folder of JSON files.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

/// The cases of a folder below `cases/`, in the order of their names, each with what it is called.
pub(crate) fn cases<Case: DeserializeOwned>(folder: &str) -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let read = |file: &Path| serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    files.iter().map(|file| (file.display().to_string(), read(file))).collect()
}
