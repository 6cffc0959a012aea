//! What was sent, what was acknowledged, and what Salesforce made of it: kept outside of everything that dies.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tieline_sim::Sim;
use tokio::sync::oneshot;

use crate::tasks;

/// One notification.
#[derive(Debug, Default)]
struct Row {
    acknowledged: bool,
    made: u32,
    /// Of the message, which with its channel is its name.
    id: Arc<str>,
    waiting: Option<oneshot::Sender<()>>,
}

/// All notifications of a run, by their number.
#[derive(Default)]
pub(super) struct Ledger {
    rows: Mutex<Vec<Row>>,
    kills: AtomicUsize,
    /// When Tasks were made, since it was last asked for.
    newest: Mutex<Vec<Instant>>,
}

/// What it comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) sent: usize,
    pub(super) acknowledged: usize,
    pub(super) effected: usize,
    /// Acknowledged, and without effect.
    pub(super) lost: usize,
    /// Effects beyond the first.
    pub(super) duplicated: usize,
}

impl Ledger {
    /// Watches Salesforce from now on.
    pub(super) fn watch(sim: &Sim) -> Arc<Self> {
        let ledger = Arc::new(Self::default());
        let observer = Arc::clone(&ledger);
        sim.world().observe_records(Arc::new(move |_, _, fields| {
            if let Some(number) = tasks::number(fields) {
                observer.made(number);
            }
        }));
        ledger
    }

    /// A notification that will be sent: its number.
    pub(super) fn begin(&self) -> usize {
        let mut rows = self.rows.lock();
        rows.push(Row::default());
        rows.len() - 1
    }

    /// The message that it is about. Resolves when its Task is made.
    pub(super) fn about(&self, number: usize, message: &str) -> oneshot::Receiver<()> {
        let (sender, made) = oneshot::channel();
        let row = &mut self.rows.lock()[number];
        (row.id, row.waiting) = (message.into(), Some(sender));
        made
    }

    pub(super) fn acknowledged(&self, number: usize) {
        self.rows.lock()[number].acknowledged = true;
    }

    fn made(&self, number: usize) {
        let mut rows = self.rows.lock();
        let Some(row) = rows.get_mut(number) else { return };
        row.made += 1;
        if let Some(waiting) = row.waiting.take() {
            let _ = waiting.send(());
        }
        drop(rows);
        self.newest.lock().push(Instant::now());
    }

    /// From then to the first Task made after it. Forgets all Tasks before now.
    pub(super) fn first_effect_since(&self, moment: Instant) -> Option<Duration> {
        let seen = std::mem::take(&mut *self.newest.lock());
        seen.into_iter().find(|at| *at > moment).map(|at| at - moment)
    }

    pub(super) fn killed(&self) {
        self.kills.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn kills(&self) -> usize {
        self.kills.load(Ordering::Relaxed)
    }

    pub(super) fn sums(&self) -> Sums {
        let rows = self.rows.lock();
        let count = |of: fn(&Row) -> bool| rows.iter().filter(|row| of(row)).count();
        Sums {
            sent: rows.len(),
            acknowledged: count(|row| row.acknowledged),
            effected: count(|row| row.made > 0),
            lost: count(|row| row.acknowledged && row.made == 0),
            duplicated: rows.iter().map(|row| row.made.saturating_sub(1) as usize).sum(),
        }
    }

    /// Number and message of those that were effected more than once.
    pub(super) fn duplicates(&self) -> Vec<(usize, Arc<str>)> {
        let rows = self.rows.lock();
        let twice = rows.iter().enumerate().filter(|(_, row)| row.made > 1);
        twice.map(|(number, row)| (number, row.id.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_and_what_is_doubled_shows() {
        let ledger = Ledger::default();
        for number in 0..4 {
            assert_eq!(ledger.begin(), number);
            drop(ledger.about(number, "7"));
        }
        (0..3).for_each(|number| ledger.acknowledged(number));
        [0, 1, 1, 1, 3].into_iter().for_each(|number| ledger.made(number));
        let sums = Sums { sent: 4, acknowledged: 3, effected: 3, lost: 1, duplicated: 2 };
        assert_eq!(ledger.sums(), sums);
        assert_eq!(ledger.duplicates(), [(1, "7".into())]);
    }
}
