//! Arguments of delivering events again.

use clap::Args;
use tieline_types::{DeliveryState, EventId, InstallationId, Timestamp, api::ReplayFilter};

use super::{OfTenant, state, time};

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true))]
pub(crate) struct EventsReplay {
    /// This event only
    #[arg(value_name = "EVENT", group = "which", conflicts_with_all = ["installation", "state", "fingerprint", "since", "until", "all"])]
    pub(crate) id: Option<EventId>,
    #[command(flatten)]
    pub(crate) of: OfTenant,
    /// Of this installation only
    #[arg(long, value_name = "ID", group = "which")]
    pub(crate) installation: Option<InstallationId>,
    /// In this state only: `dead` or `done`; dead letters when not given
    #[arg(long, value_parser = state, group = "which")]
    pub(crate) state: Option<DeliveryState>,
    /// Dead letters of this group only, as `tieline dead-letters list` shows it
    #[arg(long, value_name = "FINGERPRINT", group = "which")]
    pub(crate) fingerprint: Option<String>,
    /// Received then or later
    #[arg(long, value_name = "TIME", value_parser = time, group = "which")]
    pub(crate) since: Option<Timestamp>,
    /// Received before that
    #[arg(long, value_name = "TIME", value_parser = time, group = "which")]
    pub(crate) until: Option<Timestamp>,
    /// All dead letters of the tenant
    #[arg(long, group = "which")]
    pub(crate) all: bool,
    /// Only say how many that would be
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// As new events, which know nothing of what the old ones did upstream
    #[arg(long)]
    pub(crate) as_new: bool,
    /// Asking for new events again with the same key makes none; a fresh one when not given
    #[arg(long, value_name = "KEY", requires = "as_new")]
    pub(crate) idempotency_key: Option<String>,
}

impl EventsReplay {
    /// As the API takes it.
    pub(crate) fn filter(&self) -> ReplayFilter {
        ReplayFilter {
            installation: self.installation.clone(),
            state: self.state,
            fingerprint: self.fingerprint.clone(),
            since: self.since,
            until: self.until,
        }
    }
}
