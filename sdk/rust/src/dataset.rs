//! Tables of rows, which the host keeps as Parquet files: planned column by column, and appended to with the run.
//!
//! ```no_run
//! use tieline_sdk::dataset::{self, Column};
//! use tieline_sdk::{Plan, Refusal, Table};
//!
//! #[derive(serde::Serialize)]
//! struct Call<'a> {
//!     call_id: &'a str,
//!     version: i64,
//!     started: &'a str,
//!     jitter_ms: Option<f64>,
//! }
//!
//! fn plan() -> Plan {
//!     let columns = [
//!         Column::text("call_id"),
//!         Column::integer("version"),
//!         Column::date_time("started"),
//!         Column::number("jitter_ms").or_nothing(),
//!     ];
//!     let calls = Table::new("calls", columns).partition_by("started").key(["call_id"]).version("version");
//!     Plan::default().table(calls)
//! }
//!
//! fn keep(calls: &[Call<'_>]) -> Result<(), Refusal> {
//!     dataset::append("calls", calls)
//! }
//! ```

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::bindings::tieline::connector::dataset as wit;
use crate::{Plan, Refusal, Table};

/// Appends rows to a table that the plan declared: all of them with the run, or none.
///
/// # Errors
/// When a row does not fit its table, a quota is used up, or this call of the connector writes nothing. Then none of
/// these rows is taken.
pub fn append<T: Serialize>(table: &str, rows: &[T]) -> Result<(), Refusal> {
    let rows: Result<Vec<String>, _> = rows.iter().map(serde_json::to_string).collect();
    let rows = rows.map_err(|error| Refusal::Invalid(format!("a row has no JSON form: {error}")))?;
    wit::append(table, &rows)
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    name: String,
    kind: &'static str,
    format: Option<&'static str>,
    required: bool,
}

impl Column {
    fn new(name: impl Into<String>, kind: &'static str, format: Option<&'static str>) -> Self {
        Self { name: name.into(), kind, format, required: true }
    }

    /// Text.
    pub fn text(name: impl Into<String>) -> Self {
        Self::new(name, "string", None)
    }

    /// Whole numbers of 64 bits.
    pub fn integer(name: impl Into<String>) -> Self {
        Self::new(name, "integer", None)
    }

    /// Numbers.
    pub fn number(name: impl Into<String>) -> Self {
        Self::new(name, "number", None)
    }

    /// True or false.
    pub fn boolean(name: impl Into<String>) -> Self {
        Self::new(name, "boolean", None)
    }

    /// Days: `2026-11-22`.
    pub fn date(name: impl Into<String>) -> Self {
        Self::new(name, "string", Some("date"))
    }

    /// Times in RFC 3339, kept to the microsecond.
    pub fn date_time(name: impl Into<String>) -> Self {
        Self::new(name, "string", Some("date-time"))
    }

    /// The same column, in which a row may have nothing. So must be each that is added to a table with rows.
    #[must_use]
    pub fn or_nothing(mut self) -> Self {
        self.required = false;
        self
    }
}

impl Table {
    /// A table with these columns. Every row counts, and belongs to the day on which it was appended.
    pub fn new(name: impl Into<String>, columns: impl IntoIterator<Item = Column>) -> Self {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for Column { name, kind, format, required: is_required } in columns {
            let mut property = match is_required {
                true => json!({ "type": kind }),
                false => json!({ "type": [kind, "null"] }),
            };
            if let Some(format) = format {
                property["format"] = json!(format);
            }
            if is_required {
                required.push(Value::from(name.as_str()));
            }
            properties.insert(name, property);
        }
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        let schema = schema.to_string();
        Self { name: name.into(), schema, partition_by: None, key: vec![], version: None }
    }

    /// The same table, whose rows belong to the day in UTC of this column, a required date or time.
    #[must_use]
    pub fn partition_by(mut self, column: impl Into<String>) -> Self {
        self.partition_by = Some(column.into());
        self
    }

    /// The same table, in which these required columns name what a row is about.
    #[must_use]
    pub fn key<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.key = columns.into_iter().map(Into::into).collect();
        self
    }

    /// The same table, in which of the rows of one key and day only those with the greatest value of this required
    /// integer or time count.
    #[must_use]
    pub fn version(mut self, column: impl Into<String>) -> Self {
        self.version = Some(column.into());
        self
    }
}

impl Plan {
    /// The same plan with one more table.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_its_columns_as_a_schema() {
        let table = Table::new("calls", [Column::text("id"), Column::date_time("at").or_nothing()]);
        let schema: Value = serde_json::from_str(&table.schema).unwrap();
        assert_eq!(schema["properties"]["id"], json!({ "type": "string" }));
        assert_eq!(schema["properties"]["at"], json!({ "type": ["string", "null"], "format": "date-time" }));
        assert_eq!(schema["required"], json!(["id"]));
    }
}
