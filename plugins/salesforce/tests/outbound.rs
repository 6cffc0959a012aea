//! The tables of `cases/outbound/`: what Salesforce, or somebody else, sends, and what is read of it.

// The crate is a test; clippy knows tests by their attribute, not by their folder.
#![allow(clippy::unwrap_used)]

mod table;

use serde::Deserialize;
use serde_json::Value;
use tieline_salesforce::handoff::soap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    about: String,
    body: String,
    /// Null: it is refused.
    read: Value,
}

#[test]
fn every_message_is_read_as_it_says() {
    for (file, case) in table::cases::<Case>("outbound") {
        let read =
            soap::read(case.body.as_bytes()).map_or(Value::Null, |read| serde_json::to_value(read).unwrap());
        assert_eq!(read, case.read, "{file}: {}", case.about);
    }
}
