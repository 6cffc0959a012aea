//! Refusals: what the host said no to, and requests that lead nowhere, as problem documents.

use std::{error::Error, fmt::Display};

use axum::{
    extract::rejection::BytesRejection,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tieline_delivery::HostError;
use tieline_types::{Exceeded, Problem};

use crate::ProblemDocument;

/// Seconds after which a sender may try again what the host could not take.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// The host's error on its way to the caller. Causes go to the log, never to the answer.
#[derive(Debug)]
pub(crate) struct Refusal(HostError);

impl From<HostError> for Refusal {
    fn from(error: HostError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let message = sentence(&self.0);
        match self.0 {
            HostError::NotFound { .. } => {
                let remedy = "Look at the name: the list around it shows what there is, as far as whoever asks may see it.";
                let problem = Problem::new("not-found", message).remedy(remedy);
                ProblemDocument::new(StatusCode::NOT_FOUND, problem).into_response()
            }
            HostError::Invalid { problems } => invalid(problems).into_response(),
            HostError::Forbidden { problem } => {
                ProblemDocument::new(StatusCode::FORBIDDEN, problem).into_response()
            }
            HostError::Failed { problem } => {
                ProblemDocument::new(StatusCode::UNPROCESSABLE_ENTITY, problem).into_response()
            }
            HostError::Conflict { .. } => {
                let problem = Problem::new("conflict", message).remedy("Ask again.");
                ProblemDocument::new(StatusCode::CONFLICT, problem).into_response()
            }
            HostError::TooEarly { problem } => {
                ProblemDocument::new(StatusCode::CONFLICT, problem).into_response()
            }
            HostError::Stale { .. } => {
                let remedy = "Read it again, and change that: its `ETag` is what `If-Match` takes.";
                let problem = Problem::new("precondition.failed", message).remedy(remedy);
                ProblemDocument::new(StatusCode::PRECONDITION_FAILED, problem).into_response()
            }
            HostError::Unavailable { source, .. } => {
                tracing::warn!(cause = source.as_ref().map(|s| causes(s.as_ref())), "{message}");
                unavailable(message)
            }
            HostError::Internal { source, .. } => {
                tracing::error!(cause = causes(source.as_ref()), "{message}");
                let problem = Problem::new("host.fault", message).remedy("The host's log says why.");
                ProblemDocument::new(StatusCode::INTERNAL_SERVER_ERROR, problem).into_response()
            }
        }
    }
}

/// What was given is wrong, each fault with its place.
pub(crate) fn invalid(problems: Vec<Problem>) -> ProblemDocument {
    let over = Problem::new("document.invalid", "What was given is not valid; nothing was changed.")
        .remedy("Mend what `errors` says, each at its place, and give it again.");
    ProblemDocument::several(StatusCode::UNPROCESSABLE_ENTITY, over, problems)
}

/// A body that was not read to its end: too large, or broken off.
pub(crate) fn unread(rejection: &BytesRejection, most: Exceeded) -> ProblemDocument {
    let status = rejection.status();
    let problem = match status {
        StatusCode::PAYLOAD_TOO_LARGE => most.problem(),
        _ => Problem::new("body.unreadable", rejection.body_text()).remedy("Send the body again, whole."),
    };
    ProblemDocument::new(status, problem)
}

/// 503, with the time after which to try again.
pub(crate) fn unavailable(message: String) -> Response {
    let problem =
        Problem::new("host.unavailable", message).remedy("Try again later; the host's log says why.");
    let mut response = ProblemDocument::new(StatusCode::SERVICE_UNAVAILABLE, problem).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}

/// A request whose body did not come fast enough.
pub fn body_too_slow() -> Response {
    let problem = Problem::new("body.too-slow", "The body of the request came too slowly.")
        .remedy("Send it in one go. The operator may allow more time: [server.limits] in tieline.toml.");
    ProblemDocument::new(StatusCode::REQUEST_TIMEOUT, problem).into_response()
}

/// A request whose answer did not begin in time.
pub fn answer_too_late() -> Response {
    let problem = Problem::new("host.too-late", "The host did not come to an answer in time.")
        .remedy("Ask what became of it before asking again.");
    ProblemDocument::new(StatusCode::SERVICE_UNAVAILABLE, problem).into_response()
}

/// Nothing has this path.
pub(crate) async fn no_such_path(uri: Uri) -> ProblemDocument {
    let message = format!("There is nothing at {}.", uri.path());
    let problem =
        Problem::new("path.unknown", message).remedy("/api/openapi.json names every path of the API.");
    ProblemDocument::new(StatusCode::NOT_FOUND, problem)
}

/// The path is right, the method is not; axum adds `Allow`.
pub(crate) async fn wrong_method(method: Method, uri: Uri) -> ProblemDocument {
    let message = format!("{} does not take {method}.", uri.path());
    let problem = Problem::new("method.wrong", message).remedy("`Allow` says which methods it takes.");
    ProblemDocument::new(StatusCode::METHOD_NOT_ALLOWED, problem)
}

/// An error with all that led to it, for the log.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// What an error says, as a sentence for people.
pub(crate) fn sentence(error: &impl Display) -> String {
    let said = format!("{error}.");
    let mut letters = said.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
