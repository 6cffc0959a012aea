//! Time as it counts for silence: only within the hours of an installation. Pure; by the clock of a zone, so
//! that a change of clocks neither hides silence nor makes it up.

use std::time::Duration;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use tieline_types::{
    Problem, Timestamp,
    watchdog::{Day, TimeOfDay, Watchdog},
};

/// The shortest silence that may be an alert, in minutes: Graph itself takes a minute or more.
const SHORTEST: u32 = 5;
/// The longest, in minutes: thirty days of hours.
const LONGEST: u32 = 30 * 24 * 60;
/// 2026-01-01T00:00:00Z: any moment would do.
const A_NEW_YEAR: u64 = 1_767_225_600_000;
/// Days that are looked through for the end of a silence.
const HORIZON: i32 = 366;

/// What is wrong with a watchdog, each with its place below `at`.
pub(crate) fn faults(watchdog: &Watchdog, at: &str) -> Vec<Problem> {
    let invalid =
        |field: &str, message: String| Problem::new("watchdog.invalid", message).at(format!("{at}/{field}"));
    let mut problems = Vec::new();
    if !(SHORTEST..=LONGEST).contains(&watchdog.silent_minutes) {
        let message = format!("A silence is {SHORTEST} to {LONGEST} minutes.");
        problems.push(invalid("silent_minutes", message));
    }
    if zone_named(&watchdog.zone).is_none() {
        let zone: String = watchdog.zone.chars().take(80).collect();
        let message = format!("There is no time zone `{}`.", zone.escape_debug());
        problems.push(invalid("zone", message).remedy("Give a name such as Europe/Berlin."));
    }
    if watchdog.days.is_empty() {
        problems.push(invalid("days", "Without a day it never counts.".into()));
    }
    if let Some((begin, end)) = watchdog.hours
        && (begin == end || begin.hour == 24)
    {
        problems.push(invalid("hours", format!("From {begin} to {end} there is no time.")));
    }
    if problems.is_empty() && silent_at(watchdog, Timestamp(A_NEW_YEAR)).is_none() {
        problems.push(invalid("silent_minutes", "Its hours do not hold so much within a year.".into()));
    }
    problems
}

/// When a silence that began at `since` has lasted long enough; none when the hours do not hold so much within
/// a year.
pub(super) fn silent_at(watchdog: &Watchdog, since: Timestamp) -> Option<Timestamp> {
    let mut left = Duration::from_secs(u64::from(watchdog.silent_minutes) * 60);
    let zone = zone_named(&watchdog.zone)?;
    let moment = jiff::Timestamp::from_millisecond(i64::try_from(since.0).ok()?).ok()?;
    // Hours that began the day before may reach into this one.
    let first = moment.to_zoned(zone.clone()).date().yesterday().ok()?;
    for ahead in 0..HORIZON {
        let date = first.checked_add(ahead.days()).ok()?;
        let Some((begin, end)) = hours_of(watchdog, date, &zone) else { continue };
        let begin = begin.max(since);
        let counted = end.since(begin);
        if counted >= left {
            return Some(begin.after(left));
        }
        left -= counted;
    }
    None
}

/// The hours that begin on this day, as moments.
fn hours_of(watchdog: &Watchdog, date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    if !watchdog.days.contains(&day(date.weekday())) {
        return None;
    }
    let midnight = TimeOfDay { hour: 0, minute: 0 };
    let (begin, end) = watchdog.hours.unwrap_or((midnight, TimeOfDay { hour: 24, minute: 0 }));
    let tomorrow = date.tomorrow().ok()?;
    let ends_on = if end > begin { date } else { tomorrow };
    let moment = |date: Date, time: TimeOfDay| {
        let (date, hour) = if time.hour == 24 { (date.tomorrow().ok()?, 0) } else { (date, time.hour) };
        let minute = i8::try_from(time.minute).ok()?;
        let zoned = date.at(i8::try_from(hour).ok()?, minute, 0, 0).to_zoned(zone.clone()).ok()?;
        u64::try_from(zoned.timestamp().as_millisecond()).ok().map(Timestamp)
    };
    Some((moment(date, begin)?, moment(ends_on, end)?))
}

fn day(weekday: Weekday) -> Day {
    Day::ALL[usize::try_from(weekday.to_monday_zero_offset()).unwrap_or_default()]
}

/// Only zones of the database: what the host's own machine is set to is nobody's business.
fn zone_named(zone: &str) -> Option<TimeZone> {
    TimeZone::get(zone).ok().filter(|found| found.iana_name().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn watchdog(text: &str) -> Watchdog {
        toml_of(text).unwrap()
    }

    fn toml_of(text: &str) -> Result<Watchdog, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Weekdays from eight to six in Berlin.
    fn office(minutes: u32) -> Watchdog {
        watchdog(&format!(
            r#"{{"silent_minutes": {minutes}, "hours": ["08:00", "18:00"], "zone": "Europe/Berlin",
                "days": ["mon", "tue", "wed", "thu", "fri"]}}"#
        ))
    }

    fn at(time: &str) -> Timestamp {
        Timestamp::parse_rfc3339(time).unwrap()
    }

    fn silent(watchdog: &Watchdog, since: &str) -> String {
        silent_at(watchdog, at(since)).unwrap().rfc3339().replace(":00.000Z", "Z")
    }

    #[test]
    fn nights_and_weekends_do_not_count() {
        // Friday 17:00 in Berlin: one hour counts on Friday, three on Monday.
        assert_eq!(silent(&office(240), "2026-11-20T16:00:00Z"), "2026-11-23T10:00Z");
        // Saturday: all four on Monday.
        assert_eq!(silent(&office(240), "2026-11-21T12:00:00Z"), "2026-11-23T11:00Z");
        assert_eq!(silent(&office(240), "2026-11-23T08:00:00Z"), "2026-11-23T12:00Z");
    }

    #[test]
    fn the_clock_of_the_zone_counts_when_clocks_change() {
        // Sunday 2026-03-29 has 23 hours in Berlin, 2026-10-25 has 25; noon to noon of the same clock.
        let all_day = watchdog(r#"{"silent_minutes": 1440, "zone": "Europe/Berlin"}"#);
        assert_eq!(silent(&all_day, "2026-03-28T11:00:00Z"), "2026-03-29T11:00Z", "24 hours are 24 hours");
        // Monday's hours begin at 08:00 summer time: 06:00 UTC.
        assert_eq!(silent(&office(60), "2026-03-27T17:00:00Z"), "2026-03-30T07:00Z");
        assert_eq!(silent(&office(60), "2026-10-23T16:00:00Z"), "2026-10-26T08:00Z");
    }

    #[test]
    fn a_night_shift_belongs_to_the_day_on_which_it_begins() {
        let night = watchdog(
            r#"{"silent_minutes": 60, "hours": ["22:00", "06:00"], "days": ["fri"], "zone": "UTC"}"#,
        );
        assert_eq!(
            silent(&night, "2026-11-21T03:00:00Z"),
            "2026-11-21T04:00Z",
            "Saturday, of Friday's shift"
        );
        assert_eq!(silent(&night, "2026-11-21T05:30:00Z"), "2026-11-27T22:30Z", "half an hour is left over");
        // The night in which the clocks leave out an hour has seven.
        let eight =
            Watchdog { silent_minutes: 480, zone: "Europe/Berlin".into(), days: vec![Day::Sat], ..night };
        assert_eq!(silent(&eight, "2026-03-28T12:00:00Z"), "2026-04-04T21:00Z");
    }

    #[test]
    fn refuses_what_would_never_or_always_bark() {
        let places = |text: &str| -> Vec<String> {
            faults(&watchdog(text), "/w").into_iter().filter_map(|problem| problem.field).collect()
        };
        assert_eq!(places(r#"{"silent_minutes": 4, "zone": "Mars/Base"}"#), ["/w/silent_minutes", "/w/zone"]);
        assert_eq!(places(r#"{"silent_minutes": 60, "days": []}"#), ["/w/days"]);
        assert_eq!(places(r#"{"silent_minutes": 60, "hours": ["08:00", "08:00"]}"#), ["/w/hours"]);
        assert_eq!(places(r#"{"silent_minutes": 60, "hours": ["24:00", "08:00"]}"#), ["/w/hours"]);
        let rare = r#"{"silent_minutes": 10000, "hours": ["08:00", "08:30"], "days": ["mon"]}"#;
        assert_eq!(places(rare), ["/w/silent_minutes"]);
        assert!(faults(&office(240), "").is_empty());
        assert!(toml_of(r#"{"silent_minutes": 60, "hours": ["08:00", "25:00"]}"#).is_err());
    }

    proptest! {
        #[test]
        fn never_before_the_time_and_later_silence_ends_later(
            since in 1_700_000_000_000_u64..1_900_000_000_000, more in 0_u64..10_000_000_000,
            minutes in SHORTEST..5_000, hour in 0_u8..20, long in 1_u8..4,
        ) {
            let hours = Some((TimeOfDay { hour, minute: 30 }, TimeOfDay { hour: hour + long, minute: 0 }));
            let watchdog = Watchdog { hours, ..office(minutes) };
            let silent = silent_at(&watchdog, Timestamp(since)).unwrap();
            prop_assert!(silent.0 >= since + u64::from(minutes) * 60_000);
            prop_assert!(silent_at(&watchdog, Timestamp(since + more)).unwrap() >= silent);
        }
    }
}
