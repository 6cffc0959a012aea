//! Rows as they wait in the store: all that one run appended to one table, in one value.
//!
//! The bytes: a version, the columns with their types, then row after row. A row is its day, a bit for each column
//! that has nothing, and the others' values. Numbers are written short; nothing is compressed, for Parquet will be.

use std::{borrow::Cow, fmt};

use uuid::Uuid;

use super::{Cell, Column, ColumnType, Day, Table};

const VERSION: u8 = 1;

/// Names a block, and no other ever: a file that is made of blocks can be named after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(Uuid);

impl BlockId {
    /// A new name, which sorts behind all earlier ones of this process.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_simple().fmt(f)
    }
}

/// Bytes that are no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no rows of a table")]
pub struct Damaged;

/// Writes rows of one table.
#[derive(Debug, Clone)]
pub struct Writer {
    bytes: Vec<u8>,
    header: usize,
    columns: usize,
}

impl Writer {
    /// For rows of this table.
    pub fn new(table: &Table) -> Self {
        let mut bytes = vec![VERSION];
        unsigned(&mut bytes, table.columns.len() as u64);
        for Column { name, kind, .. } in &table.columns {
            text(&mut bytes, name);
            bytes.push(*kind as u8);
        }
        Self { header: bytes.len(), bytes, columns: table.columns.len() }
    }

    /// Adds a row: its values in the order of the columns, each of its column's type or nothing.
    pub fn push(&mut self, day: Day, row: &[Cell<'_>]) {
        debug_assert_eq!(row.len(), self.columns, "a row has a value for each column");
        let bytes = &mut self.bytes;
        signed(bytes, i64::from(day.days()));
        let nulls = bytes.len();
        bytes.resize(nulls + self.columns.div_ceil(8), 0);
        for (place, cell) in row.iter().enumerate() {
            match cell {
                Cell::Null => bytes[nulls + place / 8] |= 1 << (place % 8),
                Cell::Text(value) => text(bytes, value),
                Cell::Integer(number) | Cell::DateTime(number) => signed(bytes, *number),
                Cell::Number(number) => bytes.extend(number.to_le_bytes()),
                Cell::Boolean(is) => bytes.push(u8::from(*is)),
                Cell::Date(day) => signed(bytes, i64::from(day.days())),
            }
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.bytes.len() == self.header
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes rows back, as if it were so long as it was then.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// The rows for keeping.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what a [`Writer`] wrote.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    columns: Vec<(&'a str, ColumnType)>,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads the columns.
    ///
    /// # Errors
    /// When a [`Writer`] did not write this; so for the rows.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let rest = &mut &*bytes;
        if byte(rest)? != VERSION {
            return Err(Damaged);
        }
        let mut columns = Vec::new();
        for _ in 0..read_unsigned(rest)? {
            let name = read_text(rest)?;
            let kind = ColumnType::ALL.get(usize::from(byte(rest)?)).copied().ok_or(Damaged)?;
            columns.push((name, kind));
        }
        Ok(Self { columns, rest })
    }

    /// The columns that the rows have.
    pub fn columns(&self) -> &[(&'a str, ColumnType)] {
        &self.columns
    }

    /// The next row: its day, and its values in the order of [`columns`](Self::columns) in place of what `row` held;
    /// none at the end.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn next(&mut self, row: &mut Vec<Cell<'a>>) -> Result<Option<Day>, Damaged> {
        row.clear();
        if self.rest.is_empty() {
            return Ok(None);
        }
        let rest = &mut self.rest;
        let day = read_day(rest)?;
        let nulls = take(rest, self.columns.len().div_ceil(8))?;
        for (place, (_, kind)) in self.columns.iter().enumerate() {
            if nulls[place / 8] & (1 << (place % 8)) != 0 {
                row.push(Cell::Null);
                continue;
            }
            row.push(match kind {
                ColumnType::Text => Cell::Text(Cow::Borrowed(read_text(rest)?)),
                ColumnType::Integer => Cell::Integer(read_signed(rest)?),
                ColumnType::DateTime => Cell::DateTime(read_signed(rest)?),
                ColumnType::Date => Cell::Date(read_day(rest)?),
                ColumnType::Boolean => Cell::Boolean(byte(rest)? != 0),
                ColumnType::Number => {
                    let bytes = take(rest, 8)?.try_into().map_err(|_| Damaged)?;
                    Cell::Number(f64::from_le_bytes(bytes))
                }
            });
        }
        Ok(Some(day))
    }
}

fn unsigned(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn signed(bytes: &mut Vec<u8>, number: i64) {
    unsigned(bytes, ((number << 1) ^ (number >> 63)) as u64);
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    unsigned(bytes, text.len() as u64);
    bytes.extend(text.as_bytes());
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], Damaged> {
    let (taken, left) = rest.split_at_checked(count).ok_or(Damaged)?;
    *rest = left;
    Ok(taken)
}

fn byte(rest: &mut &[u8]) -> Result<u8, Damaged> {
    Ok(take(rest, 1)?[0])
}

fn read_unsigned(rest: &mut &[u8]) -> Result<u64, Damaged> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = byte(rest)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(Damaged)
}

fn read_signed(rest: &mut &[u8]) -> Result<i64, Damaged> {
    let folded = read_unsigned(rest)?;
    Ok((folded >> 1) as i64 ^ -((folded & 1) as i64))
}

fn read_day(rest: &mut &[u8]) -> Result<Day, Damaged> {
    let days = i32::try_from(read_signed(rest)?).map_err(|_| Damaged)?;
    Day::from_days(days).ok_or(Damaged)
}

fn read_text<'a>(rest: &mut &'a [u8]) -> Result<&'a str, Damaged> {
    let length = usize::try_from(read_unsigned(rest)?).map_err(|_| Damaged)?;
    std::str::from_utf8(take(rest, length)?).map_err(|_| Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table() -> Table {
        let columns = ColumnType::ALL.iter().enumerate().map(|(place, kind)| Column {
            name: format!("c{place}"),
            kind: *kind,
            nullable: true,
        });
        Table { name: "t".into(), columns: columns.collect(), partition_by: None, key: vec![], version: None }
    }

    fn cell(kind: ColumnType) -> BoxedStrategy<Cell<'static>> {
        let some = match kind {
            ColumnType::Text => ".{0,20}".prop_map(|text| Cell::Text(text.into())).boxed(),
            ColumnType::Integer => any::<i64>().prop_map(Cell::Integer).boxed(),
            ColumnType::Number => (-1e300..1e300_f64).prop_map(Cell::Number).boxed(),
            ColumnType::Boolean => any::<bool>().prop_map(Cell::Boolean).boxed(),
            ColumnType::Date => day().prop_map(Cell::Date).boxed(),
            ColumnType::DateTime => any::<i64>().prop_map(Cell::DateTime).boxed(),
        };
        prop_oneof![1 => Just(Cell::Null), 3 => some].boxed()
    }

    fn day() -> impl Strategy<Value = Day> {
        (-700_000..2_900_000).prop_map(|days| Day::from_days(days).unwrap())
    }

    fn rows() -> impl Strategy<Value = Vec<(Day, Vec<Cell<'static>>)>> {
        let row = ColumnType::ALL.map(cell).to_vec();
        prop::collection::vec((day(), row), 0..20)
    }

    fn read(bytes: &[u8]) -> Result<Vec<(Day, Vec<Cell<'_>>)>, Damaged> {
        let mut reader = Reader::new(bytes)?;
        let (mut rows, mut row) = (Vec::new(), Vec::new());
        while let Some(day) = reader.next(&mut row)? {
            rows.push((day, row.clone()));
        }
        Ok(rows)
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(rows in rows()) {
            let mut writer = Writer::new(&table());
            rows.iter().for_each(|(day, row)| writer.push(*day, row));
            let bytes = writer.finish();
            prop_assert_eq!(read(&bytes), Ok(rows));
        }

        #[test]
        fn damage_is_said_and_never_a_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            if let Some(first) = bytes.first_mut() {
                *first = VERSION;
            }
            let _ = read(&bytes);
        }
    }

    #[test]
    fn what_is_cut_off_is_damaged() {
        let mut writer = Writer::new(&table());
        writer.push(Day::from_days(0).unwrap(), &[const { Cell::Null }; 6]);
        let bytes = writer.finish();
        assert_eq!(read(&bytes[..bytes.len() - 1]), Err(Damaged));
        assert_eq!(read(&[]), Err(Damaged));
    }
}
