//! Rows in columns, as Parquet has them: of each column the values that there are, and for each row whether there is one.

use std::borrow::Cow;

use bytes::Bytes;
use parquet::data_type::ByteArray;
use tieline_types::dataset::{Cell, Column, ColumnType, Day};

/// Rows in columns.
#[derive(Debug, Clone)]
pub struct Rows {
    columns: Vec<Values>,
    len: usize,
}

/// One column of some rows.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    /// 1 where a row has a value, 0 where it has none.
    pub(crate) levels: Vec<i16>,
    pub(crate) dense: Dense,
}

/// The values that there are.
#[derive(Debug, Clone)]
pub(crate) enum Dense {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Number(Vec<f64>),
    Boolean(Vec<bool>),
    Date(Vec<i32>),
    DateTime(Vec<i64>),
}

impl Rows {
    /// No rows of these columns.
    pub fn of(columns: &[Column]) -> Self {
        Self { columns: columns.iter().map(|column| Values::of(column.kind)).collect(), len: 0 }
    }

    /// From columns that have been read; all of one length.
    pub(crate) fn from_columns(columns: Vec<Values>, len: usize) -> Self {
        debug_assert!(columns.iter().all(|column| column.levels.len() == len), "columns are of one length");
        Self { columns, len }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn columns(&self) -> &[Values] {
        &self.columns
    }

    /// Adds a row: a value or nothing for each column. Texts are parts of `block` and are not copied.
    pub(crate) fn push<'a>(&mut self, block: &Bytes, row: impl IntoIterator<Item = &'a Cell<'a>>) {
        for (values, cell) in self.columns.iter_mut().zip(row) {
            values.push(block, cell);
        }
        self.len += 1;
    }

    /// Keeps the rows that are marked.
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        let kept = keep.iter().filter(|keep| **keep).count();
        if kept < self.len {
            self.columns.iter_mut().for_each(|column| column.retain(keep));
            self.len = kept;
        }
    }

    /// Puts other rows of the same columns behind.
    pub(crate) fn append(&mut self, other: Self) {
        self.columns.iter_mut().zip(other.columns).for_each(|(column, other)| column.append(other));
        self.len += other.len;
    }

    /// The first columns only.
    pub(crate) fn truncate_columns(&mut self, count: usize) {
        self.columns.truncate(count);
    }

    /// Looks at row after row: each time the value of every column.
    pub fn each(&self, mut look: impl FnMut(&[Cell<'_>])) {
        let mut places = vec![0; self.columns.len()];
        let mut row = Vec::with_capacity(self.columns.len());
        for number in 0..self.len {
            row.clear();
            for (column, place) in self.columns.iter().zip(&mut places) {
                row.push(if column.levels[number] == 0 {
                    Cell::Null
                } else {
                    *place += 1;
                    column.dense.cell(*place - 1)
                });
            }
            look(&row);
        }
    }
}

impl Values {
    /// No values.
    pub(crate) fn of(kind: ColumnType) -> Self {
        let dense = match kind {
            ColumnType::Text => Dense::Text(Vec::new()),
            ColumnType::Integer => Dense::Integer(Vec::new()),
            ColumnType::Number => Dense::Number(Vec::new()),
            ColumnType::Boolean => Dense::Boolean(Vec::new()),
            ColumnType::Date => Dense::Date(Vec::new()),
            ColumnType::DateTime => Dense::DateTime(Vec::new()),
        };
        Self { levels: Vec::new(), dense }
    }

    /// Nothing, so many times.
    pub(crate) fn nothing(kind: ColumnType, len: usize) -> Self {
        Self { levels: vec![0; len], ..Self::of(kind) }
    }

    /// A value of another type than the column's is none: the column had that type when it was written.
    fn push(&mut self, block: &Bytes, cell: &Cell<'_>) {
        let taken = match (&mut self.dense, cell) {
            (Dense::Text(values), Cell::Text(Cow::Borrowed(text))) => {
                values.push(ByteArray::from(block.slice_ref(text.as_bytes())));
                true
            }
            (Dense::Text(values), Cell::Text(Cow::Owned(text))) => {
                values.push(ByteArray::from(text.as_str()));
                true
            }
            (Dense::Integer(values), Cell::Integer(number)) => {
                values.push(*number);
                true
            }
            (Dense::Number(values), Cell::Number(number)) => {
                values.push(*number);
                true
            }
            (Dense::Boolean(values), Cell::Boolean(is)) => {
                values.push(*is);
                true
            }
            (Dense::Date(values), Cell::Date(day)) => {
                values.push(day.days());
                true
            }
            (Dense::DateTime(values), Cell::DateTime(micros)) => {
                values.push(*micros);
                true
            }
            _ => false,
        };
        self.levels.push(i16::from(taken));
    }

    fn retain(&mut self, keep: &[bool]) {
        // Which of the values that there are stay.
        let there = self.levels.iter().zip(keep).filter(|(level, _)| **level != 0).map(|(_, keep)| *keep);
        match &mut self.dense {
            Dense::Text(values) => marked(values, there),
            Dense::Integer(values) | Dense::DateTime(values) => marked(values, there),
            Dense::Number(values) => marked(values, there),
            Dense::Boolean(values) => marked(values, there),
            Dense::Date(values) => marked(values, there),
        }
        marked(&mut self.levels, keep.iter().copied());
    }

    fn append(&mut self, other: Self) {
        self.levels.extend(other.levels);
        match (&mut self.dense, other.dense) {
            (Dense::Text(values), Dense::Text(more)) => values.extend(more),
            (Dense::Integer(values), Dense::Integer(more))
            | (Dense::DateTime(values), Dense::DateTime(more)) => values.extend(more),
            (Dense::Number(values), Dense::Number(more)) => values.extend(more),
            (Dense::Boolean(values), Dense::Boolean(more)) => values.extend(more),
            (Dense::Date(values), Dense::Date(more)) => values.extend(more),
            _ => debug_assert!(false, "rows of the same columns are put together"),
        }
    }
}

fn marked<T>(values: &mut Vec<T>, keep: impl IntoIterator<Item = bool>) {
    let mut keep = keep.into_iter();
    values.retain(|_| keep.next().unwrap_or_default());
}

impl Dense {
    fn cell(&self, place: usize) -> Cell<'_> {
        match self {
            Self::Text(values) => Cell::Text(String::from_utf8_lossy(values[place].data())),
            Self::Integer(values) => Cell::Integer(values[place]),
            Self::Number(values) => Cell::Number(values[place]),
            Self::Boolean(values) => Cell::Boolean(values[place]),
            Self::Date(values) => Day::from_days(values[place]).map_or(Cell::Null, Cell::Date),
            Self::DateTime(values) => Cell::DateTime(values[place]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        let column = |name: &str, kind| Column { name: name.into(), kind, nullable: true };
        vec![column("a", ColumnType::Text), column("b", ColumnType::Integer)]
    }

    fn shown(rows: &Rows) -> Vec<String> {
        let mut all = Vec::new();
        rows.each(|row| {
            all.push(row.iter().map(|cell| cell.to_json().to_string()).collect::<Vec<_>>().join(" "))
        });
        all
    }

    #[test]
    fn rows_are_what_was_pushed_and_what_is_kept() {
        let block = Bytes::from_static(b"xyz");
        let text = |from: usize| Cell::Text(Cow::Borrowed(std::str::from_utf8(&block[from..=from]).unwrap()));
        let mut rows = Rows::of(&columns());
        rows.push(&block, &[text(0), Cell::Integer(1)]);
        rows.push(&block, &[Cell::Null, Cell::Integer(2)]);
        rows.push(&block, &[text(2), Cell::Null]);
        assert_eq!(shown(&rows), ["\"x\" 1", "null 2", "\"z\" null"]);
        let mut two = rows.clone();
        two.retain(&[true, false, true]);
        assert_eq!(shown(&two), ["\"x\" 1", "\"z\" null"]);
        two.append(rows);
        assert_eq!((two.len(), shown(&two)[3].as_str()), (5, "null 2"));
    }
}
