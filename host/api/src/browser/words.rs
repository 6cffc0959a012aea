//! What a page says, given what came of a flow. Pure.

use axum::http::StatusCode;
use tieline_delivery::HostError;
use tieline_identity::{Arrival, Came, Errand};
use tieline_types::Problem;

use super::page::Page;

const LOGGED_IN: &str = "Successfully logged in to Microsoft";
const NOT_LOGGED_IN: &str = "Unable to log in to Microsoft";
const GRANTED: &str = "Permissions granted in Microsoft";
const NOT_GRANTED: &str = "Unable to grant permissions in Microsoft";
const WHOM_TO_ASK: &str =
    "Contact your internal help desk for assistance, and tell them the reason and its code.";

/// The page at the end of a flow.
pub(super) fn arrived(arrival: Arrival) -> Page {
    let Arrival { errand, return_to, outcome, cookie: _ } = arrival;
    let (heading, mut lines, items) = match outcome {
        Err(problem) => {
            let status = if errand.is_some() { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
            return refused(status, errand, return_to, problem);
        }
        Ok(Came::SignedIn(person)) => {
            let mut lines =
                vec![format!("You are signed in as {} ({}).", person.display_name, person.user_name)];
            if person.service {
                lines.push(format!("This is now the service user of the connection {}.", person.connection));
            }
            (LOGGED_IN, lines, Vec::new())
        }
        Ok(Came::Consented(permissions)) if permissions.is_empty() => {
            let line = "Microsoft says yes, and its tokens do not show the permissions yet. That can take up to two hours.";
            (GRANTED, vec![line.into()], permissions)
        }
        Ok(Came::Consented(permissions)) => {
            let lines = [
                "What the app may do in your organisation, as its newest token says:",
                "What was granted just now and is missing can take up to two hours to show.",
            ];
            (GRANTED, lines.map(str::to_owned).to_vec(), permissions)
        }
    };
    if return_to.is_none() {
        lines.push("You can close this window.".into());
    }
    Page { status: StatusCode::OK, heading, lines, items, problem: None, back: return_to }
}

/// The page when there is no flow, or none can go on.
pub(super) fn failed(error: HostError) -> Page {
    let (status, problem) = match error {
        HostError::Failed { problem } => (StatusCode::NOT_FOUND, problem),
        HostError::NotFound { .. } => {
            let problem = Problem::new("sign-in.connection-unknown", "The connection is not there any more.");
            (StatusCode::NOT_FOUND, problem.remedy("Ask for a new link."))
        }
        _ => {
            let problem =
                Problem::new("host.unavailable", "The sign-in service or this host does not answer.");
            (StatusCode::SERVICE_UNAVAILABLE, problem.remedy("Try again in a few minutes."))
        }
    };
    refused(status, None, None, problem)
}

fn refused(status: StatusCode, errand: Option<Errand>, back: Option<String>, problem: Problem) -> Page {
    let heading = if errand == Some(Errand::Consent) { NOT_GRANTED } else { NOT_LOGGED_IN };
    Page { status, heading, lines: vec![WHOM_TO_ASK.into()], items: Vec::new(), problem: Some(problem), back }
}
