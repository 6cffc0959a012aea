//! Who waits for a connection. They wait together: when it is time, one of them is let through, and the others
//! follow when that one came through, or when somebody else finds that the connection works again.

use std::{collections::VecDeque, sync::Arc};

use tieline_types::{ConnectionKey, InstallationKey, Timestamp};

use super::{Alarm, Lane, Queue};

type LaneKey = (InstallationKey, Arc<str>);

/// The lanes whose heads wait for one connection. Either one of them was let through, or an alarm is armed.
#[derive(Debug, Default)]
pub(super) struct Group {
    waiting: VecDeque<LaneKey>,
    /// The lane of the one that was let through.
    probing: Option<LaneKey>,
    /// When the next one is let through, as the queue's timers name it.
    alarm: Option<(Timestamp, u64)>,
}

impl Queue {
    /// Lets everybody go on who waits for this connection.
    pub(crate) fn release(&mut self, connection: &ConnectionKey, now: Timestamp) {
        let Some(group) = self.parked.remove(connection) else { return };
        self.news.push(connection.clone());
        if let Some(alarm) = group.alarm {
            self.timers.remove(&alarm);
        }
        if let Some(lane) = group.probing {
            self.lane(&lane, |lane| lane.probe_of = None);
        }
        for lane in group.waiting {
            self.unpark(lane, now);
        }
    }

    /// Whether anybody waits for this connection.
    pub(crate) fn is_parked(&self, connection: &ConnectionKey) -> bool {
        self.parked.contains_key(connection)
    }

    /// The connections for which somebody began, or nobody goes on, to wait since this was asked last.
    pub(crate) fn news(&mut self) -> Vec<ConnectionKey> {
        std::mem::take(&mut self.news)
    }

    /// Adds a lane to those that wait. When nobody is due to try, it says when.
    pub(super) fn park(&mut self, connection: ConnectionKey, lane: LaneKey, due: Timestamp) {
        if !self.parked.contains_key(&connection) {
            self.news.push(connection.clone());
        }
        let group = self.parked.entry(connection.clone()).or_default();
        group.waiting.push_back(lane);
        if group.probing.is_none() && group.alarm.is_none() {
            self.try_at(connection, due);
        }
    }

    /// The one that was let through came back: the next park says when to try again.
    pub(super) fn probe_failed(&mut self, connection: &ConnectionKey) {
        if let Some(group) = self.parked.get_mut(connection) {
            group.probing = None;
        }
    }

    /// Lets one through whose installation may run.
    pub(super) fn probe(&mut self, connection: &ConnectionKey, now: Timestamp) {
        let Some(group) = self.parked.get_mut(connection) else { return };
        group.alarm = None;
        let free = group.waiting.iter().position(|(key, _)| !self.held.contains(key));
        let Some(lane) = free.and_then(|at| group.waiting.remove(at)) else {
            // Nobody of them may run, whatever the connection does.
            return self.release(connection, now);
        };
        group.probing = Some(lane.clone());
        self.lane(&lane, |lane| lane.probe_of = Some(connection.connection.clone()));
        self.unpark(lane, now);
    }

    /// An installation runs no more: wherever it was to try a connection, somebody else tries.
    pub(super) fn probe_others(&mut self, held: &InstallationKey, now: Timestamp) {
        let probing = |group: &Group| group.probing.clone().filter(|(key, _)| key == held);
        let found = self.parked.iter().filter_map(|(to, group)| Some((to.clone(), probing(group)?)));
        for (connection, lane) in found.collect::<Vec<_>>() {
            self.lane(&lane, |lane| lane.probe_of = None);
            self.probe_failed(&connection);
            self.try_at(connection, now);
        }
    }

    fn try_at(&mut self, connection: ConnectionKey, due: Timestamp) {
        let alarm = self.alarm(due, Alarm::Probe(connection.clone()));
        if let Some(group) = self.parked.get_mut(&connection) {
            group.alarm = Some(alarm);
        }
    }

    fn unpark(&mut self, lane: LaneKey, now: Timestamp) {
        self.lane(&lane, |lane| {
            if let Some(head) = lane.waiting.front_mut() {
                head.delivery.parked = None;
                head.delivery.not_before = now;
            }
        });
        let (key, lane) = lane;
        self.ready(&key, lane);
    }

    fn lane(&mut self, (key, lane): &LaneKey, change: impl FnOnce(&mut Lane)) {
        if let Some(lane) = self.installations.get_mut(key).and_then(|of| of.lanes.get_mut(lane)) {
            change(lane);
        }
    }
}
