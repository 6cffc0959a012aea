//! The `storage` capability: keys and values of one installation, written with its run or not at all.

mod page;
mod quota;
mod taped;

use std::time::Duration;

use bytes::Bytes;
use tieline_store::{Key, Space};
use tieline_types::{InstallationKey, manifest::Capability};
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{
        storage::{self as contract, Condition, Error, Page},
        types::Entry,
    },
    run::{Run, fault::fault, of_installation, transaction::Write},
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
        let told = match self.may_read().await.and_then(|()| valid(&key)) {
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
        let told = match self.may_read().await {
            Ok(()) => Ok(self.page(&prefix, after.as_deref(), (limit as usize).clamp(1, PAGE)).await?),
            Err(error) => Err(error),
        };
        self.0.told(&told.as_ref().map(taped::Page::from));
        Ok(told)
    }
}

impl View<'_> {
    async fn may_read(&mut self) -> Result<(), Error> {
        let spec = &self.0.spec;
        let may = spec.mode.reads() && spec.rights.capability(Capability::Storage);
        if may { self.admitted().await } else { Err(Error::ReadOnly) }
    }

    async fn may_write(&mut self) -> Result<(), Error> {
        let spec = &self.0.spec;
        let may = spec.mode.writes() && spec.rights.capability(Capability::Storage);
        if may { self.admitted().await } else { Err(Error::ReadOnly) }
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
        let found = self.0.services().store.get(&key).await.map_err(fault)?;
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
        let expires = ttl.map(|ttl| self.0.services().clock.now().after(Duration::from_millis(ttl)));
        self.write(key, when, Write::Put { value: Bytes::from(value), expires }).await
    }

    async fn write(
        &mut self,
        key: String,
        when: Condition,
        write: Write,
    ) -> wasmtime::Result<Result<(), Error>> {
        if let Err(error) = self.may_write().await.and_then(|()| valid(&key)) {
            return Ok(Err(error));
        }
        // A blind write expects nothing of what it replaces, so that it cannot conflict.
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
        let place = self.key(&key);
        self.keep(&key, place, write).await
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
