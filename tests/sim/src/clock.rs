//! The time, in each vendor's spelling.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Milliseconds since the epoch.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(u64::MAX)
}

/// Seconds since the epoch, as tokens count them.
pub(crate) fn now_s() -> u64 {
    now_ms() / 1000
}

fn at(ms: u64) -> Timestamp {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

/// `2021-03-29T03:53:52.035Z`: Graph resources.
pub(crate) fn graph_resource(ms: u64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// `2026-11-20T18:23:45.9350000Z`: Graph subscriptions, which show .NET ticks.
pub(crate) fn graph_subscription(ms: u64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%S%.7fZ").to_string()
}

/// `2022-10-23T22:59:31`: the `date` of a Graph inner error, which has no zone.
pub(crate) fn graph_error(ms: u64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `2026-05-24 13:34:39Z`: Entra token errors.
pub(crate) fn entra(ms: u64) -> String {
    at(ms).strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// `2026-11-21T21:19:00.000+0000`: Salesforce date-times.
pub(crate) fn salesforce(ms: u64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// `2026-11-22T07:00:00Z`: Dataverse, which keeps whole seconds.
pub(crate) fn dataverse(ms: u64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `11/22/2026 7:00 AM`: how Dataverse shows a time to people.
pub(crate) fn american(ms: u64) -> String {
    at(ms).strftime("%-m/%-d/%Y %-I:%M %p").to_string()
}

/// `08/22/2017 08:10:44`: the time in a token of Dataverse's change tracking.
pub(crate) fn delta_token(ms: u64) -> String {
    at(ms).strftime("%m/%d/%Y %H:%M:%S").to_string()
}

/// Milliseconds of an RFC 3339 date-time, or of one with Salesforce's `+0000` offset.
pub(crate) fn parse_ms(text: &str) -> Option<u64> {
    let parsed: Timestamp = match text.parse() {
        Ok(parsed) => parsed,
        Err(_) => Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()?,
    };
    u64::try_from(parsed.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_vendor_has_its_own_spelling() {
        let ms = 1_616_990_032_035;
        assert_eq!(graph_resource(ms), "2021-03-29T03:53:52.035Z");
        assert_eq!(graph_subscription(ms), "2021-03-29T03:53:52.0350000Z");
        assert_eq!(graph_error(ms), "2021-03-29T03:53:52");
        assert_eq!(entra(ms), "2021-03-29 03:53:52Z");
        assert_eq!(salesforce(ms), "2021-03-29T03:53:52.035+0000");
        assert_eq!(dataverse(ms), "2021-03-29T03:53:52Z");
        assert_eq!(american(ms), "3/29/2021 3:53 AM");
    }

    #[test]
    fn what_is_written_can_be_read() {
        let ms = 1_616_990_032_035;
        assert_eq!(parse_ms(&graph_subscription(ms)), Some(ms));
        assert_eq!(parse_ms(&salesforce(ms)), Some(ms));
        assert_eq!(parse_ms("tomorrow"), None);
    }
}
