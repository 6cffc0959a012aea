//! What the answer of a token endpoint means when it is not a token. Pure.

use std::time::Duration;

use http::{StatusCode, header::RETRY_AFTER};
use serde::Deserialize;
use tieline_egress::Answer;
use tieline_types::{ConnectionName, Problem, Secret};

use crate::providers::{Field, Provider, When};

/// How the sign-in service refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A person is needed.
    Problem(Problem),
    /// It asks to wait.
    Wait(Duration),
    /// It has a difficulty of its own.
    Passing,
}

/// RFC 6749, section 5.2, with Entra's `error_codes`. Everything may be missing: the answer may come from a
/// proxy on the way.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    error: String,
    error_description: String,
    error_codes: Vec<u32>,
}

/// A pause that is too long for a header to ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
const USUAL_WAIT: Duration = Duration::from_secs(30);

/// Reads a refusal. `secrets` were in the request: should the answer repeat one, the problem does not.
pub(crate) fn read(
    provider: &Provider,
    connection: &ConnectionName,
    answer: &Answer,
    secrets: &[&Secret],
) -> Refused {
    let status = answer.status;
    let body: Body = serde_json::from_slice(&answer.body).unwrap_or_default();
    let wait = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let wait = wait.map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT));
    if status == StatusCode::TOO_MANY_REQUESTS || body.error == "rate_limit_exceeded" {
        return Refused::Wait(wait.unwrap_or(USUAL_WAIT));
    }
    let passing = ["temporarily_unavailable", "server_error"].contains(&body.error.as_str());
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || passing {
        return wait.map_or(Refused::Passing, Refused::Wait);
    }
    Refused::Problem(explained(provider, connection, &body).unwrap_or_else(|| {
        let said = without(secrets, &said(&body));
        let message = format!("{} refused the sign-in with {status}{said}", provider.title);
        let remedy =
            "Check the connection's addresses and ids; the provider's documentation explains the code.";
        Problem::new(format!("{}.sign-in-refused", provider.name), message).remedy(remedy)
    }))
}

/// The JSON pointer of a connection's field in the tenant document.
pub(crate) fn pointer(connection: &ConnectionName, field: Field) -> String {
    format!("/connections/{connection}/{}", field.name())
}

fn explained(provider: &Provider, connection: &ConnectionName, body: &Body) -> Option<Problem> {
    let numbers = numbers(body);
    let description = body.error_description.to_lowercase();
    let fits = |when: &When| match when {
        When::Number(these) => these.iter().any(|number| numbers.contains(number)),
        When::Says(error, words) => body.error == *error && description.contains(words),
        When::Error(error) => body.error == *error,
    };
    let row = provider.refusals.iter().find(|row| fits(&row.when))?;
    let problem = Problem::new(format!("{}.{}", provider.name, row.code), row.message).remedy(row.remedy);
    Some(match row.field {
        Some(field) => problem.at(pointer(connection, field)),
        None => problem,
    })
}

fn numbers(body: &Body) -> Vec<u32> {
    let in_text = body.error_description.split("AADSTS").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    });
    body.error_codes.iter().copied().chain(in_text).collect()
}

/// `: invalid_request, "…"`; the first line only, since the others are ids of the request.
fn said(body: &Body) -> String {
    if body.error.is_empty() {
        return ", and no OAuth error".into();
    }
    let line: String = body.error_description.lines().next().unwrap_or_default().chars().take(300).collect();
    let error: String = body.error.chars().take(80).collect();
    format!(": {error}, “{line}”")
}

fn without(secrets: &[&Secret], text: &str) -> String {
    let shown = secrets.iter().map(|secret| secret.expose()).filter(|secret| !secret.is_empty());
    shown.fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers;
    use http::HeaderMap;

    fn reading(provider: &str, status: u16, headers: &HeaderMap, body: &str) -> Refused {
        let provider = providers::named(provider).unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        let body = body.to_owned().into();
        let answer = Answer { status, headers: headers.clone(), body, redirects: Default::default() };
        read(provider, &"main".parse().unwrap(), &answer, &[&Secret::new("canary")])
    }

    fn problem(provider: &str, status: u16, body: &str) -> Problem {
        match reading(provider, status, &HeaderMap::new(), body) {
            Refused::Problem(problem) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn names_what_entra_says_by_number() {
        for (number, status, error, code, field) in [
            (7000215, 401, "invalid_client", "client-secret-invalid", "client_secret"),
            (7000218, 401, "invalid_client", "client-secret-invalid", "client_secret"),
            (7000222, 401, "invalid_client", "client-secret-expired", "client_secret"),
            (90002, 400, "invalid_tenant", "directory-not-found", "directory_id"),
            (90002, 400, "invalid_request", "directory-not-found", "directory_id"),
            (900023, 400, "invalid_request", "directory-not-found", "directory_id"),
            (700016, 400, "unauthorized_client", "application-not-found", "client_id"),
            (65001, 400, "invalid_grant", "consent-required", ""),
            (90094, 400, "access_denied", "consent-required", ""),
            (50105, 400, "invalid_grant", "assignment-required", ""),
            (501051, 400, "invalid_grant", "assignment-required", ""),
            (700082, 400, "invalid_grant", "sign-in-expired", ""),
            (53003, 400, "interaction_required", "conditional-access", ""),
            (1002012, 400, "invalid_scope", "scope-invalid", "cloud"),
            (500011, 400, "invalid_resource", "resource-not-found", "cloud"),
        ] {
            let in_array = format!(r#"{{"error":"{error}","error_codes":[{number}]}}"#);
            let in_text =
                format!(r#"{{"error":"{error}","error_description":"AADSTS{number}: Some text."}}"#);
            for body in [in_array, in_text] {
                let problem = problem("microsoft", status, &body);
                assert_eq!(problem.code, format!("microsoft.{code}"), "{body}");
                assert!(problem.remedy.is_some(), "{body}");
                let expected = (!field.is_empty()).then(|| format!("/connections/main/{field}"));
                assert_eq!(problem.field, expected, "{body}");
            }
        }
    }

    #[test]
    fn falls_back_on_the_error_when_the_number_is_new() {
        let body = r#"{"error":"invalid_client","error_codes":[7999999]}"#;
        assert_eq!(problem("microsoft", 401, body).code, "microsoft.client-secret-invalid");
    }

    #[test]
    fn names_what_salesforce_says_in_words() {
        for (error, description, code) in [
            ("invalid_client_id", "client identifier invalid", "client-id-unknown"),
            ("invalid_client", "invalid client credentials", "client-secret-invalid"),
            ("invalid_grant", "expired access/refresh token", "sign-in-expired"),
            ("invalid_grant", "ip restricted", "ip-restricted"),
            ("invalid_grant", "user hasn't approved this consumer", "not-approved"),
            ("invalid_grant", "Inactive user", "user-inactive"),
            ("invalid_grant", "no client credentials user enabled", "run-as-user-missing"),
            ("invalid_grant", "authentication failure", "sign-in-refused"),
            ("unsupported_grant_type", "grant type not supported", "flow-disabled"),
            ("invalid_app_access", "user is not admin approved", "app-not-allowed"),
        ] {
            let body = format!(r#"{{"error":"{error}","error_description":"{description}"}}"#);
            assert_eq!(problem("salesforce", 400, &body).code, format!("salesforce.{code}"), "{body}");
        }
    }

    #[test]
    fn waits_and_passing_difficulties_are_nobodys_fault() {
        let after = HeaderMap::from_iter([(RETRY_AFTER, "7".parse().unwrap())]);
        let seven = Refused::Wait(Duration::from_secs(7));
        assert_eq!(reading("microsoft", 429, &after, ""), seven);
        assert_eq!(reading("microsoft", 503, &after, "<html>"), seven);
        assert_eq!(reading("microsoft", 429, &HeaderMap::new(), ""), Refused::Wait(USUAL_WAIT));
        let limited = r#"{"error":"rate_limit_exceeded"}"#;
        assert_eq!(reading("salesforce", 400, &HeaderMap::new(), limited), Refused::Wait(USUAL_WAIT));
        for (status, body) in [(500, ""), (502, "<html>"), (400, r#"{"error":"temporarily_unavailable"}"#)] {
            let refused = reading("microsoft", status, &HeaderMap::new(), body);
            assert!(matches!(refused, Refused::Passing), "{refused:?}");
        }
    }

    #[test]
    fn an_unknown_refusal_is_quoted_without_the_secret_that_it_repeats() {
        let body = r#"{"error":"odd","error_description":"you sent canary\r\nTrace ID: 1"}"#;
        let problem = problem("salesforce", 400, body);
        assert_eq!(problem.code, "salesforce.sign-in-refused");
        assert!(problem.message.contains("odd, “you sent …”"), "{problem}");
        for body in ["", "<html>", "[]", "null", r#"{"error":5}"#] {
            assert!(self::problem("salesforce", 404, body).message.contains("404"), "{body}");
        }
    }
}
