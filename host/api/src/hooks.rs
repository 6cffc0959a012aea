//! Hooks: where Microsoft Graph delivers change notifications and lifecycle notifications, and other systems call
//! connectors.
//!
//! No layer stands before them and nothing is logged per request: this is the path that must be cheap.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use tieline_delivery::{Called, HookRequest, Host, Received};
use tieline_types::{Doors, Exceeded, Limit, Problem, RouteKey};
use url::form_urlencoded;

use crate::{Api, ProblemDocument, extract::Path, refusal};

/// Longer than any token that Graph is known to send, and too short to be of use as a reflector.
const MAX_TOKEN: usize = 4096;

/// What Salesforce must hear to send a message no more.
const ACKNOWLEDGED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>
"#;

/// The routes of hooks. Graph sends notifications to the one and lifecycle events to the other address;
/// items say themselves which they are, so both lead to the same place. Webhooks of connectors have the first.
pub(crate) fn routes(doors: &Doors) -> Router<Api> {
    Router::new()
        .route("/hooks/{route}", post(receive).put(change).patch(change).delete(change))
        .route("/hooks/{route}/lifecycle", post(receive_lifecycle))
        .layer(DefaultBodyLimit::max(doors.hook_bytes))
}

async fn receive(State(host): State<Arc<Host>>, Path(route): Path<String>, request: Request) -> Response {
    match RouteKey::parse(&route) {
        None => unknown(),
        Some(route) if host.is_webhook(&route) => call(&host, &route, request).await,
        Some(route) => notification(&host, &route, request).await,
    }
}

async fn receive_lifecycle(
    State(host): State<Arc<Host>>,
    Path(route): Path<String>,
    request: Request,
) -> Response {
    match RouteKey::parse(&route) {
        None => unknown(),
        Some(route) => notification(&host, &route, request).await,
    }
}

/// Methods that only other systems use.
async fn change(State(host): State<Arc<Host>>, Path(route): Path<String>, request: Request) -> Response {
    match RouteKey::parse(&route) {
        Some(route) if host.is_webhook(&route) => call(&host, &route, request).await,
        _ => unknown(),
    }
}

async fn notification(host: &Arc<Host>, route: &RouteKey, request: Request) -> Response {
    if let Some(token) = request.uri().query().and_then(validation_token) {
        return answer_validation(token);
    }
    let body = match body(host, request).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    match host.receive(route, body).await {
        Received::Accepted => StatusCode::ACCEPTED.into_response(),
        Received::Unknown => unknown(),
        Received::Unavailable => refusal::unavailable("The notification cannot be taken now.".into()),
        Received::Malformed => {
            ProblemDocument::malformed("notification.malformed", "The body is not a change notification.")
                .into_response()
        }
    }
}

async fn call(host: &Arc<Host>, route: &RouteKey, mut request: Request) -> Response {
    let (method, headers) = (request.method().clone(), std::mem::take(request.headers_mut()));
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = match body(host, request).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let called = HookRequest { method: &method, query: &query, headers: &headers, body };
    match host.call_webhook(route, called).await {
        Called::Taken => StatusCode::ACCEPTED.into_response(),
        Called::Acknowledged => {
            let kind = HeaderValue::from_static("text/xml; charset=utf-8");
            ([(header::CONTENT_TYPE, kind)], ACKNOWLEDGED).into_response()
        }
        Called::Unknown => unknown(),
        Called::Gone => {
            let problem = Problem::new("hook.gone", "This hook is gone; nobody waits for its calls.").remedy(
                "Take it out of the system that calls; `tieline hooks list` shows those that there are.",
            );
            ProblemDocument::new(StatusCode::GONE, problem).into_response()
        }
        Called::Refused => {
            let problem = Problem::new("hook.refused", "The call does not prove itself.")
                .remedy("Give the system that calls the secret that `tieline hooks show` tells.");
            let mut response = ProblemDocument::new(StatusCode::UNAUTHORIZED, problem).into_response();
            let challenge = HeaderValue::from_static(r#"Webhook realm="tieline""#);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            response
        }
        Called::TooLarge(most) => {
            ProblemDocument::new(StatusCode::PAYLOAD_TOO_LARGE, most.problem()).into_response()
        }
        Called::Malformed(problem) => ProblemDocument::new(StatusCode::BAD_REQUEST, problem).into_response(),
        Called::Unavailable => refusal::unavailable("The call cannot be taken now.".into()),
    }
}

/// The whole body, up to what the door takes.
async fn body(host: &Arc<Host>, request: Request) -> Result<Bytes, Response> {
    Bytes::from_request(request, host).await.map_err(|rejection| {
        let most = Exceeded::new(Limit::HOOK, host.doors().hook_bytes);
        refusal::unread(&rejection, most).into_response()
    })
}

fn unknown() -> Response {
    let problem = Problem::new("hook.unknown", "There is no such hook.")
        .remedy("Call the address that `tieline hooks show` tells.");
    ProblemDocument::new(StatusCode::NOT_FOUND, problem).into_response()
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
