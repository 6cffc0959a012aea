//! Datasets: what a connector's tables look like, and rows on their way into them. Pure: where they are kept is
//! for others to say.

pub mod block;
mod cell;
mod day;
mod evolve;
mod row;
mod table;

pub use cell::Cell;
pub use day::Day;
pub use row::InvalidRow;
pub use table::{Column, ColumnType, PlannedTable, Table};

use std::fmt;

use crate::InstallationKey;

/// A table's whole name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableKey {
    /// Whose it is.
    pub installation: InstallationKey,
    /// The connector's own name for it.
    pub table: String,
}

impl fmt::Display for TableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.installation, self.table)
    }
}
