//! What an error of Vault means.
//!
//! Vault Developer Portal, "Errors and limits".

use tieline_sdk::{Failure, Problem, Response};

use super::answer::{Answer, Error};

/// Whether an error passes by itself or with an administrator's help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passes {
    Yes,
    No,
}

use Passes::{No, Yes};

/// Type of Vault, ours, whether it passes, and what to do about it.
const KNOWN: [(&str, &str, Passes, &str); 17] = [
    ("INVALID_SESSION_ID", "session-ended", Yes, "nothing: the host signs in again"),
    ("INACTIVE_USER", "user-inactive", Yes, "activate the integration user in Admin › Users & Groups"),
    ("USER_LOCKED_OUT", "user-locked-out", Yes, "unlock the integration user in Admin › Users & Groups"),
    (
        "PASSWORD_CHANGE_REQUIRED",
        "password-change-required",
        Yes,
        "sign in as the integration user, change the password, and apply the connection with the new one",
    ),
    (
        "USERNAME_OR_PASSWORD_INCORRECT",
        "login-incorrect",
        Yes,
        "apply the connection with the right user name and password",
    ),
    (
        "INSUFFICIENT_ACCESS",
        "access-insufficient",
        Yes,
        "give the integration user's permission set the object and the fields that the message names",
    ),
    (
        "OPERATION_NOT_ALLOWED",
        "not-allowed",
        No,
        "the record's lifecycle state or a validation rule forbids it; ask the vault's administrator",
    ),
    ("API_LIMIT_EXCEEDED", "limit-exceeded", Yes, "nothing: it is tried again later"),
    ("OPERATION_IN_PROGRESS", "in-progress", Yes, "nothing: it is tried again later"),
    ("RACE_CONDITION", "changed-meanwhile", Yes, "nothing: it is tried again"),
    (
        "CONFIGURATION_MODE_ENABLED",
        "configuration-mode",
        Yes,
        "wait until the vault's administrator turns configuration mode off",
    ),
    (
        "INVALID_DATA",
        "data-refused",
        No,
        "the vault's configuration takes no such value; compare it with the object's fields",
    ),
    (
        "PARAMETER_REQUIRED",
        "data-incomplete",
        No,
        "the vault demands a field that this connector does not fill in; make it optional, or give it a default",
    ),
    (
        "ATTRIBUTE_NOT_SUPPORTED",
        "field-unknown",
        No,
        "the object has no such field; compare the vault's objects with the connector's README",
    ),
    ("INVALID_FILTER", "query-refused", No, "compare the vault's objects with the connector's README"),
    (
        "INCORRECT_QUERY_SYNTAX_ERROR",
        "query-refused",
        No,
        "compare the vault's objects with the connector's README",
    ),
    (
        "MALFORMED_URL",
        "object-unknown",
        No,
        "the vault has no such object or record; compare its objects with the connector's README",
    ),
];

/// The failure that an answer describes that is no success.
pub fn failure(response: &Response) -> Failure {
    match Answer::read(&response.body) {
        Some(answer) => of(&answer.error()),
        None => response.failure(Problem::new(
            format!("vault.status-{}", response.status),
            format!("Vault answered {} and nothing that its API would", response.status),
        )),
    }
}

/// The failure that an error describes.
pub fn of(error: &Error) -> Failure {
    let known = KNOWN.iter().find(|(kind, ..)| *kind == error.kind);
    let code = known.map_or("refused", |(_, ours, ..)| ours);
    let kind = if error.kind.is_empty() { "an error without a name" } else { &error.kind };
    let problem = Problem::new(format!("vault.{code}"), format!("Vault answered {kind}: {}", error.message));
    match known {
        Some((.., Yes, remedy)) => Failure::retry(problem.remedy(*remedy)),
        Some((.., No, remedy)) => Failure::permanent(problem.remedy(*remedy)),
        // An exception of the vault's own code or of Vault itself may be over the next time.
        None if matches!(error.kind.as_str(), "UNEXPECTED_ERROR" | "SDK_ERROR" | "") => {
            Failure::retry(problem)
        }
        None => Failure::permanent(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(status: u16, body: &str) -> Failure {
        failure(&Response { status, headers: vec![], body: body.into() })
    }

    fn with(kind: &str) -> Failure {
        failed(
            200,
            &format!(r#"{{"responseStatus":"FAILURE","errors":[{{"type":"{kind}","message":"No."}}]}}"#),
        )
    }

    #[test]
    fn a_failure_inside_a_200_is_named_and_has_a_remedy() {
        for (kind, code, again) in [
            ("INVALID_SESSION_ID", "vault.session-ended", true),
            ("INSUFFICIENT_ACCESS", "vault.access-insufficient", true),
            ("INVALID_DATA", "vault.data-refused", false),
            ("RACE_CONDITION", "vault.changed-meanwhile", true),
        ] {
            let failure = with(kind);
            assert_eq!(failure.problem().code, code);
            assert!(failure.problem().remedy.is_some() && failure.problem().message.contains(kind));
            assert_eq!(matches!(failure, Failure::Retry(_)), again, "{kind}");
        }
    }

    #[test]
    fn each_known_type_stands_once() {
        for (at, (kind, ..)) in KNOWN.iter().enumerate() {
            assert!(KNOWN[..at].iter().all(|(other, ..)| other != kind), "{kind}");
        }
    }

    #[test]
    fn what_nobody_named_keeps_vault_s_own_words() {
        let failure = with("ITEM_NAME_EXISTS");
        assert!(matches!(failure, Failure::Permanent(_)));
        assert!(failure.problem().message.contains("ITEM_NAME_EXISTS"));
        assert!(matches!(with("UNEXPECTED_ERROR"), Failure::Retry(_)));
    }

    #[test]
    fn a_page_in_place_of_an_answer_passes() {
        let failure = failed(502, "<html>");
        assert_eq!(failure.problem().code, "vault.status-502");
        assert!(matches!(failure, Failure::Retry(_)));
    }
}
