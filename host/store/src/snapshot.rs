//! All that a store holds, as it was at one moment.

use async_trait::async_trait;
use bytes::Bytes;
use tieline_types::Digest;

use crate::StoreError;

/// A store at one moment, told piece by piece while commits go on: the moment of the last piece of
/// [records](Piece::Records), so that everything is in it that was committed before the first was asked for. Contents that
/// it names stay where they are until it is dropped.
#[async_trait]
pub trait Snapshot: Send {
    /// The next piece; none: that was all.
    ///
    /// # Errors
    /// When something cannot be read, and [`StoreError::Overrun`] when commits change more than is taken.
    async fn next(&mut self) -> Result<Option<Piece>, StoreError>;
}

/// A part of a [`Snapshot`]. All records come before the first blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Some records, in the form [`EMBEDDED`]: for [`Restore`](crate::Restore), in the order in which they come.
    Records(Bytes),
    /// A content.
    Blob(Digest, Bytes),
}

/// The form of the records of the embedded store, whatever keeps its tables: what was taken from one of its formats
/// becomes the other when it is restored there.
pub const EMBEDDED: &str = "embedded 1";
