//! Errors of the REST API: always a list, never a `Retry-After` ("Status Codes and Error Responses").

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::call::{self, Reply};

/// A refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// The fields at fault; `None` where the error is not about a record.
    pub(super) fields: Option<Vec<String>>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: None }
    }

    /// A record that is not as it should be.
    pub(super) fn record(code: &'static str, message: String, fields: &[&str]) -> Self {
        let fields = Some(fields.iter().map(|field| (*field).to_owned()).collect());
        Self { status: StatusCode::BAD_REQUEST, code, message, fields }
    }

    pub(super) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn invalid_session() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", "Session expired or invalid")
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource does not exist")
    }

    pub(super) fn deleted() -> Self {
        Self::new(StatusCode::NOT_FOUND, "ENTITY_IS_DELETED", "entity is deleted")
    }

    pub(super) fn no_external_id() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "Provided external ID field does not exist or is not accessible",
        )
    }

    pub(super) fn method_not_allowed(method: &Method) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            format!("HTTP Method '{method}' not allowed."),
        )
    }

    pub(super) fn limit_exceeded() -> Self {
        Self::new(StatusCode::FORBIDDEN, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    }

    pub(super) fn json(message: impl std::fmt::Display) -> Self {
        Self::bad_request("JSON_PARSER_ERROR", message.to_string())
    }

    pub(super) fn reply(&self) -> Reply {
        let mut error = json!({"message": self.message, "errorCode": self.code});
        if let Some(fields) = &self.fields {
            error["fields"] = json!(fields);
        }
        call::json(self.status, &Value::Array(vec![error]))
    }
}

/// What a scripted status looks like when the script gives no body.
pub(crate) fn usual_error(status: StatusCode) -> Reply {
    let (code, message) = match status.as_u16() {
        401 => ("INVALID_SESSION_ID", "Session expired or invalid"),
        403 => ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        404 => ("NOT_FOUND", "The requested resource does not exist"),
        400..=499 => ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record"),
        503 => ("SERVER_UNAVAILABLE", "Server too busy. Please wait and retry."),
        _ => (
            "UNKNOWN_EXCEPTION",
            "An unexpected error occurred. Please include this ErrorId if you contact support: \
             1463915829-21 (-1218931462)",
        ),
    };
    ApiError::new(status, code, message).reply()
}
