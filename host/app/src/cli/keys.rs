//! Arguments of `tieline keys`, `tieline backup` and `tieline restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tieline_types::TenantId;

use super::Remote;

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List the keys under which secrets are sealed, by name, and how far an exchange of keys is
    List(Remote),
    /// Exchange keys: what the old ones sealed is sealed anew while everything goes on, then the old ones are dropped
    Rotate(RotateArgs),
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub(crate) struct RotateArgs {
    /// The key of this tenant
    #[arg(long, value_name = "ID", group = "which")]
    pub(crate) tenant: Option<TenantId>,
    /// The keys of all tenants
    #[arg(long, group = "which")]
    pub(crate) all: bool,
    /// The master key: tenants' keys stay, and are wrapped anew
    #[arg(long, group = "which")]
    pub(crate) master: bool,
    /// Do not wait until the old keys are dropped; the host goes on by itself
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// Where to write it; its owner alone may read it
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Leave the files of datasets where they are; a host that is restored finds its datasets there, or not at all
    #[arg(long)]
    pub(crate) without_datasets: bool,
    /// Read the folder of a host that does not run, instead of asking one that does
    #[arg(long)]
    pub(crate) offline: bool,
    /// The host's configuration, with --offline
    #[arg(long, value_name = "FILE", default_value = "tieline.toml", requires = "offline")]
    pub(crate) config: PathBuf,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The configuration of the host that is to be: its store must not be there yet, and its master key must be the one
    /// under which the backup was made
    #[arg(long, value_name = "FILE", default_value = "tieline.toml")]
    pub(crate) config: PathBuf,
    /// Let API tokens be as they were when the backup was made: those that were revoked since are good again. Without this all
    /// are revoked, and the host prints another of its own at its first start. Sessions end in any case
    #[arg(long, conflicts_with = "check")]
    pub(crate) keep_tokens: bool,
    /// Only read the backup to its end and say what it is
    #[arg(long)]
    pub(crate) check: bool,
}
