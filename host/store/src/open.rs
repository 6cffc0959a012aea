//! From a URL to a store.

use std::{path::Path, sync::Arc};

use tieline_types::Clock;

use crate::{
    Restore, RestoreError, Store, StoreError,
    embedded::{EmbeddedStore, Fdatasync, Format},
};

/// Opens the store that `url` names, and makes it if there is none. `sled:./data` is a folder whose tables are sled's, and
/// `lsm:./data` one whose tables are sorted files; a relative one starts at `base`, the folder of the configuration
/// file that says so.
pub fn open(url: &str, base: &Path, clock: Arc<dyn Clock>) -> Result<Arc<dyn Store>, StoreError> {
    let (format, folder) = named(url)?;
    Ok(Arc::new(EmbeddedStore::open(&base.join(folder), clock, Fdatasync, format.into())?))
}

/// Begins to make the store that `url` names of a [`Snapshot`](crate::Snapshot). Blocks.
///
/// # Errors
/// [`RestoreError::NotEmpty`] when there is one.
pub fn restore(url: &str, base: &Path) -> Result<Restore, RestoreError> {
    let (format, folder) = named(url)?;
    Restore::begin(&base.join(folder), format)
}

fn named(url: &str) -> Result<(Format, &str), StoreError> {
    let (scheme, folder) = url.split_once(':').unwrap_or_default();
    match scheme {
        "sled" if !folder.is_empty() => Ok((Format::Sled, folder)),
        "lsm" if !folder.is_empty() => Ok((Format::Lsm, folder)),
        _ => Err(StoreError::Unsupported { scheme: scheme.into() }),
    }
}
