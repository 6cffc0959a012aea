//! OneNote's errors have numbers for codes ("Error codes for OneNote APIs in Microsoft Graph").

use http::StatusCode;

use crate::graph::errors::GraphError;

pub(super) fn no_access() -> GraphError {
    GraphError::new(
        StatusCode::FORBIDDEN,
        "30108",
        "OneDrive for Business for this user account cannot be retrieved, or is not shared with the caller.",
    )
}

pub(super) fn no_resource() -> GraphError {
    GraphError::new(StatusCode::NOT_FOUND, "20102", "The specified resource ID does not exist.")
}

pub(super) fn bad_id(id: &str) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "20112", format!("Invalid Entity ID specified: {id}."))
}

pub(super) fn name_exists() -> GraphError {
    GraphError::new(StatusCode::CONFLICT, "20117", "An item with this name already exists in this location.")
}

pub(super) fn bad_name(why: String) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "20153", why)
}

pub(super) fn no_presentation() -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "20001", "Entity body must contain a Presentation part.")
}

pub(super) fn two_presentations() -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "20002", "Entity body may contain one Presentation part only.")
}

pub(super) fn too_large() -> GraphError {
    GraphError::new(StatusCode::PAYLOAD_TOO_LARGE, "30104", "The request is larger than 4 MB.")
}

pub(super) fn full() -> GraphError {
    let status = StatusCode::INSUFFICIENT_STORAGE;
    GraphError::new(status, "30102", "The maximum number of pages is reached for this section.")
}

pub(super) fn malformed(why: impl Into<String>) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "20108", why.into())
}

pub(super) fn bad_patch(why: impl Into<String>) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "20109", why.into())
}

pub(super) fn bad_patch_content(why: impl Into<String>) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "20121", why.into())
}
