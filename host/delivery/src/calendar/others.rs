//! What ends and is looked after by others than the host: API tokens, the server's own certificate.

use std::{error::Error, sync::Arc};

use futures::future::BoxFuture;
use tieline_types::{AlertKey, TenantId, Timestamp, api::CalendarItem};

use super::{ALERT, steps::Ending};

/// Something that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends {
    /// What kind of thing it is.
    pub item: CalendarItem,
    /// Whose; none: the host's own.
    pub tenant: Option<TenantId>,
    /// What its alert is called, behind `expiry.`: one of its own.
    pub key: String,
    /// Its own name, for people.
    pub name: String,
    /// When it began, where it may be short-lived.
    pub begun: Option<Timestamp>,
    /// When it ends.
    pub ends: Timestamp,
    /// What it is, in a sentence after "The": ``API token `nightly` ``.
    pub what: String,
    /// What somebody has to do.
    pub remedy: String,
}

/// Whoever knows of things that end. Asked at the start, every hour, and whenever somebody looks at a calendar.
pub trait Endings: Send + Sync {
    /// All of them, those that ended lately too.
    ///
    /// # Errors
    /// When they cannot be read; then what was known stands.
    fn endings(&self) -> BoxFuture<'_, Result<Vec<Ends>, Box<dyn Error + Send + Sync>>>;
}

/// All that others know of.
pub(super) async fn all(of: &[Arc<dyn Endings>]) -> Result<Vec<Ends>, Box<dyn Error + Send + Sync>> {
    let mut all = Vec::new();
    for others in of {
        all.extend(others.endings().await?);
    }
    Ok(all)
}

impl Ends {
    pub(super) fn about(&self) -> AlertKey {
        let key = format!("{ALERT}{}", self.key);
        match &self.tenant {
            Some(tenant) => AlertKey::of_tenant(tenant, key),
            None => AlertKey::of_host(key),
        }
    }

    pub(super) fn ending(self) -> Ending {
        let Self { item, name, begun, ends, what, remedy, .. } = self;
        let ends = Some(ends);
        let (connection, installations, trouble) = Default::default();
        Ending { item, name, connection, installations, begun, ends, what, remedy, trouble }
    }
}
