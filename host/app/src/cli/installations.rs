//! Arguments of `tieline installations` and `tieline connectors`.

use clap::{Args, Subcommand};
use tieline_types::{ConnectorId, TenantId};

use super::{Check, Remote};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Installations {
    /// Which tenant
    #[arg(long, value_name = "ID", required = true)]
    pub(crate) tenant: Option<TenantId>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(subcommand)]
    pub(crate) command: Option<InstallationCommand>,
}

#[derive(Debug, Args)]
pub(crate) struct Connectors {
    /// Only this one, version by version
    #[arg(value_name = "CONNECTOR")]
    pub(crate) connector: Option<ConnectorId>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InstallationCommand {
    /// Let an installation run again that was suspended since every event stopped it, or paused
    Resume(Check),
    /// Let an installation pause: its events are kept, and wait until it is resumed
    Pause(Check),
}
