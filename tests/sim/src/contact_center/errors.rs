//! What the contact centre refuses with ("Error Body", "Authorization Errors", "Other Errors").

use std::borrow::Cow;

use http::StatusCode;
use serde_json::json;

use crate::call::{self, Reply};

#[derive(Clone, Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    pub(super) message: Cow<'static, str>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn forbidden(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(super) fn no_session() -> Self {
        Self::new(StatusCode::NOT_FOUND, "5005", "Chat session is not found")
    }

    /// Of our own contract: no published error is about a party.
    pub(super) fn no_party() -> Self {
        Self::new(StatusCode::NOT_FOUND, "5010", "Chat party is not found")
    }

    pub(super) fn unreadable(error: &serde_json::Error) -> Self {
        let message = format!("Error decoding JSON request body: {error}");
        Self::new(StatusCode::BAD_REQUEST, "5003", message)
    }

    pub(super) fn reply(&self) -> Reply {
        call::json(self.status, &json!({ "error_code": self.code, "error_message": self.message }))
    }
}

/// The body that comes with a scripted status.
pub(crate) fn usual_error(status: StatusCode) -> Reply {
    let (code, message) = match status {
        StatusCode::NOT_FOUND => ("5005", "Chat session is not found"),
        StatusCode::SERVICE_UNAVAILABLE => ("5001", "No server is available to accept chat connection"),
        StatusCode::GATEWAY_TIMEOUT => ("5000", "Timeout - chat server takes too long to respond"),
        StatusCode::INTERNAL_SERVER_ERROR => ("5500", "internal server error"),
        _ => ("5955", "Unspecified server error"),
    };
    ApiError::new(status, code, message).reply()
}
