//! Salesforce's REST API through the connection `salesforce`, as far as this connector needs it.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm>

pub(crate) mod composite;
pub mod id;
pub(crate) mod pages;
pub(crate) mod problems;
pub(crate) mod soql;
pub mod usage;

use std::cell::Cell;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, Response, encode, http, path};

use crate::Config;
use usage::Usage;

/// The API in one version, for one run.
#[derive(Debug)]
pub(crate) struct Salesforce<'a> {
    version: &'a str,
    /// What the last answer said.
    usage: Cell<Option<Usage>>,
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

impl<'a> Salesforce<'a> {
    pub(crate) fn new(config: &'a Config) -> Self {
        Self { version: &config.api_version, usage: Cell::new(None) }
    }

    /// How much of the API is used, as the last answer said; none before the first.
    pub(crate) fn usage(&self) -> Option<Usage> {
        self.usage.get()
    }

    /// Creates a record.
    pub(crate) fn create(
        &self,
        object: &str,
        record: &impl Serialize,
        effect: String,
    ) -> Result<Written, Failure> {
        let url = self.url(["sobjects", object]);
        self.sent(http::post(url).json(record)?.effect_key(effect))?.json()
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
        self.sent(http::patch(url).json(record)?.effect_key(effect))?.json()
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
        self.sent(http::patch(url).json(fields)?.effect_key(effect)).map(drop)
    }

    /// Every record that a query finds, from all pages.
    pub(crate) fn query<T: DeserializeOwned>(&self, soql: &str) -> Result<Vec<T>, Failure> {
        let mut records = vec![];
        let mut next = Some(self.url(["query"]) + "?q=" + &encode(soql));
        while let Some(url) = next {
            let page: Page<T> = self.sent(http::get(url))?.json()?;
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
        self.sent(http::get(self.url(at)))?.json()
    }

    /// The answer, if it is a successful one. Each says how much of the API is used.
    fn sent(&self, request: http::Request) -> Result<Response, Failure> {
        let response = request.connection("salesforce").send()?;
        if let Some(usage) = response.header("sforce-limit-info").and_then(Usage::read) {
            self.usage.set(Some(usage));
        }
        match response.is_success() {
            true => Ok(response),
            false => Err(problems::of(response.status, &response.body)),
        }
    }

    fn url<'p>(&self, at: impl IntoIterator<Item = &'p str>) -> String {
        format!("/services/data/{}{}", self.version, path(at))
    }
}
