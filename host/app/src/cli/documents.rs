//! Arguments of bringing documents to a host, and of getting them back.

use std::path::PathBuf;

use clap::Args;
use tieline_types::TenantId;

use super::Remote;

#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// A tenant document, or a directory of them (`tieline.toml` in it is left out); may be given again
    #[arg(short = 'f', long = "file", value_name = "FILE|DIR", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Only say what would be different, field by field, as is said before anything is done; ends with 4 when anything is
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Of this tenant; may be given again; without it, of all
    #[arg(long = "tenant", value_name = "ID")]
    pub(crate) tenants: Vec<TenantId>,
    /// Write a document for each tenant here, with the packages beside them; without it, print them
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write over documents that are there already
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}
