//! Subscriptions that a test makes behind the app's back.

use serde::Deserialize;

use super::life::Life;
use super::{Change, Subscription, Watched};
use crate::graph::script::BadNotification;
use crate::ids;

/// A subscription of the app, as another program would have made it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planted {
    /// What it watches.
    pub resource: String,
    /// Where its notifications go.
    pub notification_url: String,
    /// Where its lifecycle notifications go.
    #[serde(default)]
    pub lifecycle_url: Option<String>,
}

impl Planted {
    pub(in crate::graph) fn subscription(
        &self,
        app_id: &str,
        now_ms: u64,
    ) -> Result<Subscription, BadNotification> {
        let unknown = || BadNotification::Refused(format!("nobody can subscribe to {}", self.resource));
        let watched = Watched::parse(&self.resource).ok_or_else(unknown)?;
        Ok(Subscription {
            id: ids::fresh_guid(),
            seq: 0,
            app_id: app_id.to_owned(),
            creator_id: app_id.to_owned(),
            resource: self.resource.clone(),
            expires_ms: now_ms + watched.kind.longest_minutes() * 60_000,
            watched,
            change_type: "created".to_owned(),
            changes: [Change::Created].into(),
            notification_url: self.notification_url.clone(),
            lifecycle_url: self.lifecycle_url.clone(),
            client_state: None,
            tls_version: "v1_2".to_owned(),
            query_options: None,
            certificate: None,
            life: Life::begun(now_ms),
        })
    }
}
