//! Which timer is due next, in memory. The store decides what a timer is; this only says when to look.

use std::collections::{BTreeSet, HashMap};

use tieline_types::{TimerKey, Timestamp};

/// All timers by the time when they are due. News of commits may come in another order than the commits: the
/// newest revision counts. One that is wrong all the same costs a look at the store, no firing.
#[derive(Debug, Default)]
pub(super) struct Timetable {
    due: BTreeSet<(Timestamp, TimerKey)>,
    known: HashMap<TimerKey, (Timestamp, u64)>,
}

impl Timetable {
    /// A commit with this revision set the timer, or cancelled it.
    pub(super) fn set(&mut self, key: TimerKey, due: Option<Timestamp>, revision: u64) {
        if let Some((before, known)) = self.known.get(&key) {
            if *known > revision {
                return;
            }
            self.due.remove(&(*before, key.clone()));
        }
        match due {
            Some(due) => {
                self.due.insert((due, key.clone()));
                self.known.insert(key, (due, revision));
            }
            None => drop(self.known.remove(&key)),
        }
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Takes out those that are due, the longest due first.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Vec<TimerKey> {
        let mut taken = Vec::new();
        while self.next().is_some_and(|due| due <= now) {
            let Some((_, key)) = self.due.pop_first() else { break };
            self.known.remove(&key);
            taken.push(key);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{InstallationKey, TimerKind};

    fn key(name: &str) -> TimerKey {
        let installation =
            InstallationKey { tenant: "a".parse().unwrap(), installation: "b".parse().unwrap() };
        TimerKey { installation, kind: TimerKind::Once, key: name.into() }
    }

    fn set(table: &mut Timetable, name: &str, due: Option<u64>, revision: u64) {
        table.set(key(name), due.map(Timestamp), revision);
    }

    #[test]
    fn gives_each_once_in_the_order_in_which_they_are_due() {
        let mut table = Timetable::default();
        for (name, due) in [("late", 9), ("early", 1), ("middle", 5)] {
            set(&mut table, name, Some(due), due);
        }
        assert_eq!(table.next(), Some(Timestamp(1)));
        assert_eq!(table.take_due(Timestamp(5)), [key("early"), key("middle")]);
        assert_eq!(table.take_due(Timestamp(5)), []);
        assert_eq!(table.next(), Some(Timestamp(9)));
    }

    #[test]
    fn the_newest_commit_counts_in_whatever_order_the_news_comes() {
        let mut table = Timetable::default();
        set(&mut table, "k", Some(7), 2);
        set(&mut table, "k", Some(3), 1);
        assert_eq!(table.next(), Some(Timestamp(7)));
        set(&mut table, "k", None, 1);
        assert_eq!(table.next(), Some(Timestamp(7)));
        set(&mut table, "k", Some(4), 3);
        assert_eq!(table.take_due(Timestamp(10)), [key("k")]);
        set(&mut table, "k", Some(8), 4);
        set(&mut table, "k", None, 5);
        assert_eq!(table.next(), None);
    }
}
