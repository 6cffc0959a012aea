//! Hooks: where Microsoft Graph delivers change notifications and lifecycle notifications.
//!
//! No layer stands before them and nothing is logged per request: this is the path that must be cheap.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, RawQuery, State, rejection::BytesRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use tieline_delivery::{Host, Received};
use tieline_types::{Doors, Exceeded, Limit, Problem, RouteKey};
use url::form_urlencoded;

use crate::{ProblemDocument, extract::Path, refusal};

/// Longer than any token that Graph is known to send, and too short to be of use as a reflector.
const MAX_TOKEN: usize = 4096;

/// The routes of hooks. Graph sends notifications to the one and lifecycle events to the other address;
/// items say themselves which they are, so both lead to the same place.
pub(crate) fn routes(doors: &Doors) -> Router<Arc<Host>> {
    Router::new()
        .route("/hooks/{route}", post(receive))
        .route("/hooks/{route}/lifecycle", post(receive))
        .layer(DefaultBodyLimit::max(doors.hook_bytes))
}

async fn receive(
    State(host): State<Arc<Host>>,
    Path(route): Path<String>,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(route) = RouteKey::parse(&route) else {
        return unknown();
    };
    if let Some(token) = query.as_deref().and_then(validation_token) {
        return answer_validation(token);
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            let most = Exceeded::new(Limit::HOOK, host.doors().hook_bytes);
            return refusal::unread(&rejection, most).into_response();
        }
    };
    match host.receive(&route, body).await {
        Received::Accepted => StatusCode::ACCEPTED.into_response(),
        Received::Unknown => unknown(),
        Received::Unavailable => refusal::unavailable("The notification cannot be taken now.".into()),
        Received::Malformed => {
            ProblemDocument::malformed("notification.malformed", "The body is not a change notification.")
                .into_response()
        }
    }
}

fn unknown() -> Response {
    ProblemDocument::new(StatusCode::NOT_FOUND, Problem::new("hook.unknown", "There is no such hook."))
        .into_response()
}

/// The decoded token of Graph's validation request. Graph writes the query as a form does, with `+` for a space.
fn validation_token(query: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "validationToken")
        .map(|(_, token)| token.into_owned())
}

/// Graph validates a hook while our request to subscribe is still open, so this asks nothing of anybody: no
/// store, no host. `text/plain` and `nosniff` keep the echo from being taken for a page.
fn answer_validation(token: String) -> Response {
    if token.is_empty() || token.len() > MAX_TOKEN {
        let message = format!("A validation token has 1 to {MAX_TOKEN} bytes.");
        return ProblemDocument::malformed("validation.token", message).into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (StatusCode::OK, headers, token).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_tokens_that_are_none() {
        for token in [String::new(), "x".repeat(MAX_TOKEN + 1)] {
            assert_eq!(answer_validation(token).status(), StatusCode::BAD_REQUEST);
        }
        assert_eq!(validation_token("other=1&validationtoken=x"), None);
    }

    #[test]
    fn decodes_as_graph_encodes() {
        let query = "a=b&validationToken=Validation%3a+Testing+%2B+100%25%3Cb%3E";
        assert_eq!(validation_token(query).as_deref(), Some("Validation: Testing + 100%<b>"));
    }
}
