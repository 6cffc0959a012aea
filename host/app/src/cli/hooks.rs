//! Arguments of `tieline hooks`.

use clap::{Args, Subcommand};
use tieline_types::InstallationKey;

use super::{OfTenant, Remote, installation_key};

#[derive(Debug, Subcommand)]
pub(crate) enum Hooks {
    /// List the hooks of a tenant's connectors that other systems call
    List(OfTenant),
    /// Show the address and the secret of one, to put them into the system that calls
    Show(Hook),
    /// Make the secret of one anew; where the address is the secret, that
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub(crate) struct Hook {
    /// Which installation
    #[arg(value_name = "TENANT/INSTALLATION", value_parser = installation_key)]
    pub(crate) installation: InstallationKey,
    /// The hook's name, as the list says it
    #[arg(value_name = "HOOK")]
    pub(crate) hook: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    pub(crate) hook: Hook,
    /// For so long the old one is taken too: time to put the new one where it belongs; 0 ends it at once
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub(crate) overlap: u64,
}
