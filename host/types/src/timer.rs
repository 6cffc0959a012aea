//! Timers: when something is to happen by itself.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{EventId, InstallationKey, Timestamp};

/// When a recurring timer is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Timing {
    /// Again and again after so long.
    Every {
        /// The interval, in milliseconds.
        millis: u64,
    },
    /// Whenever the clock on the wall shows it.
    Cron {
        /// Five fields: minute, hour, day of month, month, day of week.
        expression: String,
        /// IANA time zone: `Europe/Berlin`.
        zone: String,
    },
}

/// `every 5m`, `0 3 * * 1-5 Europe/Berlin`.
impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every { millis } => match jiff::SignedDuration::try_from(Duration::from_millis(*millis)) {
                Ok(interval) => write!(f, "every {interval:#}"),
                Err(_) => write!(f, "every {millis} ms"),
            },
            Self::Cron { expression, zone } => write!(f, "{expression} {zone}"),
        }
    }
}

/// Who set a timer. The two do not share names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TimerKind {
    /// The connector's plan: it recurs for as long as it is planned.
    Planned,
    /// A run of the connector: it fires once.
    Once,
}

/// A timer's whole name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerKey {
    /// Whose connector it wakes.
    pub installation: InstallationKey,
    /// Who set it.
    pub kind: TimerKind,
    /// The connector's own name for it.
    pub key: String,
}

impl fmt::Display for TimerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.installation, self.key)
    }
}

/// A timer that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// When it fires next.
    pub due: Timestamp,
    /// What it is made of.
    #[serde(flatten)]
    pub course: Course,
}

/// What a timer is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "course", rename_all = "lowercase")]
pub enum Course {
    /// It fires once, with the body that was given.
    Once {
        /// JSON.
        body: String,
    },
    /// It fires again and again.
    Recurring {
        /// When.
        timing: Timing,
        /// The event of the last firing: while that waits, no other joins it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fired: Option<EventId>,
        /// The first moment that has passed without a firing. The next firing says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missed_since: Option<Timestamp>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_when_in_words() {
        let every = |millis| Timing::Every { millis }.to_string();
        assert_eq!(every(300_000), "every 5m");
        assert_eq!(every(5_400_000), "every 1h 30m");
        let cron = Timing::Cron { expression: "0 3 * * *".into(), zone: "Europe/Berlin".into() };
        assert_eq!(cron.to_string(), "0 3 * * * Europe/Berlin");
    }

    #[test]
    fn reads_what_it_writes() {
        let timing = Timing::Every { millis: 1_000 };
        for course in [
            Course::Once { body: "{}".into() },
            Course::Recurring { timing, fired: Some(EventId::generate()), missed_since: Some(Timestamp(1)) },
        ] {
            let timer = Timer { due: Timestamp(7), course };
            let json = serde_json::to_vec(&timer).unwrap();
            assert_eq!(serde_json::from_slice::<Timer>(&json).unwrap(), timer);
        }
    }
}
