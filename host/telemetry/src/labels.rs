//! The labels of counts. Each is one of a few words, or a name of a bounded number.

use std::{fmt, sync::Arc};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($(#[$of:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type {
            $($(#[$of])* $word,)*
        }

        impl $type {
            /// As it stands in a label and in a trace.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }
        }

        impl EncodeLabelValue for $type {
            fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), fmt::Error> {
                EncodeLabelValue::encode(&self.as_str(), encoder)
            }
        }
    };
}

words! {
    /// How a run ended.
    Outcome {
        /// Handled.
        Done = "done",
        /// The connector asked for another attempt.
        Retry = "retry",
        /// The connector said never again.
        Permanent = "permanent",
        /// The host stopped it.
        Stopped = "stopped",
        /// The host failed to run it.
        Faulted = "faulted",
        /// Its connection cannot be used; the event waits for that.
        Parked = "parked",
        /// An upstream's limit held it up.
        Throttled = "throttled",
        /// Its package cannot be loaded.
        NotReady = "not-ready",
        /// Another run changed what it had read.
        Conflict = "conflict",
    }
}

words! {
    /// How an upstream call ended.
    Class {
        /// Answered with 1xx to 3xx.
        Done = "done",
        /// Answered with 429, or 503 with a time.
        Throttled = "throttled",
        /// Answered with another 4xx.
        Refused = "refused",
        /// Answered with 5xx.
        Failed = "failed",
        /// Not answered, and perhaps done.
        InDoubt = "in-doubt",
        /// Nothing reached the upstream.
        Unreached = "unreached",
        /// Not sent: the host held it back.
        Unsent = "unsent",
    }
}

words! {
    /// What a hook was called with.
    Kind {
        /// Graph's notifications.
        Notification = "notification",
        /// A call of a connector's webhook.
        Webhook = "webhook",
    }
}

impl Class {
    /// Of an answer.
    pub fn of_status(status: u16) -> Self {
        match status {
            429 => Self::Throttled,
            400..500 => Self::Refused,
            500.. => Self::Failed,
            _ => Self::Done,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfRun {
    pub(crate) connector: Option<Arc<str>>,
    pub(crate) outcome: Outcome,
    pub(crate) tenant: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfConnector {
    pub(crate) connector: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfTenant {
    pub(crate) tenant: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfHook {
    pub(crate) kind: Kind,
    pub(crate) outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfCall {
    pub(crate) provider: &'static str,
    pub(crate) class: Class,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfProvider {
    pub(crate) provider: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct InState {
    pub(crate) state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct WithOutcome {
    pub(crate) outcome: &'static str,
}
