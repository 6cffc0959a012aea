//! What an error answer of Salesforce means for the event.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm>

use serde::Deserialize;
use tieline_sdk::{Failure, Problem, Response};

/// One of the errors in an answer: `[{"errorCode":"MALFORMED_ID","message":"…","fields":["WhatId"]}]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Error {
    error_code: String,
    message: String,
    fields: Vec<String>,
}

/// Codes that pass by themselves or once a person has acted at Salesforce, with what that person should do. Whatever
/// is not listed here fails again as it did, unless the status is 5xx.
const PASSING: [(&str, Option<&str>); 9] = [
    (
        "REQUEST_LIMIT_EXCEEDED",
        // Salesforce names no time (there is no Retry-After, and no 429), so the host's back-off decides.
        Some(
            "the organisation's API allocation is used up; it rolls over 24 hours, see Setup > Company Information",
        ),
    ),
    ("INVALID_SESSION_ID", Some("the host signs in again by itself; if this persists, check the connection")),
    ("UNABLE_TO_LOCK_ROW", None),
    ("SERVER_UNAVAILABLE", None),
    ("UNKNOWN_EXCEPTION", None),
    ("API_CURRENTLY_DISABLED", Some("wait until Salesforce enables the API of the organisation again")),
    ("API_DISABLED_FOR_ORG", Some("give the integration user the permission API Enabled")),
    ("INSUFFICIENT_ACCESS", Some("give the integration user the right to this object")),
    ("FORBIDDEN", Some("give the integration user the right to this object")),
];

/// What to do about errors that stay until the configuration or the organisation is changed.
const REMEDIES: [(&str, &str); 9] = [
    (
        "MALFORMED_ID",
        "compare the ids in the configuration with those in Salesforce; they depend on upper and lower case",
    ),
    (
        "INVALID_CROSS_REFERENCE_KEY",
        "the Opportunity or owner does not exist; compare the ids in the configuration",
    ),
    (
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "let the integration user see the Opportunity and its owner",
    ),
    ("INSUFFICIENT_ACCESS_OR_READONLY", "let the integration user edit the Opportunity"),
    ("ENTITY_IS_DELETED", "the Opportunity was deleted; remove its rules"),
    (
        "REQUIRED_FIELD_MISSING",
        "the organisation made a field of Task mandatory that this connector does not fill",
    ),
    ("INVALID_FIELD", "compare the API names of fields in the configuration with those in Salesforce"),
    ("INVALID_FIELD_FOR_INSERT_UPDATE", "let the integration user write this field"),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "a validation rule of the organisation refuses this value"),
];

/// The failure that an unsuccessful answer describes, with code `salesforce.<error code in lower case with dashes>`.
pub(crate) fn failure(response: &Response) -> Failure {
    let errors: Vec<Error> = serde_json::from_slice(&response.body).unwrap_or_default();
    let error = errors.into_iter().next().unwrap_or_default();
    let code = error.error_code.as_str();
    let passing = PASSING.iter().find(|(passing, _)| *passing == code);
    let remedy = match passing {
        Some((_, remedy)) => *remedy,
        None => REMEDIES.iter().find(|(known, _)| *known == code).map(|(_, remedy)| *remedy),
    };
    let problem = Problem { remedy: remedy.map(str::to_owned), ..described(response.status, &error) };
    match passing {
        Some(_) => Failure::retry(problem),
        // An answer without a code comes from something in between; one with a code is Salesforce's word.
        None if code.is_empty() || response.status >= 500 => response.failure(problem),
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
    Problem::new(
        format!("salesforce.{code}"),
        format!("Salesforce answered {status}: {}{fields}", error.message).trim_end().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> (bool, String, bool) {
        let failure = failure(&Response { status, headers: vec![], body: body.into() });
        let problem = failure.problem();
        (matches!(failure, Failure::Retry(_)), problem.code.clone(), problem.remedy.is_some())
    }

    #[test]
    fn what_would_fail_again_is_not_tried_again() {
        let permanent = [
            (
                400,
                r#"[{"errorCode":"MALFORMED_ID","message":"Related To ID: id value of incorrect type","fields":["WhatId"]}]"#,
                "salesforce.malformed-id",
            ),
            (
                400,
                r#"[{"errorCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [X__c]","fields":["X__c"]}]"#,
                "salesforce.required-field-missing",
            ),
            (
                404,
                r#"[{"errorCode":"ENTITY_IS_DELETED","message":"entity is deleted"}]"#,
                "salesforce.entity-is-deleted",
            ),
        ];
        for (status, body, code) in permanent {
            assert_eq!(of(status, body), (false, code.to_owned(), true));
        }
        assert_eq!(
            of(400, r#"[{"errorCode":"NEW_ONE","message":"?"}]"#),
            (false, "salesforce.new-one".into(), false)
        );
        assert!(!of(300, r#"["/services/data/v67.0/sobjects/Task/00T1"]"#).0);
    }

    #[test]
    fn what_passes_is_tried_again() {
        let passing = [
            (
                403,
                r#"[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]"#,
                "salesforce.request-limit-exceeded",
            ),
            (
                401,
                r#"[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]"#,
                "salesforce.invalid-session-id",
            ),
            (
                400,
                r#"[{"errorCode":"UNABLE_TO_LOCK_ROW","message":"unable to obtain exclusive access"}]"#,
                "salesforce.unable-to-lock-row",
            ),
            (
                503,
                r#"[{"errorCode":"SERVER_UNAVAILABLE","message":"down"}]"#,
                "salesforce.server-unavailable",
            ),
            (500, r#"[{"errorCode":"APEX_ERROR","message":"?"}]"#, "salesforce.apex-error"),
            (502, "<html>", "salesforce.status-502"),
        ];
        for (status, body, code) in passing {
            let (retried, got, _) = of(status, body);
            assert_eq!((retried, got.as_str()), (true, code));
        }
    }
}
