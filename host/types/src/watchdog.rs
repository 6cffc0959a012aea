//! When silence is worth an alert.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// Silence of an installation for longer than this, counted in its business hours, is an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Watchdog {
    /// So many minutes without a notification, at least 5; only those within the hours count.
    pub silent_minutes: u32,
    /// Begin and end of the day's hours by the zone's clock; an end before the begin is on the next day. All day
    /// when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<(String, String)>)]
    pub hours: Option<(TimeOfDay, TimeOfDay)>,
    /// The days on which the hours begin; all when absent.
    #[serde(default = "every_day", skip_serializing_if = "is_every_day")]
    pub days: Vec<Day>,
    /// An IANA time zone: `Europe/Berlin`.
    #[serde(default = "utc")]
    pub zone: String,
}

fn every_day() -> Vec<Day> {
    Day::ALL.to_vec()
}

fn is_every_day(days: &[Day]) -> bool {
    days == Day::ALL
}

fn utc() -> String {
    "UTC".into()
}

/// `08:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay {
    /// 0 to 23; 24 only with no minutes: the end of the day.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

impl TimeOfDay {
    fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let number = |part: &str| {
            let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u8>().ok()).flatten()
        };
        let (hour, minute) = (number(hour)?, number(minute)?);
        let valid = (hour < 24 && minute < 60) || (hour == 24 && minute == 0);
        valid.then_some(Self { hour, minute })
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a time of day is HH:MM, 00:00 to 24:00"))
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Weekday)]
#[allow(missing_docs)]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// All of them, from Monday on.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Watchdog, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn reads_what_an_operator_writes_and_writes_it_again() {
        let watchdog = read("silent_minutes = 240\nhours = [\"08:00\", \"18:30\"]\ndays = [\"mon\", \"fri\"]\nzone = \"Europe/Berlin\"").unwrap();
        assert_eq!(watchdog.hours.unwrap().1, TimeOfDay { hour: 18, minute: 30 });
        let json = serde_json::to_value(&watchdog).unwrap();
        assert_eq!(json["hours"][1], "18:30");
        assert_eq!(serde_json::from_value::<Watchdog>(json).unwrap(), watchdog);
        let least = read("silent_minutes = 5").unwrap();
        assert_eq!((least.days.len(), least.zone.as_str(), least.hours), (7, "UTC", None));
    }

    #[test]
    fn refuses_what_is_no_time_and_no_day() {
        for refused in [
            "silent_minutes = -1",
            "silent_minutes = 5\nhours = [\"8:00\", \"18:00\"]",
            "silent_minutes = 5\nhours = [\"24:01\", \"18:00\"]",
            "silent_minutes = 5\nhours = [\"08:00\"]",
            "silent_minutes = 5\ndays = [\"monday\"]",
            "silent_minutes = 5\nhour = 3",
            "",
        ] {
            assert!(read(refused).is_err(), "{refused}");
        }
    }
}
