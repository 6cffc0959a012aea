//! Arguments of `tieline audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tieline_types::{TenantId, Timestamp};

use super::{Paging, Remote, time};

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List who did what from where, with what outcome; newest first
    List(List),
    /// Verify that no record was changed, exchanged, taken out or cut off; ends with 5 when one was
    Verify(Verify),
}

/// Whose audit.
#[derive(Debug, Args)]
pub(crate) struct Of {
    /// What was done to this tenant; without it, to the host itself
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: Option<TenantId>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) of: Of,
    /// By this one only: a name or an id
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) who: Option<String>,
    /// This only: `applyTenant`, as the list names it
    #[arg(long, value_name = "ACTION")]
    pub(crate) action: Option<String>,
    /// Only to what begins so: `/tenants/acme/installations/desk`
    #[arg(long, value_name = "PATH")]
    pub(crate) target: Option<String>,
    /// Then or later
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) since: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) page: Paging,
}

impl List {
    /// As the API takes it.
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = self.page.query();
        let texts = [("who", &self.who), ("action", &self.action), ("target", &self.target)];
        query.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))));
        query.extend(self.since.map(|since| ("since", since.rfc3339())));
        query
    }
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The chain of this tenant only; without it, the host's and those of all tenants
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: Option<TenantId>,
    /// What an earlier `tieline audit verify --json` said, kept where the host cannot reach it: whatever it told of must still
    /// be there, also when somebody cut a chain's end off or wrote it anew
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}
