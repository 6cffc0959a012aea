//! What answers of the contact centre mean. Pure.

use serde::Deserialize;
use tieline_sdk::{Failure, Problem, Response};

/// Codes that say that a session or a party is not there: `Chat session is not found`, and that of our own contract.
const GONE: [&str; 2] = ["5005", "5010"];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error_code: String,
    error_message: String,
}

fn read(response: &Response) -> Body {
    serde_json::from_slice(&response.body).unwrap_or_default()
}

/// Whether an answer says that what it is about is not there any more.
pub(crate) fn is_gone(response: &Response) -> bool {
    GONE.contains(&read(response).error_code.as_str())
}

/// What an unsuccessful answer means for the event.
pub(crate) fn failure(response: &Response) -> Failure {
    let Body { error_code, error_message } = read(response);
    let (code, remedy) = match (error_code.as_str(), response.status) {
        ("5000" | "5001" | "5004", _) => ("unavailable", Some("nothing: it is tried again")),
        (_, 401) => ("token-refused", Some("see whether the API user of the connection is still allowed")),
        (_, 403) => ("forbidden", Some("give the API user of the connection the privilege for integrations")),
        (_, 429) => ("throttled", Some("nothing: it is tried again")),
        _ => ("refused", None),
    };
    let said = format!("{error_code} {error_message}");
    let message = format!("the contact centre answered {}: {}", response.status, said.trim());
    let problem = Problem::new(format!("contact-center.{code}"), message.trim_end_matches(": ").to_owned());
    response.failure(match remedy {
        Some(remedy) => problem.remedy(remedy),
        None => problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: vec![], body: body.into() }
    }

    #[test]
    fn what_is_over_is_told_from_what_is_wrong() {
        assert!(is_gone(&answer(
            404,
            r#"{"error_code":"5005","error_message":"Chat session is not found"}"#
        )));
        assert!(!is_gone(&answer(404, "<html>")));
        let failed = failure(&answer(503, r#"{"error_code":"5001","error_message":"No server"}"#));
        assert!(matches!(&failed, Failure::Retry(_)));
        assert_eq!(failed.problem().code, "contact-center.unavailable");
        assert_eq!(failure(&answer(400, "")).problem().message, "the contact centre answered 400");
        assert!(matches!(failure(&answer(400, "")), Failure::Permanent(_)));
    }
}
