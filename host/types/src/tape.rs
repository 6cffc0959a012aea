//! The tape of a run: the question that a guest was asked, all that it asked the host meanwhile, and all that it
//! was told. Enough to run it again without the world.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{Delivery, Digest, Event, Limits, Problem, run::RunRecord};

/// The form of tapes that this version writes and reads.
pub const FORMAT: u32 = 1;

/// A whole tape. It holds what the guest saw and nothing more: a credential is added behind the guest's back, so it
/// is not here either.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Tape {
    /// The question and its answer.
    #[serde(flatten)]
    pub head: Head,
    /// What the guest asked the host, in order.
    pub calls: Vec<TapedCall>,
}

/// A tape without its calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Head {
    /// [`FORMAT`] when it was written.
    pub format: u32,
    /// Version of the host that wrote it.
    pub host: String,
    /// The package that ran.
    pub package: Digest,
    /// The installation's configuration, as JSON text.
    pub config: String,
    /// What the run might use.
    pub limits: Limits,
    /// What was to be handled.
    pub event: Event,
    /// How far it had come: which attempt this was, and whether an earlier one left something in doubt.
    pub delivery: Delivery,
    /// How the run ended.
    pub said: Said,
}

/// A run that can be replayed anywhere.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TapedRun {
    /// What the journal says of it.
    pub run: RunRecord,
    /// Its tape.
    pub tape: Tape,
}

/// How a run ended, in the guest's own words where it had any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Said {
    /// Handled.
    Done,
    /// Try again.
    Retry {
        /// Why.
        problem: Problem,
        /// Not before so many milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_ms: Option<u64>,
    },
    /// Never again.
    Permanent {
        /// Why.
        problem: Problem,
    },
    /// The host stopped it.
    Stopped {
        /// Why.
        problem: Problem,
    },
}

/// Limits that a run meets by how fast things go, and not by what its guest does.
const OF_TIME: [&str; 2] = ["limit.cpu", "limit.wall"];

impl Said {
    /// Whether the run ended because its time was up: another machine ends it elsewhere.
    pub fn is_of_time(&self) -> bool {
        matches!(self, Self::Stopped { problem } if OF_TIME.contains(&problem.code.as_str()))
    }

    /// Whether two runs ended alike. Where time was up it is enough that the same limit was met: a replay has more
    /// of it, so the words differ.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Stopped { problem: one }, Self::Stopped { problem: two }) if self.is_of_time() => {
                one.code == two.code
            }
            _ => self == other,
        }
    }
}

/// One call of a guest to its host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TapedCall {
    /// Which function: `storage.get`.
    pub call: String,
    /// What it was about, for people, and to find its counterpart in another run: `POST crm /sobjects/Task`.
    pub about: String,
    /// Exactly what was asked.
    pub asked: Value,
    /// Exactly what was told, which may be null; none: the run ended first.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub told: Option<Value>,
}

/// What stands there is there, even if it is null.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Head {
    /// The whole tape as JSON, given its calls as the inside of a JSON array: written once while the guest ran,
    /// they are not read again to be kept.
    pub fn with_calls(&self, calls: &[u8]) -> Vec<u8> {
        let mut tape = serde_json::to_vec(self).expect("plain data always serialises");
        tape.reserve(calls.len() + 16);
        tape.pop();
        tape.extend_from_slice(b",\"calls\":[");
        tape.extend_from_slice(calls);
        tape.extend_from_slice(b"]}");
        tape
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventId, Payload, Timestamp};

    #[test]
    fn only_where_time_was_up_the_same_limit_is_enough() {
        let stopped = |code: &str, words: &str| Said::Stopped { problem: Problem::new(code, words) };
        let cpu = stopped("limit.cpu", "100 ms");
        assert!(cpu.is_like(&stopped("limit.cpu", "400 ms")));
        assert!(!cpu.is_like(&stopped("limit.wall", "100 ms")));
        assert!(!cpu.is_like(&Said::Done) && !Said::Done.is_like(&cpu));
        assert!(!stopped("guest.trapped", "one").is_like(&stopped("guest.trapped", "two")));
        assert!(Said::Done.is_like(&Said::Done));
    }

    #[test]
    fn calls_that_were_written_before_become_part_of_the_whole() {
        let installation =
            crate::InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
        let head = Head {
            format: FORMAT,
            host: "0.1.0".into(),
            package: Digest::of(b"p"),
            config: "{}".into(),
            limits: Limits::default(),
            event: Event {
                id: EventId::from_bytes([7; 16]),
                installation,
                ordering_key: "k".into(),
                received: Timestamp(1),
                actor: None,
                trace: None,
                payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
            },
            delivery: Delivery::fresh(Timestamp(1)),
            said: Said::Done,
        };
        let call = |call: &str, told: Option<Value>| TapedCall {
            call: call.into(),
            about: "é \"quoted\"".into(),
            asked: serde_json::json!({ "key": "k" }),
            told,
        };
        let silent = vec![call("a", Some(Value::Null)), call("b", None)];
        for calls in [vec![], vec![call("a", Some(1.into()))], silent] {
            let written: Vec<_> = calls.iter().map(|call| serde_json::to_string(call).unwrap()).collect();
            let bytes = head.with_calls(written.join(",").as_bytes());
            let read: Tape = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(read, Tape { head: head.clone(), calls });
        }
    }
}
