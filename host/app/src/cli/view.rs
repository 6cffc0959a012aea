//! Arguments of `tieline view`.

use clap::Args;
use tieline_types::InstallationKey;

use super::{Remote, installation_key};

#[derive(Debug, Args)]
pub(crate) struct View {
    /// Which installation
    #[arg(value_name = "TENANT/INSTALLATION", value_parser = installation_key)]
    pub(crate) installation: InstallationKey,
    /// Kind of the record: `Opportunity`
    pub(crate) kind: String,
    /// The record's id
    pub(crate) id: String,
    /// For this signed-in person: an object id or a user name
    #[arg(long = "as", value_name = "USER")]
    pub(crate) user: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}
