//! What commits change behind the back of somebody who reads everything, page by page.

use bytes::Bytes;
use parking_lot::Mutex;

use super::table::Changes;

/// The most bytes that wait to be taken. Whoever takes so slowly would fill the memory.
const MOST: usize = 256 << 20;

/// Shared by the one who reads and the one who commits.
#[derive(Default)]
pub(super) struct Watch(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    /// The last key that was read; all up to it have been.
    read: Option<Bytes>,
    changes: Changes,
    size: usize,
    overrun: bool,
}

/// More was changed than was taken.
pub(super) struct Overrun;

impl Watch {
    /// A batch was carried out. What it changes of keys that are still to be read will be seen there.
    pub(super) fn saw(&self, batch: &Changes) {
        let mut watched = self.0.lock();
        let Some(read) = watched.read.clone().filter(|_| !watched.overrun) else { return };
        for (key, value) in batch.iter().filter(|(key, _)| **key <= read) {
            watched.size += key.len() + value.map_or(0, Bytes::len);
            match value {
                Some(value) => watched.changes.insert(key.clone(), value.clone(), false),
                None => watched.changes.remove(key.clone()),
            }
        }
        if watched.size > MOST {
            (watched.overrun, watched.changes) = (true, Changes::default());
        }
    }

    /// What changed since the last time, of all that was read.
    pub(super) fn take(&self) -> Result<Changes, Overrun> {
        let mut watched = self.0.lock();
        watched.size = 0;
        if watched.overrun { Err(Overrun) } else { Ok(std::mem::take(&mut watched.changes)) }
    }

    /// Everything up to this key was read.
    pub(super) fn passed(&self, key: Bytes) {
        self.0.lock().read = Some(key);
    }
}
