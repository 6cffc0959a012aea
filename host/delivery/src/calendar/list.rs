//! The calendar as people look at it.

use tieline_types::{
    InstallationKey, Problem, Severity, TenantId, Timestamp,
    api::{CalendarEntry, CalendarItem, HookSummary, SubscriptionSummary},
};

use super::{Calendar, Ends, others, steps::Ending};
use crate::{Host, HostError, installations::Installation};

impl Host {
    /// What ends for a tenant, and when: what ends first at the top, and what ends at an unknown time at the bottom.
    ///
    /// # Errors
    /// [`HostError::NotFound`] for a tenant that was never applied.
    pub async fn calendar(&self, tenant: &TenantId) -> Result<Vec<CalendarEntry>, HostError> {
        self.require(tenant).await?;
        self.calendar.of(tenant).await
    }

    /// Something of which [`Endings`](crate::Endings) know is new, or is no more: the calendar is looked at soon.
    pub fn endings_changed(&self) {
        self.calendar.changed();
    }
}

impl Calendar {
    async fn of(&self, tenant: &TenantId) -> Result<Vec<CalendarEntry>, HostError> {
        let unread = |error| HostError::Unavailable {
            doing: "reading the connections",
            source: Some(Box::new(error) as Box<dyn std::error::Error + Send + Sync>),
        };
        let credentials = self.credentials(tenant).await.map_err(unread)?;
        let mut all: Vec<Ending> = credentials.into_iter().flat_map(|(_, endings)| endings).collect();
        all.extend(self.subscriptions.summaries(tenant).iter().map(subscription));
        all.extend(self.content_certificates(tenant));
        let now = self.services.clock.now();
        all.extend(self.installations.of(tenant).iter().filter_map(|found| self.silence(found, now)));
        all.extend(
            self.webhooks.summaries(tenant, now).into_iter().filter_map(|hook| old_secret(tenant, hook)),
        );
        let others = others::all(&self.others).await;
        let others = others.map_err(|source| HostError::Unavailable {
            doing: "reading what else ends",
            source: Some(source),
        })?;
        let theirs = others.into_iter().filter(|ends| ends.tenant.as_ref() == Some(tenant));
        all.extend(theirs.map(Ends::ending).filter(|ending| ending.ends > Some(now)));
        all.sort_by_key(|ending| (ending.ends.is_none(), ending.ends, ending.item));
        Ok(all.into_iter().map(|ending| ending.shown(now)).collect())
    }

    /// When an installation's silence is an alert, if nothing comes.
    fn silence(&self, installation: &Installation, now: Timestamp) -> Option<Ending> {
        let InstallationKey { installation: name, .. } = &installation.key;
        let watchdog = installation.document.watchdog.as_ref()?;
        let ends = self.heard.silent_at(&installation.key, watchdog)?;
        let over = || {
            let message = format!("`{name}` has heard nothing for longer than its watchdog allows.");
            let problem = Problem::new("notifications.silent", message);
            (Severity::Warning, problem.remedy("`tieline alerts list` says since when, and what to look at."))
        };
        Some(Ending {
            item: CalendarItem::Silence,
            name: name.to_string(),
            connection: None,
            installations: vec![name.clone()],
            begun: None,
            ends: Some(ends),
            what: format!("time for which `{name}` may hear nothing"),
            remedy: "Nothing: each notification begins it anew.".into(),
            trouble: (ends <= now).then(over),
        })
    }
}

/// The secret that a webhook had before, while it is still taken.
fn old_secret(tenant: &TenantId, hook: HookSummary) -> Option<Ending> {
    let HookSummary { installation, key, old_until, .. } = hook;
    Some(Ending {
        item: CalendarItem::WebhookSecret,
        name: key.clone(),
        connection: None,
        begun: None,
        ends: Some(old_until?),
        what: format!("old secret of the webhook `{key}` of `{installation}`"),
        remedy: format!(
            "Put what `tieline hooks show {tenant}/{installation} {key}` says into the system that calls."
        ),
        installations: vec![installation],
        trouble: None,
    })
}

fn subscription(subscription: &SubscriptionSummary) -> Ending {
    Ending {
        item: CalendarItem::Subscription,
        name: subscription.resource.clone(),
        connection: None,
        installations: subscription.installations.clone(),
        begun: None,
        ends: subscription.expires,
        what: format!("subscription to `{}`", subscription.resource),
        remedy: "Nothing: the host renews it.".into(),
        trouble: subscription.problem.clone().map(|problem| (Severity::Warning, problem)),
    }
}

/// The certificate for the content of a subscription's notifications, if it has one.
pub(super) fn content(subscription: &SubscriptionSummary) -> Option<Ending> {
    Some(Ending {
        item: CalendarItem::ContentCertificate,
        name: subscription.resource.clone(),
        connection: None,
        installations: subscription.installations.clone(),
        begun: None,
        ends: Some(subscription.certificate_expires?),
        what: format!("certificate for the content of `{}`", subscription.resource),
        remedy: "Nothing while it lasts for more than 15 days: the host replaces it. Else see `tieline subscriptions`."
            .into(),
        trouble: None,
    })
}
