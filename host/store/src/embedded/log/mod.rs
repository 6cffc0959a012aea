//! The write-ahead log: the one place that a commit waits for.
//!
//! A row of files, each written from its begin to its end; each record is one group of commits. A checkpoint moves
//! what a file holds into the tables and removes it.

mod frame;
mod replay;
mod segment;

use std::{io, sync::Arc};

pub(super) use self::{
    frame::{Frame, read_piece},
    replay::{Position, ReplayError, Replayed, replay},
    segment::{Segment, remove},
};
use super::disk::Disk;

/// Where the next record goes.
pub(super) struct Log {
    disk: Arc<dyn Disk>,
    segment: Segment,
    at: u64,
    end: Position,
}

impl Log {
    /// Goes on after `end`, in a file that holds no record yet.
    pub(super) fn new(disk: Arc<dyn Disk>, segment: Segment, end: Position) -> Self {
        Self { disk, segment, at: segment::BEGIN as u64, end }
    }

    /// Returns when the record is durable. After an error nobody knows what the disk holds.
    pub(super) fn append(&mut self, frame: &mut Frame, revision: u64) -> io::Result<()> {
        let end = Position { record: self.end.record + 1, revision };
        let record = frame.seal(self.segment.seal, end.record, revision);
        self.disk.write(&self.segment.file, record, self.at)?;
        self.disk.sync(&self.segment.file)?;
        self.at += record.len() as u64;
        self.end = end;
        Ok(())
    }

    /// The bytes in use of the present file.
    pub(super) fn filled(&self) -> u64 {
        self.at
    }

    /// The last record, and its revision.
    pub(super) fn end(&self) -> Position {
        self.end
    }

    /// Goes on in the next file, and gives the number of the last one.
    pub(super) fn rotate(&mut self, next: Segment) -> u64 {
        self.at = segment::BEGIN as u64;
        std::mem::replace(&mut self.segment, next).number()
    }
}
