//! A run in a file: with its tape and its package, so that it can be replayed where nothing else is.

use std::path::{Path, PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tieline_types::{Digest, tape::TapedRun};

/// What `tieline events export --journal` writes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunFile {
    #[serde(flatten)]
    pub(crate) taped: TapedRun,
    /// The package that ran, in base64.
    package: String,
}

/// Why a file holds no run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("reading {} failed", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It cannot be written.
    #[error("writing {} failed", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{} is no exported run", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The package is not the one that ran.
    #[error("the package is {found}, and {wanted} ran")]
    OtherPackage {
        /// What is there.
        found: Digest,
        /// What ran.
        wanted: Digest,
    },
}

impl RunFile {
    pub(crate) fn new(taped: TapedRun, package: &[u8]) -> Self {
        Self { taped, package: BASE64_STANDARD.encode(package) }
    }

    pub(crate) fn read(path: &Path) -> Result<Self, FileError> {
        let bytes = std::fs::read(path).map_err(|source| FileError::Read { path: path.into(), source })?;
        serde_json::from_slice(&bytes)
            .map_err(|source| FileError::Malformed { path: path.into(), source: source.into() })
    }

    /// The package that ran, whole.
    pub(crate) fn package(&self, path: &Path) -> Result<Bytes, FileError> {
        let decoded = BASE64_STANDARD.decode(&self.package);
        let bytes =
            decoded.map_err(|source| FileError::Malformed { path: path.into(), source: source.into() })?;
        own(&self.taped, bytes.into())
    }
}

/// The package, if it is the one that ran.
pub(crate) fn own(taped: &TapedRun, package: Bytes) -> Result<Bytes, FileError> {
    let (found, wanted) = (Digest::of(&package), taped.tape.head.package);
    if found == wanted { Ok(package) } else { Err(FileError::OtherPackage { found, wanted }) }
}
