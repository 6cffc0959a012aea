//! What Vault answers: 200 whatever became of it, and the truth in `responseStatus` ("Errors", "Response Status").

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::call::{self, Reply};

/// A refusal, of a request or of one of its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) kind: Cow<'static, str>,
    pub(super) message: String,
    /// What a refused login says beside it.
    pub(super) class: Option<&'static str>,
}

impl Failure {
    pub(super) fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into(), class: None }
    }

    pub(super) fn data(message: impl Into<String>) -> Self {
        Self::new("INVALID_DATA", message)
    }

    pub(super) fn login(kind: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { class: Some("AUTHENTICATION_FAILED"), ..Self::new(kind, message) }
    }

    pub(super) fn session() -> Self {
        Self::new("INVALID_SESSION_ID", "Invalid or expired session ID.")
    }

    pub(super) fn url(path: &str) -> Self {
        Self::new("MALFORMED_URL", format!("The resource [{path}] does not exist."))
    }

    pub(super) fn method() -> Self {
        Self::new("METHOD_NOT_SUPPORTED", "The resource does not support this method.")
    }

    /// As the answer of one record in a list.
    pub(super) fn item(&self) -> Value {
        json!({"responseStatus": "FAILURE", "errors": [self.shown()]})
    }

    fn shown(&self) -> Value {
        json!({"type": self.kind, "message": self.message})
    }

    pub(super) fn reply(&self) -> Reply {
        let mut body = self.item();
        if let Some(class) = self.class {
            body["responseMessage"] = self.message.clone().into();
            body["errorType"] = class.into();
        }
        with_status(call::json(StatusCode::OK, &body), "FAILURE")
    }
}

/// A success with these fields beside its `responseStatus`.
pub(super) fn success(fields: Value) -> Reply {
    let mut body = Map::from_iter([("responseStatus".to_owned(), "SUCCESS".into())]);
    if let Value::Object(fields) = fields {
        body.extend(fields);
    }
    with_status(call::json(StatusCode::OK, &body), "SUCCESS")
}

fn with_status(mut reply: Reply, status: &'static str) -> Reply {
    reply.headers_mut().insert("x-vaultapi-status", HeaderValue::from_static(status));
    reply
}

/// Sets a header whose value is made of our own letters and digits, or of what the client sent.
pub(super) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// What a scripted status looks like when the script gives no body.
pub(crate) fn usual_error(status: StatusCode) -> Reply {
    let failure = match status.as_u16() {
        200 | 401 => Failure::session(),
        403 => Failure::new(
            "INSUFFICIENT_ACCESS",
            "User does not have sufficient privileges to perform the action.",
        ),
        404 => Failure::url("?"),
        405 => Failure::method(),
        400..=499 => Failure::data("The request cannot be processed."),
        _ => Failure::new("UNEXPECTED_ERROR", "General error."),
    };
    let mut body = failure.item();
    let said = if status.is_server_error() { "EXCEPTION" } else { "FAILURE" };
    body["responseStatus"] = said.into();
    with_status(call::json(status, &body), said)
}
