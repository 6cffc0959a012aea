//! The form of a record of the log: the changes of one group of commits.
//!
//! `checksum: 4 bytes, length: 4 bytes, number: 8 bytes, revision: 8 bytes`, then so many bytes of changes, each
//! `key length: 2 bytes, value length: 4 bytes (all ones: removed), key, value`. Numbers are big-endian. The
//! checksum is a CRC-32 over the segment's seal and all that follows the checksum. Nobody outside knows the seal, so
//! nothing that is stored can look like a record.

use bytes::Bytes;
use crc32fast::Hasher;

use crate::embedded::table::Changes;

/// What precedes the changes of a record.
pub(super) const HEAD: usize = 24;

const REMOVED: u32 = u32::MAX;

/// A record in the making.
pub(in crate::embedded) struct Frame(Vec<u8>);

impl Frame {
    pub(in crate::embedded) fn new() -> Self {
        Self(vec![0; HEAD])
    }

    pub(in crate::embedded) fn is_empty(&self) -> bool {
        self.0.len() == HEAD
    }

    pub(in crate::embedded) fn add(&mut self, changes: &Changes) {
        for (key, value) in changes.iter() {
            // Keys are at most RECORD_KEY long, values at most INLINE and a head.
            self.0.extend((key.len() as u16).to_be_bytes());
            self.0.extend(value.map_or(REMOVED, |value| value.len() as u32).to_be_bytes());
            self.0.extend_from_slice(key);
            self.0.extend_from_slice(value.map_or(&[], |value| value));
        }
    }

    /// The finished record.
    pub(super) fn seal(&mut self, seal: u64, number: u64, revision: u64) -> &[u8] {
        let length = (self.0.len() - HEAD) as u32;
        self.0[4..8].copy_from_slice(&length.to_be_bytes());
        self.0[8..16].copy_from_slice(&number.to_be_bytes());
        self.0[16..HEAD].copy_from_slice(&revision.to_be_bytes());
        let checksum = checksum(seal, &self.0[4..]);
        self.0[..4].copy_from_slice(&checksum.to_be_bytes());
        &self.0
    }

    /// These changes as a record of this number that stands in no log, under no seal.
    pub(in crate::embedded) fn piece(changes: &Changes, number: u64) -> Bytes {
        let mut frame = Self::new();
        frame.add(changes);
        frame.seal(0, number, 0);
        frame.0.into()
    }

    /// Begins the next record in the same memory, unless it is unusually much.
    pub(in crate::embedded) fn clear(&mut self) {
        self.0.truncate(HEAD);
        self.0.shrink_to(4 << 20);
    }
}

/// A change as found: a key, and what it holds from then on.
type Found<'b> = (&'b [u8], Option<&'b [u8]>);

/// A record as found.
pub(super) struct Record<'b> {
    /// Counts the records of all segments.
    pub(super) number: u64,
    /// Of the last commit in it.
    pub(super) revision: u64,
    changes: &'b [u8],
}

impl<'b> Record<'b> {
    /// The record that begins here; none if no whole record does.
    pub(super) fn read(seal: u64, bytes: &'b [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(HEAD)?;
        let length = u32::from_be_bytes(*head[4..].first_chunk()?) as usize;
        let changes = rest.get(..length)?;
        let whole = checksum(seal, &bytes[4..HEAD + length]).to_be_bytes() == head[..4];
        let number = |at: usize| Some(u64::from_be_bytes(*head[at..].first_chunk()?));
        Some(Self { number: number(8)?, revision: number(16)?, changes }).filter(|_| whole)
    }

    /// Its length in the log.
    pub(super) fn len(&self) -> usize {
        HEAD + self.changes.len()
    }

    /// Its changes; an error if they do not have the form in which they are written.
    pub(super) fn changes(&self) -> impl Iterator<Item = Option<Found<'b>>> + use<'b> {
        let mut rest = self.changes;
        std::iter::from_fn(move || {
            (!rest.is_empty()).then(|| {
                let found = change(&mut rest);
                if found.is_none() {
                    rest = &[];
                }
                found
            })
        })
    }
}

/// The changes of a [piece](Frame::piece); none if it is not this one, or not whole.
pub(in crate::embedded) fn read_piece(
    piece: &[u8],
    number: u64,
) -> Option<impl Iterator<Item = Option<Found<'_>>>> {
    let record = Record::read(0, piece)?;
    (record.number == number && record.len() == piece.len()).then(|| record.changes())
}

fn change<'b>(rest: &mut &'b [u8]) -> Option<Found<'b>> {
    let key = usize::from(u16::from_be_bytes(*take(rest, 2)?.first_chunk()?));
    let value = u32::from_be_bytes(*take(rest, 4)?.first_chunk()?);
    let key = take(rest, key)?;
    match value {
        REMOVED => Some((key, None)),
        length => Some((key, Some(take(rest, length as usize)?))),
    }
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn checksum(seal: u64, bytes: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&seal.to_be_bytes());
    hasher.update(bytes);
    hasher.finalize()
}
