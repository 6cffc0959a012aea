//! Keeping the alerts about subscriptions as they should be.

use tieline_types::{AlertKey, AlertSource};

use super::{
    alarms::{self, Alarms},
    service::Subscriptions,
};

impl Subscriptions {
    /// The alerts that the host before this one left.
    pub(super) async fn left_over(&self) -> Alarms {
        let all = match self.alerts.all().await {
            Ok(all) => all,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the alerts could not be read");
                Vec::new()
            }
        };
        let ours = |about: &AlertKey| {
            about.source == AlertSource::Host
                && about.installation.is_none()
                && about.key.starts_with(alarms::PREFIX)
        };
        let all = all.into_iter().filter(|alert| ours(&alert.about));
        all.map(|alert| (alert.about, (alert.severity, alert.problem))).collect()
    }

    /// Raises the alerts that are new or say something else, and clears those that are over.
    pub(super) async fn raise(&self, standing: &mut Alarms) {
        let due = alarms::alarms(&self.book.lock(), self.services.clock.now());
        if due == *standing {
            return;
        }
        for (about, alarm) in &due {
            if standing.get(about) != Some(alarm) {
                self.alerts.raise(about, alarm.0, alarm.1.clone()).await;
            }
        }
        for about in standing.keys().filter(|about| !due.contains_key(about)) {
            self.alerts.clear(about).await;
        }
        *standing = due;
    }
}
