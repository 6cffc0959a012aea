//! Salesforce's REST API through the connection `salesforce`, as far as this connector needs it.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm>

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, Problem, Response, encode, http, path};

use crate::problems;

/// The API in one version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Salesforce<'a> {
    pub(crate) version: &'a str,
}

/// A record that was written.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    pub(crate) id: String,
    /// False when an upsert found it. A plain create does not say it.
    #[serde(default = "created")]
    pub(crate) created: bool,
}

fn created() -> bool {
    true
}

/// A page of a query's answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    records: Vec<T>,
    #[serde(default)]
    next_records_url: Option<String>,
}

impl Salesforce<'_> {
    /// Creates a record.
    pub(crate) fn create(
        &self,
        object: &str,
        record: &impl Serialize,
        effect: String,
    ) -> Result<Written, Failure> {
        let url = self.url(["sobjects", object]);
        sent(http::post(url).json(record)?.effect_key(effect))?.json()
    }

    /// Creates the record whose external-id `field` is `value`, or updates it if it exists.
    pub(crate) fn upsert(
        &self,
        object: &str,
        (field, value): (&str, &str),
        record: &impl Serialize,
        effect: String,
    ) -> Result<Written, Failure> {
        let url = self.url(["sobjects", object, field, value]);
        sent(http::patch(url).json(record)?.effect_key(effect))?.json()
    }

    /// Sets fields of a record.
    pub(crate) fn update(
        &self,
        object: &str,
        id: &str,
        fields: &impl Serialize,
        effect: String,
    ) -> Result<(), Failure> {
        let url = self.url(["sobjects", object, id]);
        sent(http::patch(url).json(fields)?.effect_key(effect)).map(drop)
    }

    /// Every record that a query finds, from all pages.
    pub(crate) fn query<T: DeserializeOwned>(&self, soql: &str) -> Result<Vec<T>, Failure> {
        let mut records = vec![];
        let mut next = Some(self.url(["query"]) + "?q=" + &encode(soql));
        while let Some(url) = next {
            let page: Page<T> = sent(http::get(url))?.json()?;
            records.extend(page.records);
            next = page.next_records_url;
        }
        Ok(records)
    }

    /// What stands at a path below the version, such as `limits` or `sobjects/Task/describe`.
    pub(crate) fn get<'p, T: DeserializeOwned>(
        &self,
        at: impl IntoIterator<Item = &'p str>,
    ) -> Result<T, Failure> {
        sent(http::get(self.url(at)))?.json()
    }

    fn url<'p>(&self, at: impl IntoIterator<Item = &'p str>) -> String {
        format!("/services/data/{}{}", self.version, path(at))
    }
}

/// The answer, if it is a successful one.
fn sent(request: http::Request) -> Result<Response, Failure> {
    let response = request.connection("salesforce").send()?;
    match response.status {
        200..=299 => Ok(response),
        300 => Err(Failure::permanent(
            Problem::new("salesforce.ambiguous-external-id", "several records have the same external id")
                .remedy("make the external id field of Task unique"),
        )),
        _ => Err(problems::failure(&response)),
    }
}
