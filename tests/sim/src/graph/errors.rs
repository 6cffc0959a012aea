//! Graph's errors ("Microsoft Graph error responses and resource types", and bodies seen in the
//! wild where the documentation has none).

use std::borrow::Cow;

use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::call::{Call, Reply};
use crate::{clock, ids};

/// A refusal of Graph.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GraphError {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: Cow<'static, str>,
}

impl GraphError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(super) fn invalid_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    /// The notification endpoint did not prove that it wants notifications.
    pub(super) fn validation(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }

    pub(super) fn unauthenticated(message: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message)
    }

    pub(super) fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message)
    }

    pub(super) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", message)
    }

    /// The directory's way of saying that there is no such object.
    pub(super) fn no_object(id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are \
             not present."
            ),
        )
    }

    pub(super) fn unknown_segment(segment: &str) -> Self {
        Self::bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )
    }

    pub(super) fn reply(&self, call: &Call<'_>) -> Reply {
        let id = ids::fresh_guid();
        let client_id = call.header("client-request-id").unwrap_or(&id);
        let mut reply = super::json(
            self.status,
            &json!({"error": {
                "code": self.code,
                "message": self.message,
                "innerError": {
                    "date": clock::graph_error(clock::now_ms()),
                    "request-id": id,
                    "client-request-id": client_id,
                },
            }}),
        );
        super::set(reply.headers_mut(), "request-id", &id);
        if self.status == StatusCode::UNAUTHORIZED {
            reply.headers_mut().insert("www-authenticate", HeaderValue::from_static(
                r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000""#,
            ));
        }
        reply
    }
}

/// What a scripted status looks like when the script gives no body.
pub(crate) fn usual_error(call: &Call<'_>, status: StatusCode) -> Reply {
    let (code, message) = match status.as_u16() {
        400 => ("BadRequest", "Bad request."),
        401 => ("InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
        402 => ("PaymentRequired", "Payment is required."),
        403 => ("Forbidden", "Forbidden"),
        404 => ("NotFound", "NotFound"),
        409 => ("Conflict", "Conflict"),
        410 => ("Gone", "Gone"),
        412 => ("PreconditionFailed", "Precondition failed."),
        429 => ("TooManyRequests", "Please retry again later."),
        500 => ("InternalServerError", "Failed to process the request."),
        502 => ("BadGateway", "Failed to execute backend request."),
        503 => ("ServiceUnavailable", "The service is temporarily unavailable."),
        504 => ("GatewayTimeout", "The request timed out."),
        _ => ("UnknownError", ""),
    };
    GraphError::new(status, code, message).reply(call)
}
