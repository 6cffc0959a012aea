//! Calls that a test makes.

use serde::{Deserialize, Serialize};

use super::store::{Call, Shape};
use crate::graph::subscriptions::Change;
use crate::world::World;
use crate::{clock, ids};

/// A call to make up. What is not said is ordinary: two people talk for a minute on a good network, an hour ago.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewCall {
    /// Its id; made from its number unless given.
    pub id: Option<String>,
    /// Its version.
    pub version: i64,
    /// When it began, in RFC 3339.
    pub start: Option<String>,
    /// Or how long ago that was.
    pub minutes_ago: u64,
    /// How long it lasted.
    pub duration_s: u64,
    /// Whether several people met, in place of two who spoke.
    pub group: bool,
    /// How many sessions it has.
    pub sessions: u32,
    /// How many took part.
    pub participants: u32,
    /// The reason for which sessions failed; none: none did.
    pub failure: Option<String>,
    /// When in the call.
    pub failure_stage: String,
    /// How many sessions failed, from the first one; all unless given.
    pub failed_sessions: Option<u32>,
    /// The caller's network: `wired`, `wifi`, `mobile`.
    pub network: String,
    /// The caller's platform.
    pub platform: String,
    /// The caller's headset.
    pub device: String,
    /// What was measured of the caller's streams.
    pub jitter_ms: f64,
    /// There and back.
    pub round_trip_ms: f64,
    /// From 0 to 1.
    pub loss: f64,
    /// The number of a telephone that took part.
    pub phone: Option<String>,
    /// What the caller said of it.
    pub rating: Option<String>,
    /// Whether subscribers are told.
    pub notify: bool,
}

impl Default for NewCall {
    fn default() -> Self {
        Self {
            id: None,
            version: 1,
            start: None,
            minutes_ago: 60,
            duration_s: 60,
            group: false,
            sessions: 1,
            participants: 2,
            failure: None,
            failure_stage: "callSetup".to_owned(),
            failed_sessions: None,
            network: "wired".to_owned(),
            platform: "windows".to_owned(),
            device: "Default".to_owned(),
            jitter_ms: 5.0,
            round_trip_ms: 60.0,
            loss: 0.0,
            phone: None,
            rating: None,
            notify: true,
        }
    }
}

/// A call as a test sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallView {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// The day on which it began, in UTC.
    pub day: String,
    /// The subscriptions that are being told, one for each notification.
    pub notified: Vec<String>,
}

/// Why there can be no such call, or no such change of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCall {
    /// There is no such call.
    #[error("there is no call {0}")]
    Unknown(String),
    /// That is no time.
    #[error("{0} is no time")]
    Time(String),
    /// Only what can be told.
    #[error("a call is told of as created or updated, not {0}")]
    Change(String),
}

impl World {
    /// Makes up a call. Needs a Tokio runtime if there are subscribers to tell.
    pub fn make_call(&self, new: &NewCall) -> Result<CallView, BadCall> {
        let number = self.graph.calls.count();
        let now = clock::now_ms();
        let start_ms = match &new.start {
            Some(text) => clock::parse_ms(text).ok_or_else(|| BadCall::Time(text.clone()))?,
            None => now.saturating_sub(new.minutes_ago * 60_000),
        };
        let id = new.id.clone().unwrap_or_else(|| ids::guid_of(&format!("call/{number}")));
        let shape = Shape {
            number,
            group: new.group,
            duration_ms: new.duration_s * 1_000,
            sessions: new.sessions,
            participants: new.participants,
            failure: new.failure.clone().map(|reason| (new.failure_stage.clone(), reason)),
            failed_sessions: new.failure.as_ref().map_or(0, |_| new.failed_sessions.unwrap_or(new.sessions)),
            network: new.network.clone(),
            platform: new.platform.clone(),
            device: new.device.clone(),
            jitter_ms: new.jitter_ms,
            round_trip_ms: new.round_trip_ms,
            loss: new.loss,
            phone: new.phone.clone(),
            rating: new.rating.clone(),
        };
        let id = id.to_ascii_lowercase();
        let call =
            Call { id: id.clone(), version: new.version, start_ms, modified_ms: now, shape, stale_reads: 0 };
        self.graph.calls.put(call);
        let notified = if new.notify { self.notify_call(&id, Change::Created) } else { Vec::new() };
        self.call(&id, notified)
    }

    /// Makes another version of a call. So many reads still show the version before, as a replica that lags does.
    pub fn raise_call(&self, id: &str, by: i64, stale_reads: u32, notify: bool) -> Result<CallView, BadCall> {
        let id = id.to_ascii_lowercase();
        let changed = self.graph.calls.change(&id, |call| {
            call.version += by;
            call.modified_ms = clock::now_ms();
            call.stale_reads = stale_reads;
        });
        changed.ok_or_else(|| BadCall::Unknown(id.clone()))?;
        let notified = if notify { self.notify_call(&id, Change::Updated) } else { Vec::new() };
        self.call(&id, notified)
    }

    /// Tells the subscribers of a call so many times more.
    pub fn repeat_call(&self, id: &str, change: &str, times: u32) -> Result<CallView, BadCall> {
        let change = match Change::parse(change) {
            Some(change @ (Change::Created | Change::Updated)) => change,
            _ => return Err(BadCall::Change(change.to_owned())),
        };
        let id = id.to_ascii_lowercase();
        let view = self.call(&id, Vec::new())?;
        let notified = (0..times).flat_map(|_| self.notify_call(&id, change)).collect();
        Ok(CallView { notified, ..view })
    }

    /// All calls, oldest first, those that are too old to be read included.
    pub fn calls(&self) -> Vec<CallView> {
        self.graph.calls.all().iter().map(|call| view(call, Vec::new())).collect()
    }

    fn call(&self, id: &str, notified: Vec<String>) -> Result<CallView, BadCall> {
        let call = self.graph.calls.get(id).ok_or_else(|| BadCall::Unknown(id.to_owned()))?;
        Ok(view(&call, notified))
    }
}

fn view(call: &Call, notified: Vec<String>) -> CallView {
    let day = clock::graph_resource(call.start_ms).chars().take(10).collect();
    CallView { id: call.id.clone(), version: call.version, day, notified }
}
