//! Arguments of `tieline datasets`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use tieline_types::{InstallationKey, dataset::Day};

use super::{Check, Remote, installation_key};

#[derive(Debug, Subcommand)]
pub(crate) enum Datasets {
    /// List the tables that an installation keeps
    List(Check),
    /// Show a table's columns and its days
    Show(TableArgs),
    /// Show numbers about a table's rows, in groups
    Summary(Summary),
    /// Write a table's rows to a file
    Export(Export),
    /// Merge a table's files to one a day, and remove the rows that newer ones supersede
    Compact(TableArgs),
}

#[derive(Debug, Args)]
pub(crate) struct TableArgs {
    /// Which installation
    #[arg(value_name = "TENANT/INSTALLATION", value_parser = installation_key)]
    pub(crate) installation: InstallationKey,
    /// Which table, as the list says it
    #[arg(value_name = "TABLE")]
    pub(crate) table: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Which days, in UTC.
#[derive(Debug, Args)]
pub(crate) struct Days {
    /// From this day on, such as 2026-11-01
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,
    /// Up to this day
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
}

#[derive(Debug, Args)]
pub(crate) struct Summary {
    #[command(flatten)]
    pub(crate) table: TableArgs,
    /// Group rows by these columns, or by `day`
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// count, sum:COLUMN, mean:COLUMN, min:COLUMN, max:COLUMN, share:COLUMN, share:COLUMN=VALUE
    #[arg(long, value_name = "MEASURE,…", value_delimiter = ',', default_value = "count")]
    pub(crate) measure: Vec<String>,
    /// Only rows with this value; may be given again
    #[arg(long = "where", value_name = "COLUMN:VALUE")]
    pub(crate) filters: Vec<String>,
    #[command(flatten)]
    pub(crate) days: Days,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) table: TableArgs,
    /// As what
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub(crate) format: Format,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) days: Days,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines with commas, for spreadsheets
    Csv,
    /// One Parquet file
    Parquet,
}
