//! What is told, and when: pure rules. One message for a raising and one for its clearing; a lone alert at once, a storm
//! as one digest after the other.

use std::time::Duration;

use tieline_types::{AlertNews, AlertTurn, Severity, Timestamp};

use super::queue::State;

/// How long the first of several news waits for the others.
const GATHER: Duration = Duration::from_secs(2);
/// Waits after failures in a row; the last one from then on.
const WAITS: [Duration; 7] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(60 * 60),
];

/// What a receiver is told of news: as what, and how severe it then knows the alert to be (none: over). Nothing of what is
/// beneath it, of what it knows, and of the end of what it was never told. `told` is how severe it knows it to be.
pub(super) fn told(
    news: &AlertNews,
    told: Option<Severity>,
    least: Severity,
) -> Option<(AlertTurn, Option<Severity>)> {
    let severity = news.alert.severity;
    match (news.what, told) {
        (AlertTurn::Cleared, Some(_)) => Some((AlertTurn::Cleared, None)),
        (AlertTurn::Cleared, None) => None,
        _ if severity < least => None,
        (_, None) => Some((AlertTurn::Raised, Some(severity))),
        (_, Some(known)) if severity > known => Some((AlertTurn::Worse, Some(severity))),
        _ => None,
    }
}

/// When the next message to a receiver may go; none when there is none. `since`: since when the oldest news wait that are
/// in no message yet.
pub(super) fn due(state: &State, since: Option<Timestamp>, digest: Duration) -> Option<Timestamp> {
    if let Some(message) = &state.message {
        return Some(message.not_before);
    }
    let gathered = since?.after(GATHER);
    Some(state.told.map_or(gathered, |told| gathered.max(told.after(digest))))
}

/// How long to wait after so many failures in a row.
pub(super) fn wait(failures: u32) -> Duration {
    let nth = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    WAITS[nth.min(WAITS.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telling::queue::UnderWay;
    use tieline_types::{Alert, AlertKey, Problem};

    const LEAST: Severity = Severity::Warning;

    fn news(what: AlertTurn, severity: Severity) -> AlertNews {
        let about = AlertKey::of_host("k");
        let alert = Alert::raise(about, severity, Problem::new("c", "m"), None, Timestamp(1));
        AlertNews { what, at: Timestamp(1), alert }
    }

    #[test]
    fn one_message_for_a_raising_and_one_for_its_clearing() {
        use AlertTurn::{Cleared, Raised, Worse};
        use Severity::{Critical, Info, Warning};
        for (what, severity, known, expected) in [
            (Raised, Warning, None, Some((Raised, Some(Warning)))),
            (Raised, Info, None, None),
            (Worse, Warning, None, Some((Raised, Some(Warning)))),
            (Worse, Critical, Some(Warning), Some((Worse, Some(Critical)))),
            (Raised, Warning, Some(Warning), None),
            (Worse, Critical, Some(Critical), None),
            (Cleared, Warning, Some(Warning), Some((Cleared, None))),
            (Cleared, Info, Some(Critical), Some((Cleared, None))),
            (Cleared, Critical, None, None),
        ] {
            assert_eq!(
                told(&news(what, severity), known, LEAST),
                expected,
                "{what:?} {severity:?} {known:?}"
            );
        }
    }

    #[test]
    fn a_lone_alert_goes_at_once_and_a_storm_as_one_digest_after_the_other() {
        let digest = Duration::from_secs(60);
        let quiet = State::default();
        assert_eq!(due(&quiet, None, digest), None);
        assert_eq!(due(&quiet, Some(Timestamp(5_000)), digest), Some(Timestamp(7_000)));
        let told = State { told: Some(Timestamp(4_000)), ..State::default() };
        assert_eq!(due(&told, Some(Timestamp(5_000)), digest), Some(Timestamp(64_000)));
        assert_eq!(due(&told, Some(Timestamp(90_000)), digest), Some(Timestamp(92_000)));
    }

    #[test]
    fn a_failure_waits_longer_each_time_whatever_else_happens() {
        let waits: Vec<_> = (1..=9).map(|failures| wait(failures).as_secs()).collect();
        assert_eq!(waits, [2, 10, 60, 300, 900, 1_800, 3_600, 3_600, 3_600]);
        let message =
            UnderWay { id: "m".into(), upto: 3, more: 0, attempts: 2, not_before: Timestamp(77_000) };
        let state = State { message: Some(message), ..State::default() };
        assert_eq!(due(&state, Some(Timestamp(1)), Duration::ZERO), Some(Timestamp(77_000)));
    }
}
