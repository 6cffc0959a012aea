//! Reading a table: the rows that count, of some days and some columns.

use std::{
    collections::BTreeMap,
    ops::{ControlFlow, RangeInclusive},
};

use tieline_types::dataset::{Column, Day, Table, TableKey};

use crate::{DatasetError, Datasets, Hands, newest::OfDay, pins::Pin, records::Entry, rows::Rows};

/// A table as it was at one moment. Its files stay until this is dropped.
pub struct Reading {
    key: TableKey,
    table: Table,
    days: BTreeMap<Day, Vec<Entry>>,
    hands: Hands,
    _pin: Pin,
}

impl Datasets {
    /// The table as it is now; none where there is no such table. Rows that wait are not in it: [flush](Self::flush_all)
    /// first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn reading(
        &self,
        key: &TableKey,
        days: RangeInclusive<Day>,
    ) -> Result<Option<Reading>, DatasetError> {
        let pin = self.pins.pin(key);
        let Some((table, _)) = self.table(key).await? else { return Ok(None) };
        let mut found: BTreeMap<Day, Vec<Entry>> = BTreeMap::new();
        for file in self.files(key).await?.into_iter().filter(|file| days.contains(&file.day)) {
            found.entry(file.day).or_default().push(file);
        }
        Ok(Some(Reading { key: key.clone(), table, days: found, hands: self.hands(), _pin: pin }))
    }
}

impl Reading {
    /// The table with every column that it ever had.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Reads these columns of all rows that count, some rows at a time, day after day; until `take` has enough. To
    /// be called where threads may block.
    ///
    /// # Errors
    /// When a file cannot be read, and what `take` fails with.
    pub fn each(
        &self,
        columns: &[Column],
        mut take: impl FnMut(Day, Rows) -> Result<ControlFlow<()>, DatasetError>,
    ) -> Result<(), DatasetError> {
        for (day, files) in &self.days {
            let of_day =
                OfDay { hands: &self.hands, key: &self.key, table: &self.table, day: *day, all: files };
            if of_day.each(files, columns, &mut |rows| take(*day, rows))?.is_break() {
                break;
            }
        }
        Ok(())
    }
}
