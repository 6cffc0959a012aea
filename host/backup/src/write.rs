//! Writing a backup.

use std::io::{self, Read, Write};

use bytes::{Buf as _, Bytes};
use futures::{Stream, StreamExt as _};
use tar::{Builder, EntryType, Header};
use tieline_datasets::{Datasets, Hold, Place};
use tieline_store::{Piece, Snapshot, Store};
use tieline_types::{Digest, Timestamp};
use tokio::runtime::Handle;

use crate::{
    BackupError, FilesOf, Head,
    archive::{Digesting, Tally},
    head::{DATASETS, END, FORMAT, HEAD, PACKAGES, RECORDS},
};

/// How hard zstd tries: its own default.
const LEVEL: i32 = 3;

/// What a backup is made of, at a moment that is not before this was made.
pub struct Source {
    head: Head,
    snapshot: Box<dyn Snapshot>,
    /// None: they stay where they are.
    files: Option<(Place, Hold)>,
    begun: Timestamp,
}

impl Source {
    /// Begins. Commits go on; nothing that the store names goes until this is dropped.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn begin(
        store: &dyn Store,
        datasets: &Datasets,
        with_files: bool,
        master_key: String,
        begun: Timestamp,
    ) -> Result<Self, BackupError> {
        let hold = datasets.hold();
        let place = datasets.place();
        let head = Head {
            format: FORMAT,
            records: tieline_store::EMBEDDED.into(),
            begun,
            version: env!("CARGO_PKG_VERSION").into(),
            master_key,
            datasets: match with_files {
                true => FilesOf::Included,
                false => FilesOf::Elsewhere(place.shown().to_owned()),
            },
        };
        let snapshot = store.snapshot().await?;
        Ok(Self { head, snapshot, files: with_files.then(|| (place.clone(), hold)), begun })
    }
}

/// Writes the archive. Blocks, so it is for a thread that may; what is read is read on `runtime`.
///
/// # Errors
/// When something cannot be read or written. What was written so far is no backup.
pub fn write(source: Source, runtime: &Handle, to: impl Write) -> Result<(), BackupError> {
    let Source { head, mut snapshot, files, begun } = source;
    let mut encoder = zstd::Encoder::new(to, LEVEL).map_err(BackupError::Write)?;
    encoder.include_checksum(true).map_err(BackupError::Write)?;
    let mut archive = Archive { tar: Builder::new(encoder), tally: Tally::new(), begun };
    archive.whole(HEAD, &serde_json::to_vec(&head).expect("plain data always becomes JSON"))?;
    let mut number = 0;
    while let Some(piece) = runtime.block_on(snapshot.next())? {
        match piece {
            Piece::Records(records) => {
                archive.whole(&format!("{RECORDS}{number:012}"), &records)?;
                number += 1;
            }
            Piece::Blob(digest, bytes) => archive.whole(&format!("{PACKAGES}{}", digest.hex()), &bytes)?,
        }
    }
    if let Some((place, _hold)) = files {
        for file in runtime.block_on(place.files())? {
            let content = runtime.block_on(place.content(&file.name))?;
            archive.streamed(&format!("{DATASETS}{}", file.name), file.bytes, content, runtime)?;
        }
    }
    archive.end()
}

struct Archive<W: Write> {
    tar: Builder<zstd::Encoder<'static, W>>,
    tally: Tally,
    begun: Timestamp,
}

impl<W: Write> Archive<W> {
    fn whole(&mut self, name: &str, content: &[u8]) -> Result<(), BackupError> {
        self.append(name, content.len() as u64, content)?;
        self.tally.add(name, &Digest::of(content));
        Ok(())
    }

    fn streamed<E: std::error::Error + Send + Sync + 'static>(
        &mut self,
        name: &str,
        bytes: u64,
        content: impl Stream<Item = Result<Bytes, E>>,
        runtime: &Handle,
    ) -> Result<(), BackupError> {
        let mut pieces = Pieces {
            content: Box::pin(content),
            runtime,
            piece: Bytes::new(),
            digest: Digesting::new(),
            left: bytes,
        };
        self.append(name, bytes, &mut pieces)?;
        self.tally.add(name, &pieces.digest.finish());
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: u64, content: impl Read) -> Result<(), BackupError> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(self.begun.0 / 1_000);
        self.tar.append_data(&mut header, name, content).map_err(BackupError::Write)
    }

    fn end(mut self) -> Result<(), BackupError> {
        let end = serde_json::to_vec(&self.tally.end()).expect("plain data always becomes JSON");
        self.append(END, end.len() as u64, &end[..])?;
        let encoder = self.tar.into_inner().map_err(BackupError::Write)?;
        encoder.finish().and_then(|mut to| to.flush()).map_err(BackupError::Write)
    }
}

/// A stream as a reader, exactly as long as was said.
struct Pieces<'r, S> {
    content: std::pin::Pin<Box<S>>,
    runtime: &'r Handle,
    piece: Bytes,
    digest: Digesting,
    left: u64,
}

impl<E, S> Read for Pieces<'_, S>
where
    E: std::error::Error + Send + Sync + 'static,
    S: Stream<Item = Result<Bytes, E>>,
{
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.runtime.block_on(self.content.next()) {
                Some(piece) => self.piece = piece.map_err(io::Error::other)?,
                None if self.left == 0 => return Ok(0),
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let length = into.len().min(self.piece.len());
        self.left = self.left.checked_sub(length as u64).ok_or(io::ErrorKind::InvalidData)?;
        self.digest.update(&self.piece[..length]);
        into[..length].copy_from_slice(&self.piece[..length]);
        self.piece.advance(length);
        Ok(length)
    }
}
