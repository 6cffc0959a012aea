//! Memory, tables and instances of one guest.

use tieline_types::{Exceeded, Limit, Limits};
use wasmtime::{ResourceLimiter, Store};

use crate::guest::Guest;

/// Sums all linear memories and all tables of a guest, also those of its core instances, against its limits.
/// Going over ends the guest with a typed error, since an allocator that is told "no" would only trap later
/// with a nameless one.
pub(crate) struct Limiter {
    memory_limit: usize,
    memory: usize,
    peak: usize,
    table_limit: usize,
    table_elements: usize,
    instances: usize,
    memories: usize,
    tables: usize,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory_limit: limits.memory_bytes,
            memory: 0,
            peak: 0,
            table_limit: limits.table_elements,
            table_elements: 0,
            instances: limits.core_instances as usize,
            memories: limits.memories as usize,
            tables: limits.tables as usize,
        }
    }

    /// Begins another call with limits of its own; what is held stays held.
    pub(crate) fn begin(&mut self, limits: &Limits) {
        self.memory_limit = limits.memory_bytes;
        self.table_limit = limits.table_elements;
        self.peak = self.memory;
    }

    /// Memory held now, in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// The most memory held at once, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.peak as u64
    }
}

/// Bounds what a guest hands to the host, for one call of the guest.
pub(crate) fn bound(store: &mut Store<Guest>, limits: &Limits) {
    store.set_hostcall_fuel(limits.host_call_bytes);
    store.set_max_component_handles(limits.handles);
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) && desired <= self.memory_limit {
            return Ok(false);
        }
        let total = self.memory.saturating_add(desired.saturating_sub(current));
        if total > self.memory_limit {
            return Err(Exceeded::new(Limit::MEMORY, self.memory_limit).into());
        }
        self.memory = total;
        self.peak = self.peak.max(total);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) && desired <= self.table_limit {
            return Ok(false);
        }
        let total = self.table_elements.saturating_add(desired.saturating_sub(current));
        if total > self.table_limit {
            return Err(Exceeded::new(Limit::TABLE_ELEMENTS, self.table_limit).into());
        }
        self.table_elements = total;
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn memories(&self) -> usize {
        self.memories
    }

    fn tables(&self) -> usize {
        self.tables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memories_count_together() {
        let limits = Limits { memory_bytes: 100, ..Limits::default() };
        let mut limiter = Limiter::new(&limits);
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        let error = limiter.memory_growing(0, 60, None).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Exceeded::new(Limit::MEMORY, 100_u32)));
        assert!(limiter.memory_growing(60, 100, None).unwrap());
        assert_eq!(limiter.peak(), 100);
    }
}
