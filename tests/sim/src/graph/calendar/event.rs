//! What an event may be.

use serde_json::{Map, Value};

use crate::clock;
use crate::graph::errors::GraphError;

/// What a client may write, beside start and end.
const WRITABLE: [&str; 20] = [
    "subject",
    "body",
    "location",
    "locations",
    "attendees",
    "isAllDay",
    "importance",
    "sensitivity",
    "showAs",
    "categories",
    "isReminderOn",
    "reminderMinutesBeforeStart",
    "responseRequested",
    "allowNewTimeProposals",
    "hideAttendees",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "transactionId",
    "start",
    "end",
];

/// Reads the fields of an event; others than those that may be written are refused.
pub(super) fn read(body: &[u8]) -> Result<Map<String, Value>, GraphError> {
    let fields: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|error| invalid(format!("The event cannot be read: {error}.")))?;
    match fields.keys().find(|name| !WRITABLE.contains(&name.as_str()) && !name.starts_with('@')) {
        Some(name) => Err(invalid(format!("The property '{name}' does not exist or cannot be set."))),
        None => Ok(fields),
    }
}

/// The moment that `{"dateTime", "timeZone"}` names: UTC, or a zone by its IANA name.
pub(super) fn moment(value: &Value) -> Result<u64, GraphError> {
    let text = value["dateTime"].as_str().ok_or_else(|| invalid("A dateTime is missing.".into()))?;
    let zone = value["timeZone"].as_str().unwrap_or("UTC");
    if text.ends_with('Z')
        && let Some(ms) = clock::parse_ms(text)
    {
        return Ok(ms);
    }
    let at: jiff::civil::DateTime =
        text.parse().map_err(|_| invalid(format!("'{text}' is no date and time.")))?;
    let zoned = at.in_tz(zone).map_err(|_| {
        // Windows names are not simulated.
        GraphError::new(
            http::StatusCode::BAD_REQUEST,
            "TimeZoneNotSupportedException",
            format!("A valid TimeZone value must be specified. The following TimeZone value is not supported: '{zone}'."),
        )
    })?;
    u64::try_from(zoned.timestamp().as_millisecond())
        .map_err(|_| invalid(format!("'{text}' is too long ago.")))
}

/// Addresses of the attendees.
pub(super) fn attendees(fields: &Map<String, Value>) -> Vec<String> {
    let all = fields.get("attendees").and_then(Value::as_array);
    let address = |one: &Value| one["emailAddress"]["address"].as_str().map(str::to_owned);
    all.into_iter().flatten().filter_map(address).collect()
}

pub(super) fn invalid(message: String) -> GraphError {
    GraphError::new(http::StatusCode::BAD_REQUEST, "ErrorPropertyValidationFailure", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_have_zones() {
        let at = |zone: &str| moment(&json!({"dateTime": "2026-11-22T10:00:00", "timeZone": zone})).ok();
        assert_eq!(at("UTC"), clock::parse_ms("2026-11-22T10:00:00Z"));
        assert_eq!(at("Europe/Berlin"), clock::parse_ms("2026-11-22T09:00:00Z"));
        assert_eq!(at("Pacific Standard Time"), None);
        assert!(moment(&json!({"dateTime": "soon", "timeZone": "UTC"})).is_err());
        assert!(moment(&json!({})).is_err());
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(read(br#"{"subject":"x","start":{}}"#).is_ok());
        assert!(read(br#"{"subjekt":"x"}"#).is_err());
        assert!(read(b"[]").is_err());
    }
}
