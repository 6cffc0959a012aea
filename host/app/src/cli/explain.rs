//! The command line of `tieline explain`.

use clap::{Args, Subcommand};
use tieline_types::TenantId;

use super::Remote;

#[derive(Debug, Subcommand)]
pub(crate) enum Explain {
    /// Which Graph permissions allow a call, least first, and which installations hold one
    Graph(ExplainGraph),
}

#[derive(Debug, Args)]
pub(crate) struct ExplainGraph {
    /// GET, POST, PUT, PATCH, DELETE
    pub(crate) method: String,
    /// From the version root, with or without it: `/teams/{id}/channels`, `/beta/teamwork/devices`
    pub(crate) path: String,
    /// As a signed-in person, not as the app
    #[arg(long)]
    pub(crate) delegated: bool,
    /// Look at the installations of this tenant only
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: Option<TenantId>,
    /// Installations are listed when a token is given
    #[command(flatten)]
    pub(crate) remote: Remote,
}
