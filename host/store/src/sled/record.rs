//! The form of what is stored: revision and expiry, then the content or where its parts are.
//!
//! `revision: 8 bytes, expires: 8 bytes (all ones: never), 0, content` or
//! `revision, expires, 1, number: 4 bytes, length: 4 bytes`. A content larger than [`INLINE`] is cut into parts,
//! since a large page would leave sled's log ([`super::folder`]).

use sled::IVec;
use tieline_types::Timestamp;

use super::{
    draft::Draft,
    layout::{self, INLINE},
};
use crate::StoreError;

/// A record as found: what it says of itself, and the way to its content.
pub(super) struct Record {
    pub(super) revision: u64,
    expires: Timestamp,
    raw: IVec,
}

const NEVER: Timestamp = Timestamp(u64::MAX);
const HEAD: usize = 17;
const WHOLE: u8 = 0;
const PARTS: u8 = 1;

impl Record {
    pub(super) fn parse(raw: IVec) -> Result<Self, StoreError> {
        let head: &[u8; HEAD] = raw.first_chunk().ok_or(StoreError::Corrupt { what: "a value" })?;
        Ok(Self { revision: number(&head[..8]), expires: Timestamp(number(&head[8..16])), raw })
    }

    /// The record at this place of the tree.
    pub(super) fn find(draft: &Draft<'_>, place: &[u8]) -> Result<Option<Self>, StoreError> {
        draft.get(place)?.map(Self::parse).transpose()
    }

    /// Whether it is still to be seen.
    pub(super) fn lives(&self, now: Timestamp) -> bool {
        now < self.expires
    }

    /// Whether it was written to expire at this time.
    pub(super) fn expires_at(&self, time: Timestamp) -> bool {
        self.expires == time
    }

    /// What was stored.
    pub(super) fn content(&self, draft: &Draft<'_>) -> Result<Vec<u8>, StoreError> {
        let Some((number, length)) = self.parts() else {
            return Ok(self.raw[HEAD..].to_vec());
        };
        let mut content = Vec::with_capacity(length);
        for part in self.places(number, length) {
            content
                .extend_from_slice(&draft.get(&part)?.ok_or(StoreError::Corrupt { what: "a large value" })?);
        }
        match content.len() == length {
            true => Ok(content),
            false => Err(StoreError::Corrupt { what: "a large value" }),
        }
    }

    /// Length of what was stored.
    pub(super) fn len(&self) -> usize {
        self.parts().map_or(self.inline().len(), |(_, length)| length)
    }

    /// What was stored, if it is small enough to stand in the record.
    pub(super) fn inline(&self) -> &[u8] {
        &self.raw[HEAD..]
    }

    fn parts(&self) -> Option<(u32, usize)> {
        let tail: &[u8; 8] = self.raw[HEAD..].first_chunk().filter(|_| self.raw[HEAD - 1] == PARTS)?;
        let (number, length) = ((number(tail) >> 32) as u32, number(tail) as u32);
        Some((number, length as usize))
    }

    fn places(&self, number: u32, length: usize) -> impl Iterator<Item = IVec> + use<> {
        let revision = self.revision;
        (0..length.div_ceil(INLINE)).map(move |index| layout::part(revision, number, index as u32))
    }
}

/// Writes the records of one batch.
pub(super) struct Writer<'d, 't> {
    pub(super) draft: &'d mut Draft<'t>,
    pub(super) revision: u64,
    // Numbers the large contents of this revision.
    large: u32,
}

impl<'d, 't> Writer<'d, 't> {
    pub(super) fn new(draft: &'d mut Draft<'t>, revision: u64) -> Self {
        Self { draft, revision, large: 0 }
    }

    /// Writes a record where there is none.
    pub(super) fn write(&mut self, place: IVec, content: &[u8], expires: Option<Timestamp>) {
        if let Some(expires) = expires {
            self.draft.insert(layout::expiry(expires, &place), b"".as_slice());
        }
        let mut raw = Vec::with_capacity(HEAD + content.len().min(INLINE));
        raw.extend(self.revision.to_be_bytes());
        raw.extend(expires.unwrap_or(NEVER).0.to_be_bytes());
        if content.len() <= INLINE {
            raw.push(WHOLE);
            raw.extend(content);
        } else {
            raw.push(PARTS);
            raw.extend(self.large.to_be_bytes());
            raw.extend((content.len() as u32).to_be_bytes());
            for (index, part) in content.chunks(INLINE).enumerate() {
                self.draft.insert(layout::part(self.revision, self.large, index as u32), part);
            }
            self.large += 1;
        }
        self.draft.insert(place, raw);
    }

    /// Writes a record in place of another one, if there is one; says what that was.
    pub(super) fn replace(
        &mut self,
        place: IVec,
        content: &[u8],
        expires: Option<Timestamp>,
    ) -> Result<Option<Record>, StoreError> {
        let before = erase(self.draft, place.clone())?;
        self.write(place, content, expires);
        Ok(before)
    }
}

/// Removes the record at this place, and its parts; says what it was.
pub(super) fn erase(draft: &mut Draft<'_>, place: IVec) -> Result<Option<Record>, StoreError> {
    let Some(record) = Record::find(draft, &place)? else {
        return Ok(None);
    };
    if let Some((number, length)) = record.parts() {
        record.places(number, length).for_each(|part| draft.remove(part));
    }
    draft.remove(place);
    Ok(Some(record))
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
