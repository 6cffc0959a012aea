//! What a backup says of itself.

use serde::{Deserialize, Serialize};
use tieline_types::{Digest, Timestamp};

/// The form of the archive.
pub(crate) const FORMAT: u32 = 1;

/// The first thing in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The form of the archive.
    pub format: u32,
    /// The form of the store's records.
    pub records: String,
    /// When it was begun.
    pub begun: Timestamp,
    /// The version of the host that wrote it.
    pub version: String,
    /// The name of the master key under which its secrets are sealed.
    pub master_key: String,
    /// Where the files of datasets are.
    pub datasets: FilesOf,
}

/// Where the files of datasets are that a backup speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FilesOf {
    /// In the backup.
    Included,
    /// Where they were, and nowhere else.
    Elsewhere(String),
}

/// The last thing in a backup.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    /// How many things come before it.
    pub(crate) entries: u64,
    /// The digest of the names and digests of all of them, in their order.
    pub(crate) digest: Digest,
}

/// Where the head stands.
pub(crate) const HEAD: &str = "tieline-backup.json";
/// Where the end stands.
pub(crate) const END: &str = "end.json";
/// Where records stand.
pub(crate) const RECORDS: &str = "records/";
/// Where packages stand.
pub(crate) const PACKAGES: &str = "packages/";
/// Where files of datasets stand.
pub(crate) const DATASETS: &str = "datasets/";
