//! Reading the log when the store is opened.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;

use super::{
    frame::{HEAD, Record},
    segment::{self, BEGIN, Segment},
};
use crate::embedded::table::Changes;

/// What the log says.
pub(in crate::embedded) struct Replayed {
    /// What happened after the last checkpoint.
    pub(in crate::embedded) changes: Changes,
    /// How far it came.
    pub(in crate::embedded) end: Position,
    /// The highest number of a file; 0: there is none.
    pub(in crate::embedded) last: u64,
    /// The last file, when nothing was written into it yet: to be used next.
    pub(in crate::embedded) unused: Option<Segment>,
}

/// A place in the history of the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::embedded) struct Position {
    /// The number of the last record.
    pub(in crate::embedded) record: u64,
    /// The revision of the last commit.
    pub(in crate::embedded) revision: u64,
}

/// Why a log cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub(in crate::embedded) enum ReplayError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("{} is damaged at byte {at}", path.display())]
    Damaged { path: PathBuf, at: usize },
}

/// Reads all records after `from`, the place up to which the tables know everything.
///
/// A record that is not whole ends the log, if nothing whole follows: it was being written when the machine stopped,
/// so nobody was told that it is durable. Anything whole that follows proves that it once was, and that the
/// file was damaged since.
pub(in crate::embedded) fn replay(log: &Path, from: Position) -> Result<Replayed, ReplayError> {
    let numbers = segment::list(log)?;
    let (mut changes, mut end, mut unused) = (Changes::default(), from, None);
    // Where the file before stopped: if a record is missing, it is missing there.
    let mut stopped = None;
    for number in &numbers {
        let path = segment::path(log, *number);
        let bytes = fs::read(&path)?;
        let damaged = |at| ReplayError::Damaged { path: path.clone(), at };
        let seal = segment::seal(&bytes, *number).ok_or(damaged(0))?;
        let mut at = BEGIN;
        while let Some(record) = Record::read(seal, &bytes[at..]) {
            if record.number > from.record {
                if record.number != end.record + 1 {
                    return Err(stopped.filter(|_| at == BEGIN).unwrap_or(damaged(at)));
                }
                for change in record.changes() {
                    let (key, value) = change.ok_or(damaged(at))?;
                    let key = Bytes::copy_from_slice(key);
                    match value {
                        Some(value) => changes.insert(key, Bytes::copy_from_slice(value), false),
                        None => changes.remove(key),
                    }
                }
                end = Position { record: record.number, revision: record.revision };
            }
            at += record.len();
        }
        let left = used(&bytes[at..]);
        if whole_one_follows(seal, &bytes[at..at + left], end.record) {
            return Err(damaged(at));
        }
        if left > 0 {
            tracing::warn!(
                log = %path.display(), at, bytes = left,
                "an unfinished record at the end of the log was cut off; nobody was told that it is durable"
            );
        }
        // What the next records build on must not be lost to a power cut after they were written.
        File::open(&path)?.sync_data()?;
        stopped = Some(damaged(at));
        unused = (at == BEGIN && left == 0).then_some((*number, seal));
    }
    let unused = unused.map(|(number, seal)| Segment::reuse(log, number, seal)).transpose()?;
    Ok(Replayed { changes, end, last: numbers.last().copied().unwrap_or(0), unused })
}

/// How many bytes there are before nothing but zeros follows.
fn used(bytes: &[u8]) -> usize {
    const ZEROS: [u8; 4096] = [0; 4096];
    let blank = bytes.rchunks(ZEROS.len()).take_while(|chunk| **chunk == ZEROS[..chunk.len()]);
    let end = bytes.len() - blank.map(<[u8]>::len).sum::<usize>();
    bytes[..end].iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
}

/// Whether a record later than `last` is whole anywhere in these bytes.
fn whole_one_follows(seal: u64, bytes: &[u8], last: u64) -> bool {
    let possible = last + 1..=last + 1 + (bytes.len() / HEAD) as u64;
    (1..(bytes.len() + 1).saturating_sub(HEAD)).any(|at| {
        let number = bytes[at + 8..].first_chunk().map(|number| u64::from_be_bytes(*number));
        number.is_some_and(|number| possible.contains(&number)) && Record::read(seal, &bytes[at..]).is_some()
    })
}
