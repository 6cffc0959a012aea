//! All that is committed: the changes in memory over the tables on disk.

use std::sync::{Arc, Weak};

use parking_lot::RwLock;

use super::{
    base::Base,
    layout,
    log::Position,
    table::{Changes, View},
    watch::Watch,
};

/// Changed by the committer thread, batch by batch. A read sees one moment, since no batch gets in while it lasts;
/// it waits for no disk synchronisation and for no checkpoint.
pub(super) struct Tables {
    memory: RwLock<Memory>,
    pub(super) base: Arc<dyn Base>,
}

struct Memory {
    /// Since the last checkpoint began.
    recent: Changes,
    /// What the checkpoint under way is about.
    frozen: Option<Arc<Changes>>,
    /// How far the history goes; none while a group of commits is half written.
    at: Option<Position>,
    /// Who reads everything.
    watches: Vec<Weak<Watch>>,
}

impl Tables {
    /// Over the base lies what was replayed from the log; a checkpoint of it has yet to begin.
    pub(super) fn new(base: Arc<dyn Base>, replayed: Option<Arc<Changes>>, end: Position) -> Self {
        let (recent, watches) = Default::default();
        Self { memory: RwLock::new(Memory { recent, frozen: replayed, at: Some(end), watches }), base }
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(View<'_>) -> T) -> T {
        let memory = self.memory.read();
        read(View::new(&memory.recent, memory.frozen.as_deref(), self.base.as_ref()))
    }

    /// The same, with how far the history goes; none while a group of commits is half written.
    pub(super) fn read_at<T>(&self, read: impl FnOnce(View<'_>, Option<Position>) -> T) -> T {
        let memory = self.memory.read();
        read(View::new(&memory.recent, memory.frozen.as_deref(), self.base.as_ref()), memory.at)
    }

    /// Carries out a batch, or another part of a group.
    pub(super) fn extend(&self, batch: Changes) {
        let mut memory = self.memory.write();
        memory.at = None;
        if !memory.watches.is_empty() {
            memory.watches.retain(|watch| watch.upgrade().inspect(|watch| watch.saw(&batch)).is_some());
        }
        memory.recent.extend(batch);
    }

    /// All of a group is carried out.
    pub(super) fn whole(&self, at: Position) {
        self.memory.write().at = Some(at);
    }

    /// Tells somebody who reads everything of all batches from now on, until they let go.
    pub(super) fn watch(&self, watch: &Arc<Watch>) {
        self.memory.write().watches.push(Arc::downgrade(watch));
    }

    /// Begins a checkpoint of all changes so far, up to this place of the log.
    pub(super) fn freeze(&self, at: Position) -> Arc<Changes> {
        let mut memory = self.memory.write();
        let mut frozen = std::mem::take(&mut memory.recent);
        mark(&mut frozen, at);
        memory.frozen.insert(Arc::new(frozen)).clone()
    }

    /// The checkpoint's changes are in the base.
    pub(super) fn thaw(&self) {
        let frozen = self.memory.write().frozen.take();
        // Freeing much memory takes a while: after the lock.
        drop(frozen);
    }
}

/// Says up to where the tables know everything, when they hold these changes.
pub(super) fn mark(changes: &mut Changes, at: Position) {
    changes.insert(layout::POSITION.into(), layout::position(at), false);
}
