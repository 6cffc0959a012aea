//! Writing a file, row group after row group.

use std::{io::Write, sync::Arc};

use parquet::{
    basic::Compression,
    data_type::{BoolType, ByteArrayType, DoubleType, Int32Type, Int64Type},
    errors::Result,
    file::{
        properties::{EnabledStatistics, WriterProperties},
        writer::{SerializedColumnWriter, SerializedFileWriter},
    },
};
use tieline_types::dataset::Column;

use super::{GROUP, schema};
use crate::rows::{Dense, Rows, Values};

/// A file that is being written.
pub(crate) struct Writer<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// Rows of the group that is not written yet.
    group: Rows,
    columns: Vec<Column>,
    written: u64,
}

impl<W: Write + Send> Writer<W> {
    /// A file with these columns.
    pub(crate) fn new(to: W, columns: &[Column]) -> Result<Self> {
        let properties = WriterProperties::builder()
            .set_created_by(concat!("tieline ", env!("CARGO_PKG_VERSION")).into())
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let file = SerializedFileWriter::new(to, schema::of(columns)?, Arc::new(properties))?;
        Ok(Self { file, group: Rows::of(columns), columns: columns.to_vec(), written: 0 })
    }

    /// Adds rows with the file's columns, in their order.
    pub(crate) fn add(&mut self, rows: Rows) -> Result<()> {
        self.written += rows.len() as u64;
        self.group.append(rows);
        if self.group.len() >= GROUP { self.close_group() } else { Ok(()) }
    }

    /// How many rows there are so far.
    pub(crate) fn rows(&self) -> u64 {
        self.written
    }

    fn close_group(&mut self) -> Result<()> {
        if self.group.is_empty() {
            return Ok(());
        }
        let group = std::mem::replace(&mut self.group, Rows::of(&self.columns));
        let mut writer = self.file.next_row_group()?;
        for values in group.columns() {
            if let Some(mut column) = writer.next_column()? {
                write(&mut column, values)?;
                column.close()?;
            }
        }
        writer.close().map(drop)
    }

    /// Ends the file, and gives back what it was written to.
    pub(crate) fn finish(mut self) -> Result<W> {
        self.close_group()?;
        self.file.into_inner()
    }
}

fn write(column: &mut SerializedColumnWriter<'_>, values: &Values) -> Result<()> {
    let levels = Some(values.levels.as_slice());
    match &values.dense {
        Dense::Text(dense) => column.typed::<ByteArrayType>().write_batch(dense, levels, None),
        Dense::Integer(dense) | Dense::DateTime(dense) => {
            column.typed::<Int64Type>().write_batch(dense, levels, None)
        }
        Dense::Number(dense) => column.typed::<DoubleType>().write_batch(dense, levels, None),
        Dense::Boolean(dense) => column.typed::<BoolType>().write_batch(dense, levels, None),
        Dense::Date(dense) => column.typed::<Int32Type>().write_batch(dense, levels, None),
    }
    .map(drop)
}
