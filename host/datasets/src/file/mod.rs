//! Rows to Parquet files and back. Files have all columns of their table at the time, each of which may be null
//! in a row, so that a column may become so without old files being others.

mod read;
mod schema;
mod write;

pub(crate) use read::File;
pub(crate) use write::Writer;

/// Rows of one row group, at most: what is in memory of a file that is written.
pub(crate) const GROUP: usize = 64 << 10;
/// Rows that are read at once.
pub(crate) const BATCH: usize = 8 << 10;
