//! Objects as readers and writers of Parquet want them: blocking, in threads that may block.

use std::{
    io::{self, Write},
    ops::Range,
    sync::Arc,
};

use bytes::{Buf as _, Bytes, buf::Reader};
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart, path::Path};
use parking_lot::Mutex;
use parquet::{
    errors::{ParquetError, Result},
    file::reader::{ChunkReader, Length},
};
use tokio::runtime::Handle;

/// Bytes that are sent at once.
const PART: usize = 5 << 20;
/// Parts that are under way at the same time.
const PARTS: usize = 2;

/// An object that is read. Cheap to clone; clones share what was fetched.
#[derive(Clone)]
pub(crate) struct Object(Arc<Reading>);

struct Reading {
    store: Arc<dyn ObjectStore>,
    path: Path,
    size: u64,
    runtime: Handle,
    /// What was fetched ahead.
    fetched: Mutex<Vec<(u64, Bytes)>>,
}

impl Object {
    /// Nothing is read yet. To be used where threads may block.
    pub(crate) fn new(store: Arc<dyn ObjectStore>, path: Path, size: u64, runtime: Handle) -> Self {
        Self(Arc::new(Reading { store, path, size, runtime, fetched: Mutex::default() }))
    }

    /// Fetches parts that are about to be read, in place of those before.
    pub(crate) fn fetch(&self, ranges: Vec<Range<u64>>) -> Result<()> {
        let object = &*self.0;
        let parts =
            object.runtime.block_on(object.store.get_ranges(&object.path, &ranges)).map_err(external)?;
        *object.fetched.lock() = ranges.iter().map(|range| range.start).zip(parts).collect();
        Ok(())
    }

    /// What was fetched, from `start` to the end of its part.
    fn at_hand(&self, start: u64) -> Option<Bytes> {
        let fetched = self.0.fetched.lock();
        fetched.iter().find_map(|(begin, part)| {
            let from = usize::try_from(start.checked_sub(*begin)?).ok()?;
            (from < part.len()).then(|| part.slice(from..))
        })
    }

    fn get(&self, range: Range<u64>) -> Result<Bytes> {
        let object = &*self.0;
        object.runtime.block_on(object.store.get_range(&object.path, range)).map_err(external)
    }
}

impl Length for Object {
    fn len(&self) -> u64 {
        self.0.size
    }
}

impl ChunkReader for Object {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let bytes = self.at_hand(start).map_or_else(|| self.get(start..self.0.size), Ok)?;
        Ok(bytes.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        match self.at_hand(start) {
            Some(part) if part.len() >= length => Ok(part.slice(..length)),
            _ => self.get(start..start + length as u64),
        }
    }
}

fn external(error: object_store::Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}

/// An object that is written. It is there when it is [finished](Self::finish), whole, and never before.
pub(crate) struct Upload {
    parts: WriteMultipart,
    runtime: Handle,
    bytes: u64,
}

impl Upload {
    /// Nothing is written yet. To be used where threads may block.
    pub(crate) fn begin(store: &dyn ObjectStore, path: &Path, runtime: Handle) -> object_store::Result<Self> {
        let parts = runtime.block_on(store.put_multipart(path))?;
        Ok(Self { parts: WriteMultipart::new_with_chunk_size(parts, PART), runtime, bytes: 0 })
    }

    /// Ends the object; its size in bytes.
    pub(crate) fn finish(self) -> object_store::Result<u64> {
        self.runtime.block_on(self.parts.finish())?;
        Ok(self.bytes)
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.parts.write(bytes);
        self.runtime.block_on(self.parts.wait_for_capacity(PARTS)).map_err(io::Error::other)?;
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
