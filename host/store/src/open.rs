//! From a URL to a store.

use std::{path::Path, sync::Arc};

use tieline_types::Clock;

use crate::{
    Store, StoreError,
    embedded::{EmbeddedStore, Fdatasync, SEGMENT},
};

/// Opens the store that `url` names, and makes it if there is none. `sled:./data` is a folder; a relative one
/// starts at `base`, the folder of the configuration file that says so.
pub fn open(url: &str, base: &Path, clock: Arc<dyn Clock>) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':') {
        Some(("sled", folder)) if !folder.is_empty() => {
            Ok(Arc::new(EmbeddedStore::open(&base.join(folder), clock, Fdatasync, SEGMENT)?))
        }
        scheme => Err(StoreError::Unsupported { scheme: scheme.map_or("", |(scheme, _)| scheme).into() }),
    }
}
