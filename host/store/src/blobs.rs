//! Contents of any size, one file each, named by digest. The same for every backend that has a folder.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use tieline_types::Digest;
use tokio::task::spawn_blocking;

use crate::{StoreError, folder};

/// A folder of blobs. A file under a digest's name is whole: it was written under another name, synchronised,
/// then renamed.
#[derive(Debug, Clone)]
pub(crate) struct Blobs(Arc<Path>);

const UNFINISHED: &str = "unfinished";

impl Blobs {
    /// Opens the folder, makes it if there is none, and removes what a crash left unfinished. The caller sees
    /// to it that one process alone does this.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        folder::create(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == UNFINISHED) {
                fs::remove_file(path)?;
            }
        }
        Ok(Self(folder.into()))
    }

    pub(crate) async fn put(&self, bytes: Bytes) -> Result<Digest, StoreError> {
        let blobs = self.clone();
        blocking(move || {
            let digest = Digest::of(&bytes);
            let path = blobs.0.join(digest.hex());
            let kept = fs::read(&path).is_ok_and(|kept| kept == bytes);
            let written = if kept { Ok(()) } else { blobs.write(&path, &bytes) };
            // Also when it is there already: whoever wrote it may not have come as far as this.
            let durable = written.and_then(|()| folder::sync(&blobs.0));
            durable.map(|()| digest).map_err(|error| failed("writing the blob", path, error))
        })
        .await
    }

    pub(crate) async fn get(&self, digest: Digest) -> Result<Option<Bytes>, StoreError> {
        let path = self.0.join(digest.hex());
        blocking(move || match fs::read(&path) {
            Ok(bytes) => match Digest::of(&bytes) {
                found if found == digest => Ok(Some(bytes.into())),
                found => Err(StoreError::Damaged { digest, found }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("reading the blob", path, error)),
        })
        .await
    }

    pub(crate) async fn remove(&self, digest: Digest) -> Result<(), StoreError> {
        let path = self.0.join(digest.hex());
        blocking(move || match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed("removing the blob", path, error))
            }
            _ => Ok(()),
        })
        .await
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        static WRITER: AtomicU64 = AtomicU64::new(0);
        let writer = WRITER.fetch_add(1, Ordering::Relaxed);
        let unfinished = path.with_extension(format!("{}-{writer}.{UNFINISHED}", process::id()));
        let mut file = File::create_new(&unfinished)?;
        let written =
            file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&unfinished, path));
        written.inspect_err(|_| drop(fs::remove_file(&unfinished)))
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    // Work that does not panic is only lost when the runtime ends.
    spawn_blocking(work).await.unwrap_or(Err(StoreError::Closed))
}

fn failed(action: &'static str, path: PathBuf, error: io::Error) -> StoreError {
    StoreError::Blob { action, path, source: Arc::new(error) }
}
