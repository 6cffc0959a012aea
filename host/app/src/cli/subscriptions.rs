//! Arguments of `tieline subscriptions`.

use clap::{Args, Subcommand};
use tieline_types::TenantId;

use super::{OfTenant, Remote};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Subscriptions {
    /// Which tenant
    #[arg(long, value_name = "ID", required = true)]
    pub(crate) tenant: Option<TenantId>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(subcommand)]
    pub(crate) command: Option<SubscriptionCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SubscriptionCommand {
    /// Show for each time whether everything came (presumed), the connector asked for it (confirmed), or it may be
    /// missing (open)
    Coverage(CoverageOf),
}

#[derive(Debug, Args)]
pub(crate) struct CoverageOf {
    /// Only of this subscription, by its key or Graph's id
    #[arg(value_name = "SUBSCRIPTION")]
    pub(crate) subscription: Option<String>,
    #[command(flatten)]
    pub(crate) of: OfTenant,
}
