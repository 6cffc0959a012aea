//! What the API may ask about those who are told of alerts.

use tieline_types::{
    Alert, ReceiverName, TenantId,
    api::{ReceiverKind, ReceiverSummary, ReceiverTest},
};

use super::{
    Telling, queue,
    receivers::{Receiver, ReceiverKey},
};
use crate::{Host, HostError};

impl Host {
    /// The alerts of all tenants that stand, and the host's own: what matters most first, and then what stands longest.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn alerts_everywhere(&self) -> Result<Vec<Alert>, HostError> {
        self.alerts.all().await.map_err(|error| HostError::store("listing the alerts", error))
    }

    /// Who is told of the alerts of a tenant, or with none, who is told of everything.
    ///
    /// # Errors
    /// [`HostError::NotFound`] for a tenant that was never applied.
    pub async fn receivers(&self, tenant: Option<&TenantId>) -> Result<Vec<ReceiverSummary>, HostError> {
        if let Some(tenant) = tenant {
            self.require(tenant).await?;
        }
        let all = self.telling.receivers.all();
        let mut summaries = Vec::new();
        for (key, receiver) in all.into_iter().filter(|(key, _)| key.tenant.as_ref() == tenant) {
            summaries.push(self.telling.summary(&key, &receiver).await?);
        }
        Ok(summaries)
    }

    /// Sends a test message to a receiver. What fails is in the answer.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such receiver.
    pub async fn test_receiver(
        &self,
        tenant: Option<&TenantId>,
        name: &ReceiverName,
    ) -> Result<ReceiverTest, HostError> {
        if let Some(tenant) = tenant {
            self.require(tenant).await?;
        }
        let key = ReceiverKey { tenant: tenant.cloned(), name: name.clone() };
        let tried = self.telling.try_out(&key).await;
        tried.ok_or_else(|| HostError::NotFound { what: format!("alert receiver {name}") })
    }
}

impl Telling {
    async fn summary(&self, key: &ReceiverKey, receiver: &Receiver) -> Result<ReceiverSummary, HostError> {
        let failed = |error| HostError::store("reading what waits to be told", error);
        let store = &*self.alerts.services().store;
        let state = store.get(&queue::state(key)).await.map_err(failed)?;
        let state: queue::State =
            state.as_ref().map(queue::read).transpose().map_err(failed)?.unwrap_or_default();
        let waiting = store.scan(&queue::news(key), None, usize::MAX).await.map_err(failed)?.len();
        let failing = state.message.filter(|message| message.attempts > 0);
        Ok(ReceiverSummary {
            name: receiver.name.clone(),
            kind: if receiver.webhook.is_some() { ReceiverKind::Webhook } else { ReceiverKind::Email },
            target: receiver.target(),
            min_severity: receiver.min_severity,
            waiting,
            told: state.told,
            next_attempt: failing.map(|message| message.not_before),
            problem: state.problem,
        })
    }
}
