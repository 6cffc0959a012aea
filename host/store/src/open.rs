//! From a URL to a store.

use std::{path::Path, sync::Arc};

use tieline_types::Clock;

use crate::{
    Store, StoreError,
    embedded::{EmbeddedStore, Fdatasync, Format},
};

/// Opens the store that `url` names, and makes it if there is none. `sled:./data` is a folder whose tables are sled's, and
/// `lsm:./data` one whose tables are sorted files; a relative one starts at `base`, the folder of the configuration
/// file that says so.
pub fn open(url: &str, base: &Path, clock: Arc<dyn Clock>) -> Result<Arc<dyn Store>, StoreError> {
    let (scheme, folder) = url.split_once(':').unwrap_or_default();
    let format = match scheme {
        "sled" if !folder.is_empty() => Format::Sled,
        "lsm" if !folder.is_empty() => Format::Lsm,
        _ => return Err(StoreError::Unsupported { scheme: scheme.into() }),
    };
    Ok(Arc::new(EmbeddedStore::open(&base.join(folder), clock, Fdatasync, format.into())?))
}
