//! Tenant documents: from the files an operator writes to what the API takes, and back. References to secrets and
//! packages are resolved here, on the caller's machine: the host reads no path and no environment for anybody.

mod read;
mod resolve;
pub(crate) mod secret;
mod write;

use std::path::PathBuf;

use bytes::Bytes;
use tieline_types::{
    Digest,
    secret::UploadedSecret,
    tenant::{Document, TenantFile},
};

pub(crate) use self::{
    read::{ReadError, read},
    resolve::{ResolveError, resolve},
    write::{Shown, Unwritable, Written, written},
};

/// A document as it was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// Where.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) file: TenantFile,
}

/// A document ready for the host, and the packages that it names.
#[derive(Debug)]
pub(crate) struct Upload {
    /// Secrets as they are, packages by digest.
    pub(crate) document: Document<UploadedSecret, Digest>,
    /// The packages, each once.
    pub(crate) packages: Vec<PackageFile>,
}

/// A package that was read.
#[derive(Debug, Clone)]
pub(crate) struct PackageFile {
    /// From where.
    pub(crate) path: PathBuf,
    /// Its content address.
    pub(crate) digest: Digest,
    /// Its content.
    pub(crate) bytes: Bytes,
}
