//! Vault's API through the connection `vault`, as far as this connector needs it. The host signs in, keeps the session alive
//! and signs in again.

pub mod answer;
pub mod burst;
pub mod objects;
pub mod problems;
pub mod vql;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tieline_sdk::{Failure, Problem, Response, http};

use answer::Answer;

/// Pages of a query; a page has up to 1,000 records.
const PAGES: usize = 20;
/// Records that Vault takes at once.
const BULK: usize = 500;

/// The API in one version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vault<'a> {
    pub(crate) version: &'a str,
}

impl Vault<'_> {
    /// The records that a query finds, all pages of it.
    pub(crate) fn query<T: DeserializeOwned>(&self, query: &str) -> Result<Vec<T>, Failure> {
        let first =
            asked(http::post(self.url("query"))).header("Content-Type", "application/x-www-form-urlencoded");
        let mut answer = answered(first.body(vql::form("q", query)).send()?)?;
        let mut records: Vec<T> = decoded(&answer)?;
        for _ in 1..PAGES {
            let Some(next) = answer.response_details.and_then(|details| details.next_page) else {
                return Ok(records);
            };
            answer = answered(asked(http::get(self.page(&next))).send()?)?;
            records.extend(decoded(&answer)?);
        }
        match answer.response_details.and_then(|details| details.next_page) {
            None => Ok(records),
            Some(_) => {
                let message = format!("the query finds more than {PAGES} pages of records");
                Err(Failure::permanent(Problem::new("vault.too-many-records", message)))
            }
        }
    }

    /// Changes a record.
    pub(crate) fn update(
        &self,
        object: &str,
        id: &str,
        fields: &impl Serialize,
        effect: String,
    ) -> Result<(), Failure> {
        let request = asked(http::Request::new("PUT", self.url(&format!("vobjects/{object}/{id}"))));
        answered(request.json(fields)?.effect_key(effect).send()?).map(drop)
    }

    /// Creates records, or changes those that are there already with the same value in the field `by`, which is unique.
    /// What became of each, in their order.
    pub(crate) fn upsert(
        &self,
        object: &str,
        by: &str,
        records: &[impl Serialize],
    ) -> Result<Vec<Result<String, Failure>>, Failure> {
        let mut outcomes = Vec::with_capacity(records.len());
        for some in records.chunks(BULK) {
            let request = asked(http::post(self.url(&format!("vobjects/{object}?idParam={by}"))));
            let answer = answered(request.json(&some)?.send()?)?;
            let items = answer.items().filter(|items| items.len() == some.len()).ok_or_else(|| {
                let message = format!("Vault did not say what became of each of {} records", some.len());
                Failure::retry(Problem::new("vault.unexpected-answer", message))
            })?;
            outcomes.extend(items.into_iter().map(|item| item.map_err(|error| problems::of(&error))));
        }
        Ok(outcomes)
    }

    /// Who the connection is signed in as.
    pub(crate) fn own_user(&self) -> Result<(), Failure> {
        answered(asked(http::get(self.url("objects/users/me"))).send()?).map(drop)
    }

    fn url(&self, at: &str) -> String {
        format!("/api/{}/{at}", self.version)
    }

    /// Vault writes the next page's path from its API's root, from the version, or whole.
    fn page(&self, next: &str) -> String {
        if next.contains("://") || next.starts_with("/api/") {
            next.to_owned()
        } else {
            self.url(next.trim_start_matches('/').trim_start_matches(self.version).trim_start_matches('/'))
        }
    }
}

fn asked(request: http::Request) -> http::Request {
    request
        .connection("vault")
        .header("Accept", "application/json")
        .header("X-VaultAPI-ClientID", "tieline-vault")
}

fn answered(response: Response) -> Result<Answer, Failure> {
    burst::heard(&response)?;
    match Answer::read(&response.body) {
        Some(answer) if response.is_success() && answer.done() => Ok(answer),
        _ => Err(problems::failure(&response)),
    }
}

fn decoded<T: DeserializeOwned>(answer: &Answer) -> Result<Vec<T>, Failure> {
    serde_json::from_value(answer.data.clone()).map_err(|error| {
        let message = format!("a record of Vault does not decode: {error}");
        Failure::permanent(Problem::new("vault.unexpected-answer", message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_of_the_next_page_is_followed() {
        let vault = Vault { version: "v26.2" };
        let right = "/api/v26.2/query/abc?pagesize=1000";
        for next in [right, "/query/abc?pagesize=1000", "/v26.2/query/abc?pagesize=1000"] {
            assert_eq!(vault.page(next), right, "{next}");
        }
        assert_eq!(vault.page("https://v/api/v26.2/query/abc"), "https://v/api/v26.2/query/abc");
    }
}
