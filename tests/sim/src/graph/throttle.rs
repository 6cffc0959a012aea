//! Throttling by rate: so many requests in so many seconds, as "Microsoft Graph service-specific throttling limits"
//! has them. Nothing is throttled until a test says so.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::{HeaderValue, StatusCode};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::errors::usual_error;
use super::path::Path;
use crate::call::{Call, Reply};
use crate::percent;

/// A limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    /// Only requests with this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests whose path contains this, as sent or decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_contains: Option<String>,
    /// Count each channel and chat apart.
    #[serde(default)]
    pub per_place: bool,
    /// So many requests …
    pub calls: usize,
    /// … in so many seconds.
    pub seconds: f64,
    /// `Retry-After` in seconds, perhaps with a fraction; null leaves it out, as OneNote does.
    pub retry_after: Option<f64>,
}

/// A limit and how often it was met.
#[derive(Clone, Debug, Serialize)]
pub struct ThrottleState {
    /// The limit.
    #[serde(flatten)]
    pub throttle: Throttle,
    /// How many requests it refused.
    pub refused: u64,
}

/// The limits in force.
#[derive(Debug, Default)]
pub(super) struct Throttles {
    /// Whether there is any: the common case must not take the lock.
    any: AtomicBool,
    rows: Mutex<Vec<Row>>,
}

#[derive(Debug)]
struct Row {
    state: ThrottleState,
    /// When requests were let through, by place.
    passed: HashMap<String, VecDeque<Instant>>,
}

impl Throttles {
    pub(super) fn set(&self, throttles: Vec<Throttle>) {
        self.any.store(!throttles.is_empty(), Ordering::Release);
        let row = |throttle| Row { state: ThrottleState { throttle, refused: 0 }, passed: HashMap::new() };
        *self.rows.lock() = throttles.into_iter().map(row).collect();
    }

    pub(super) fn list(&self) -> Vec<ThrottleState> {
        self.rows.lock().iter().map(|row| row.state.clone()).collect()
    }

    /// The refusal of a request that is one too many.
    pub(super) fn refusal(&self, call: &Call<'_>, path: &Path<'_>) -> Option<Reply> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let place = place(&path.segments());
        let now = Instant::now();
        let mut rows = self.rows.lock();
        let row = rows.iter_mut().find_map(|row| row.refuses(call, &place, now))?;
        let mut reply = usual_error(call, StatusCode::TOO_MANY_REQUESTS);
        if let Some(value) = row.and_then(|seconds| HeaderValue::try_from(seconds.to_string()).ok()) {
            reply.headers_mut().insert("retry-after", value);
        }
        Some(reply)
    }
}

impl Row {
    /// The `Retry-After` of the refusal, if this is one.
    fn refuses(&mut self, call: &Call<'_>, place: &str, now: Instant) -> Option<Option<f64>> {
        let Throttle { method, path_contains, per_place, calls, seconds, retry_after } = &self.state.throttle;
        let about = method.as_ref().is_none_or(|m| m.eq_ignore_ascii_case(call.method().as_str()))
            && path_contains
                .as_ref()
                .is_none_or(|part| call.path().contains(part) || percent::decode(call.path()).contains(part));
        if !about {
            return None;
        }
        let key = if *per_place { place.to_owned() } else { String::new() };
        let passed = self.passed.entry(key).or_default();
        let window = Duration::from_secs_f64(seconds.clamp(0.0, 86_400.0));
        while passed.front().is_some_and(|then| now.duration_since(*then) >= window) {
            passed.pop_front();
        }
        if passed.len() >= *calls {
            self.state.refused += 1;
            return Some(*retry_after);
        }
        passed.push_back(now);
        None
    }
}

/// The channel or chat that a path leads into; else its first segment.
fn place(segments: &[&str]) -> String {
    match segments {
        ["teams", team, "channels", channel, ..] => format!("{team}/{channel}"),
        ["chats", chat, ..] => (*chat).to_owned(),
        [first, ..] => (*first).to_owned(),
        [] => String::new(),
    }
}
