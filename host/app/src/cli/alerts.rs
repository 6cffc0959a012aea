//! Arguments of `tieline alerts`.

use clap::{Args, Subcommand};
use tieline_types::{ReceiverName, TenantId};

use super::{OfTenant, Remote};

#[derive(Debug, Subcommand)]
pub(crate) enum Alerts {
    /// List the alerts that stand, the most severe first
    List(Everywhere),
    /// Show what ends, and when: secrets, certificates, sign-ins, subscriptions, silences
    Calendar(OfTenant),
    /// List who is told of alerts
    Receivers(Everywhere),
    /// Send a test message to somebody who is told of alerts, and say how far it came
    TestReceiver(TestReceiver),
}

#[derive(Debug, Args)]
pub(crate) struct Everywhere {
    /// Of this tenant only; else of the host: for its operator
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: Option<TenantId>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct TestReceiver {
    /// Which receiver
    #[arg(value_name = "NAME")]
    pub(crate) name: ReceiverName,
    #[command(flatten)]
    pub(crate) of: Everywhere,
}
