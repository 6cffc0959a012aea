//! Dead letters that become more: an alert about an installation stands while many of its events died within the last
//! hour. It clears itself when that is over, and at once when none is left, since somebody dealt with them.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use tieline_store::{EventFilter, StoreError};
use tieline_types::{AlertKey, DeliveryState, InstallationKey, Problem, Severity, Timestamp};

use crate::{alerts::Alerts, installations::Installations};

/// What the alert is called.
const ALERT: &str = "dead-letters.growing";
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(2);
/// Deaths count for so long.
const WINDOW: Duration = Duration::from_secs(60 * 60);
/// So many times the number of an alert are a critical one.
const CRITICAL: usize = 10;

/// When events died lately, by installation: what settling touches.
#[derive(Debug)]
pub(crate) struct Deaths {
    /// So many within the window are an alert.
    many: usize,
    recent: Mutex<HashMap<InstallationKey, VecDeque<Timestamp>>>,
}

impl Deaths {
    pub(crate) fn new(many: usize) -> Arc<Self> {
        Arc::new(Self { many: many.max(1), recent: Mutex::default() })
    }

    /// An event became a dead letter. Of more than matter the oldest are forgotten.
    pub(crate) fn note(&self, installation: &InstallationKey, at: Timestamp) {
        let mut recent = self.recent.lock();
        let deaths = recent.entry(installation.clone()).or_default();
        deaths.push_back(at);
        if deaths.len() > self.many.saturating_mul(CRITICAL) {
            deaths.pop_front();
        }
    }

    /// Nothing of an installation is dead any more.
    fn forget(&self, installation: &InstallationKey) {
        self.recent.lock().remove(installation);
    }

    /// Those of which so many died lately that it is an alert, with how bad it is.
    fn growing(&self, now: Timestamp) -> BTreeMap<InstallationKey, Severity> {
        let mut recent = self.recent.lock();
        recent.retain(|_, deaths| {
            deaths.retain(|at| now.since(*at) < WINDOW);
            !deaths.is_empty()
        });
        let many = recent.iter().filter(|(_, deaths)| deaths.len() >= self.many);
        let judged = |(key, deaths): (&InstallationKey, &VecDeque<Timestamp>)| {
            let critical = deaths.len() >= self.many.saturating_mul(CRITICAL);
            (key.clone(), if critical { Severity::Critical } else { Severity::Warning })
        };
        many.map(judged).collect()
    }
}

/// Watches dead letters.
pub(crate) struct Growth {
    pub(crate) alerts: Alerts,
    pub(crate) installations: Arc<Installations>,
    pub(crate) deaths: Arc<Deaths>,
}

impl Growth {
    /// Watches. Runs until it is dropped.
    pub(crate) async fn keep(self) {
        if let Err(error) = self.recall().await {
            tracing::error!(error = &error as &dyn std::error::Error, "the dead letters could not be read");
        }
        let left = self.alerts.left_over(ALERT).await;
        let mut standing: BTreeMap<_, _> = left
            .into_iter()
            .filter_map(|alert| Some((alert.about.about_installation()?, alert.severity)))
            .collect();
        loop {
            self.look(&mut standing).await;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// What died within the window before the start.
    async fn recall(&self) -> Result<(), StoreError> {
        let services = self.alerts.services();
        let now = services.clock.now();
        for installation in self.installations.all() {
            let key = &installation.key;
            let filter = EventFilter {
                installation: Some(key.installation.clone()),
                state: Some(DeliveryState::Dead),
                ..EventFilter::default()
            };
            let most = self.deaths.many.saturating_mul(CRITICAL);
            let dead = services.store.events(&key.tenant, &filter, None, most).await?;
            let lately = dead.iter().rev().filter_map(|(_, delivery)| delivery.settled);
            lately.filter(|at| now.since(*at) < WINDOW).for_each(|at| self.deaths.note(key, at));
        }
        Ok(())
    }

    pub(crate) async fn look(&self, standing: &mut BTreeMap<InstallationKey, Severity>) {
        for key in standing.keys() {
            if self.is_mended(key).await {
                self.deaths.forget(key);
            }
        }
        let mut growing = self.deaths.growing(self.alerts.services().clock.now());
        // What dies of a removal is no alarm, and nobody would clear it.
        growing.retain(|key, _| self.installations.get(key).is_some());
        for (key, severity) in &growing {
            if standing.get(key) != Some(severity) {
                let about = AlertKey::of_installation(key, ALERT);
                self.alerts.raise(&about, *severity, many(key, self.deaths.many, *severity)).await;
            }
        }
        let over: HashSet<_> = standing.keys().filter(|key| !growing.contains_key(*key)).cloned().collect();
        for key in over {
            self.alerts.clear(&AlertKey::of_installation(&key, ALERT)).await;
        }
        *standing = growing;
    }

    /// Whether no dead letter of an installation is left. One that cannot be read is.
    async fn is_mended(&self, key: &InstallationKey) -> bool {
        let filter = EventFilter {
            installation: Some(key.installation.clone()),
            state: Some(DeliveryState::Dead),
            ..EventFilter::default()
        };
        let left = self.alerts.services().store.events(&key.tenant, &filter, None, 1).await;
        left.is_ok_and(|left| left.is_empty())
    }
}

fn many(key: &InstallationKey, many: usize, severity: Severity) -> Problem {
    let many = if severity == Severity::Critical { many.saturating_mul(CRITICAL) } else { many };
    let message = format!("{many} or more events of {key} became dead letters within an hour.");
    Problem::new(ALERT, message).remedy(format!(
        "`tieline dead-letters list --tenant {tenant}` says of what. Mend that, then `tieline events replay --tenant {tenant} \
         --installation {}`.",
        key.installation,
        tenant = key.tenant,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000;

    fn key(name: &str) -> InstallationKey {
        InstallationKey { tenant: "acme".parse().unwrap(), installation: name.parse().unwrap() }
    }

    #[test]
    fn many_within_an_hour_are_an_alert_and_ten_times_as_many_a_critical_one() {
        let deaths = Deaths::new(3);
        let growing = |now| deaths.growing(Timestamp(now)).into_iter().collect::<Vec<_>>();
        for at in 0..2 {
            deaths.note(&key("a"), Timestamp(at));
            deaths.note(&key("b"), Timestamp(at));
        }
        assert_eq!(growing(10), []);
        deaths.note(&key("a"), Timestamp(20));
        assert_eq!(growing(30), [(key("a"), Severity::Warning)]);
        (0..27).for_each(|_| deaths.note(&key("a"), Timestamp(40)));
        assert_eq!(growing(50), [(key("a"), Severity::Critical)]);
        (0..10_000).for_each(|_| deaths.note(&key("a"), Timestamp(60)));
        assert!(deaths.recent.lock()[&key("a")].len() <= 30, "no more are kept than matter");
        assert_eq!(growing(60 + HOUR), []);
        assert!(deaths.recent.lock().is_empty());
    }
}
