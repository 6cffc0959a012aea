//! Which rows count: of one key on one day only those with the greatest version.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, Hasher, RandomState},
    ops::ControlFlow,
};

use tieline_types::dataset::{Cell, Column, Day, Table, TableKey};

use crate::{DatasetError, Hands, file::File, object::Object, records::Entry, rows::Rows};

/// Rows whose keys are in memory at the same time. A day with more is read several times, each time for a part of its
/// keys.
const KEYS: u64 = 500_000;

/// Takes rows until it has enough.
pub(crate) trait Take: FnMut(Rows) -> Result<ControlFlow<()>, DatasetError> {}

impl<T: FnMut(Rows) -> Result<ControlFlow<()>, DatasetError>> Take for T {}

/// The files of one day of a table.
pub(crate) struct OfDay<'a> {
    pub(crate) hands: &'a Hands,
    pub(crate) key: &'a TableKey,
    pub(crate) table: &'a Table,
    pub(crate) day: Day,
    /// All of them: any may supersede rows of any other.
    pub(crate) all: &'a [Entry],
}

impl OfDay<'_> {
    /// Reads these columns of the rows of `some` of the files that count.
    pub(crate) fn each(
        &self,
        some: &[Entry],
        columns: &[Column],
        take: &mut impl Take,
    ) -> Result<ControlFlow<()>, DatasetError> {
        let clean = matches!(self.all, [only] if only.record.clean);
        let Some(law) = Law::of(self.table).filter(|_| !clean) else {
            return self.read(some, columns, take);
        };
        let rows: u64 = self.all.iter().map(|file| file.record.rows).sum();
        let parts = rows.div_ceil(KEYS).max(1);
        for part in 0..parts {
            let newest = self.newest(&law, (part, parts))?;
            let mut wanted = columns.to_vec();
            let places = law.add_to(&mut wanted);
            let mut keep = Vec::new();
            let mut judged = |mut rows: Rows| {
                keep.clear();
                rows.each(|row| {
                    let (key, version) = law.read(row, &places);
                    keep.push(newest.get(&key) == Some(&version));
                });
                rows.retain(&keep);
                rows.truncate_columns(columns.len());
                if rows.is_empty() { Ok(ControlFlow::Continue(())) } else { take(rows) }
            };
            if self.read(some, &wanted, &mut judged)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The greatest version of each key in this part of all keys.
    fn newest(&self, law: &Law, (part, parts): (u64, u64)) -> Result<HashMap<u128, i64>, DatasetError> {
        let mut newest = HashMap::new();
        let mut wanted = Vec::new();
        let places = law.add_to(&mut wanted);
        let mut note = |rows: Rows| {
            rows.each(|row| {
                let (key, version) = law.read(row, &places);
                if key % u128::from(parts) == u128::from(part) {
                    newest
                        .entry(key)
                        .and_modify(|newest: &mut i64| *newest = version.max(*newest))
                        .or_insert(version);
                }
            });
            Ok(ControlFlow::Continue(()))
        };
        let _ = self.read(self.all, &wanted, &mut note)?;
        Ok(newest)
    }

    fn read(
        &self,
        files: &[Entry],
        columns: &[Column],
        take: &mut impl Take,
    ) -> Result<ControlFlow<()>, DatasetError> {
        let Hands { place, runtime } = self.hands;
        for file in files {
            let path = place.file(self.key, self.day, &file.name);
            let object = Object::new(place.store.clone(), path, file.record.bytes, runtime.clone());
            if File::open(object)?.each(columns, take)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// The columns that decide, and how keys are told apart. Two keys have the same 128 bits in no table of this world;
/// which bits they have is chosen anew each time, so that nobody can look for two that do.
struct Law {
    key: Vec<Column>,
    version: Column,
    hashes: [RandomState; 2],
}

impl Law {
    fn of(table: &Table) -> Option<Self> {
        let version = table.column(table.version.as_deref()?)?.clone();
        let key = table.key.iter().filter_map(|name| table.column(name).cloned()).collect();
        Some(Self { key, version, hashes: Default::default() })
    }

    /// Adds the columns that are missing; where each of the key stands, and last the version.
    fn add_to(&self, columns: &mut Vec<Column>) -> Vec<usize> {
        let mut place = |column: &Column| {
            columns.iter().position(|found| found.name == column.name).unwrap_or_else(|| {
                columns.push(column.clone());
                columns.len() - 1
            })
        };
        self.key.iter().chain([&self.version]).map(&mut place).collect()
    }

    fn read(&self, row: &[Cell<'_>], places: &[usize]) -> (u128, i64) {
        let (version, key) = places.split_last().expect("a version is among the places");
        let half = |hash: &RandomState| {
            let mut hasher = hash.build_hasher();
            key.iter().for_each(|place| feed(&mut hasher, &row[*place]));
            u128::from(hasher.finish())
        };
        let version = match row[*version] {
            Cell::Integer(number) | Cell::DateTime(number) => number,
            _ => i64::MIN,
        };
        (half(&self.hashes[0]) << 64 | half(&self.hashes[1]), version)
    }
}

fn feed(hasher: &mut impl Hasher, cell: &Cell<'_>) {
    match cell {
        Cell::Null => hasher.write_u8(0),
        Cell::Text(text) => text.hash(hasher),
        Cell::Integer(number) | Cell::DateTime(number) => number.hash(hasher),
        Cell::Number(number) => number.to_bits().hash(hasher),
        Cell::Boolean(is) => is.hash(hasher),
        Cell::Date(day) => day.hash(hasher),
    }
}
