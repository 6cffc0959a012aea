//! The journal: what one run did, as kept and shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{EventRef, Problem, Timestamp};

/// One attempt to handle an event. It holds shapes, never credentials or bodies; those of a
/// [tape](crate::tape::Tape) lie elsewhere, sealed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunRecord {
    /// Of which event.
    pub event: EventRef,
    /// 1 for the first.
    pub attempt: u32,
    /// When it began.
    pub started: Timestamp,
    /// Wall clock, in microseconds.
    pub duration_us: u64,
    /// Time inside guest code, in milliseconds, as the limits counted it.
    pub cpu_ms: u64,
    /// The most memory the guest held, in bytes.
    pub memory_bytes: u64,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Upstream calls in order.
    pub calls: Vec<CallRecord>,
    /// Log lines in order.
    pub log: Vec<LogLine>,
    /// Log lines beyond the limit.
    #[serde(default)]
    pub log_dropped: u32,
    /// Denied calls beyond those that are shown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub denials_dropped: u32,
    /// Whether all that the connector was given, asked and was told was kept too.
    #[serde(default, skip_serializing_if = "TapeState::is_off")]
    pub tape: TapeState,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// What was kept of a run beside its shape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TapeState {
    /// Nothing: the installation keeps shapes, or the run was overtaken.
    #[default]
    Off,
    /// Everything: it can be replayed for as long as the tape is kept.
    Whole {
        /// Size of the tape as it is kept, in bytes.
        bytes: u64,
    },
    /// It grew beyond the limit, and nothing was kept.
    Cut {
        /// The limit, in bytes.
        limit: u64,
    },
}

impl TapeState {
    /// Whether nothing was to be kept.
    pub fn is_off(&self) -> bool {
        *self == Self::Off
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RunOutcome {
    /// Handled; what it wrote is committed.
    Done,
    /// The connector asked for another attempt.
    Retry {
        /// Why.
        problem: Problem,
    },
    /// The connector said never again.
    Permanent {
        /// Why.
        problem: Problem,
    },
    /// The host stopped it: a trap, or a limit.
    Stopped {
        /// Why.
        problem: Problem,
    },
    /// Another run changed what it had read; it was started again.
    Conflict,
}

/// One upstream call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallRecord {
    /// `graph`, or the connection's name, or `http`.
    pub through: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// Origin and path, without the query.
    pub target: String,
    /// How it ended.
    pub result: CallResult,
    /// Bytes sent in the body.
    pub sent: u64,
    /// Bytes received in the body.
    pub received: u64,
    /// From asking to answer, in microseconds.
    pub duration_us: u64,
    /// What its refusal means, where the host knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// How an upstream call ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CallResult {
    /// The upstream answered.
    Answered {
        /// Its HTTP status.
        status: u16,
    },
    /// The answer of an earlier attempt was given again; nothing was sent.
    Remembered {
        /// The status remembered.
        status: u16,
    },
    /// Refused before sending.
    Denied {
        /// What was asked for.
        asked: String,
        /// The line of the grant that would allow it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        allow_with: Option<String>,
    },
    /// No answer; whether it was carried out is known only as far as `in_doubt` says.
    Failed {
        /// Why.
        reason: String,
        /// Whether it may have been carried out.
        in_doubt: bool,
    },
}

/// One line of a run's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LogLine {
    /// `trace`, `debug`, `info`, `warn`, `error`.
    pub level: String,
    /// The connector's words.
    pub message: String,
    /// Named values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
}
