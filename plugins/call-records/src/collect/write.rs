//! Writes a version of a call, once.

use tieline_sdk::{Failure, clock, log, time};

use super::rest::{self, Rest};
use super::seen::{self, Seen};
use crate::config::Config;
use crate::record::{CallRecord, Page, Participant};
use crate::rows::{Call, Version};

const DAY: u64 = 24 * 3_600_000;

/// Writes this version, unless it or a later one was written. What does not fit into this run is left to others, which
/// end with the row of the call itself.
pub(super) fn version(
    config: &Config,
    record: CallRecord,
    participants: Page<Participant>,
) -> Result<(), Failure> {
    let before = seen::of(&record.id)?;
    if let Some(before) = &before
        && before.v >= record.version
    {
        log::debug("this version was written before", [("call", record.id.as_str())]);
        return Ok(());
    }
    // A later version replaces the earlier one where that lies.
    let day = before.map_or_else(|| day_of(record.start_date_time.as_deref()), |before| before.d);
    seen::remember(&record.id, &Seen { v: record.version, d: day.clone() })?;
    let version = Version { call_id: record.id.clone(), version: record.version, date: day };
    let mut call = Call::new(version.clone(), &record, config.people);
    rest::join(config, &mut call, &participants.value)?;
    let CallRecord { sessions, more_sessions, .. } = record;
    Rest { call, participants: participants.next, sessions: more_sessions }.read_on(config, sessions)
}

/// The day of a time; of none, today.
fn day_of(start: Option<&str>) -> String {
    let day = start.and_then(time::millis).unwrap_or_else(clock::now) / DAY;
    time::date(day)
}
