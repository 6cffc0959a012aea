//! When a recurring timer is due: functions of its timing and the time.

use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use jiff::tz::TimeZone;
use tieline_types::{Timestamp, Timing};

/// The shortest interval of a timer, in milliseconds.
const SHORTEST: u64 = 1_000;
/// The longest, in milliseconds: a leap year.
const LONGEST: u64 = 366 * 24 * 3_600_000;
/// Longest cron expression, in bytes.
const EXPRESSION_BYTES: usize = 256;

/// When a timer that is set now is due.
pub(super) fn first(timing: &Timing, now: Timestamp) -> Option<Timestamp> {
    next(timing, now, now)
}

/// The first moment after `now` at which a timer is due that was due at `due`. An interval keeps its beat, however
/// late it is looked at; none when there is no such moment any more.
pub(super) fn next(timing: &Timing, due: Timestamp, now: Timestamp) -> Option<Timestamp> {
    match timing {
        Timing::Every { millis } => {
            let millis = (*millis).max(SHORTEST);
            let beats = now.0.saturating_sub(due.0) / millis + 1;
            Some(Timestamp(due.0.saturating_add(beats.saturating_mul(millis))))
        }
        Timing::Cron { expression, zone } => {
            let (cron, zone) = (parsed(expression).ok()?, zone_named(zone)?);
            let now = jiff::Timestamp::from_millisecond(i64::try_from(now.0).ok()?).ok()?;
            let next = cron.find_next_occurrence(&now.to_zoned(zone), false).ok()?;
            u64::try_from(next.timestamp().as_millisecond()).ok().map(Timestamp)
        }
    }
}

/// What is wrong with a timing, as the end of a sentence.
pub(crate) fn fault(timing: &Timing, now: Timestamp) -> Option<String> {
    match timing {
        Timing::Every { millis } if *millis < SHORTEST => {
            Some("its interval is shorter than a second".into())
        }
        Timing::Every { millis } if *millis > LONGEST => Some("its interval is longer than a year".into()),
        Timing::Every { .. } => None,
        Timing::Cron { expression, zone } => match parsed(expression) {
            Err(why) => Some(format!("its cron expression cannot be read: {why}")),
            Ok(_) if zone_named(zone).is_none() => {
                let zone: String = zone.chars().take(80).collect();
                Some(format!("there is no time zone `{}`", zone.escape_debug()))
            }
            Ok(_) => first(timing, now).is_none().then(|| "it would never be due".into()),
        },
    }
}

fn parsed(expression: &str) -> Result<Cron, String> {
    let fields = expression.split_whitespace().count();
    if fields != 5 || expression.len() > EXPRESSION_BYTES {
        return Err("it does not have five fields".into());
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser.parse(expression).map_err(|error| error.to_string())
}

/// Only zones of the database: what the host's own machine is set to is nobody's business.
fn zone_named(zone: &str) -> Option<TimeZone> {
    TimeZone::get(zone).ok().filter(|found| found.iana_name().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(time: &str) -> Timestamp {
        Timestamp::parse_rfc3339(time).unwrap()
    }

    fn cron(expression: &str, zone: &str) -> Timing {
        Timing::Cron { expression: expression.into(), zone: zone.into() }
    }

    /// The moments after `from`, in UTC.
    fn moments(timing: &Timing, from: &str, count: usize) -> Vec<String> {
        let next = |now: &Timestamp| first(timing, *now);
        let found = std::iter::successors(Some(at(from)), next).skip(1).take(count);
        found.map(|moment| moment.rfc3339().replace(":00.000Z", "Z")).collect()
    }

    #[test]
    fn the_wall_clock_of_the_zone_counts() {
        let nightly = cron("30 3 * * 1-5", "Europe/Berlin");
        let found = moments(&nightly, "2026-11-20T01:00:00Z", 3);
        assert_eq!(found, ["2026-11-20T02:30Z", "2026-11-23T02:30Z", "2026-11-24T02:30Z"]);
    }

    #[test]
    fn a_time_that_the_clocks_leave_out_is_due_right_after_it() {
        // In Berlin 02:00 becomes 03:00 on 2026-03-29: 01:00 UTC.
        let found = moments(&cron("30 2 * * *", "Europe/Berlin"), "2026-03-28T00:00:00Z", 3);
        assert_eq!(found, ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"]);
    }

    #[test]
    fn a_time_that_comes_twice_is_due_once_unless_it_is_every_hours() {
        // In Berlin 03:00 becomes 02:00 on 2026-10-25: 01:00 UTC.
        let found = moments(&cron("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00:00Z", 2);
        assert_eq!(found, ["2026-10-25T00:30Z", "2026-10-26T01:30Z"]);
        let hourly = moments(&cron("30 * * * *", "Europe/Berlin"), "2026-10-24T23:45:00Z", 3);
        assert_eq!(hourly, ["2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T02:30Z"]);
    }

    #[test]
    fn refuses_what_would_never_be_or_too_often() {
        let now = at("2026-11-22T00:00:00Z");
        for refused in [
            Timing::Every { millis: 0 },
            Timing::Every { millis: 999 },
            Timing::Every { millis: u64::MAX },
            cron("* * * *", "UTC"),
            cron("* * * * * *", "UTC"),
            cron("@daily", "UTC"),
            cron("61 * * * *", "UTC"),
            cron("0 0 30 2 *", "UTC"),
            cron("0 3 * * *", "Europe/Atlantis"),
            cron("0 3 * * *", ""),
            cron("0 3 * * *", "../../etc/localtime"),
            cron(&format!("{}* * * *", "0,".repeat(200)), "UTC"),
        ] {
            assert!(fault(&refused, now).is_some(), "{refused}");
        }
        for taken in
            [Timing::Every { millis: 1_000 }, cron("*/5 * * * *", "UTC"), cron("0 0 29 2 *", "Asia/Tokyo")]
        {
            assert_eq!(fault(&taken, now), None, "{taken}");
        }
    }

    proptest! {
        #[test]
        fn an_interval_keeps_its_beat_and_never_bursts(due in 0_u64..1 << 40, late in 0_u64..1 << 40, millis in SHORTEST..LONGEST) {
            let now = Timestamp(due + late);
            let next = next(&Timing::Every { millis }, Timestamp(due), now).unwrap();
            prop_assert!(next > now && next.0 - now.0 <= millis);
            prop_assert_eq!((next.0 - due) % millis, 0);
        }

        #[test]
        fn what_is_next_lies_ahead(now in 0_u64..1 << 42, minute in 0_u32..60, hour in 0_u32..24) {
            let timing = cron(&format!("{minute} {hour} * * *"), "America/New_York");
            let next = first(&timing, Timestamp(now)).unwrap();
            prop_assert!(next.0 > now && next.0 - now <= 50 * 3_600_000);
        }
    }
}
