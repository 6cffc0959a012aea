//! Who is told of alerts, and what they are told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TestStage;
use crate::{AlertNews, Problem, ReceiverName, Severity, Timestamp};

/// A receiver in a list. Its secret is not shown, and of a webhook no more than its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiverSummary {
    /// Its name.
    pub name: ReceiverName,
    /// `webhook` or `email`.
    pub kind: ReceiverKind,
    /// Where its messages go.
    pub target: String,
    /// Of what matters less it is not told.
    pub min_severity: Severity,
    /// How much waits to be told.
    pub waiting: usize,
    /// When it last took a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Timestamp>,
    /// When the message under way is tried again, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt: Option<Timestamp>,
    /// Why it could not be told, if it could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// How somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ReceiverKind {
    Webhook,
    Email,
}

/// What came of a test message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiverTest {
    /// To whom.
    pub receiver: ReceiverName,
    /// In order: of a webhook `dns`, `tls`, `message`; of mail `connection`, `sign-in`, `message`. After one that failed
    /// the others are skipped.
    pub stages: Vec<TestStage>,
}

impl ReceiverTest {
    /// Whether no stage failed.
    pub fn passed(&self) -> bool {
        self.stages.iter().all(|stage| stage.verdict != super::Verdict::Failed)
    }
}

/// What a webhook is sent. A `Tieline-Signature` of `v1=` and the hexadecimal HMAC-SHA256, under the receiver's secret,
/// of the `Tieline-Timestamp` (seconds since 1970), a full stop and the body proves whom it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertMessage {
    /// The same in every attempt at one message.
    pub id: String,
    /// The host's address, as the world reaches it.
    pub host: String,
    /// Who is told.
    pub receiver: ReceiverName,
    /// Whether it is a test, and nothing happened.
    pub test: bool,
    /// What happened, oldest first.
    pub alerts: Vec<AlertNews>,
    /// How much more happened than is told here: see the list of alerts.
    pub more: u64,
}
