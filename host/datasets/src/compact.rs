//! From many small files to one, without the rows that others supersede.

use std::{collections::BTreeMap, ops::ControlFlow, time::Duration};

use tieline_store::{Batch, CommitError};
use tieline_types::{
    Digest, Timestamp,
    dataset::{Day, Table, TableKey},
};

use crate::{
    DatasetError, Datasets, Hands,
    flush::write,
    newest::OfDay,
    records::{Entry, FileRecord, file_key, table_key, written},
};

/// A file below this is small.
const SMALL: u64 = 32 << 20;
/// So many small files of a day are merged.
const MANY: usize = 8;
/// A day that got no file for so long has what it will have, and is made one file.
const QUIET: Duration = Duration::from_secs(3_600);

/// What merging did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Days whose files were merged.
    pub days: u64,
    /// Files that were merged.
    pub merged: u64,
    /// Bytes of these.
    pub before: u64,
    /// Bytes of what became of them.
    pub after: u64,
    /// Rows that others superseded, and that are gone.
    pub superseded: u64,
}

impl Compacted {
    fn add(&mut self, other: Self) {
        self.days += other.days;
        self.merged += other.merged;
        self.before += other.before;
        self.after += other.after;
        self.superseded += other.superseded;
    }
}

impl Datasets {
    /// Merges the files of a table where it is worth it; with `all`, each day's into one without superseded rows. One
    /// day after another, so that others have their turns in between.
    ///
    /// # Errors
    /// When files cannot be read, written or recorded. All rows are where they were, or where they belong.
    pub async fn compact(&self, key: &TableKey, all: bool) -> Result<Compacted, DatasetError> {
        let mut done = Compacted::default();
        let mut days: BTreeMap<Day, Vec<Entry>> = BTreeMap::new();
        for file in self.files(key).await? {
            days.entry(file.day).or_default().push(file);
        }
        let now = self.clock.now();
        for (day, files) in days {
            if chosen(&files, all, now).is_some() {
                done.add(self.compact_day(key, day, all).await?);
            }
        }
        self.bury().await;
        Ok(done)
    }

    async fn compact_day(&self, key: &TableKey, day: Day, all: bool) -> Result<Compacted, DatasetError> {
        let _turn = self.turn.lock().await;
        self.claim().await?;
        let Some((table, revision)) = self.table(key).await? else { return Ok(Compacted::default()) };
        let files: Vec<_> = self.files(key).await?.into_iter().filter(|file| file.day == day).collect();
        let now = self.clock.now();
        let Some(some) = chosen(&files, all, now) else { return Ok(Compacted::default()) };
        let (of, merging, whole) = (key.clone(), some.clone(), some.len() == files.len());
        let made = self.blocking(move |hands| merged(hands, &of, &table, day, &files, &merging, now)).await?;
        let made = [Entry { record: FileRecord { clean: whole, ..made.record }, ..made }];
        let mut batch = Batch::new().expect(table_key(key), Some(revision));
        for file in &some {
            batch = batch.delete(file_key(key, day, &file.name));
        }
        for file in &made {
            batch = batch.put(file_key(key, day, &file.name), written(&file.record));
        }
        match self.store.commit(batch).await {
            Ok(_) => {}
            Err(CommitError::Conflict { .. }) => {
                self.discard(key, &made).await;
                return Ok(Compacted::default());
            }
            Err(error) => return Err(DatasetError::commit("recording a merged file")(error)),
        }
        self.pins.doom(key, some.iter().map(|file| self.place.file(key, day, &file.name)));
        let sum = |of: fn(&FileRecord) -> u64, files: &[Entry]| {
            files.iter().map(|file| of(&file.record)).sum::<u64>()
        };
        Ok(Compacted {
            days: 1,
            merged: some.len() as u64,
            before: sum(|file| file.bytes, &some),
            after: sum(|file| file.bytes, &made),
            superseded: sum(|file| file.rows, &some).saturating_sub(sum(|file| file.rows, &made)),
        })
    }
}

/// The files of a day that are to be merged; none where it is well as it is.
fn chosen(files: &[Entry], all: bool, now: Timestamp) -> Option<Vec<Entry>> {
    let one = matches!(files, [only] if only.record.clean);
    if one || files.is_empty() {
        return None;
    }
    let newest = files.iter().map(|file| file.record.written).max().unwrap_or_default();
    if all || now.since(newest) >= QUIET {
        return Some(files.to_vec());
    }
    let small: Vec<_> = files.iter().filter(|file| file.record.bytes < SMALL).cloned().collect();
    (small.len() >= MANY).then_some(small)
}

/// Makes one file of some. It is named after them: cut off and begun again it is the same.
fn merged(
    hands: &Hands,
    key: &TableKey,
    table: &Table,
    day: Day,
    all: &[Entry],
    some: &[Entry],
    now: Timestamp,
) -> Result<Entry, DatasetError> {
    let names: Vec<&str> = some.iter().map(|file| file.name.as_str()).collect();
    let digest = Digest::of(names.join("\n").as_bytes());
    let name: String = digest.as_bytes()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let name = format!("merged-{name}");
    let of_day = OfDay { hands, key, table, day, all };
    let record = write(hands, key, day, &name, &table.columns, now, |file| {
        let mut add = |rows| {
            file.add(rows)?;
            Ok(ControlFlow::Continue(()))
        };
        of_day.each(some, &table.columns, &mut add).map(drop)
    })?;
    Ok(Entry { day, name, record })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: u64, clean: bool) -> Entry {
        let record = FileRecord { rows: 1, bytes, written: Timestamp(1_000), clean };
        Entry { day: Day::from_days(0).unwrap(), name: "a".into(), record }
    }

    #[test]
    fn many_small_files_are_merged_soon_and_the_rest_when_the_day_is_quiet() {
        let soon = Timestamp(2_000);
        let later = Timestamp(1_000).after(QUIET);
        let count = |files: &[Entry], all, now| chosen(files, all, now).map(|chosen| chosen.len());
        let few = vec![file(1, false); MANY - 1];
        assert_eq!(count(&few, false, soon), None);
        assert_eq!(count(&few, false, later), Some(MANY - 1));
        assert_eq!(count(&few, true, soon), Some(MANY - 1));
        let mut many = vec![file(1, false); MANY];
        many.push(file(SMALL, true));
        assert_eq!(count(&many, false, soon), Some(MANY));
        assert_eq!(count(&[file(1, true)], true, later), None);
        assert_eq!(count(&[file(1, false)], true, later), Some(1));
        assert_eq!(count(&[], true, later), None);
    }
}
