//! Timers: durable, and each firing enters the inbox exactly once. A firing and the timer's next course are one
//! commit, under the expectation that nobody changed the timer meanwhile; what is kept in memory only says when
//! to look.

mod firing;
mod keeper;
mod timetable;
pub(crate) mod timing;

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tieline_capabilities::{Services, timers};
use tieline_store::{Key, Op, Pages, Space, StoreError};
use tieline_types::{
    Course, InstallationKey, TenantId, Timer, TimerKey, TimerKind, Timestamp, Timing, api::ScheduleSummary,
};
use tokio::sync::Notify;

use timetable::Timetable;

/// All timers of this host.
pub(crate) struct Schedules {
    services: Arc<Services>,
    timetable: Mutex<Timetable>,
    /// Told when something may be due earlier than the keeper knows.
    earlier: Notify,
}

/// Timers that a commit sets, or cancels where there is none.
pub(crate) type Changes = BTreeMap<TimerKey, Option<Timer>>;

/// The same as changes of the store.
pub(crate) fn ops(changes: &Changes) -> impl Iterator<Item = Op> {
    changes.iter().map(|(timer, set)| {
        let key = timers::place(timer);
        match set {
            Some(timer) => Op::Put { key, value: timers::written(timer), expires: None },
            None => Op::Delete { key },
        }
    })
}

impl Schedules {
    pub(crate) fn new(services: Arc<Services>) -> Arc<Self> {
        Arc::new(Self { services, timetable: Mutex::default(), earlier: Notify::new() })
    }

    /// Takes note of a commit that set or cancelled timers.
    pub(crate) fn changed(&self, changes: &Changes, revision: u64) {
        if changes.is_empty() {
            return;
        }
        let mut timetable = self.timetable.lock();
        for (key, set) in changes {
            timetable.set(key.clone(), set.as_ref().map(|timer| timer.due), revision);
        }
        drop(timetable);
        self.earlier.notify_one();
    }

    /// What must change so that an installation has the recurring timers of its plan and no others. One that
    /// stands as it is planned keeps its beat.
    ///
    /// # Errors
    /// When the timers that stand cannot be read.
    pub(crate) async fn planned(
        &self,
        installation: &InstallationKey,
        plan: &BTreeMap<String, Timing>,
    ) -> Result<Changes, StoreError> {
        let stand = self.under(timers::space(installation, TimerKind::Planned)).await?;
        let now = self.services.clock.now();
        let mut changes: Changes = stand.iter().map(|(key, _, _)| (key.clone(), None)).collect();
        let timings: BTreeMap<_, _> = stand.iter().map(|(key, timer, _)| (key, &timer.course)).collect();
        for (key, timing) in plan {
            let key =
                TimerKey { installation: installation.clone(), kind: TimerKind::Planned, key: key.clone() };
            match timings.get(&key) {
                Some(Course::Recurring { timing: stands, .. }) if stands == timing => {
                    changes.remove(&key);
                }
                _ => {
                    let (timing, fired, missed_since) = (timing.clone(), None, None);
                    let timer = timing::first(&timing, now)
                        .map(|due| Timer { due, course: Course::Recurring { timing, fired, missed_since } });
                    changes.insert(key, timer);
                }
            }
        }
        Ok(changes)
    }

    /// What must change so that an installation has no timers, for when it goes.
    ///
    /// # Errors
    /// When those that stand cannot be read.
    pub(crate) async fn forgotten(&self, installation: &InstallationKey) -> Result<Changes, StoreError> {
        let mut changes = Changes::new();
        for kind in [TimerKind::Planned, TimerKind::Once] {
            let stand = self.under(timers::space(installation, kind)).await?;
            changes.extend(stand.into_iter().map(|(key, _, _)| (key, None)));
        }
        Ok(changes)
    }

    /// The timers of a tenant, in the order in which they are due.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) async fn of(&self, tenant: &TenantId) -> Result<Vec<ScheduleSummary>, StoreError> {
        let stand = self.under(Key::new(Space::Timer).part(tenant.as_str())).await?;
        let mut all: Vec<_> = stand.into_iter().map(|(key, timer, _)| summary(key, timer)).collect();
        all.sort_by(|a, b| (a.due, &a.installation, &a.key).cmp(&(b.due, &b.installation, &b.key)));
        Ok(all)
    }

    /// The timers whose place starts with `prefix`, each with its revision.
    async fn under(&self, prefix: Key) -> Result<Vec<(TimerKey, Timer, u64)>, StoreError> {
        let (mut all, mut pages) = (Vec::new(), Pages::under(prefix));
        while let Some(page) = pages.next(&*self.services.store).await? {
            for (place, value) in page {
                let damaged = || StoreError::Corrupt { what: "a timer" };
                let timer = serde_json::from_slice(&value.bytes).map_err(|_| damaged())?;
                all.push((timers::placed(&place).ok_or_else(damaged)?, timer, value.revision));
            }
        }
        Ok(all)
    }
}

fn summary(key: TimerKey, timer: Timer) -> ScheduleSummary {
    let (timing, missed_since): (_, Option<Timestamp>) = match timer.course {
        Course::Once { .. } => (None, None),
        Course::Recurring { timing, missed_since, .. } => (Some(timing), missed_since),
    };
    ScheduleSummary {
        installation: key.installation.installation,
        key: key.key,
        kind: key.kind,
        timing,
        due: timer.due,
        missed_since,
    }
}
