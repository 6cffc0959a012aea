//! Plans in a line.

use crate::{Duration, Identity, Plan, Subscription, Timer, Timing};

#[expect(clippy::derivable_impls, reason = "the type is generated, and its neighbours have no default")]
impl Default for Plan {
    fn default() -> Self {
        Self { subscriptions: vec![], timers: vec![], webhooks: vec![], tables: vec![] }
    }
}

impl Subscription {
    /// Notifications of what is created under `resource`, without its content, each handled by itself; as the app.
    pub fn created(resource: impl Into<String>) -> Self {
        Self {
            resource: resource.into(),
            identity: Identity::App,
            change_types: vec!["created".to_owned()],
            with_resource: false,
            ordering_key: None,
        }
    }

    /// The same subscription as `identity`: the app, or the service user, who must see what is watched.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }

    /// The same subscription, whose notifications bring the resource itself, so that it need not be fetched. Be ready for
    /// one without: Graph may send it so, and the host may be unable to read it.
    #[must_use]
    pub fn with_content(mut self) -> Self {
        self.with_resource = true;
        self
    }

    /// The same subscription, whose items are handled one after another under `key`.
    #[must_use]
    pub fn in_order(mut self, key: impl Into<String>) -> Self {
        self.ordering_key = Some(key.into());
        self
    }
}

impl Timer {
    /// Every so many milliseconds, at least a second; the first time after one interval.
    pub fn every(key: impl Into<String>, interval: Duration) -> Self {
        Self { key: key.into(), when: Timing::Every(interval) }
    }

    /// By the clock on the wall: five fields (minute, hour, day of month, month, day of week) and an IANA time zone,
    /// as in `Timer::cron("nightly", "30 3 * * 1-5", "Europe/Berlin")`.
    pub fn cron(key: impl Into<String>, expression: impl Into<String>, zone: impl Into<String>) -> Self {
        Self { key: key.into(), when: Timing::Cron((expression.into(), zone.into())) }
    }
}
