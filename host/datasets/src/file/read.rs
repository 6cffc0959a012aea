//! Reading some columns of a file, batch after batch.

use std::ops::ControlFlow;

use parquet::{
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::DataType,
    errors::{ParquetError, Result},
    file::reader::{FileReader as _, SerializedFileReader},
};
use tieline_types::dataset::Column;

use super::{BATCH, schema};
use crate::{
    object::Object,
    rows::{Dense, Rows, Values},
};

/// A file that can be read.
pub(crate) struct File {
    reader: SerializedFileReader<Object>,
    object: Object,
}

impl File {
    /// Reads the end of the file, where it says what is in it.
    pub(crate) fn open(object: Object) -> Result<Self> {
        Ok(Self { reader: SerializedFileReader::new(object.clone())?, object })
    }

    /// Reads these columns; one that the file does not have, or has of another type, has nothing in every row. In
    /// memory are the columns of one row group as they lie in the file, and one batch of rows.
    pub(crate) fn each<E: From<ParquetError>>(
        &self,
        columns: &[Column],
        take: &mut impl FnMut(Rows) -> std::result::Result<ControlFlow<()>, E>,
    ) -> std::result::Result<ControlFlow<()>, E> {
        let file = self.reader.metadata().file_metadata().schema_descr();
        let place = |column: &Column| {
            file.columns().iter().position(|found| {
                found.name() == column.name && schema::fits(found.physical_type(), column.kind)
            })
        };
        let places: Vec<Option<usize>> = columns.iter().map(place).collect();
        for number in 0..self.reader.num_row_groups() {
            let group = self.reader.get_row_group(number)?;
            let ranges = places.iter().flatten().map(|place| group.metadata().column(*place).byte_range());
            self.object.fetch(ranges.map(|(start, length)| start..start + length).collect())?;
            let readers: Result<Vec<_>> = places
                .iter()
                .map(|place| place.map(|place| group.get_column_reader(place)).transpose())
                .collect();
            let mut readers = readers?;
            let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
            while left > 0 {
                let count = left.min(BATCH);
                left -= count;
                let mut read = Vec::with_capacity(columns.len());
                for (column, reader) in columns.iter().zip(&mut readers) {
                    let mut values = Values::of(column.kind);
                    match reader {
                        Some(reader) => fill(reader, count, &mut values)?,
                        None => values = Values::nothing(column.kind, count),
                    }
                    read.push(values);
                }
                if take(Rows::from_columns(read, count))?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn fill(reader: &mut ColumnReader, count: usize, values: &mut Values) -> Result<()> {
    let levels = &mut values.levels;
    match (reader, &mut values.dense) {
        (ColumnReader::ByteArrayColumnReader(reader), Dense::Text(dense)) => {
            read(reader, count, levels, dense)
        }
        (ColumnReader::Int64ColumnReader(reader), Dense::Integer(dense) | Dense::DateTime(dense)) => {
            read(reader, count, levels, dense)
        }
        (ColumnReader::DoubleColumnReader(reader), Dense::Number(dense)) => {
            read(reader, count, levels, dense)
        }
        (ColumnReader::BoolColumnReader(reader), Dense::Boolean(dense)) => read(reader, count, levels, dense),
        (ColumnReader::Int32ColumnReader(reader), Dense::Date(dense)) => read(reader, count, levels, dense),
        _ => Err(ParquetError::General("a column is of another type than its schema says".into())),
    }
}

fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    count: usize,
    levels: &mut Vec<i16>,
    dense: &mut Vec<T::T>,
) -> Result<()> {
    while levels.len() < count {
        let (rows, ..) = reader.read_records(count - levels.len(), Some(levels), None, dense)?;
        if rows == 0 {
            return Err(ParquetError::General("a column ends before its row group".into()));
        }
    }
    Ok(())
}
