//! What is written of a call: a row for itself, for each of its participants, sessions and streams. Pure.
//!
//! All rows of one version of a call have its `call_id` and `version`; of a call, only the rows of the greatest version
//! count. They lie in the partition of `date`, the day on which the call began as its first version said, so that a later
//! version replaces an earlier one even when it knows better when the call began.

mod call;
mod end;
mod participant;
mod session;
mod stream;

use serde::{Deserialize, Serialize};
use tieline_sdk::time;

pub use call::{Call, Tally};
pub use end::End;
pub use participant::Participant;
pub use session::Session;
pub use stream::{Stream, of_session as streams};

use crate::config::People;
use crate::record::{Identity, Kind};

/// What all rows of one version of a call have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The call.
    pub call_id: String,
    /// Which version of it.
    pub version: i64,
    /// Where it is kept: `2026-11-22`.
    pub date: String,
}

/// How long something was, in seconds; none unless both ends are known and in order.
fn seconds(start: Option<&str>, end: Option<&str>) -> Option<f64> {
    let (start, end) = (time::millis(start?)?, time::millis(end?)?);
    Some(end.checked_sub(start)? as f64 / 1_000.0)
}

/// What is a time, as Graph wrote it.
fn moment(text: Option<&str>) -> Option<String> {
    text.filter(|text| time::millis(text).is_some()).map(str::to_owned)
}

fn owned(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// `audio, video`, in one order.
fn joined(modalities: Option<&[String]>) -> Option<String> {
    let mut modalities: Vec<_> = modalities?.iter().map(String::as_str).collect();
    modalities.sort_unstable();
    modalities.dedup();
    owned(Some(&modalities.join(", ")))
}

impl People {
    /// An id; of a telephone number only the last digits are left out where people are not named.
    fn id(self, identity: Option<&Identity>, id: Option<&str>) -> Option<String> {
        let id = id.or_else(|| identity?.id())?;
        let is_number = identity.and_then(Identity::kind) == Some(Kind::Phone) || id.starts_with('+');
        Some(if self == Self::Ids && is_number { without_last_digits(id) } else { id.to_owned() })
    }

    fn name(self, identity: Option<&Identity>) -> Option<String> {
        let name = identity?.name()?;
        (self == Self::Named).then(|| name.to_owned()).filter(|name| !name.is_empty())
    }
}

/// `+44207946…`: enough to see from where, too little to call back.
fn without_last_digits(number: &str) -> String {
    let kept = number.chars().count().saturating_sub(4);
    number.chars().enumerate().map(|(at, digit)| if at < kept { digit } else { '*' }).collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod of_cases;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_who_are_not_named_keep_their_ids_and_lose_their_numbers() {
        let of = |json: &str| serde_json::from_str::<Identity>(json).unwrap();
        let ada = of(r#"{"user":{"id":"u-1","displayName":"Ada"}}"#);
        let phone = of(r#"{"phone":{"id":"+442079460101"}}"#);
        assert_eq!(People::Ids.id(Some(&ada), None).as_deref(), Some("u-1"));
        assert_eq!(People::Ids.name(Some(&ada)), None);
        assert_eq!(People::Named.name(Some(&ada)).as_deref(), Some("Ada"));
        assert_eq!(People::Ids.id(Some(&phone), None).as_deref(), Some("+44207946****"));
        assert_eq!(People::Ids.id(None, Some("+4420")).as_deref(), Some("+****"));
        assert_eq!(People::Named.id(Some(&phone), None).as_deref(), Some("+442079460101"));
    }

    #[test]
    fn times_that_are_none_are_left_out() {
        assert_eq!(seconds(Some("2026-06-15T09:30:00Z"), Some("2026-06-15T09:31:00.5Z")), Some(60.5));
        assert_eq!(seconds(Some("2026-06-15T09:30:00Z"), Some("2026-06-15T09:29:00Z")), None);
        assert_eq!(seconds(Some("soon"), Some("2026-06-15T09:29:00Z")), None);
        assert_eq!(moment(Some("soon")), None);
        let both = ["video".to_owned(), "audio".to_owned()];
        assert_eq!(joined(Some(&both)).as_deref(), Some("audio, video"));
        assert_eq!(joined(Some(&[])), None);
    }
}
