//! One rule: which requests, how many, and the effect.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::percent;
use crate::upstream::Upstream;

/// A scripted fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests.
    #[serde(rename = "match")]
    pub on: Match,
    /// How many of them pass unharmed first.
    #[serde(default)]
    pub skip: u64,
    /// How many then suffer; null for all of them.
    #[serde(default)]
    pub times: Option<u64>,
    /// What they suffer.
    pub effect: Effect,
}

/// Which requests a fault is for: those that meet every condition given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The simulator.
    pub upstream: Upstream,
    /// The HTTP method.
    #[serde(default)]
    pub method: Option<String>,
    /// A part of path and query, as sent or percent-decoded.
    #[serde(default)]
    pub path_contains: Option<String>,
    /// A part of the body.
    #[serde(default)]
    pub body_contains: Option<String>,
}

/// What happens to a request. `latency_ms` goes with any of the others; of those only one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Effect {
    /// Wait this long before anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// Answer with this status and do nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers of that answer, such as `Retry-After`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Its body: a string is sent as it is, anything else as JSON; absent, the upstream's usual
    /// error body for that status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Reset the connection before the request has any effect.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reset: bool,
    /// Let the request have its effect, then reset the connection instead of answering.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub answer_then_reset: bool,
    /// Hold the request under this name before it has any effect, until it is released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// Let the request have its effect, then hold the answer under this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_after: Option<String>,
}

/// Why a rule makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFault {
    /// It would change nothing.
    #[error("the effect is empty: give latency_ms, status, reset, answer_then_reset, hold or hold_after")]
    Empty,
    /// It asks for several outcomes.
    #[error("the effect has more than one of status, reset, answer_then_reset, hold and hold_after")]
    Contradictory,
    /// It has headers or a body, and nothing to send them with.
    #[error("headers and body need a status")]
    NoStatus,
    /// It is no final HTTP status.
    #[error("status {0} is not between 200 and 599")]
    Status(u16),
}

impl Fault {
    /// A rule for all requests of one upstream, with an effect, for ever.
    pub fn new(upstream: Upstream, effect: Effect) -> Self {
        let on = Match { upstream, method: None, path_contains: None, body_contains: None };
        Self { on, skip: 0, times: None, effect }
    }

    /// Only requests with this method.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.on.method = Some(method.into());
        self
    }

    /// Only requests whose path and query contain this.
    pub fn path_contains(mut self, part: impl Into<String>) -> Self {
        self.on.path_contains = Some(part.into());
        self
    }

    /// Only requests whose body contains this.
    pub fn body_contains(mut self, part: impl Into<String>) -> Self {
        self.on.body_contains = Some(part.into());
        self
    }

    /// After this many matching requests have passed.
    pub fn skip(mut self, skip: u64) -> Self {
        self.skip = skip;
        self
    }

    /// Only so often.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    pub(super) fn check(&self) -> Result<(), BadFault> {
        let effect = &self.effect;
        let outcomes = usize::from(effect.status.is_some())
            + usize::from(effect.reset)
            + usize::from(effect.answer_then_reset)
            + usize::from(effect.hold.is_some())
            + usize::from(effect.hold_after.is_some());
        match (outcomes, effect.status) {
            (2.., _) => Err(BadFault::Contradictory),
            (0, _) if effect.latency_ms.is_none() => Err(BadFault::Empty),
            (_, None) if effect.body.is_some() || !effect.headers.is_empty() => Err(BadFault::NoStatus),
            (_, Some(status)) if !(200..600).contains(&status) => Err(BadFault::Status(status)),
            _ => Ok(()),
        }
    }
}

impl Effect {
    /// Answer with this status.
    pub fn status(status: u16) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// Answer 429 with a `Retry-After`, which may be fractional.
    pub fn throttled(retry_after: &str) -> Self {
        let headers = BTreeMap::from([("Retry-After".to_owned(), retry_after.to_owned())]);
        Self { status: Some(429), headers, ..Self::default() }
    }

    /// Answer late.
    pub fn latency_ms(latency_ms: u64) -> Self {
        Self { latency_ms: Some(latency_ms), ..Self::default() }
    }

    /// Reset the connection before the request has any effect.
    pub fn reset() -> Self {
        Self { reset: true, ..Self::default() }
    }

    /// Let the request have its effect, then reset the connection.
    pub fn answer_then_reset() -> Self {
        Self { answer_then_reset: true, ..Self::default() }
    }

    /// Hold the request before it has any effect.
    pub fn hold(name: impl Into<String>) -> Self {
        Self { hold: Some(name.into()), ..Self::default() }
    }

    /// Hold the answer.
    pub fn hold_after(name: impl Into<String>) -> Self {
        Self { hold_after: Some(name.into()), ..Self::default() }
    }
}

impl Match {
    pub(super) fn covers(&self, call: &Call<'_>) -> bool {
        let target = || call.parts.uri.path_and_query().map_or("", |target| target.as_str());
        self.upstream == call.place.upstream
            && self.method.as_ref().is_none_or(|m| m.eq_ignore_ascii_case(call.method().as_str()))
            && self
                .path_contains
                .as_ref()
                .is_none_or(|part| target().contains(part) || percent::decode(target()).contains(part))
            && self
                .body_contains
                .as_ref()
                .is_none_or(|part| String::from_utf8_lossy(call.body).contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(effect: Effect) -> Result<(), BadFault> {
        Fault::new(Upstream::Graph, effect).check()
    }

    #[test]
    fn a_rule_has_exactly_one_outcome() {
        assert_eq!(checked(Effect::default()), Err(BadFault::Empty));
        assert_eq!(checked(Effect { reset: true, ..Effect::status(500) }), Err(BadFault::Contradictory));
        assert_eq!(checked(Effect::status(42)), Err(BadFault::Status(42)));
        let latency = Effect { latency_ms: Some(1), ..Effect::throttled("2.128") };
        assert_eq!(checked(latency), Ok(()));
    }

    #[test]
    fn misspelt_rules_are_refused() {
        let rule = r#"{"match":{"upstream":"graph","pathcontains":"x"},"effect":{"reset":true}}"#;
        assert!(serde_json::from_str::<Fault>(rule).is_err());
    }
}
