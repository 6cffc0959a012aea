//! A table as one stream of CSV or Parquet.

use std::{io::Write, ops::ControlFlow};

use tieline_types::dataset::{Cell, Column};

use crate::{DatasetError, Reading, file, rows::Rows};

/// What a table is exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines with commas and a heading (RFC 4180).
    Csv,
    /// One Parquet file.
    Parquet,
}

impl Reading {
    /// Writes all rows that count, with every column. To be called where threads may block.
    ///
    /// # Errors
    /// When a file cannot be read, or nobody takes what is written.
    pub fn export<W: Write + Send>(&self, format: Format, to: W) -> Result<(), DatasetError> {
        let columns = self.table().columns.clone();
        match format {
            Format::Csv => self.export_csv(&columns, to),
            Format::Parquet => {
                let mut file = file::Writer::new(to, &columns)?;
                self.each(&columns, |_, rows| {
                    file.add(rows)?;
                    Ok(ControlFlow::Continue(()))
                })?;
                let mut to = file.finish()?;
                to.flush().map_err(|_| DatasetError::Abandoned)
            }
        }
    }

    fn export_csv(&self, columns: &[Column], mut to: impl Write) -> Result<(), DatasetError> {
        let heading: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let mut text = heading.join(",");
        text.push_str("\r\n");
        self.each(columns, |_, rows| {
            lines(&rows, &mut text);
            to.write_all(text.as_bytes()).map_err(|_| DatasetError::Abandoned)?;
            text.clear();
            Ok(ControlFlow::Continue(()))
        })?;
        to.write_all(text.as_bytes()).and_then(|()| to.flush()).map_err(|_| DatasetError::Abandoned)
    }
}

fn lines(rows: &Rows, text: &mut String) {
    rows.each(|row| {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            field(cell, text);
        }
        text.push_str("\r\n");
    });
}

fn field(cell: &Cell<'_>, text: &mut String) {
    match cell {
        Cell::Null => {}
        Cell::Text(value) => quoted(value, text),
        other => match other.to_json() {
            serde_json::Value::String(value) => text.push_str(&value),
            value => text.push_str(&value.to_string()),
        },
    }
}

/// A text that is empty is quoted, so that it is told from none. One that a spreadsheet would take for a formula is what
/// it is: whoever opens it there imports it as text.
fn quoted(value: &str, text: &mut String) {
    if !value.is_empty() && !value.contains([',', '"', '\r', '\n']) {
        return text.push_str(value);
    }
    text.push('"');
    text.push_str(&value.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let told = |cell: Cell<'_>| {
            let mut text = String::new();
            field(&cell, &mut text);
            text
        };
        let text = |value: &str| told(Cell::Text(value.to_owned().into()));
        assert_eq!(text("plain"), "plain");
        assert_eq!(text("a,b"), "\"a,b\"");
        assert_eq!(text("say \"x\"\n"), "\"say \"\"x\"\"\n\"");
        assert_eq!(text(""), "\"\"");
        assert_eq!(told(Cell::Null), "");
        assert_eq!(told(Cell::Number(1.5)), "1.5");
        assert_eq!(told(Cell::DateTime(0)), "1970-01-01T00:00:00Z");
    }
}
