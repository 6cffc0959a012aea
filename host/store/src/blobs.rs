//! Contents of any size, one file each, named by digest. The same for every backend that has a folder.

use std::{
    collections::BTreeSet,
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
use parking_lot::Mutex;
use tieline_types::Digest;
use tokio::task::spawn_blocking;

use crate::{StoreError, folder};

/// A folder of blobs. A file under a digest's name is whole: it was written under another name, synchronised,
/// then renamed.
#[derive(Debug, Clone)]
pub(crate) struct Blobs(Arc<Path>, Arc<Mutex<Held>>);

/// What is removed later, because somebody reads everything.
#[derive(Debug, Default)]
struct Held {
    holds: usize,
    doomed: BTreeSet<Digest>,
}

/// Keeps all blobs where they are, until it is dropped.
pub(crate) struct Hold(Blobs);

impl Drop for Hold {
    fn drop(&mut self) {
        let mut held = self.0.1.lock();
        held.holds -= 1;
        if held.holds == 0 {
            for digest in std::mem::take(&mut held.doomed) {
                // What stays is nobody's, and in nobody's way.
                let _ = fs::remove_file(self.0.0.join(digest.hex()));
            }
        }
    }
}

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
        Ok(Self(folder.into(), Arc::default()))
    }

    pub(crate) async fn put(&self, bytes: Bytes) -> Result<Digest, StoreError> {
        let blobs = self.clone();
        blocking(move || {
            let digest = Digest::of(&bytes);
            let path = blobs.0.join(digest.hex());
            blobs.1.lock().doomed.remove(&digest);
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

    /// All that there are.
    pub(crate) async fn list(&self) -> Result<Vec<Digest>, StoreError> {
        let blobs = self.clone();
        blocking(move || {
            let names = fs::read_dir(&*blobs.0).and_then(|entries| {
                entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()
            });
            let names =
                names.map_err(|error| failed("listing the blobs in", blobs.0.to_path_buf(), error))?;
            let digests = names.iter().filter_map(|name| format!("sha256:{}", name.to_str()?).parse().ok());
            let mut digests: Vec<_> = digests.collect();
            digests.sort_unstable();
            Ok(digests)
        })
        .await
    }

    /// Removes nothing for now.
    pub(crate) fn hold(&self) -> Hold {
        self.1.lock().holds += 1;
        Hold(self.clone())
    }

    pub(crate) async fn remove(&self, digest: Digest) -> Result<(), StoreError> {
        {
            let mut held = self.1.lock();
            if held.holds > 0 {
                held.doomed.insert(digest);
                return Ok(());
            }
        }
        let path = self.0.join(digest.hex());
        blocking(move || match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed("removing the blob", path, error))
            }
            _ => Ok(()),
        })
        .await
    }

    /// Writes the file of a digest. Its name is durable after [`sync`](Self::sync).
    pub(crate) fn restore(&self, digest: &Digest, bytes: &[u8]) -> io::Result<()> {
        self.write(&self.0.join(digest.hex()), bytes)
    }

    /// Makes all names durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        folder::sync(&self.0)
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
