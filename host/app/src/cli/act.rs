//! Arguments of `tieline act` and `tieline view`: what people ask of a connector, and what they see.

use clap::Args;
use tieline_types::InstallationKey;

use super::{Record, Remote, installation_key, record};

#[derive(Debug, Args)]
pub(crate) struct Act {
    /// Which installation
    #[arg(value_name = "TENANT/INSTALLATION", value_parser = installation_key)]
    pub(crate) installation: InstallationKey,
    /// The action's name, as the package says it
    pub(crate) action: String,
    /// Input as JSON, or `@FILE`
    #[arg(long, value_name = "JSON|@FILE", default_value = "{}")]
    pub(crate) input: String,
    /// On behalf of this signed-in person: an object id or a user name
    #[arg(long = "as", value_name = "USER")]
    pub(crate) user: Option<String>,
    /// The record that it is about: `Opportunity/006…`
    #[arg(long, value_name = "KIND/ID", value_parser = record)]
    pub(crate) record: Option<Record>,
    /// Asking again with the same key gets the same answer, for seven days, and does nothing twice
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

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
