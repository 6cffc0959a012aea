//! Arguments of looking at events and dead letters.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tieline_types::{DeliveryState, EventId, InstallationId};

use super::{OfTenant, Paging, redeliver::EventsReplay, state};

#[derive(Debug, Subcommand)]
pub(crate) enum Events {
    /// List events, newest first
    List(EventsList),
    /// Show an event with its runs, their calls and their log
    Show(EventsShow),
    /// Deliver an event, or many, again: last among those of their ordering key
    Replay(EventsReplay),
    /// Write an event, or one run of it with everything needed to replay it, to a file
    Export(EventsExport),
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetters {
    /// List the groups of a tenant's dead letters, the largest first
    List(OfTenant),
}

#[derive(Debug, Args)]
pub(crate) struct EventsList {
    #[command(flatten)]
    pub(crate) of: OfTenant,
    /// Of this installation only
    #[arg(long, value_name = "ID")]
    pub(crate) installation: Option<InstallationId>,
    /// In this state only: `pending`, `done` or `dead`
    #[arg(long, value_parser = state)]
    pub(crate) state: Option<DeliveryState>,
    #[command(flatten)]
    pub(crate) page: Paging,
}

#[derive(Debug, Args)]
pub(crate) struct EventsShow {
    /// Which event
    #[arg(value_name = "EVENT")]
    pub(crate) id: EventId,
    #[command(flatten)]
    pub(crate) of: OfTenant,
}

#[derive(Debug, Args)]
pub(crate) struct EventsExport {
    /// Which event
    #[arg(value_name = "EVENT")]
    pub(crate) id: EventId,
    #[command(flatten)]
    pub(crate) of: OfTenant,
    /// One run with all that the connector was given, asked and was told, and with its package: enough to replay it
    /// anywhere. It holds what people wrote
    #[arg(long)]
    pub(crate) journal: bool,
    /// The run with this number instead of the last
    #[arg(long, value_name = "NUMBER", requires = "journal")]
    pub(crate) attempt: Option<u32>,
    /// Where to write it
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}
