//! All that a host must not lose, in one file, and a host made of it.
//!
//! A backup is a tar archive under zstd: what it is (`tieline-backup.json`), the records of the store as they were at one
//! moment (`records/…`), packages (`packages/<digest>`), the files of datasets (`datasets/…`), and at its end what all of that
//! must be (`end.json`), so that a part is never taken for the whole. Secrets stand in it as they stand in the
//! store, sealed; the master key is never in it.

mod archive;
mod error;
mod head;
mod read;
mod restore;
mod write;

pub use error::BackupError;
pub use head::{FilesOf, Head};
pub use read::{Summary, check};
pub use restore::{Target, restore};
pub use write::{Source, write};
