//! Reading all that stands under a prefix.

use crate::{Key, Store, StoreError, Value};

/// Entries that are read at once.
const PAGE: usize = 500;

/// All that stands under a prefix, in key order and page by page. Each page sees a moment of its own, so what is
/// written meanwhile is seen behind the last key that was read, and only there.
#[derive(Debug)]
pub struct Pages {
    prefix: Key,
    after: Option<Key>,
    ended: bool,
}

impl Pages {
    /// Nothing is read yet.
    pub fn under(prefix: Key) -> Self {
        Self { prefix, after: None, ended: false }
    }

    /// The next page, which is never empty; none when all was read.
    ///
    /// # Errors
    /// When the store cannot be read. The same page may be asked for again.
    pub async fn next(&mut self, store: &dyn Store) -> Result<Option<Vec<(Key, Value)>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let page = store.scan(&self.prefix, self.after.as_ref(), PAGE).await?;
        self.ended = page.len() < PAGE;
        let Some((last, _)) = page.last() else { return Ok(None) };
        self.after = Some(last.clone());
        Ok(Some(page))
    }

    /// All that stands under a prefix. For what is known to fit into memory.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn all(store: &dyn Store, prefix: Key) -> Result<Vec<(Key, Value)>, StoreError> {
        let (mut pages, mut all) = (Self::under(prefix), Vec::new());
        while let Some(page) = pages.next(store).await? {
            all.extend(page);
        }
        Ok(all)
    }
}
