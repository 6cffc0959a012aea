//! How fast a checkpoint goes on: as slowly as it may.
//!
//! Commits want the same disk and processors, so nothing is gained by being done early. A checkpoint has to be over
//! when the log's present file is full; it follows the growth of that file, twice as fast.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// After so many bytes a checkpoint looks whether it may rest.
const SLICE: usize = 128 << 10;

/// For how long it rests at most after a slice: a log that hardly grows needs no checkpoint soon, but memory is worth
/// something, too.
const REST: Duration = Duration::from_millis(40);

/// How often it looks meanwhile.
const LOOK: Duration = Duration::from_millis(5);

/// What the pace depends on.
#[derive(Debug, Clone, Default)]
pub(super) struct Hurry {
    /// How full the log's present file is, in bytes.
    filled: Arc<AtomicU64>,
    stopping: Arc<AtomicBool>,
}

impl Hurry {
    pub(super) fn fill(&self, bytes: u64) {
        self.filled.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// Of one checkpoint.
pub(super) struct Pace {
    hurry: Hurry,
    /// How many bytes the log's file may hold in the end.
    full: u64,
    /// How many bytes are to be written, and how many are.
    whole: usize,
    done: usize,
    slice: usize,
}

impl Pace {
    /// For so many bytes of changes, while the log's file fills up to `full` bytes.
    pub(super) fn new(hurry: Hurry, full: u64, whole: usize) -> Self {
        Self { hurry, full, whole, done: 0, slice: 0 }
    }

    /// A change was written.
    pub(super) fn wrote(&mut self, key: &[u8], value: Option<&bytes::Bytes>) {
        let size = key.len() + value.map_or(0, bytes::Bytes::len);
        self.done += size;
        self.slice += size;
        if self.slice >= SLICE {
            self.slice = 0;
            self.rest();
        }
    }

    fn rest(&self) {
        let mut rested = Duration::ZERO;
        while rested < REST && !self.hurry.is_stopping() && self.is_early() {
            thread::sleep(LOOK);
            rested += LOOK;
        }
    }

    /// Whether less of the file is full than half of what is done of the checkpoint.
    fn is_early(&self) -> bool {
        let filled = self.hurry.filled.load(Ordering::Relaxed);
        is_early(filled, self.full, self.done, self.whole)
    }
}

fn is_early(filled: u64, full: u64, done: usize, whole: usize) -> bool {
    2 * u128::from(filled) * (whole as u128) < u128::from(full) * (done as u128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_rests_while_it_is_twice_as_far_as_the_log() {
        for (filled, done, early) in
            [(0, 1, true), (10, 21, true), (10, 20, false), (49, 99, true), (50, 100, false)]
        {
            assert_eq!(is_early(filled, 100, done, 100), early, "{filled} {done}");
        }
    }

    #[test]
    fn nobody_rests_when_the_store_ends() {
        let hurry = Hurry::default();
        hurry.stop();
        let mut pace = Pace::new(hurry, 1, usize::MAX);
        // Hours of rest otherwise.
        (0..1_000_000).for_each(|_| pace.wrote(&[0; SLICE], None));
    }
}
