//! What an error answer of Dataverse means.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes>

use serde::Deserialize;
use tieline_sdk::{Failure, Problem, Response};

/// Code of Dataverse, ours, and what to do about it.
const KNOWN: [(&str, &str, &str); 9] = [
    (
        "0x80072322",
        "request-limit",
        "Dataverse takes no more requests for a while; the host waits as long as it says",
    ),
    (
        "0x80072321",
        "time-limit",
        "Dataverse takes no more requests for a while; the host waits as long as it says",
    ),
    (
        "0x80072326",
        "concurrency-limit",
        "Dataverse takes no more requests for a while; the host waits as long as it says",
    ),
    (
        "0x80072560",
        "no-application-user",
        "create an application user for this app in the environment, with a security role",
    ),
    (
        "0x80040220",
        "privilege-missing",
        "give the security role of the application user the privilege that the message names",
    ),
    ("0x80040217", "not-there", "the row was deleted, or the application user cannot see it"),
    ("0x80060882", "changed-meanwhile", "somebody else changed the row; it is read again"),
    (
        "0x80060888",
        "unsupported-query",
        "the table does not support this; report it to the connector's vendor",
    ),
    ("0x80048d19", "refused-field", "the table has no such column, or it takes no such value"),
];

/// `{"error":{"code":"0x80040217","message":"…"}}`
#[derive(Deserialize, Default)]
#[serde(default)]
struct Body {
    error: Error,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Error {
    code: String,
    message: String,
}

/// The failure that an unsuccessful answer describes. Limits are waited for as long as they say; 412 is read again.
pub(crate) fn failure(response: &Response) -> Failure {
    let Body { error } = serde_json::from_slice(&response.body).unwrap_or_default();
    response.failure(described(response.status, &error))
}

fn described(status: u16, error: &Error) -> Problem {
    let known = KNOWN.iter().find(|(code, ..)| code.eq_ignore_ascii_case(&error.code));
    let code = match known {
        Some((_, ours, _)) => format!("dynamics.{ours}"),
        None => format!("dynamics.status-{status}"),
    };
    let theirs = if error.code.is_empty() { String::new() } else { format!(" ({})", error.code) };
    let message = format!("Dataverse answered {status}{theirs}: {}", error.message);
    let problem = Problem::new(code, message.trim_end().trim_end_matches(':').to_owned());
    match known {
        Some((.., remedy)) => problem.remedy(*remedy),
        None if status == 403 => problem.remedy("give the application user a security role that allows this"),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_sdk::Header;

    fn of(status: u16, code: &str, retry_after: Option<&str>) -> Failure {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"No."}}}}"#);
        let headers = retry_after.map(|value| Header { name: "Retry-After".into(), value: value.into() });
        failure(&Response { status, headers: headers.into_iter().collect(), body: body.into() })
    }

    #[test]
    fn each_limit_is_waited_for_as_long_as_it_says() {
        for (code, ours) in [
            ("0x80072322", "dynamics.request-limit"),
            ("0x80072321", "dynamics.time-limit"),
            ("0x80072326", "dynamics.concurrency-limit"),
        ] {
            let failure = of(429, code, Some("12"));
            assert!(matches!(failure, Failure::Retry((_, Some(12_000)))), "{failure:?}");
            assert_eq!(failure.problem().code, ours);
        }
    }

    #[test]
    fn what_a_person_must_mend_is_tried_again_and_named() {
        for (status, code, ours) in [
            (403, "0x80072560", "dynamics.no-application-user"),
            (403, "0x80040220", "dynamics.privilege-missing"),
            (412, "0x80060882", "dynamics.changed-meanwhile"),
        ] {
            let failure = of(status, code, None);
            assert!(matches!(failure, Failure::Retry(_)), "{failure:?}");
            assert!(failure.problem().code == ours && failure.problem().remedy.is_some());
        }
    }

    #[test]
    fn what_would_fail_again_is_not_tried_again() {
        assert!(matches!(of(404, "0x80040217", None), Failure::Permanent(_)));
        assert!(matches!(of(400, "0x80048d19", None), Failure::Permanent(_)));
        let page = Response { status: 502, headers: vec![], body: b"<html>".to_vec() };
        assert_eq!(failure(&page).problem().code, "dynamics.status-502");
    }
}
