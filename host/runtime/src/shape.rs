//! How much of the engine a component's code needs, read before it is compiled.

use tieline_types::{Exceeded, Limit, Limits};
use wasmparser::{BinaryReaderError, Instance, Payload};

/// What is counted over all modules of a component. A module that is instantiated twice counts once here, and
/// twice against the limits of a run.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    core_instances: u64,
    memories: u64,
    memory_bytes: u64,
    tables: u64,
    table_elements: u64,
}

const PAGE_LOG2: u32 = 16;

impl Shape {
    /// Counts a piece of the component, at whatever depth it stands.
    pub(crate) fn add(&mut self, payload: &Payload<'_>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::InstanceSection(section) => {
                for instance in section.clone() {
                    self.core_instances += u64::from(matches!(instance?, Instance::Instantiate { .. }));
                }
            }
            Payload::MemorySection(section) => {
                for memory in section.clone() {
                    let memory = memory?;
                    let page = 1_u64.checked_shl(memory.page_size_log2.unwrap_or(PAGE_LOG2));
                    let bytes = memory.initial.saturating_mul(page.unwrap_or(u64::MAX));
                    self.memories += 1;
                    self.memory_bytes = self.memory_bytes.saturating_add(bytes);
                }
            }
            Payload::TableSection(section) => {
                for table in section.clone() {
                    self.tables += 1;
                    self.table_elements = self.table_elements.saturating_add(table?.ty.initial);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether any grant could allow this.
    pub(crate) fn check(&self, limits: &Limits) -> Result<(), Exceeded> {
        for (needed, allowed, limit) in [
            (self.core_instances, limits.core_instances.into(), Limit::CORE_INSTANCES),
            (self.memories, limits.memories.into(), Limit::MEMORIES),
            (self.memory_bytes, limits.memory_bytes as u64, Limit::MEMORY),
            (self.tables, limits.tables.into(), Limit::TABLES),
            (self.table_elements, limits.table_elements as u64, Limit::TABLE_ELEMENTS),
        ] {
            if needed > allowed {
                return Err(Exceeded::new(limit, allowed));
            }
        }
        Ok(())
    }
}
