//! Days in UTC, by which tables are partitioned.

use std::{fmt, str::FromStr};

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;

/// Microseconds of a day.
const MICROS: i64 = 86_400_000_000;
/// 0001-01-01 and 9999-12-31: what every reader of Parquet can say.
const EARLIEST: i32 = -719_162;
const LATEST: i32 = 2_932_896;

/// A day in UTC, as the number of days since 1970-01-01. Between the years 1 and 9999; written `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = Date, example = "2026-11-22")]
pub struct Day(i32);

/// Not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day such as 2026-11-22")]
pub struct InvalidDay(String);

impl Day {
    /// 0001-01-01.
    pub const FIRST: Self = Self(EARLIEST);
    /// 9999-12-31.
    pub const LAST: Self = Self(LATEST);

    /// The day so many days after 1970-01-01; none beyond the years that have four digits.
    pub fn from_days(days: i32) -> Option<Self> {
        (EARLIEST..=LATEST).contains(&days).then_some(Self(days))
    }

    /// The day of a moment, in microseconds since 1970.
    pub fn of_micros(micros: i64) -> Option<Self> {
        i32::try_from(micros.div_euclid(MICROS)).ok().and_then(Self::from_days)
    }

    /// The day of a moment.
    pub fn of(moment: Timestamp) -> Self {
        let micros = i64::try_from(moment.0).unwrap_or(i64::MAX).saturating_mul(1_000);
        Self::of_micros(micros).unwrap_or(Self(LATEST))
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.0
    }

    /// So many days before.
    #[must_use]
    pub fn before(self, days: u32) -> Self {
        Self(self.0.saturating_sub(i32::try_from(days).unwrap_or(i32::MAX)).max(EARLIEST))
    }

    /// From a calendar's date.
    pub(super) fn of_date(date: Date) -> Option<Self> {
        epoch().until(date).ok().and_then(|span| Self::from_days(span.get_days()))
    }
}

fn epoch() -> Date {
    jiff::civil::date(1970, 1, 1)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = epoch().checked_add(self.0.days()).unwrap_or(Date::MAX);
        write!(f, "{date}")
    }
}

impl FromStr for Day {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        let invalid = || InvalidDay(text.chars().take(40).collect());
        // Exactly so: jiff also reads dates out of times.
        if text.len() != 10 {
            return Err(invalid());
        }
        text.parse().ok().and_then(Self::of_date).ok_or_else(invalid)
    }
}

impl TryFrom<String> for Day {
    type Error = InvalidDay;

    fn try_from(text: String) -> Result<Self, InvalidDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_those_of_utc() {
        assert_eq!(Day::of_micros(0).unwrap().to_string(), "1970-01-01");
        assert_eq!(Day::of_micros(-1).unwrap().to_string(), "1969-12-31");
        assert_eq!(Day::of(Timestamp(1_763_712_000_123)).to_string(), "2025-11-21");
        assert_eq!(Day::from_days(EARLIEST).unwrap().to_string(), "0001-01-01");
        assert_eq!(Day::from_days(LATEST).unwrap().to_string(), "9999-12-31");
        assert_eq!(Day::of_micros(i64::MAX), None);
        for refused in ["", "2026-2-30", "2026-02-30", "2026-11-22T00:00:00", "today", "-02026-01-01"] {
            assert!(refused.parse::<Day>().is_err(), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(days in EARLIEST..=LATEST) {
            let day = Day::from_days(days).unwrap();
            prop_assert_eq!(day.to_string().parse::<Day>(), Ok(day));
        }
    }
}
