//! What a run may ask of storage, and what its installation may keep there.

use tieline_store::{Key, Usage};
use tieline_types::{Exceeded, Limit};

use super::View;
use crate::{
    bindings::storage::Error,
    run::{
        fault::fault,
        transaction::{Footprint, Write},
    },
};

impl View<'_> {
    /// Counts a call, and lets it wait for its turn among all runs of the installation.
    pub(super) async fn admitted(&mut self) -> Result<(), Error> {
        let limits = &self.0.spec.limits;
        let transaction = &mut self.0.transaction;
        if transaction.storage_calls >= limits.storage_ops {
            return Err(over(Limit::STORAGE_OPS, limits.storage_ops));
        }
        transaction.storage_calls += 1;
        match limits.storage_turn() {
            Ok(wait) if wait.is_zero() => Ok(()),
            Ok(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            // Others used the rate up: that is no attempt of this event.
            Err(wait) => {
                let throttled = &mut self.0.outbound.throttled;
                *throttled = (*throttled).max(Some(wait));
                Err(Error::Throttled(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)))
            }
        }
    }

    /// Buffers a write, if the run may still write it and the installation keep it. Runs that write at the same
    /// time do not see each other's writes here: together they may keep a little more than the total.
    pub(super) async fn keep(
        &mut self,
        name: &str,
        key: Key,
        write: Write,
    ) -> wasmtime::Result<Result<(), Error>> {
        let before = match self.0.transaction.written(&key) {
            Some(written) => Footprint::of(name, written),
            None => {
                let stored = self.0.services().store.get(&key).await.map_err(fault)?;
                stored.map_or(Footprint::default(), |value| Footprint::entry(name, value.bytes.len()))
            }
        };
        let change = Footprint::of(name, &write) - before;
        let usage = self.usage().await?;
        let (limits, transaction) = (&self.0.spec.limits, &mut self.0.transaction);
        let written = transaction.written_bytes() + write.len();
        if written > limits.storage_bytes {
            return Ok(Err(over(Limit::STORAGE_BYTES, limits.storage_bytes)));
        }
        if transaction.written(&key).is_none() && transaction.keys_written() >= limits.storage_keys as usize {
            return Ok(Err(over(Limit::STORAGE_KEYS, limits.storage_keys)));
        }
        let after = usage + transaction.growth() + change;
        if change.bytes > 0 && after.bytes > i64::try_from(limits.storage_total_bytes).unwrap_or(i64::MAX) {
            return Ok(Err(over(Limit::STORAGE_TOTAL_BYTES, limits.storage_total_bytes)));
        }
        if change.keys > 0 && after.keys > i64::try_from(limits.storage_total_keys).unwrap_or(i64::MAX) {
            return Ok(Err(over(Limit::STORAGE_TOTAL_KEYS, limits.storage_total_keys)));
        }
        transaction.write(key, write, change);
        Ok(Ok(()))
    }

    /// What the installation kept when this run wrote first. Read once, and never expected at commit.
    async fn usage(&mut self) -> wasmtime::Result<Footprint> {
        if let Some(usage) = self.0.transaction.usage {
            return Ok(usage);
        }
        let key = Usage::key(&self.0.spec.installation);
        let usage = Usage::of(self.0.services().store.get(&key).await.map_err(fault)?.as_ref());
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let usage = Footprint { keys: count(usage.keys), bytes: count(usage.bytes) };
        Ok(*self.0.transaction.usage.insert(usage))
    }
}

fn over(limit: Limit, allowed: impl TryInto<u64>) -> Error {
    Error::QuotaExceeded(Exceeded::new(limit, allowed).with_setting())
}
