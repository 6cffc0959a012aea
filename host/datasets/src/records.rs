//! What the store knows of tables and files.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tieline_store::{Key, Pages, Space, StoreError, Value};
use tieline_types::{
    InstallationKey, Timestamp,
    dataset::{Day, Table, TableKey},
};

use crate::{DatasetError, Datasets};

/// Values of rows that are read from the store at once: each may be large.
pub(crate) const BLOCKS: usize = 16;

/// What is recorded of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Rows in it, superseded ones too.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// When it was made.
    pub written: Timestamp,
    /// Whether it was made of all files of its day, so that no row in it supersedes another.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clean: bool,
}

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) day: Day,
    pub(crate) name: String,
    pub(crate) record: FileRecord,
}

/// A table with all its files.
#[derive(Debug, Clone)]
pub struct TableFiles {
    /// The table as it is kept: with every column that it ever had.
    pub table: Table,
    /// Its files by day.
    pub days: BTreeMap<Day, Vec<FileRecord>>,
}

/// What stands in the store at a start.
#[derive(Debug, Default)]
pub struct Known {
    /// Bytes of rows that wait, by table.
    pub waiting: BTreeMap<TableKey, u64>,
    /// Bytes of files, by installation.
    pub files: BTreeMap<InstallationKey, u64>,
    /// Everyone who may have files: whoever has tables, and whoever was removed and not yet cleared away.
    pub installations: BTreeSet<InstallationKey>,
}

impl Datasets {
    /// What stands in the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known(&self) -> Result<Known, DatasetError> {
        let failed = DatasetError::read("reading what is known of datasets");
        self.all_known().await.map_err(failed)
    }

    async fn all_known(&self) -> Result<Known, StoreError> {
        let mut known = Known::default();
        let mut after: Option<Key> = None;
        loop {
            let page = self.store.scan(&Key::new(Space::Row), after.as_ref(), BLOCKS).await?;
            for (key, value) in &page {
                let table = table_of(key).ok_or(DAMAGED)?;
                *known.waiting.entry(table).or_default() += value.bytes.len() as u64;
            }
            after = page.last().map(|(key, _)| key.clone());
            if page.len() < BLOCKS {
                break;
            }
        }
        let mut files = Pages::under(Key::new(Space::File));
        while let Some(page) = files.next(&*self.store).await? {
            for (key, value) in page {
                let installation = installation_of(&key).ok_or(DAMAGED)?;
                *known.files.entry(installation).or_default() += read::<FileRecord>(&value)?.bytes;
            }
        }
        let mut tables = Pages::under(Key::new(Space::Table));
        while let Some(page) = tables.next(&*self.store).await? {
            known.installations.extend(page.iter().filter_map(|(key, _)| installation_of(key)));
        }
        Ok(known)
    }

    /// The tables of an installation by name, with their files. Rows that wait are in none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tables(
        &self,
        installation: &InstallationKey,
    ) -> Result<BTreeMap<String, TableFiles>, DatasetError> {
        let failed = DatasetError::read("reading the tables of an installation");
        let prefix = Key::new(Space::Table)
            .part(installation.tenant.as_str())
            .part(installation.installation.as_str());
        let read_all = async {
            let mut tables = BTreeMap::new();
            for (key, value) in Pages::all(&*self.store, prefix).await? {
                let Some(table) = table_of(&key) else { continue };
                let mut days: BTreeMap<Day, Vec<FileRecord>> = BTreeMap::new();
                for entry in self.read_files(&table).await? {
                    days.entry(entry.day).or_default().push(entry.record);
                }
                tables.insert(table.table, TableFiles { table: read(&value)?, days });
            }
            Ok(tables)
        };
        read_all.await.map_err(failed)
    }

    /// A table as it is kept, with the revision of that; none where nothing is known of it.
    pub(crate) async fn table(&self, key: &TableKey) -> Result<Option<(Table, u64)>, DatasetError> {
        let failed = DatasetError::read("reading a table");
        let stored = self.store.get(&table_key(key)).await;
        let table =
            stored.and_then(|stored| stored.map(|value| Ok((read(&value)?, value.revision))).transpose());
        table.map_err(failed)
    }

    /// The files of a table, by day.
    pub(crate) async fn files(&self, key: &TableKey) -> Result<Vec<Entry>, DatasetError> {
        self.read_files(key).await.map_err(DatasetError::read("reading the files of a table"))
    }

    async fn read_files(&self, key: &TableKey) -> Result<Vec<Entry>, StoreError> {
        let files = Pages::all(&*self.store, Key::of_table(Space::File, key)).await?;
        let entry = |(key, value): &(Key, Value)| {
            let [.., day, name] = &key.parts()[..] else { return Err(DAMAGED) };
            let day = day.parse().map_err(|_| DAMAGED)?;
            Ok(Entry { day, name: name.clone(), record: read(value)? })
        };
        files.iter().map(entry).collect()
    }
}

const DAMAGED: StoreError = StoreError::Corrupt { what: "what is known of a dataset" };

pub(crate) fn table_key(table: &TableKey) -> Key {
    Key::of_table(Space::Table, table)
}

pub(crate) fn file_key(table: &TableKey, day: Day, name: &str) -> Key {
    Key::of_table(Space::File, table).part(&day.to_string()).part(name)
}

pub(crate) fn written(record: &FileRecord) -> Bytes {
    Bytes::from(serde_json::to_vec(record).expect("plain data always serialises"))
}

fn installation_of(key: &Key) -> Option<InstallationKey> {
    let mut parts = key.parts().into_iter();
    let (tenant, installation) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(InstallationKey { tenant, installation })
}

/// The table that a key is about; none where it is about the whole installation.
fn table_of(key: &Key) -> Option<TableKey> {
    let table = key.parts().into_iter().nth(2)?;
    Some(TableKey { installation: installation_of(key)?, table })
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, StoreError> {
    serde_json::from_slice(&value.bytes).map_err(|_| DAMAGED)
}
