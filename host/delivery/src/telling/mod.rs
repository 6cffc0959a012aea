//! Telling people of alerts. The news of an alert are written with it; they are fanned out to the receivers that they
//! concern, wait there, and go as one message at a time, again and again until it is taken. Everything that waits is
//! durable, so a message may come twice after a crash: with the same id.

mod courier;
mod facade;
mod mailbox;
mod pace;
mod queue;
pub(crate) mod receivers;
mod send;
mod trial;
pub(crate) mod validate;
mod words;

use std::sync::Arc;

use tieline_identity::Vault;
use tieline_types::{AlertReceiver, Secret, TenantId, Timestamp};
use tokio::sync::Notify;

use self::{
    receivers::{ReceiverKey, Receivers, Unread},
    send::Door,
};
use crate::{AlertOptions, alerts::Alerts};

/// Tells people of alerts.
pub(crate) struct Telling {
    alerts: Alerts,
    vault: Vault,
    options: AlertOptions,
    /// The host's address, as the world reaches it.
    host: String,
    receivers: Receivers,
    /// Who is told has changed.
    changed: Notify,
}

impl Telling {
    /// Knows who is to be told.
    ///
    /// # Errors
    /// When the tenants cannot be read.
    pub(crate) async fn load(
        alerts: Alerts,
        vault: Vault,
        options: AlertOptions,
        host: String,
    ) -> Result<Arc<Self>, Unread> {
        let receivers = Receivers::default();
        receivers.load(&options.receivers, &*alerts.services().store, &vault).await?;
        Ok(Arc::new(Self { alerts, vault, options, host, receivers, changed: Notify::new() }))
    }

    /// What seals the receivers' secrets.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Whether the host can send mail.
    pub(crate) fn has_mail(&self) -> bool {
        self.options.mail.is_some()
    }

    /// A tenant was applied, or removed: then nobody is told.
    pub(crate) fn applied(&self, tenant: &TenantId, receivers: &[AlertReceiver<Secret>]) {
        self.receivers.learn(Some(tenant), receivers);
        self.changed.notify_one();
    }

    fn now(&self) -> Timestamp {
        self.alerts.services().clock.now()
    }

    fn door(&self, receiver: &ReceiverKey) -> Door<'_> {
        Door {
            egress: &self.alerts.services().egress,
            mail: self.options.mail.as_ref(),
            operator: receiver.tenant.is_none(),
            now: self.now(),
        }
    }
}
