//! Datasets: the tables of connectors.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::dataset::{Day, Table};

/// A table in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetSummary {
    /// The connector's own name for it.
    pub table: String,
    /// The first day with rows in files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<Day>,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Day>,
    /// Parquet files.
    pub files: usize,
    /// Rows in them; superseded ones too, until they are removed.
    pub rows: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Bytes of rows that wait for their file.
    pub waiting_bytes: u64,
}

/// A table with its columns and its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetDetail {
    /// As in the list.
    #[serde(flatten)]
    pub summary: DatasetSummary,
    /// Every column that it ever had, and what they are for.
    pub schema: Table,
    /// Its days, the first one first.
    pub days: Vec<DatasetDay>,
}

/// A day of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetDay {
    /// Which, in UTC.
    pub day: Day,
    /// Parquet files.
    pub files: usize,
    /// Rows in them; superseded ones too, until they are removed.
    pub rows: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// Numbers about rows, for charts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DatasetNumbers {
    /// How many rows they are about.
    pub rows: u64,
    /// Groups, by what their rows have in common.
    pub groups: Vec<DatasetGroup>,
}

/// A group of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DatasetGroup {
    /// What its rows have in common, by name.
    pub by: Map<String, Value>,
    /// Its measures, as they were asked for.
    pub measures: Map<String, Value>,
}

/// What merging files did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetCompaction {
    /// Days whose files were merged.
    pub days: u64,
    /// Files that were merged, into one a day.
    pub files: u64,
    /// Bytes of them before.
    pub bytes_before: u64,
    /// And after.
    pub bytes_after: u64,
    /// Rows that others superseded, and that are gone.
    pub superseded_rows: u64,
}
