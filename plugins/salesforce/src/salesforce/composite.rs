//! Several writes in one call, which counts as one of the day's API requests.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm>

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tieline_sdk::{Failure, Problem, http};

use super::{Salesforce, Written, problems};

/// Salesforce takes no more in one call.
pub(crate) const MOST: usize = 25;

/// One of several writes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    method: &'static str,
    url: String,
    reference_id: String,
    body: Value,
}

/// What became of one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    reference_id: String,
    http_status_code: u16,
    #[serde(default)]
    body: Value,
}

impl Part {
    /// Creates a record. `reference` names the part in this call: letters, digits and underscores.
    pub(crate) fn create(salesforce: &Salesforce<'_>, object: &str, body: Value, reference: String) -> Self {
        Self { method: "POST", url: salesforce.url(["sobjects", object]), reference_id: reference, body }
    }

    /// Creates the record whose external-id `field` is `value`, or updates it if it exists.
    pub(crate) fn upsert(
        salesforce: &Salesforce<'_>,
        object: &str,
        (field, value): (&str, &str),
        body: Value,
        reference: String,
    ) -> Self {
        let url = salesforce.url(["sobjects", object, field, value]);
        Self { method: "PATCH", url, reference_id: reference, body }
    }
}

impl Salesforce<'_> {
    /// Makes at most [`MOST`] writes, each of which stands by itself: that one fails does not undo the others. The
    /// answers stand in the order asked. `effect` names the whole.
    ///
    /// # Errors
    /// When the call as a whole has no answer, or an unsuccessful one.
    pub(crate) fn composite(
        &self,
        parts: &[Part],
        effect: String,
    ) -> Result<Vec<Result<Written, Failure>>, Failure> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Asked<'a> {
            all_or_none: bool,
            composite_request: &'a [Part],
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Whole {
            composite_response: Vec<Answered>,
        }
        let asked = Asked { all_or_none: false, composite_request: parts };
        let request = http::post(self.url(["composite"])).json(&asked)?.effect_key(effect);
        let whole: Whole = self.sent(request)?.json()?;
        let of = |part: &Part| {
            let found =
                whole.composite_response.iter().find(|answer| answer.reference_id == part.reference_id);
            found.map_or_else(|| Err(unanswered()), Answered::written)
        };
        Ok(parts.iter().map(of).collect())
    }
}

impl Answered {
    fn written(&self) -> Result<Written, Failure> {
        match self.http_status_code {
            200..=299 => Written::deserialize(&self.body).map_err(|_| unanswered()),
            status => Err(problems::of(status, self.body.to_string().as_bytes())),
        }
    }
}

fn unanswered() -> Failure {
    Failure::retry(Problem::new(
        "call.unexpected-answer",
        "Salesforce did not answer a part of a composite call",
    ))
}
