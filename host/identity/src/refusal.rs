//! What a sign-in service means when it refuses: at its token endpoint, or on the way back from its pages. Pure.

use std::time::Duration;

use http::{StatusCode, header::RETRY_AFTER};
use serde::Deserialize;
use tieline_egress::Answer;
use tieline_types::{ConnectionName, Problem, Secret};

use crate::providers::{self, Cure, Field, Flow, Provider, Refusal, When};

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

/// RFC 6749, section 5.2, with Entra's `error_codes`, or Vault's list. Everything may be missing: the answer may come
/// from a proxy on the way.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    error: String,
    error_description: String,
    error_codes: Vec<u32>,
    errors: Vec<Listed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Listed {
    #[serde(rename = "type")]
    error: String,
    message: String,
}

impl Body {
    fn read(answer: &Answer) -> Self {
        let mut body: Self = serde_json::from_slice(&answer.body).unwrap_or_default();
        if let Some(first) =
            std::mem::take(&mut body.errors).into_iter().next().filter(|_| body.error.is_empty())
        {
            (body.error, body.error_description) = (first.error, first.message);
        }
        body
    }
}

/// A pause that is too long for a header to ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
const USUAL_WAIT: Duration = Duration::from_secs(30);
/// Vault counts logins by the minute.
const LOGINS_WAIT: Duration = Duration::from_secs(60);

/// Reads a refusal. `secrets` were in the request: should the answer repeat one, the problem does not. `new` is a
/// connection that was applied just now.
pub(crate) fn read(
    provider: &Provider,
    connection: &ConnectionName,
    answer: &Answer,
    secrets: &[&Secret],
    new: bool,
) -> Refused {
    let status = answer.status;
    let body = Body::read(answer);
    let wait = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let wait = wait.map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT));
    let usual = match body.error.as_str() {
        "API_LIMIT_EXCEEDED" => Some(LOGINS_WAIT),
        "rate_limit_exceeded" => Some(USUAL_WAIT),
        _ => (status == StatusCode::TOO_MANY_REQUESTS).then_some(USUAL_WAIT),
    };
    if let Some(usual) = usual {
        return Refused::Wait(wait.unwrap_or(usual));
    }
    let passing = ["temporarily_unavailable", "server_error", "UNEXPECTED_ERROR", "OPERATION_IN_PROGRESS"]
        .contains(&body.error.as_str());
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || passing {
        return wait.map_or(Refused::Passing, Refused::Wait);
    }
    Refused::Problem(explained(provider, connection, &body, new).unwrap_or_else(|| {
        let said = without(secrets, &said(&body));
        unknown(provider, format!("{} refused the sign-in with {status}{said}", provider.title))
    }))
}

/// What kind of thing mends a refusal, given the code of its problem.
pub(crate) fn cure(code: &str) -> Option<Cure> {
    let (provider, code) = code.split_once('.')?;
    providers::named(provider)?.refusals().find(|row| row.code == code).map(|row| row.cure)
}

/// How long a refusal with this problem is not asked for again, where asking does harm.
pub(crate) fn holds_for(problem: &Problem) -> Option<Duration> {
    let provider = providers::named(problem.code.split_once('.')?.0)?;
    let Flow::Session(session) = &provider.flow else { return None };
    matches!(cure(&problem.code), Some(Cure::Credential | Cure::SignIn)).then_some(session.refused_for)
}

fn unknown(provider: &Provider, message: String) -> Problem {
    let remedy = "Check the connection's addresses and ids; the provider's documentation explains the code.";
    Problem::new(format!("{}.sign-in-refused", provider.name), message).remedy(remedy)
}

/// The JSON pointer of a connection's field in the tenant document.
pub(crate) fn pointer(connection: &ConnectionName, field: Field) -> String {
    format!("/connections/{connection}/{}", field.name())
}

/// The first row that fits: by number where the number is known under this `error`, else by the `error` alone.
fn explained(provider: &Provider, connection: &ConnectionName, body: &Body, new: bool) -> Option<Problem> {
    let numbers = numbers(body);
    let description = body.error_description.to_lowercase();
    let fits = |row: &&'static Refusal| match row.when {
        When::Code(errors, codes) => {
            errors.contains(&body.error.as_str()) && codes.iter().any(|code| numbers.contains(code))
        }
        When::Says(error, words) => body.error == error && description.contains(words),
        When::New(error) => new && body.error == error,
        When::Error(errors) => errors.contains(&body.error.as_str()),
    };
    let row = provider.refusals().find(fits)?;
    let message = match numbers.first() {
        Some(number) => format!("{} (AADSTS{number})", row.message),
        None => row.message.into(),
    };
    let remedy = format!("{} Ask {}.", row.remedy, row.ask.words());
    let problem = Problem::new(format!("{}.{}", provider.name, row.code), message).remedy(remedy);
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

/// `: invalid_request, "…" (AADSTS900144)`; the first line only, since the others are ids of the request.
fn said(body: &Body) -> String {
    let number = numbers(body).first().map(|number| format!(" (AADSTS{number})")).unwrap_or_default();
    if body.error.is_empty() {
        return format!(", and no OAuth error{number}");
    }
    let line: String = body.error_description.lines().next().unwrap_or_default().chars().take(300).collect();
    let error: String = body.error.chars().take(80).collect();
    format!(": {error}, “{line}”{number}")
}

fn without(secrets: &[&Secret], text: &str) -> String {
    let shown = secrets.iter().map(|secret| secret.expose()).filter(|secret| !secret.is_empty());
    shown.fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
}

#[cfg(test)]
mod entra_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn reading(provider: &str, status: u16, headers: &HeaderMap, body: &str) -> Refused {
        reading_of(provider, status, headers, body, false)
    }

    fn reading_of(provider: &str, status: u16, headers: &HeaderMap, body: &str, new: bool) -> Refused {
        let provider = providers::named(provider).unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        let body = body.to_owned().into();
        let answer = Answer { status, headers: headers.clone(), body, redirects: Default::default() };
        read(provider, &"main".parse().unwrap(), &answer, &[&Secret::new("canary")], new)
    }

    fn problem(provider: &str, status: u16, body: &str) -> Problem {
        match reading(provider, status, &HeaderMap::new(), body) {
            Refused::Problem(problem) => problem,
            other => panic!("{other:?}"),
        }
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
            ("invalid_grant", "LOGIN_MUST_USE_SECURITY_TOKEN: Invalid username", "ip-restricted"),
            ("invalid_grant", "INVALID_LOGIN: user locked out", "login-invalid"),
            (
                "INVALID_LOGIN",
                "Invalid username, password, security token; or user locked out.",
                "login-invalid",
            ),
        ] {
            let body = format!(r#"{{"error":"{error}","error_description":"{description}"}}"#);
            assert_eq!(problem("salesforce", 400, &body).code, format!("salesforce.{code}"), "{body}");
        }
    }

    #[test]
    fn an_app_may_be_too_new_to_be_known() {
        let body = r#"{"error":"invalid_client_id","error_description":"client identifier invalid"}"#;
        let code = |new| match reading_of("salesforce", 400, &HeaderMap::new(), body, new) {
            Refused::Problem(problem) => problem.code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code(true), "salesforce.app-spreading");
        assert_eq!(code(false), "salesforce.client-id-unknown");
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
    fn names_what_vault_says_in_a_200() {
        let said = |kind: &str| {
            format!(
                r#"{{"responseStatus":"FAILURE","errors":[{{"type":"{kind}","message":"No, canary."}}]}}"#
            )
        };
        for (kind, code) in [
            ("USERNAME_OR_PASSWORD_INCORRECT", "password-wrong"),
            ("USER_LOCKED_OUT", "user-locked-out"),
            ("PASSWORD_CHANGE_REQUIRED", "password-expired"),
            ("INACTIVE_USER", "user-inactive"),
            ("USER_NOT_FOUND", "user-unknown"),
            ("NO_PASSWORD_PROVIDED", "credentials-incomplete"),
            ("INSUFFICIENT_ACCESS", "api-not-allowed"),
            ("CONFIGURATION_MODE_ENABLED", "configuration-mode"),
            ("MALFORMED_URL", "version-unknown"),
            ("SDK_ERROR", "sign-in-refused"),
        ] {
            let problem = problem("vault", 200, &said(kind));
            assert_eq!(problem.code, format!("vault.{code}"), "{kind}");
            assert!(!problem.message.contains("canary"), "{problem}");
        }
        let reading = |kind: &str| reading("vault", 200, &HeaderMap::new(), &said(kind));
        assert_eq!(reading("API_LIMIT_EXCEEDED"), Refused::Wait(LOGINS_WAIT));
        assert_eq!(reading("UNEXPECTED_ERROR"), Refused::Passing);
    }

    #[test]
    fn only_a_refused_credential_of_a_session_is_not_asked_about_again() {
        let holds = |code: &str| holds_for(&Problem::new(code, "")).is_some();
        assert!(
            holds("vault.password-wrong") && holds("vault.user-locked-out") && holds("vault.user-inactive")
        );
        assert!(
            !holds("vault.configuration-mode")
                && !holds("vault.elsewhere")
                && !holds("vault.sign-in-malformed")
        );
        assert!(!holds("salesforce.client-secret-invalid") && !holds("connection.incomplete"));
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
