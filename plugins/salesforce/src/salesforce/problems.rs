//! What an error answer of Salesforce means for the event: [`outcomes`] as data, read here.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm>

mod outcomes;

use serde::Deserialize;
use tieline_sdk::{Failure, Problem, Response};

use outcomes::{OUTCOMES, Outcome};

/// One of the errors in an answer: `[{"errorCode":"MALFORMED_ID","message":"…","fields":["WhatId"]}]`. Collections say
/// `statusCode` in place of `errorCode`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Error {
    #[serde(alias = "statusCode")]
    error_code: String,
    message: String,
    fields: Vec<String>,
}

/// The failure that an unsuccessful answer describes, with code `salesforce.<error code in lower case with dashes>`.
pub(crate) fn of(status: u16, body: &[u8]) -> Failure {
    if status == 300 {
        let several =
            Problem::new("salesforce.ambiguous-external-id", "several records have the same external id");
        return Failure::permanent(several.remedy("make the external id field of Task unique"));
    }
    let errors: Vec<Error> = serde_json::from_slice(body).unwrap_or_default();
    let error = errors.into_iter().next().unwrap_or_default();
    let outcome = OUTCOMES.iter().find(|outcome| outcome.code == error.error_code);
    let remedy = outcome.map(|outcome| outcome.remedy.to_owned()).filter(|remedy| !remedy.is_empty());
    let problem = Problem { remedy, ..described(status, &error) };
    match outcome {
        Some(Outcome { passes: true, .. }) => Failure::retry(problem),
        Some(_) => Failure::permanent(problem),
        // An answer without a code comes from something in between; one with a code is Salesforce's word.
        None if error.error_code.is_empty() || status >= 500 => {
            Response { status, headers: vec![], body: vec![] }.failure(problem)
        }
        None => Failure::permanent(problem),
    }
}

fn described(status: u16, error: &Error) -> Problem {
    let code = match error.error_code.as_str() {
        "" => format!("status-{status}"),
        code => code.to_ascii_lowercase().replace('_', "-"),
    };
    let fields = match error.fields.as_slice() {
        [] => String::new(),
        fields => format!(" ({})", fields.join(", ")),
    };
    let message = format!("Salesforce answered {status}: {}{fields}", error.message);
    Problem::new(format!("salesforce.{code}"), message.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_answer(status: u16, body: &str) -> (bool, String, bool) {
        let failure = of(status, body.as_bytes());
        let problem = failure.problem();
        (matches!(failure, Failure::Retry(_)), problem.code.clone(), problem.remedy.is_some())
    }

    #[test]
    fn every_outcome_has_its_name_and_its_remedy() {
        for outcome in OUTCOMES {
            let body = format!(r#"[{{"errorCode":"{}","message":"m"}}]"#, outcome.code);
            let code = format!("salesforce.{}", outcome.code.to_ascii_lowercase().replace('_', "-"));
            let remedied = !outcome.remedy.is_empty();
            assert_eq!(of_answer(400, &body), (outcome.passes, code, remedied));
            assert!(remedied || outcome.passes, "{}: nobody knows what to do", outcome.code);
        }
    }

    #[test]
    fn what_nobody_listed_is_tried_again_only_if_it_may_pass() {
        let permanent = [
            (400, r#"[{"errorCode":"NEW_ONE","message":"?"}]"#, "salesforce.new-one"),
            (400, r#"[{"statusCode":"NEW_ONE","message":"?"}]"#, "salesforce.new-one"),
            (300, r#"["/services/data/v67.0/sobjects/Task/00T1"]"#, "salesforce.ambiguous-external-id"),
            (404, "<html>", "salesforce.status-404"),
        ];
        for (status, body, code) in permanent {
            let (retried, got, _) = of_answer(status, body);
            assert_eq!((retried, got.as_str()), (false, code));
        }
        let passing = [
            (500, r#"[{"errorCode":"APEX_ERROR","message":"?"}]"#, "salesforce.apex-error"),
            (502, "<html>", "salesforce.status-502"),
            (401, "", "salesforce.status-401"),
        ];
        for (status, body, code) in passing {
            let (retried, got, _) = of_answer(status, body);
            assert_eq!((retried, got.as_str()), (true, code));
        }
    }

    #[test]
    fn fields_at_fault_are_named() {
        let body =
            r#"[{"errorCode":"MALFORMED_ID","message":"id value of incorrect type","fields":["WhatId"]}]"#;
        assert!(of(400, body.as_bytes()).problem().message.ends_with("of incorrect type (WhatId)"));
    }
}
