//! All files of a place, copied as they are: out of one, and into one that is nobody's.

use bytes::Bytes;
use futures::{Stream, TryStreamExt as _};
use object_store::{ObjectStoreExt as _, PutPayload, path::Path};

use crate::{DatasetError, Datasets, Hold, Place};

/// A file of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// From the place's root: `tenant=acme/installation=calls/streams/day=2026-11-22/<name>.parquet`
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

impl Datasets {
    /// Keeps all files where they are, until it is dropped. To be taken before the store is read that names them.
    pub fn hold(&self) -> Hold {
        self.pins.hold()
    }

    /// Where the files are.
    pub fn place(&self) -> &Place {
        &self.place
    }
}

impl Place {
    /// The file that says whose the others are.
    pub const CLAIM: &str = "tieline-store";

    /// All files, and first the one that says whose they are.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub async fn files(&self) -> Result<Vec<Copied>, DatasetError> {
        let root = self.root();
        let listed = self.store.list(Some(root)).try_collect::<Vec<_>>().await;
        let listed = listed.map_err(DatasetError::object("listing", root))?;
        let mut files: Vec<_> = listed
            .into_iter()
            .map(|found| {
                let name = found.location.prefix_match(root).map(|parts| parts.collect::<Path>().to_string());
                Copied { name: name.unwrap_or_else(|| found.location.to_string()), bytes: found.size }
            })
            .collect();
        files
            .sort_unstable_by(|a, b| (a.name != Self::CLAIM, &a.name).cmp(&(b.name != Self::CLAIM, &b.name)));
        Ok(files)
    }

    /// What a file holds, piece by piece.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn content(
        &self,
        name: &str,
    ) -> Result<impl Stream<Item = Result<Bytes, DatasetError>> + Send + use<>, DatasetError> {
        let path = self.named(name)?;
        let found = self.store.get(&path).await.map_err(DatasetError::object("reading", &path))?;
        let pieces = found.into_stream();
        Ok(pieces.map_err(move |error| DatasetError::object("reading", &path)(error)))
    }

    /// Writes a file under the name that it had elsewhere.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put(&self, name: &str, content: Bytes) -> Result<(), DatasetError> {
        let path = self.named(name)?;
        let written = self.store.put(&path, PutPayload::from(content)).await;
        written.map(drop).map_err(DatasetError::object("writing", &path))
    }

    /// Refuses names that lead out of the place.
    fn named(&self, name: &str) -> Result<Path, DatasetError> {
        let path = Path::parse(format!("{}/{name}", self.root()));
        path.map_err(|error| DatasetError::object("naming", name)(error.into()))
    }
}
