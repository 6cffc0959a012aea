//! A value that a field was given: what it is known by, and how people read it. Pure.
//!
//! The webhook and the Web API spell values differently; both are known by the same fingerprint.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dataverse::ids::guid;
use crate::dataverse::record::plain;
use crate::teams::html;
use tieline_sdk::time;

/// Longer values are cut: a message is no place to read a report.
const LONGEST: usize = 500;

/// A record that changed: the body of an [`UPDATE`](super::UPDATE) event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// Logical name of the table.
    pub table: String,
    /// The record.
    pub record: String,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// Who did it, as the upstream names users.
    pub by: Option<String>,
    /// What changed; none where the upstream did not say, so that the record must be read.
    pub changes: Option<Vec<Change>>,
}

/// A field and its new value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Logical name.
    pub attribute: String,
    /// Knows the value again.
    pub print: String,
    /// As people read it, if that is known; empty: the field was emptied.
    pub text: Option<String>,
}

impl Change {
    /// A change to a value, with the label that came with it.
    pub fn new(attribute: &str, value: &Value, label: Option<&str>) -> Self {
        let text = match (label, value) {
            (Some(label), _) => Some(readable(label)),
            (None, Value::Null) => Some(String::new()),
            // A number stands for an option as often as for itself.
            (None, Value::String(text)) => Some(readable(text)),
            (None, _) => None,
        };
        Self { attribute: attribute.to_owned(), print: print(value), text }
    }
}

/// As a message shows it: rich text without its markup and images, not too long.
pub fn readable(text: &str) -> String {
    html::shortened(&html::plain(text), LONGEST)
}

/// As a message shows a value that has no label.
pub fn unlabelled(value: &Value) -> String {
    plain(&unwrapped(value)).map(|text| readable(&text)).unwrap_or_default()
}

/// A fingerprint that is the same in both spellings (FNV-1a: whoever makes two values collide gains silence about
/// their own change).
pub fn print(value: &Value) -> String {
    let hash = canonical(&unwrapped(value)).bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// The value inside what a webhook wraps it into: options, money, references, several options.
fn unwrapped(value: &Value) -> Value {
    match value {
        Value::Object(fields) => match (fields.get("Value"), fields.get("Id")) {
            (Some(inner), _) => unwrapped(inner),
            (None, Some(id)) => id.clone(),
            (None, None) => value.clone(),
        },
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(|item| canonical(&unwrapped(item))).collect();
            items.sort();
            Value::String(items.join(","))
        }
        other => other.clone(),
    }
}

fn canonical(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.as_f64().unwrap_or_default().to_string(),
        Value::String(text) => match (guid(text), moment(text)) {
            (Some(id), _) => id,
            // The Web API leaves out what is less than a second.
            (None, Some(ms)) => format!("at {}", ms / 1_000),
            (None, None) => text.clone(),
        },
        other => other.to_string(),
    }
}

/// A point in time in either spelling: `2026-11-22T09:30:00Z`, `/Date(1506409448000-0700)/` (whose offset says nothing
/// about when).
pub fn moment(text: &str) -> Option<u64> {
    let Some(inner) = text.strip_prefix("/Date(").and_then(|text| text.strip_suffix(")/")) else {
        return time::millis(text);
    };
    let end = inner.find(['+', '-']).unwrap_or(inner.len());
    inner[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_spellings_have_one_fingerprint() {
        let same = [
            (json!({"__type": "OptionSetValue:http://x", "Value": 1}), json!(1)),
            (json!({"__type": "Money:http://x", "Value": 12.50}), json!(12.5)),
            (
                json!({"__type": "EntityReference:http://x", "Id": "75C2DD85-E89E-E711-8122-000D3AA2331C", "LogicalName": "team"}),
                json!("75c2dd85-e89e-e711-8122-000d3aa2331c"),
            ),
            (json!("/Date(1506409448000-0700)/"), json!("2017-09-26T07:04:08Z")),
            (json!("/Date(1506409448123)/"), json!("2017-09-26T07:04:08Z")),
            (json!([{"Value": 3}, {"Value": 1}]), json!("1,3")),
            (json!(null), json!(null)),
        ];
        for (webhook, api) in same {
            assert_eq!(print(&webhook), print(&api), "{webhook} {api}");
        }
        assert_ne!(print(&json!(1)), print(&json!(2)));
        assert_ne!(print(&json!(null)), print(&json!(0)));
        assert_ne!(print(&json!("a")), print(&json!("b")));
    }

    #[test]
    fn values_are_read_by_people() {
        assert_eq!(Change::new("a", &json!(1), Some("High")).text.as_deref(), Some("High"));
        assert_eq!(Change::new("a", &json!(1), None).text, None);
        assert_eq!(Change::new("a", &json!(null), None).text.as_deref(), Some(""));
        let rich = json!("<p>Broken</p><img src=\"data:image/png;base64,AAAA\">");
        assert_eq!(Change::new("a", &rich, None).text.as_deref(), Some("Broken [image]"));
        assert_eq!(unlabelled(&json!({"__type": "Money:x", "Value": 5})), "5");
        let long = "x".repeat(600);
        assert_eq!(readable(&long).chars().count(), 501);
    }
}
