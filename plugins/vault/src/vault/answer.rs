//! What Vault answers: with 200 whatever happened, and in the body what did. Pure.

use serde::Deserialize;
use serde_json::Value;

/// An answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answer {
    response_status: String,
    /// Why it failed.
    pub errors: Vec<Error>,
    /// Records, or what became of each.
    pub data: Value,
    /// Where a list goes on.
    pub response_details: Option<Details>,
}

/// Why something failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Error {
    /// `INVALID_DATA`
    #[serde(rename = "type")]
    pub kind: String,
    /// In Vault's words.
    pub message: String,
}

/// Of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Path of the next page.
    pub next_page: Option<String>,
    /// How many records there are in all.
    pub total: u64,
}

/// What became of one record of several.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Item {
    response_status: String,
    /// Why it failed.
    pub errors: Vec<Error>,
    data: Option<Named>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Named {
    id: String,
}

impl Answer {
    /// Reads a body; none if it is no answer of Vault's API.
    pub fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok().filter(|answer: &Self| !answer.response_status.is_empty())
    }

    /// Whether it was done, with or without a warning.
    pub fn done(&self) -> bool {
        is_done(&self.response_status)
    }

    /// The first error.
    pub fn error(&self) -> Error {
        self.errors.first().cloned().unwrap_or_default()
    }

    /// What became of each record, in the order in which they were sent; none where the answer does not say.
    pub fn items(&self) -> Option<Vec<Result<String, Error>>> {
        let items: Vec<Item> = serde_json::from_value(self.data.clone()).ok()?;
        Some(items.into_iter().map(Item::outcome).collect())
    }
}

impl Item {
    fn outcome(self) -> Result<String, Error> {
        match self.data {
            Some(named) if is_done(&self.response_status) => Ok(named.id),
            _ => Err(self.errors.into_iter().next().unwrap_or_default()),
        }
    }
}

fn is_done(status: &str) -> bool {
    matches!(status, "SUCCESS" | "WARNING")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_says_what_happened() {
        let failed = Answer::read(
            br#"{"responseStatus":"FAILURE","errors":[{"type":"INVALID_SESSION_ID","message":"Invalid or expired session ID."}]}"#,
        )
        .unwrap();
        assert!(!failed.done());
        assert_eq!(failed.error().kind, "INVALID_SESSION_ID");
        assert!(Answer::read(br#"{"responseStatus":"WARNING"}"#).unwrap().done());
        assert!(!Answer::read(br#"{"responseStatus":"EXCEPTION"}"#).unwrap().done());
        for other in [&b"<html>"[..], b"{}", b"[]", b""] {
            assert!(Answer::read(other).is_none());
        }
    }

    #[test]
    fn of_several_records_each_has_its_own_outcome() {
        let mixed = Answer::read(
            br#"{"responseStatus":"SUCCESS","data":[
                {"responseStatus":"SUCCESS","data":{"id":"V0D000000000101","url":"/x"}},
                {"responseStatus":"FAILURE","errors":[{"type":"INVALID_DATA","message":"No."}]}]}"#,
        )
        .unwrap();
        let items = mixed.items().unwrap();
        assert_eq!(items[0].as_deref(), Ok("V0D000000000101"));
        assert_eq!(items[1].as_ref().unwrap_err().kind, "INVALID_DATA");
        assert!(Answer::read(br#"{"responseStatus":"SUCCESS"}"#).unwrap().items().is_none());
    }
}
