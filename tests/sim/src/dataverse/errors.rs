//! Errors of the Web API ("Compose HTTP requests and handle errors", "Web service error codes").

use http::StatusCode;
use http::header::RETRY_AFTER;
use serde_json::json;

use super::schema::Table;
use crate::call::{self, Reply};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    /// `0x80040217`.
    pub(super) code: &'static str,
    pub(super) message: String,
    /// Seconds.
    pub(super) retry_after: Option<u64>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// The URL makes no sense.
    pub(super) fn request(message: impl Into<String>) -> Self {
        Self::bad("0x80060888", message)
    }

    pub(super) fn no_resource(segment: &str) -> Self {
        let message = format!("Resource not found for the segment '{segment}'.");
        Self::new(StatusCode::NOT_FOUND, "0x8006088a", message)
    }

    pub(super) fn no_row(table: &Table, id: &str) -> Self {
        let message = format!("{} With Id = {id} Does Not Exist", table.name);
        Self::new(StatusCode::NOT_FOUND, "0x80040217", message)
    }

    pub(super) fn no_key(table: &Table) -> Self {
        let message =
            format!("A record with the specified key values does not exist in {} entity", table.name);
        Self::new(StatusCode::NOT_FOUND, "0x80060891", message)
    }

    pub(super) fn no_property(name: &str, kind: &str) -> Self {
        Self::request(format!(
            "Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{kind}'."
        ))
    }

    /// The body is not what the table expects; `why` is what the OData library says.
    pub(super) fn payload(table: &Table, why: &str) -> Self {
        Self::bad(
            "0x80048d19",
            format!(
                "Error identified in Payload provided by the user for Entity :'{}', For more information on this \
                 error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  \
                 InnerException : Microsoft.OData.ODataException: {why}",
                table.set
            ),
        )
    }

    pub(super) fn too_long(table: &Table, column: &str, longest: usize) -> Self {
        Self::bad(
            "0x80044331",
            format!(
                "A validation error occurred. The length of the '{column}' attribute of the '{}' entity exceeded \
                 the maximum allowed length of '{longest}'.",
                table.name
            ),
        )
    }

    pub(super) fn no_option(table: &Table, column: &str, value: i64, accepted: &str) -> Self {
        Self::bad(
            "0x8004431a",
            format!(
                "A validation error occurred.  The value {value} of '{column}' on record of type '{}' is outside \
                 the valid range. Accepted Values: {accepted}",
                table.name
            ),
        )
    }

    pub(super) fn version_mismatch() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "0x80060882",
            "The version of the existing record doesn't match the RowVersion property provided.",
        )
    }

    pub(super) fn duplicate() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "0x80040237",
            "A record with matching key values already exists.",
        )
    }

    pub(super) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(super) fn not_supported(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, code, message)
    }

    pub(super) fn wrong_method(method: &http::Method) -> Self {
        let message = format!("The requested resource does not support http method '{method}'.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "0x0", message)
    }

    /// The token of changes is too old.
    pub(super) fn expired_version() -> Self {
        Self::bad(
            "0x80044352",
            "Version stamp associated with the client has expired. Please perform a full sync.",
        )
    }

    pub(super) fn throttled(code: &'static str, message: String, retry_after: u64) -> Self {
        let retry_after = Some(retry_after);
        Self { retry_after, ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, message) }
    }

    pub(super) fn reply(&self) -> Reply {
        let body = json!({"error": {"code": self.code, "message": self.message}});
        let mut reply = call::json(self.status, &body);
        if let Some(seconds) = self.retry_after {
            reply.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        reply
    }
}

/// What a scripted status looks like when the script gives no body.
pub(crate) fn usual_error(status: StatusCode) -> Reply {
    let (code, message) = match status.as_u16() {
        401 => return call::empty(status),
        403 => ("0x80040220", "Principal user is missing a privilege."),
        404 => ("0x80040217", "The specified record was not found."),
        412 => return ApiError::version_mismatch().reply(),
        429 => {
            ("0x80072322", "Number of requests exceeded the limit of 6000 over time window of 300 seconds.")
        }
        503 => ("0x80044151", "The server is busy and the request was not completed. Try again later."),
        _ => ("0x80040216", "An unexpected error occurred."),
    };
    ApiError::new(status, code, message).reply()
}
