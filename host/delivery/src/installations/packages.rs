//! Packages: uploaded once, named by digest, loaded when an installation needs them.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use bytes::Bytes;
use parking_lot::Mutex;
use tieline_runtime::{Package, PackageError, Runtime};
use tieline_store::{Store, StoreError};
use tieline_types::{Digest, Problem, api::PackageSummary};

use crate::HostError;

/// The packages of this host. Those in use are loaded once, however many installations share them.
pub(crate) struct Packages {
    store: Arc<dyn Store>,
    runtime: Arc<Runtime>,
    loaded: Mutex<HashMap<Digest, Weak<Package>>>,
}

/// Why a package is not there to run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MissingPackage {
    /// It was never uploaded.
    #[error("the package {0} was not uploaded")]
    Unknown(Digest),
    /// The host cannot run it (any more).
    #[error("loading the package {0} failed")]
    Unusable(Digest, #[source] PackageError),
    /// It could not be read.
    #[error("reading the package {0} failed")]
    Store(Digest, #[source] StoreError),
}

impl MissingPackage {
    /// The same for people.
    pub(crate) fn problem(&self) -> Problem {
        let cause = std::error::Error::source(self).map(|cause| format!(": {cause}")).unwrap_or_default();
        let (code, remedy) = match self {
            Self::Unknown(_) => ("package.unknown", "Upload the package first."),
            Self::Unusable(_, error) => return error.problem(),
            Self::Store(..) => ("host.fault", "Look into the host's log."),
        };
        Problem::new(code, format!("{self}{cause}.")).remedy(remedy)
    }
}

impl Packages {
    pub(crate) fn new(store: Arc<dyn Store>, runtime: Arc<Runtime>) -> Self {
        Self { store, runtime, loaded: Mutex::default() }
    }

    /// Keeps a package, after reading what it says of itself. A package that asks for more than it
    /// declares, or for what this host does not provide, is refused here.
    pub(crate) async fn put(&self, bytes: Bytes) -> Result<PackageSummary, HostError> {
        let inspection = self.runtime.inspect(&bytes);
        let inspection =
            inspection.map_err(|error| HostError::Invalid { problems: vec![error.problem()] })?;
        Ok(PackageSummary {
            digest: self
                .store
                .put_blob(bytes)
                .await
                .map_err(|error| HostError::store("keeping a package", error))?,
            connector: inspection.manifest.connector.id,
            version: inspection.manifest.connector.version,
        })
    }

    /// The package with this digest, ready to run. Taken from the compiled-code cache where possible.
    pub(crate) async fn load(&self, digest: &Digest) -> Result<Arc<Package>, MissingPackage> {
        if let Some(package) = self.loaded.lock().get(digest).and_then(Weak::upgrade) {
            return Ok(package);
        }
        let bytes = self.store.blob(digest).await.map_err(|error| MissingPackage::Store(*digest, error))?;
        let bytes = bytes.ok_or(MissingPackage::Unknown(*digest))?;
        let loaded = self.runtime.load(bytes).await;
        let package = loaded.map_err(|error| MissingPackage::Unusable(*digest, error))?;
        let mut all = self.loaded.lock();
        all.retain(|_, package| package.strong_count() > 0);
        all.insert(*digest, Arc::downgrade(&package));
        Ok(package)
    }
}
