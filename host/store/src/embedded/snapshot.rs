//! Everything, as it was at one moment, while commits go on.
//!
//! All keys are read in their order, a page at a time, and no commit gets in while a page is read. What commits change
//! of pages that were read is told again, before the next page; so the pieces together are the store as it was when
//! the last page was read.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use tieline_types::Digest;

use super::{
    health::Health,
    layout,
    log::{Frame, Position},
    table::{Changes, View},
    tables::{Tables, mark},
    watch::{Overrun, Watch},
};
use crate::{
    Piece, Snapshot, StoreError,
    blobs::{Blobs, Hold},
};

/// How much is read at once: little enough that commits do not notice.
const BYTES: usize = 256 << 10;
const ENTRIES: usize = 1_000;

/// How long a commit that is half written is waited for.
const MOMENT: Duration = Duration::from_millis(1);

/// A walk through the store.
pub(super) struct Walk {
    tables: Arc<Tables>,
    health: Health,
    watch: Arc<Watch>,
    /// The last key that was read.
    read: Option<Bytes>,
    /// Of pieces with records, so that none can be left out.
    number: u64,
    /// None: the records are still to be read.
    left: Option<VecDeque<Digest>>,
    blobs: Blobs,
    _hold: Hold,
}

/// One page, and whether it is the last.
struct Page {
    changes: Changes,
    last: bool,
}

impl Walk {
    pub(super) fn begin(tables: Arc<Tables>, health: Health, blobs: Blobs) -> Self {
        let watch = Arc::new(Watch::default());
        tables.watch(&watch);
        let hold = blobs.hold();
        Self { tables, health, watch, read: None, number: 0, left: None, blobs, _hold: hold }
    }

    /// The next page; none: half a group of commits is written, and this would be the last page.
    fn page(&mut self) -> Result<Option<Page>, StoreError> {
        self.health.check()?;
        let (watch, from) = (self.watch.clone(), self.read.clone());
        let read = self.tables.read_at(|view, at| read_page(&view, at, &watch, from))?;
        if let Some((page, last)) = read {
            self.read = last.or(self.read.take());
            return Ok(Some(page));
        }
        Ok(None)
    }
}

/// Reads behind `from`, and takes what changed up to there.
fn read_page(
    view: &View<'_>,
    at: Option<Position>,
    watch: &Watch,
    from: Option<Bytes>,
) -> Result<Option<(Page, Option<Bytes>)>, StoreError> {
    let begin = from.as_ref().map_or(vec![0], |key| [&key[..], b"\0"].concat());
    let (mut found, mut size, mut last) = (Vec::new(), 0, true);
    for entry in view.range(&begin, &[u8::MAX]) {
        if size >= BYTES || found.len() >= ENTRIES {
            last = false;
            break;
        }
        let (key, value) = entry?;
        // Where this store stands in its own log.
        if key != layout::POSITION {
            size += key.len() + value.len();
            found.push((key, value));
        }
    }
    let at = match (last, at) {
        (true, None) => return Ok(None),
        (true, at) => at,
        (false, _) => None,
    };
    let mut changes = watch.take().map_err(|Overrun| StoreError::Overrun)?;
    // Copied, lest a page keep whole blocks of files in memory.
    let read = found.last().map(|(key, _)| Bytes::copy_from_slice(key));
    read.iter().for_each(|key| watch.passed(key.clone()));
    found.into_iter().for_each(|(key, value)| changes.insert(key, value, false));
    if let Some(at) = at {
        mark(&mut changes, at);
    }
    Ok(Some((Page { changes, last }, read)))
}

#[async_trait]
impl Snapshot for Walk {
    async fn next(&mut self) -> Result<Option<Piece>, StoreError> {
        if self.left.is_none() {
            let page = loop {
                match self.page()? {
                    Some(page) => break page,
                    None => tokio::time::sleep(MOMENT).await,
                }
            };
            if page.last {
                self.left = Some(self.blobs.list().await?.into());
            }
            let piece = Frame::piece(&page.changes, self.number);
            self.number += 1;
            return Ok(Some(Piece::Records(piece)));
        }
        while let Some(digest) = self.left.as_mut().and_then(VecDeque::pop_front) {
            if let Some(bytes) = self.blobs.get(digest).await? {
                return Ok(Some(Piece::Blob(digest, bytes)));
            }
        }
        Ok(None)
    }
}
