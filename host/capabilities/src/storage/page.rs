//! Pages of entries.

use std::collections::BTreeMap;

use tieline_store::{Key, Value};

use super::{View, space};
use crate::{
    bindings::{storage::Page, types::Entry},
    run::{fault::fault, transaction::Write},
};

/// A page ends behind the entry that makes it larger than this, in bytes, however many were asked for.
const PAGE_BYTES: usize = 1 << 20;
/// Entries read at first; each further read takes twice as many, while they are small.
const STEP: usize = 16;

/// What was read of the store for a page.
struct Stored {
    entries: Vec<(Key, Value)>,
    /// Whether there may be more behind the last one.
    more: bool,
}

impl View<'_> {
    /// A page of what is stored, with this run's own writes laid over it.
    pub(super) async fn page(
        &mut self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> wasmtime::Result<Page> {
        let space = space(&self.0.spec.installation);
        let from = space.clone().starting(prefix);
        let after = after.map(|key| space.clone().part(key));
        let Stored { entries, more } = self.stored(&from, after.as_ref(), limit).await?;

        // Beyond a full page nothing is known, so own writes there belong to the next page.
        let end = more.then(|| entries.last().map(|(key, _)| key.clone())).flatten();
        let mut entries: BTreeMap<Key, (Vec<u8>, u64)> =
            entries.into_iter().map(|(key, value)| (key, (value.bytes.to_vec(), value.revision))).collect();
        let within = |key: &Key| {
            after.as_ref().is_none_or(|after| key > after) && end.as_ref().is_none_or(|end| key <= end)
        };
        for (key, write) in self.0.transaction.writes_under(&from).filter(|(key, _)| within(key)) {
            match write {
                Write::Put { value, .. } => entries.insert(key.clone(), (value.to_vec(), 0)),
                Write::Delete => entries.remove(key),
            };
        }
        let more = end.is_some() || entries.len() > limit;
        let name = |key: &Key| key.last().unwrap_or_default();
        let next = match (more, entries.keys().take(limit).next_back(), end) {
            (true, Some(last), _) => Some(name(last)),
            // A full page whose entries this run deleted: continue behind what was read.
            (true, None, Some(end)) => Some(name(&end)),
            _ => None,
        };
        let entry =
            |(key, (value, revision)): (Key, (Vec<u8>, u64))| Entry { key: name(&key), value, revision };
        Ok(Page { entries: entries.into_iter().take(limit).map(entry).collect(), next })
    }

    /// Reads step by step, so that large entries fill a page before many of them are in memory.
    async fn stored(&mut self, from: &Key, after: Option<&Key>, limit: usize) -> wasmtime::Result<Stored> {
        let (mut entries, mut bytes, mut step) = (Vec::new(), 0, STEP);
        loop {
            let after = entries.last().map(|(key, _)| key).or(after);
            let wanted = step.min(limit - entries.len());
            let read = self.0.services().store.scan(from, after, wanted).await.map_err(fault)?;
            self.0.transaction.note_range(from, after, wanted, &read);
            let ended = read.len() < wanted;
            bytes += read.iter().map(|(_, value)| value.bytes.len()).sum::<usize>();
            entries.extend(read);
            if ended || entries.len() == limit || bytes >= PAGE_BYTES {
                return Ok(Stored { entries, more: !ended });
            }
            step *= 2;
        }
    }
}
