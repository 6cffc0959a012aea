//! From rows that wait in the store to files.

use std::collections::BTreeMap;

use bytes::Bytes;
use object_store::ObjectStoreExt as _;
use tieline_store::{Batch, CommitError, Key, Space, StoreError};
use tieline_types::{
    Timestamp,
    dataset::{Cell, Column, Day, Table, TableKey, block},
};

use crate::{
    DatasetError, Datasets, Hands,
    file::Writer,
    object::Upload,
    records::{BLOCKS, Entry, FileRecord, file_key, table_key, written},
    rows::Rows,
};

/// Bytes of rows that are made files of at once: what is in memory is a few times that.
const AT_ONCE: u64 = 16 << 20;

/// What was made of rows that waited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flushed {
    /// Bytes of rows that wait no more.
    pub waited: u64,
    /// Bytes of the files.
    pub files: u64,
    /// Whether more may wait.
    pub more: bool,
}

/// Rows that wait, the oldest first.
#[derive(Default)]
struct Blocks {
    keys: Vec<Key>,
    values: Vec<Bytes>,
    bytes: u64,
    more: bool,
}

impl Datasets {
    /// Makes files of the oldest rows of a table that wait: one for each day, named after the rows. If it is cut off, the
    /// rows still wait, and the same files are written again.
    ///
    /// # Errors
    /// When files cannot be written or recorded. The rows still wait.
    pub async fn flush(&self, key: &TableKey) -> Result<Flushed, DatasetError> {
        let _turn = self.turn.lock().await;
        self.claim().await?;
        // Whoever has no table has no rows: they went together.
        let Some((table, revision)) = self.table(key).await? else { return Ok(Flushed::default()) };
        let blocks = self.blocks(key).await.map_err(DatasetError::read("reading rows that wait"))?;
        let (Some(first), Some(last)) =
            (blocks.keys.first().and_then(Key::last), blocks.keys.last().and_then(Key::last))
        else {
            return Ok(Flushed::default());
        };
        // Blocks come and never go but here: the same ends and the same number are the same blocks.
        let name = format!("rows-{first}-{last}-{}", blocks.keys.len());
        let (to, now, values) = (key.clone(), self.clock.now(), blocks.values);
        let made = self.blocking(move |hands| by_day(hands, &to, &table, &name, &values, now)).await?;
        let mut batch = Batch::new().expect(table_key(key), Some(revision));
        for waited in blocks.keys {
            batch = batch.delete(waited);
        }
        for file in &made {
            batch = batch.put(file_key(key, file.day, &file.name), written(&file.record));
        }
        let files = made.iter().map(|file| file.record.bytes).sum();
        match self.store.commit(batch).await {
            Ok(_) => Ok(Flushed { waited: blocks.bytes, files, more: blocks.more }),
            // The table was changed or removed meanwhile: the next look sees which.
            Err(CommitError::Conflict { .. }) => {
                self.discard(key, &made).await;
                Ok(Flushed { more: true, ..Flushed::default() })
            }
            // Nobody knows whether they are recorded, so they stay.
            Err(error) => Err(DatasetError::commit("recording files of rows")(error)),
        }
    }

    /// Flushes until nothing waits that waited before. What was made of it all.
    ///
    /// # Errors
    /// As [`Datasets::flush`].
    pub async fn flush_all(&self, key: &TableKey) -> Result<Flushed, DatasetError> {
        let mut all = Flushed::default();
        loop {
            let Flushed { waited, files, more } = self.flush(key).await?;
            all.waited += waited;
            all.files += files;
            if !more {
                return Ok(all);
            }
        }
    }

    async fn blocks(&self, table: &TableKey) -> Result<Blocks, StoreError> {
        let prefix = Key::of_table(Space::Row, table);
        let mut blocks = Blocks::default();
        loop {
            let page = self.store.scan(&prefix, blocks.keys.last(), BLOCKS).await?;
            let ended = page.len() < BLOCKS;
            for (key, value) in page {
                if blocks.bytes >= AT_ONCE {
                    blocks.more = true;
                    return Ok(blocks);
                }
                blocks.bytes += value.bytes.len() as u64;
                blocks.keys.push(key);
                blocks.values.push(value.bytes);
            }
            if ended {
                return Ok(blocks);
            }
        }
    }

    /// Removes files that are known not to be recorded. If that fails too they are swept at the next start.
    pub(crate) async fn discard(&self, table: &TableKey, files: &[Entry]) {
        for file in files {
            let path = self.place.file(table, file.day, &file.name);
            if let Err(error) = self.place.store.delete(&path).await {
                tracing::warn!(%path, error = &error as &dyn std::error::Error, "a file that is not needed could not be removed");
            }
        }
    }
}

fn by_day(
    hands: &Hands,
    key: &TableKey,
    table: &Table,
    name: &str,
    blocks: &[Bytes],
    now: Timestamp,
) -> Result<Vec<Entry>, DatasetError> {
    let days = decoded(table, blocks)
        .map_err(|_| StoreError::Corrupt { what: "rows of a dataset" })
        .map_err(DatasetError::read("reading rows that wait"))?;
    let mut made = Vec::new();
    for (day, rows) in days {
        let mut rows = Some(rows);
        let record = write(hands, key, day, name, &table.columns, now, |file| match rows.take() {
            Some(rows) => Ok(file.add(rows)?),
            None => Ok(()),
        })?;
        made.push(Entry { day, name: name.to_owned(), record });
    }
    Ok(made)
}

/// The rows of some blocks, by day.
fn decoded(table: &Table, blocks: &[Bytes]) -> Result<BTreeMap<Day, Rows>, block::Damaged> {
    let mut days = BTreeMap::new();
    for bytes in blocks {
        let mut reader = block::Reader::new(bytes)?;
        // A block has the columns that its table had when it was written.
        let place = |column: &Column| reader.columns().iter().position(|(name, _)| *name == column.name);
        let places: Vec<Option<usize>> = table.columns.iter().map(place).collect();
        let mut row = Vec::new();
        while let Some(day) = reader.next(&mut row)? {
            let cells = places.iter().map(|place| place.map_or(&Cell::Null, |place| &row[place]));
            days.entry(day).or_insert_with(|| Rows::of(&table.columns)).push(bytes, cells);
        }
    }
    Ok(days)
}

/// Writes one file, row after row as `fill` gives them. It is there when this returns.
pub(crate) fn write(
    hands: &Hands,
    key: &TableKey,
    day: Day,
    name: &str,
    columns: &[Column],
    now: Timestamp,
    fill: impl FnOnce(&mut Writer<Upload>) -> Result<(), DatasetError>,
) -> Result<FileRecord, DatasetError> {
    let path = hands.place.file(key, day, name);
    let failed = || DatasetError::object("writing", &path);
    let upload = Upload::begin(&*hands.place.store, &path, hands.runtime.clone()).map_err(failed())?;
    let mut file = Writer::new(upload, columns)?;
    fill(&mut file)?;
    let rows = file.rows();
    let bytes = file.finish()?.finish().map_err(failed())?;
    Ok(FileRecord { rows, bytes, written: now, clean: false })
}
