//! Plans in a line.

use crate::{Plan, Subscription};

#[expect(clippy::derivable_impls, reason = "the type is generated, and its neighbours have no default")]
impl Default for Plan {
    fn default() -> Self {
        Self { subscriptions: vec![], timers: vec![], webhooks: vec![], tables: vec![] }
    }
}

impl Subscription {
    /// Notifications of what is created under `resource`, without its content, each handled by itself.
    pub fn created(resource: impl Into<String>) -> Self {
        Self {
            resource: resource.into(),
            change_types: vec!["created".to_owned()],
            with_resource: false,
            ordering_key: None,
        }
    }

    /// The same subscription, whose items are handled one after another under `key`.
    #[must_use]
    pub fn in_order(mut self, key: impl Into<String>) -> Self {
        self.ordering_key = Some(key.into());
        self
    }
}
