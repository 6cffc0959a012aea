//! The Dataverse Web API through the connection `dynamics`, as far as this connector needs it.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors>

pub mod ids;
pub mod metadata;
pub mod person;
pub mod problems;
pub mod record;
pub(crate) mod tables;
pub mod views;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tieline_sdk::{Failure, Problem, Response, http};

/// Labels in place of numbers, and of which table a lookup is.
const ANNOTATED: &str = "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue,Microsoft.Dynamics.CRM.lookuplogicalname\"";

/// The API in one version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dataverse<'a> {
    pub(crate) version: &'a str,
}

/// A list.
#[derive(serde::Deserialize)]
pub(crate) struct List<T> {
    pub(crate) value: Vec<T>,
}

impl Dataverse<'_> {
    /// What stands at a path below the version.
    pub(crate) fn get<T: DeserializeOwned>(&self, at: &str) -> Result<T, Failure> {
        answered(self.read(at, ANNOTATED)?)?.json()
    }

    /// The same; none if it is not there.
    pub(crate) fn find<T: DeserializeOwned>(&self, at: &str) -> Result<Option<T>, Failure> {
        let response = self.read(at, ANNOTATED)?;
        if response.status == 404 { Ok(None) } else { Ok(Some(answered(response)?.json()?)) }
    }

    /// The answer to a read, whatever its status. A whole address leads where Dataverse said to go on.
    pub(crate) fn read(&self, at: &str, prefer: &str) -> Result<Response, Failure> {
        let url = if at.contains("://") { at.to_owned() } else { self.url(at) };
        Ok(spoken(http::get(url)).header("Prefer", prefer).send()?)
    }

    /// Creates a row; its id.
    pub(crate) fn create(&self, set: &str, row: &impl Serialize, effect: String) -> Result<String, Failure> {
        let request = spoken(http::post(self.url(set))).json(row)?.effect_key(effect);
        let response = answered(request.send()?)?;
        let entity = response.header("odata-entityid").and_then(ids::of_entity);
        entity.ok_or_else(|| {
            let message = format!("Dataverse created a row of {set} and did not say which");
            Failure::permanent(Problem::new("dynamics.no-entity-id", message))
        })
    }

    /// Changes a row that is there, if it still is as `etag` says. False: it is not there.
    pub(crate) fn update(
        &self,
        row: &str,
        etag: Option<&str>,
        fields: &impl Serialize,
        effect: String,
    ) -> Result<bool, Failure> {
        let request = spoken(http::patch(self.url(row))).header("If-Match", etag.unwrap_or("*"));
        let response = request.json(fields)?.effect_key(effect).send()?;
        if response.status == 404 { Ok(false) } else { answered(response).map(|_| true) }
    }

    /// Deletes a row; one that is not there is no error.
    pub(crate) fn delete(&self, row: &str, effect: String) -> Result<(), Failure> {
        let response = spoken(http::delete(self.url(row))).effect_key(effect).send()?;
        if response.status == 404 { Ok(()) } else { answered(response).map(drop) }
    }

    fn url(&self, at: &str) -> String {
        format!("/api/data/{}/{at}", self.version)
    }
}

fn spoken(request: http::Request) -> http::Request {
    request
        .connection("dynamics")
        .header("Accept", "application/json")
        .header("OData-Version", "4.0")
        .header("OData-MaxVersion", "4.0")
}

fn answered(response: Response) -> Result<Response, Failure> {
    if response.is_success() { Ok(response) } else { Err(problems::failure(&response)) }
}
