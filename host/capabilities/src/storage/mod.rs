//! The `storage` capability: keys and values of one installation, written with its run or not at all.

mod taped;

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use tieline_store::{Key, Space};
use tieline_types::{InstallationKey, manifest::Capability};
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{
        storage::{self as contract, Condition, Error, Page},
        types::Entry,
    },
    run::{Run, of_installation, transaction::Write},
    tape::Plain,
};

/// Most entries of a page.
const PAGE: usize = 1_000;
/// Longest key, in bytes.
const KEY_BYTES: usize = 512;

struct Storage;

impl HasData for Storage {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/storage`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Storage>(linker, |state| View(state.as_mut()))
}

/// Where an installation's entries stand. The tenant comes first and the guest's key last, so that no key
/// reaches into another installation.
pub fn space(installation: &InstallationKey) -> Key {
    of_installation(Space::Storage, installation)
}

impl contract::Host for View<'_> {
    async fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<Entry>, Error>> {
        let asked = taped::Key { key: &key };
        let told = self.0.asked("storage.get", format_args!("{key}"), &asked, || Ok(None))?;
        if let Some(told) = told {
            return Ok(told.map(|entry: Option<taped::Entry<'static>>| entry.map(Entry::from)));
        }
        let told = match self.readable().and_then(|()| valid(&key)) {
            Ok(()) => Ok(self.current(&key).await?),
            Err(error) => Err(error),
        };
        self.0.told(&told.as_ref().map(|entry| entry.as_ref().map(taped::Entry::from)));
        Ok(told)
    }

    async fn put(
        &mut self,
        key: String,
        value: Vec<u8>,
        when: Condition,
        ttl: Option<u64>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let asked = taped::Put { key: &key, value: Plain::from(&value[..]), when, ttl };
        if let Some(told) = self.0.asked("storage.put", format_args!("{key}"), &asked, || Ok(()))? {
            return Ok(told);
        }
        let told = self.put_live(key, value, when, ttl).await?;
        self.0.told(&told);
        Ok(told)
    }

    async fn delete(&mut self, key: String, when: Condition) -> wasmtime::Result<Result<(), Error>> {
        let asked = taped::Delete { key: &key, when };
        if let Some(told) = self.0.asked("storage.delete", format_args!("{key}"), &asked, || Ok(()))? {
            return Ok(told);
        }
        let told = self.write(key, when, Write::Delete).await?;
        self.0.told(&told);
        Ok(told)
    }

    async fn scan(
        &mut self,
        prefix: String,
        after: Option<String>,
        limit: u32,
    ) -> wasmtime::Result<Result<Page, Error>> {
        let asked = taped::Scan { prefix: &prefix, after: after.as_deref(), limit };
        let nothing = || Ok(taped::Page::default());
        if let Some(told) = self.0.asked("storage.scan", format_args!("{prefix}"), &asked, nothing)? {
            return Ok(told.map(Page::from));
        }
        let told = match self.readable() {
            Ok(()) => Ok(self.page(&prefix, after.as_deref(), (limit as usize).clamp(1, PAGE)).await?),
            Err(error) => Err(error),
        };
        self.0.told(&told.as_ref().map(taped::Page::from));
        Ok(told)
    }
}

impl View<'_> {
    fn readable(&self) -> Result<(), Error> {
        let spec = &self.0.spec;
        let may = spec.mode.reads() && spec.rights.capability(Capability::Storage);
        if may { Ok(()) } else { Err(Error::ReadOnly) }
    }

    fn key(&self, key: &str) -> Key {
        space(&self.0.spec.installation).part(key)
    }

    async fn current(&mut self, name: &str) -> wasmtime::Result<Option<Entry>> {
        let key = self.key(name);
        if let Some(write) = self.0.transaction.written(&key) {
            return Ok(match write {
                Write::Put { value, .. } => {
                    Some(Entry { key: name.into(), value: value.to_vec(), revision: 0 })
                }
                Write::Delete => None,
            });
        }
        let found = self.0.services().store.get(&key).await.map_err(wasmtime::Error::new)?;
        self.0.transaction.note_read(key, found.as_ref().map(|value| value.revision));
        Ok(found.map(|v| Entry { key: name.into(), value: v.bytes.to_vec(), revision: v.revision }))
    }

    async fn put_live(
        &mut self,
        key: String,
        value: Vec<u8>,
        when: Condition,
        ttl: Option<u64>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let limit = self.0.limits().storage_bytes;
        if self.0.transaction.written_bytes() + value.len() > limit {
            return Ok(Err(Error::QuotaExceeded(format!("{limit} bytes written to storage in a run"))));
        }
        let expires = ttl.map(|ttl| self.0.services().clock.now().after(Duration::from_millis(ttl)));
        self.write(key, when, Write::Put { value: Bytes::from(value), expires }).await
    }

    async fn write(
        &mut self,
        key: String,
        when: Condition,
        write: Write,
    ) -> wasmtime::Result<Result<(), Error>> {
        if !self.0.spec.mode.writes() || !self.0.spec.rights.capability(Capability::Storage) {
            return Ok(Err(Error::ReadOnly));
        }
        if let Err(error) = valid(&key) {
            return Ok(Err(error));
        }
        // A blind write reads nothing, so that it cannot conflict.
        if !matches!(when, Condition::Always) {
            let current = self.current(&key).await?.map(|entry| entry.revision);
            let holds = match when {
                Condition::Always => true,
                Condition::IfAbsent => current.is_none(),
                Condition::IfRevision(wanted) => current == Some(wanted),
            };
            if !holds {
                return Ok(Err(Error::Conflict(current)));
            }
        }
        let key = self.key(&key);
        self.0.transaction.write(key, write);
        Ok(Ok(()))
    }

    /// A page of what is stored, with this run's own writes laid over it.
    async fn page(&mut self, prefix: &str, after: Option<&str>, limit: usize) -> wasmtime::Result<Page> {
        let space = space(&self.0.spec.installation);
        let from = space.clone().starting(prefix);
        let after = after.map(|key| space.clone().part(key));
        let stored =
            self.0.services().store.scan(&from, after.as_ref(), limit).await.map_err(wasmtime::Error::new)?;
        self.0.transaction.note_range(&from, after.as_ref(), limit, &stored);

        // Beyond a full page nothing is known, so own writes there belong to the next page.
        let end = (stored.len() == limit).then(|| stored.last().map(|(key, _)| key.clone())).flatten();
        let mut entries: BTreeMap<Key, (Vec<u8>, u64)> =
            stored.into_iter().map(|(key, value)| (key, (value.bytes.to_vec(), value.revision))).collect();
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
}

fn valid(key: &str) -> Result<(), Error> {
    if (1..=KEY_BYTES).contains(&key.len()) && !key.contains(char::is_control) {
        Ok(())
    } else {
        Err(Error::InvalidKey(format!("a key is 1 to {KEY_BYTES} bytes without control characters")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_keys_that_could_end_early() {
        for bad in ["", "a\0b", "a\nb", &"k".repeat(KEY_BYTES + 1)] {
            assert!(matches!(valid(bad), Err(Error::InvalidKey(_))), "{bad:?}");
        }
        assert!(valid("plan/teams/é").is_ok());
    }
}
