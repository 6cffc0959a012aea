//! Installations of which nothing runs, because the host had to stop every recent run of theirs, or an operator wishes
//! it. Their events are kept and wait until an operator lets them go on; in the first case another package or
//! configuration does it too.

use std::collections::HashMap;

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use serde::{Deserialize, Serialize};
use tieline_store::{Batch, CommitError, Key, Op, Pages, Space, StoreError};
use tieline_types::{
    AlertKey, EventId, InstallationKey, Problem, Severity, Timestamp,
    api::{ApplyReport, Change, ChangeKind},
};

use crate::{Host, HostError, alerts::Alerts};

/// So many different events in a row over which a connector was stopped suspend its installation.
const EVENTS: usize = 10;
/// What its alert is about.
const ALERT: &str = "installation.suspended";
/// What is wrong with one that an operator let pause.
const PAUSED: &str = "installation.paused";

/// The suspended installations, and those on the way there.
pub(crate) struct Suspensions {
    alerts: Alerts,
    suspended: RwLock<HashMap<InstallationKey, Suspension>>,
    /// Only of installations whose last run was stopped.
    streaks: Mutex<HashMap<InstallationKey, Streak>>,
}

impl Host {
    /// Lifts a suspension on an operator's word. Whether there was one.
    pub(crate) async fn lift_suspension(&self, installation: &InstallationKey) -> Result<bool, HostError> {
        let lifting = self.suspensions.lifting(installation).await;
        let lifting = lifting.map_err(|error| HostError::store("reading a suspension", error))?;
        if lifting.is_empty() {
            return Ok(false);
        }
        let lifted = self.alerts.commit(Batch::new().ops(lifting)).await;
        lifted.map_err(|error| HostError::commit("lifting a suspension", "the suspension", error))?;
        self.suspensions.lifted(installation);
        self.dispatcher.unhold(installation);
        Ok(true)
    }

    /// Lets an installation pause on an operator's word. Whether it ran until now.
    pub(crate) async fn suspend_by_hand(&self, installation: &InstallationKey) -> Result<bool, HostError> {
        let ran = self.suspensions.pause(installation).await;
        let ran = ran.map_err(|error| HostError::commit("pausing an installation", "its state", error))?;
        self.dispatcher.hold(installation);
        Ok(ran)
    }

    /// After a document was applied: what was suspended and is so no more goes on.
    pub(crate) fn unhold_lifted(&self, report: &ApplyReport) {
        let changed =
            |change: &&Change| change.kind == "installation" && change.done != ChangeKind::Unchanged;
        for name in report.changes.iter().filter(changed).filter_map(|change| change.name.parse().ok()) {
            let key = InstallationKey { tenant: report.tenant.clone(), installation: name };
            if self.suspensions.problem(&key).is_none() {
                self.dispatcher.unhold(&key);
            }
        }
    }
}

/// Why and since when.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Suspension {
    since: Timestamp,
    problem: Problem,
    /// An operator's wish, which no other package or configuration lifts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    paused: bool,
}

/// The different events over which the last runs were stopped, with no other run between them.
#[derive(Debug, Default)]
struct Streak(Vec<EventId>);

impl Streak {
    /// Adds one; whether that is enough.
    fn is_full_with(&mut self, event: EventId) -> bool {
        if !self.0.contains(&event) {
            self.0.push(event);
        }
        self.0.len() >= EVENTS
    }
}

impl Suspensions {
    pub(crate) fn new(alerts: Alerts) -> Self {
        Self { alerts, suspended: RwLock::default(), streaks: Mutex::default() }
    }

    /// Reads what was suspended before the start.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) async fn load(&self) -> Result<Vec<InstallationKey>, StoreError> {
        let (store, mut pages) = (&self.alerts.services().store, Pages::under(space()));
        while let Some(page) = pages.next(&**store).await? {
            for (key, value) in page {
                let read = serde_json::from_slice::<(InstallationKey, Suspension)>(&value.bytes);
                let (installation, suspension) =
                    read.map_err(|_| StoreError::Corrupt { what: "a suspended installation" })?;
                debug_assert_eq!(key, place(&installation));
                self.suspended.write().insert(installation, suspension);
            }
        }
        Ok(self.suspended.read().keys().cloned().collect())
    }

    /// Why an installation is suspended, if it is.
    pub(crate) fn problem(&self, installation: &InstallationKey) -> Option<Problem> {
        self.suspended.read().get(installation).map(|suspension| suspension.problem.clone())
    }

    /// A run ended otherwise than by being stopped: the connector does work.
    pub(crate) fn ran(&self, installation: &InstallationKey) {
        let mut streaks = self.streaks.lock();
        if !streaks.is_empty() {
            streaks.remove(installation);
        }
    }

    /// A run had to be stopped. Whether its installation is suspended from now on; then that is durable.
    pub(crate) async fn stopped(
        &self,
        installation: &InstallationKey,
        event: EventId,
        cause: &Problem,
    ) -> bool {
        let full = self.streaks.lock().entry(installation.clone()).or_default().is_full_with(event);
        if !full || self.suspended.read().contains_key(installation) {
            return full;
        }
        let message = format!(
            "The last {EVENTS} events of {installation} each stopped the connector: {}",
            cause.message
        );
        let remedy = format!(
            "Its events are kept. Apply another package or configuration, or try again: \
             `tieline installations resume {installation}`."
        );
        let problem = Problem::new(ALERT, message).remedy(remedy);
        let suspension = Suspension { since: self.alerts.services().clock.now(), problem, paused: false };
        if let Err(error) = self.keep(installation, &suspension, Severity::Critical).await {
            tracing::error!(%installation, error = &error as &dyn std::error::Error, "it could not be suspended");
            return false;
        }
        self.suspended.write().insert(installation.clone(), suspension);
        true
    }

    /// Lets an installation pause, durably. Whether it ran until now.
    ///
    /// # Errors
    /// When that cannot be written.
    async fn pause(&self, installation: &InstallationKey) -> Result<bool, CommitError> {
        let before = self.suspended.read().get(installation).map(|suspension| suspension.paused);
        if before == Some(true) {
            return Ok(false);
        }
        let message = format!("An operator lets {installation} pause; its events are kept and wait.");
        let remedy = format!("Let it go on: `tieline installations resume {installation}`.");
        let problem = Problem::new(PAUSED, message).remedy(remedy);
        let suspension = Suspension { since: self.alerts.services().clock.now(), problem, paused: true };
        self.keep(installation, &suspension, Severity::Info).await?;
        self.suspended.write().insert(installation.clone(), suspension);
        Ok(before.is_none())
    }

    /// As [`lifting`](Self::lifting), of a suspension that another package or configuration lifts.
    ///
    /// # Errors
    /// When its alert cannot be read.
    pub(crate) async fn lifting_by_change(
        &self,
        installation: &InstallationKey,
    ) -> Result<Vec<Op>, StoreError> {
        let paused = self.suspended.read().get(installation).is_some_and(|suspension| suspension.paused);
        if paused { Ok(Vec::new()) } else { self.lifting(installation).await }
    }

    /// The changes that lift a suspension, if there is one; to be followed by [`lifted`](Self::lifted).
    ///
    /// # Errors
    /// When its alert cannot be read.
    pub(crate) async fn lifting(&self, installation: &InstallationKey) -> Result<Vec<Op>, StoreError> {
        if !self.suspended.read().contains_key(installation) {
            return Ok(Vec::new());
        }
        let alert = self.alerts.cleared(&about(installation)).await?;
        Ok([Op::Delete { key: place(installation) }].into_iter().chain(alert).collect())
    }

    /// Called after a commit that lifted a suspension.
    pub(crate) fn lifted(&self, installation: &InstallationKey) {
        self.streaks.lock().remove(installation);
        self.suspended.write().remove(installation);
    }

    async fn keep(
        &self,
        installation: &InstallationKey,
        suspension: &Suspension,
        severity: Severity,
    ) -> Result<(), CommitError> {
        let value = serde_json::to_vec(&(installation, suspension)).expect("plain data always serialises");
        let problem = suspension.problem.clone();
        let alert = self.alerts.raised(&about(installation), severity, problem).await?;
        let batch = Batch::new().put(place(installation), Bytes::from(value)).ops(alert);
        self.alerts.commit(batch).await
    }
}

fn about(installation: &InstallationKey) -> AlertKey {
    AlertKey::of_installation(installation, ALERT)
}

fn space() -> Key {
    Key::new(Space::Host).part("suspended")
}

fn place(installation: &InstallationKey) -> Key {
    space().part(installation.tenant.as_str()).part(installation.installation.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_again_and_again_is_no_streak() {
        let mut streak = Streak::default();
        let one = EventId::generate();
        assert!((0..100).all(|_| !streak.is_full_with(one)));
        let others = (2..EVENTS).all(|_| !streak.is_full_with(EventId::generate()));
        assert!(others && streak.is_full_with(EventId::generate()));
    }
}
