//! Keeping the alerts about subscriptions as they should be.

use super::{
    alarms::{self, Alarms},
    service::Subscriptions,
};

impl Subscriptions {
    /// The alerts that the host before this one left.
    pub(super) async fn left_over(&self) -> Alarms {
        let all = self.alerts.left_over(alarms::PREFIX).await.into_iter();
        let ours = all.filter(|alert| alert.about.installation.is_none());
        ours.map(|alert| (alert.about, (alert.severity, alert.problem))).collect()
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
