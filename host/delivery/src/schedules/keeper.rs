//! Fires timers when they are due.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use tieline_capabilities::timers;
use tieline_store::{Batch, CommitError, Key, Space, StoreError};
use tieline_types::{Course, DeliveryState, Event, EventId, EventRef, Timer, TimerKey, Timestamp};
use tokio::time::Instant;

use super::{
    Schedules,
    firing::{self, Firing},
};
use crate::dispatch::Dispatcher;

/// The longest sleep: a clock that was set forward is noticed after so long.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// A clock that lost more than this against the machine's own counter was set back.
const SET_BACK: Duration = Duration::from_secs(2);
/// Firings committed at the same time; the store makes groups of them.
const AT_ONCE: usize = 64;
/// How long a timer waits whose firing could not be committed.
const AFTER_STORE_FAULT: Duration = Duration::from_secs(5);

impl Schedules {
    /// Reads all timers. Those that fell due while the host was down are due now.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) async fn load(&self) -> Result<(), StoreError> {
        let all = self.under(Key::new(Space::Timer)).await?;
        let mut timetable = self.timetable.lock();
        for (key, timer, revision) in all {
            timetable.set(key, Some(timer.due), revision);
        }
        Ok(())
    }

    /// Fires timers. Sleeps until the next is due; runs until it is dropped.
    pub(crate) async fn keep(self: Arc<Self>, dispatcher: Arc<Dispatcher>) {
        // The clock may have been set back while no host ran.
        self.look_again().await;
        loop {
            let now = self.services.clock.now();
            let due = self.timetable.lock().take_due(now);
            let fire = |key| self.fire_or_wait(key, &dispatcher);
            stream::iter(due).for_each_concurrent(AT_ONCE, fire).await;

            let next = self.timetable.lock().next();
            let (slept, now) = (Instant::now(), self.services.clock.now());
            let wait = next.map_or(LONGEST_SLEEP, |due| due.since(now).min(LONGEST_SLEEP));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.earlier.notified() => {}
            }
            if self.services.clock.now().after(SET_BACK) < now.after(slept.elapsed()) {
                tracing::warn!("the clock was set back; recurring timers are computed anew");
                self.look_again().await;
            }
        }
    }

    async fn fire_or_wait(&self, key: TimerKey, dispatcher: &Arc<Dispatcher>) {
        if let Err(error) = self.fire(&key, dispatcher).await {
            tracing::error!(timer = %key, error = &error as &dyn std::error::Error, "a timer could not be fired");
            let later = self.services.clock.now().after(AFTER_STORE_FAULT);
            self.timetable.lock().set(key, Some(later), 0);
        }
    }

    /// Looks at a timer, and fires it if it is due: the event and the timer's next course are one commit. If
    /// somebody changed the timer meanwhile, looks again.
    async fn fire(&self, key: &TimerKey, dispatcher: &Arc<Dispatcher>) -> Result<(), CommitError> {
        let place = timers::place(key);
        loop {
            let Some(value) = self.services.store.get(&place).await? else { return Ok(()) };
            let timer: Timer =
                serde_json::from_slice(&value.bytes).map_err(|_| StoreError::Corrupt { what: "a timer" })?;
            let now = self.services.clock.now();
            if timer.due > now {
                self.timetable.lock().set(key.clone(), Some(timer.due), value.revision);
                return Ok(());
            }
            let (id, waits) = (EventId::generate(), self.waits(key, &timer).await?);
            let dedupe = firing::dedupe(&key.key, &timer);
            let Firing { payload, after } = firing::fire(&key.key, timer, now, id, waits);
            let event = payload.map(|payload| Arc::new(event(key, id, now, payload)));

            let mut batch = Batch::new().expect(place.clone(), Some(value.revision));
            batch = match &after {
                Some(timer) => batch.put(place.clone(), timers::written(timer)),
                None => batch.delete(place.clone()),
            };
            if let Some(event) = &event {
                batch = batch.append(event.clone(), dedupe);
            }
            match self.services.store.commit(batch).await {
                Ok(committed) => {
                    let due = after.map(|timer| timer.due);
                    self.timetable.lock().set(key.clone(), due, committed.revision);
                    let new = committed.appended.first().is_some_and(|new| *new);
                    dispatcher.add(event.into_iter().filter(|_| new).collect());
                    return Ok(());
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether the event of a recurring timer's last firing waits to be handled.
    async fn waits(&self, key: &TimerKey, timer: &Timer) -> Result<bool, StoreError> {
        let Course::Recurring { fired: Some(id), .. } = timer.course else { return Ok(false) };
        let last = EventRef { installation: key.installation.clone(), id };
        let last = self.services.store.event(&last).await?;
        Ok(last.is_some_and(|(_, delivery)| delivery.state == DeliveryState::Pending))
    }

    /// Computes anew what a clock that was ahead has put off.
    async fn look_again(&self) {
        let all = match self.under(Key::new(Space::Timer)).await {
            Ok(all) => all,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                return tracing::error!(error, "the timers could not be looked at");
            }
        };
        let now = self.services.clock.now();
        let late = all.into_iter().filter_map(|(key, timer, revision)| {
            firing::set_back(&timer, now).map(|timer| (key, timer, revision))
        });
        stream::iter(late)
            .for_each_concurrent(AT_ONCE, |(key, timer, revision)| async move {
                let place = timers::place(&key);
                let batch = Batch::new().expect(place.clone(), Some(revision));
                // Whoever changed the timer meanwhile did so by the clock as it is now.
                match self.services.store.commit(batch.put(place, timers::written(&timer))).await {
                    Ok(committed) => {
                        self.timetable.lock().set(key, Some(timer.due), committed.revision);
                    }
                    Err(error) => {
                        tracing::warn!(timer = %key, error = &error as &dyn std::error::Error, "a timer was left as it was");
                    }
                }
            })
            .await;
    }
}

fn event(timer: &TimerKey, id: EventId, now: Timestamp, payload: tieline_types::Payload) -> Event {
    Event {
        id,
        installation: timer.installation.clone(),
        ordering_key: format!("timer:{}", timer.key).into(),
        received: now,
        actor: None,
        trace: None,
        payload,
    }
}
