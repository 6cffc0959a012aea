//! The tables, column by column. Pure.
//!
//! A column that is not required may be missing: Graph did not say it. Rows of a call have the key `call_id` and the
//! version of its record; those of a device a day the key `device_id` and the time at which it was asked.

use tieline_sdk::Table;
use tieline_sdk::dataset::Column;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Text,
    /// An instant, in RFC 3339.
    Time,
    /// `2026-11-22`
    Date,
    Whole,
    Number,
    Truth,
}
use Of::{Date, Number, Text, Time, Truth, Whole};

/// Whether every row has it.
const ALWAYS: bool = true;
const MAYBE: bool = false;

/// Name, kind, and whether every row has it.
type Planned = (&'static str, Of, bool);

/// What all tables of calls begin with.
const OF_CALL: &[Planned] = &[("call_id", Text, ALWAYS), ("version", Whole, ALWAYS), ("date", Date, ALWAYS)];

const CALLS: &[Planned] = &[
    ("start", Time, MAYBE),
    ("end", Time, MAYBE),
    ("duration_s", Number, MAYBE),
    ("last_modified", Time, MAYBE),
    ("kind", Text, MAYBE),
    ("modalities", Text, MAYBE),
    ("is_meeting", Truth, ALWAYS),
    ("organizer_id", Text, MAYBE),
    ("organizer_name", Text, MAYBE),
    ("organizer_kind", Text, MAYBE),
    ("participants", Whole, ALWAYS),
    ("sessions", Whole, ALWAYS),
    ("sessions_failed", Whole, ALWAYS),
    ("failed", Truth, ALWAYS),
    ("failure_stage", Text, MAYBE),
    ("failure_reason", Text, MAYBE),
    ("streams", Whole, ALWAYS),
    ("poor_streams", Whole, ALWAYS),
    ("worst_mos", Number, MAYBE),
];

const PARTICIPANTS: &[Planned] = &[
    ("participant_id", Text, MAYBE),
    ("kind", Text, ALWAYS),
    ("name", Text, MAYBE),
    ("directory_id", Text, MAYBE),
];

const SESSIONS: &[Planned] = &[
    ("session_id", Text, ALWAYS),
    ("start", Time, MAYBE),
    ("end", Time, MAYBE),
    ("duration_s", Number, MAYBE),
    ("modalities", Text, MAYBE),
    ("is_test", Truth, ALWAYS),
    ("failed", Truth, ALWAYS),
    ("failure_stage", Text, MAYBE),
    ("failure_reason", Text, MAYBE),
    ("segments", Whole, ALWAYS),
    ("caller_id", Text, MAYBE),
    ("caller_name", Text, MAYBE),
    ("caller_kind", Text, MAYBE),
    ("caller_product", Text, MAYBE),
    ("caller_platform", Text, MAYBE),
    ("caller_version", Text, MAYBE),
    ("caller_user_agent", Text, MAYBE),
    ("caller_rating", Text, MAYBE),
    ("callee_id", Text, MAYBE),
    ("callee_name", Text, MAYBE),
    ("callee_kind", Text, MAYBE),
    ("callee_product", Text, MAYBE),
    ("callee_platform", Text, MAYBE),
    ("callee_version", Text, MAYBE),
    ("callee_user_agent", Text, MAYBE),
    ("callee_rating", Text, MAYBE),
];

const STREAMS: &[Planned] = &[
    ("session_id", Text, ALWAYS),
    ("segment_id", Text, MAYBE),
    ("stream_id", Text, MAYBE),
    ("start", Time, MAYBE),
    ("duration_s", Number, MAYBE),
    ("media", Text, MAYBE),
    ("is_audio", Truth, ALWAYS),
    ("direction", Text, MAYBE),
    ("codec", Text, MAYBE),
    ("jitter_ms", Number, MAYBE),
    ("max_jitter_ms", Number, MAYBE),
    ("round_trip_ms", Number, MAYBE),
    ("max_round_trip_ms", Number, MAYBE),
    ("loss", Number, MAYBE),
    ("max_loss", Number, MAYBE),
    ("degradation", Number, MAYBE),
    ("concealed", Number, MAYBE),
    ("frame_rate", Number, MAYBE),
    ("packets", Whole, MAYBE),
    ("media_bypassed", Truth, MAYBE),
    ("r_factor", Number, MAYBE),
    ("mos", Number, MAYBE),
    ("poor", Truth, MAYBE),
    ("sender_id", Text, MAYBE),
    ("sender_product", Text, MAYBE),
    ("sender_platform", Text, MAYBE),
    ("sender_version", Text, MAYBE),
    ("sender_network", Text, MAYBE),
    ("sender_subnet", Text, MAYBE),
    ("sender_link_mbps", Number, MAYBE),
    ("sender_wifi_band", Text, MAYBE),
    ("sender_wifi_signal", Number, MAYBE),
    ("sender_device", Text, MAYBE),
    ("receiver_id", Text, MAYBE),
    ("receiver_product", Text, MAYBE),
    ("receiver_platform", Text, MAYBE),
    ("receiver_version", Text, MAYBE),
    ("receiver_network", Text, MAYBE),
    ("receiver_subnet", Text, MAYBE),
    ("receiver_link_mbps", Number, MAYBE),
    ("receiver_wifi_band", Text, MAYBE),
    ("receiver_wifi_signal", Number, MAYBE),
    ("receiver_device", Text, MAYBE),
];

const DEVICES: &[Planned] = &[
    ("device_id", Text, ALWAYS),
    ("asked", Whole, ALWAYS),
    ("date", Date, ALWAYS),
    ("kind", Text, MAYBE),
    ("health", Text, MAYBE),
    ("activity", Text, MAYBE),
    ("manufacturer", Text, MAYBE),
    ("model", Text, MAYBE),
    ("serial_number", Text, MAYBE),
    ("asset_tag", Text, MAYBE),
    ("user_id", Text, MAYBE),
    ("user_name", Text, MAYBE),
    ("last_modified", Time, MAYBE),
];

/// A row a call.
pub const CALL: &str = "calls";
/// A row for each participant of a call.
pub const PARTICIPANT: &str = "participants";
/// A row for each session of a call.
pub const SESSION: &str = "sessions";
/// A row for each stream of a session.
pub const STREAM: &str = "streams";
/// A row for each device and day.
pub const DEVICE: &str = "devices";

/// The tables of an installation, with that of devices if these are wanted.
pub(crate) fn all(devices: bool) -> Vec<Table> {
    let of_call = |name, columns: &[Planned]| table(name, &[OF_CALL, columns].concat(), "call_id", "version");
    let mut tables = vec![
        of_call(CALL, CALLS),
        of_call(PARTICIPANT, PARTICIPANTS),
        of_call(SESSION, SESSIONS),
        of_call(STREAM, STREAMS),
    ];
    if devices {
        tables.push(table(DEVICE, DEVICES, "device_id", "asked"));
    }
    tables
}

fn table(name: &str, columns: &[Planned], key: &str, version: &str) -> Table {
    Table::new(name, columns.iter().map(column)).partition_by("date").key([key]).version(version)
}

fn column(&(name, of, always): &Planned) -> Column {
    let column = match of {
        Text => Column::text(name),
        Time => Column::date_time(name),
        Date => Column::date(name),
        Whole => Column::integer(name),
        Number => Column::number(name),
        Truth => Column::boolean(name),
    };
    if always { column } else { column.or_nothing() }
}

/// Whether a row is one of a table: every column that it must have, no other than it may have, each of its kind.
#[cfg(test)]
pub(crate) fn fits(table: &Table, row: &serde_json::Value) -> Result<(), String> {
    let schema: serde_json::Value = serde_json::from_str(&table.schema).unwrap();
    let row = row.as_object().ok_or("a row is an object")?;
    for name in schema["required"].as_array().unwrap() {
        row.get(name.as_str().unwrap()).ok_or_else(|| format!("{name} is missing"))?;
    }
    for (name, value) in row {
        let property = schema["properties"].get(name).ok_or_else(|| format!("{name} is no column"))?;
        let kind = property["type"].as_str().or(property["type"][0].as_str()).unwrap();
        let is_time = |text: &str| tieline_sdk::time::millis(text).is_some();
        let is_date = |text: &str| text.len() == 10 && tieline_sdk::time::day(text).is_some();
        let right = match (kind, property["format"].as_str()) {
            ("string", None) => value.is_string(),
            ("string", Some("date-time")) => value.as_str().is_some_and(is_time),
            ("string", Some(_)) => value.as_str().is_some_and(is_date),
            ("integer", _) => value.is_i64() || value.is_u64(),
            ("number", _) => value.is_number(),
            _ => value.is_boolean(),
        };
        if !right {
            return Err(format!("{name} is no {property}: {value}"));
        }
    }
    Ok(())
}
