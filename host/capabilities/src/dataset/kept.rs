//! How much installations keep in datasets, and which tables have rows that wait for a file.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use tieline_types::{InstallationKey, Timestamp, dataset::TableKey};
use tokio::sync::Notify;

/// So many bytes of one table are not to wait any longer.
pub const MUCH: u64 = 16 << 20;

/// What waits for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Bytes of rows.
    pub bytes: u64,
    /// Since when.
    pub since: Timestamp,
}

/// What is known of what stands in the store and in files, so that a run need not ask them. Whoever commits rows
/// says so here, and whoever makes files of them.
#[derive(Debug, Default)]
pub struct Kept {
    known: Mutex<Known>,
    appended: Notify,
}

#[derive(Debug, Default)]
struct Known {
    bytes: HashMap<InstallationKey, u64>,
    waiting: BTreeMap<TableKey, Waiting>,
}

impl Kept {
    /// Bytes that an installation keeps: files, and rows that wait for theirs.
    pub fn bytes(&self, installation: &InstallationKey) -> u64 {
        self.known.lock().bytes.get(installation).copied().unwrap_or_default()
    }

    /// Rows were committed: so many bytes for each table.
    pub fn appended(&self, rows: &[(TableKey, u64)], now: Timestamp) {
        if rows.is_empty() {
            return;
        }
        let mut news = false;
        let known = &mut *self.known.lock();
        for (table, bytes) in rows {
            *known.bytes.entry(table.installation.clone()).or_default() += bytes;
            let waiting = known.waiting.entry(table.clone()).or_insert(Waiting { bytes: 0, since: now });
            news |= waiting.bytes == 0 || (waiting.bytes < MUCH && waiting.bytes + bytes >= MUCH);
            waiting.bytes += bytes;
        }
        if news {
            self.appended.notify_one();
        }
    }

    /// Waits until a table has rows that wait, or many.
    pub async fn news(&self) {
        self.appended.notified().await;
    }

    /// The tables with rows that wait.
    pub fn waiting(&self) -> Vec<(TableKey, Waiting)> {
        self.known.lock().waiting.iter().map(|(table, waiting)| (table.clone(), *waiting)).collect()
    }

    /// Of a table so many bytes wait no more; what waits still has come by `now` at the latest.
    pub fn filed(&self, table: &TableKey, bytes: u64, now: Timestamp) {
        let known = &mut *self.known.lock();
        let Some(waiting) = known.waiting.get_mut(table) else { return };
        waiting.bytes = waiting.bytes.saturating_sub(bytes);
        waiting.since = now;
        if waiting.bytes == 0 {
            known.waiting.remove(table);
        }
        lowered(&mut known.bytes, &table.installation, bytes);
    }

    /// An installation has so many bytes more in files, and so many fewer.
    pub fn files(&self, installation: &InstallationKey, more: u64, fewer: u64) {
        let bytes = &mut self.known.lock().bytes;
        *bytes.entry(installation.clone()).or_default() += more;
        lowered(bytes, installation, fewer);
    }

    /// An installation keeps nothing any more.
    pub fn forget(&self, installation: &InstallationKey) {
        let known = &mut *self.known.lock();
        known.bytes.remove(installation);
        known.waiting.retain(|table, _| table.installation != *installation);
    }
}

fn lowered(bytes: &mut HashMap<InstallationKey, u64>, installation: &InstallationKey, by: u64) {
    if let Some(kept) = bytes.get_mut(installation) {
        *kept = kept.saturating_sub(by);
        if *kept == 0 {
            bytes.remove(installation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> TableKey {
        let installation =
            InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
        TableKey { installation, table: name.into() }
    }

    #[test]
    fn what_is_appended_waits_until_it_is_filed() {
        let (kept, now) = (Kept::default(), Timestamp);
        let desk = table("calls").installation;
        kept.appended(&[(table("calls"), 100), (table("streams"), 50)], now(1));
        kept.appended(&[(table("calls"), 10)], now(2));
        assert_eq!(kept.bytes(&desk), 160);
        assert_eq!(kept.waiting()[0], (table("calls"), Waiting { bytes: 110, since: now(1) }));
        kept.filed(&table("calls"), 100, now(3));
        kept.files(&desk, 30, 0);
        assert_eq!(kept.waiting()[0], (table("calls"), Waiting { bytes: 10, since: now(3) }));
        assert_eq!(kept.bytes(&desk), 90);
        kept.filed(&table("calls"), 10, now(4));
        kept.filed(&table("streams"), 50, now(4));
        kept.files(&desk, 0, 30);
        assert_eq!((kept.bytes(&desk), kept.waiting().len()), (0, 0));
        kept.appended(&[(table("calls"), 1)], now(5));
        kept.forget(&desk);
        assert_eq!((kept.bytes(&desk), kept.waiting().len()), (0, 0));
    }
}
