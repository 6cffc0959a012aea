//! What the simulators received, to be read by tests.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;
use serde::Serialize;

use crate::call::Call;
use crate::upstream::Upstream;
use crate::{clock, ids};

/// Beyond this many requests the oldest are forgotten, so that a demo can run for days.
const KEPT: usize = 100_000;

/// A request that reached a simulator.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// Position in the order of arrival, over all upstreams, from 1.
    pub seq: u64,
    /// When it had been read whole, in milliseconds since the epoch.
    pub at: u64,
    /// Which simulator it was for.
    pub upstream: Upstream,
    /// The HTTP method.
    pub method: String,
    /// The path as sent, still percent-encoded.
    pub path: String,
    /// The query string as sent, without the question mark.
    pub query: String,
    /// All headers but `Authorization`, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// A prefix of the SHA-256 of the credential in `Authorization`.
    pub token_fingerprint: Option<String>,
    /// The body, as text.
    pub body: String,
    /// The status of the answer; null while there is none, and for ever if the connection dropped.
    pub status: Option<u16>,
    /// How it went.
    pub outcome: Outcome,
}

/// How a request went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is being handled, or held.
    Open,
    /// It was answered.
    Answered,
    /// A fault dropped the connection instead of answering.
    Dropped,
    /// The client went away first.
    Abandoned,
}

/// Which requests to show.
#[derive(Clone, Debug, Default)]
pub struct ReceivedFilter {
    /// Only this simulator's.
    pub upstream: Option<Upstream>,
    /// Only this method.
    pub method: Option<String>,
    /// Only paths that contain this.
    pub path_contains: Option<String>,
}

impl ReceivedFilter {
    fn shows(&self, received: &Received) -> bool {
        self.upstream.is_none_or(|upstream| upstream == received.upstream)
            && self.method.as_ref().is_none_or(|m| m.eq_ignore_ascii_case(&received.method))
            && self.path_contains.as_ref().is_none_or(|part| {
                received.path.contains(part) || crate::percent::decode(&received.path).contains(part)
            })
    }
}

/// The list of received requests, in order of arrival.
#[derive(Debug)]
pub(crate) struct Record {
    on: bool,
    next: AtomicU64,
    list: Mutex<VecDeque<Received>>,
}

impl Record {
    pub(crate) fn new(on: bool) -> Self {
        Self { on, next: AtomicU64::new(1), list: Mutex::new(VecDeque::new()) }
    }

    /// Notes a request that has been read and is not handled yet. The ticket turns it into
    /// `Abandoned` if it is dropped, which is what hyper does when the client hangs up.
    pub(crate) fn arrive(&self, call: &Call<'_>) -> Ticket<'_> {
        if !self.on {
            return Ticket { record: self, seq: None };
        }
        let mut received = Received {
            seq: 0,
            at: clock::now_ms(),
            upstream: call.place.upstream,
            method: call.method().to_string(),
            path: call.path().to_owned(),
            query: call.query().to_owned(),
            headers: shown(call.headers()),
            token_fingerprint: call.header(AUTHORIZATION.as_str()).map(credential_of),
            body: String::from_utf8_lossy(call.body).into_owned(),
            status: None,
            outcome: Outcome::Open,
        };
        let mut list = self.list.lock();
        let seq = self.next.fetch_add(1, Ordering::Relaxed);
        received.seq = seq;
        if list.len() == KEPT {
            list.pop_front();
        }
        list.push_back(received);
        Ticket { record: self, seq: Some(seq) }
    }

    fn settle(&self, seq: u64, status: Option<u16>, outcome: Outcome) {
        let mut list = self.list.lock();
        let Some(first) = list.front().map(|first| first.seq) else { return };
        // Numbers are dense, so the position follows from the number; a cleared list has higher ones.
        let Some(position) = seq.checked_sub(first) else { return };
        if let Some(received) = usize::try_from(position).ok().and_then(|at| list.get_mut(at)) {
            received.status = status;
            received.outcome = outcome;
        }
    }

    pub(crate) fn list(&self, filter: &ReceivedFilter) -> Vec<Received> {
        self.list.lock().iter().filter(|received| filter.shows(received)).cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.list.lock().clear();
    }
}

/// A request that waits for its outcome.
pub(crate) struct Ticket<'a> {
    record: &'a Record,
    seq: Option<u64>,
}

impl Ticket<'_> {
    pub(crate) fn answered(mut self, status: StatusCode) {
        if let Some(seq) = self.seq.take() {
            self.record.settle(seq, Some(status.as_u16()), Outcome::Answered);
        }
    }

    pub(crate) fn dropped(mut self) {
        if let Some(seq) = self.seq.take() {
            self.record.settle(seq, None, Outcome::Dropped);
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if let Some(seq) = self.seq.take() {
            self.record.settle(seq, None, Outcome::Abandoned);
        }
    }
}

/// The credential without its scheme, so that `Bearer` and `OAuth` forms of a token look alike.
fn credential_of(value: &str) -> String {
    ids::fingerprint(value.split_once(' ').map_or(value, |(_, credential)| credential.trim()))
}

fn shown(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        if name == AUTHORIZATION {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        shown
            .entry(name.as_str().to_owned())
            .and_modify(|all| *all = format!("{all}, {value}"))
            .or_insert_with(|| value.into_owned());
    }
    shown
}
