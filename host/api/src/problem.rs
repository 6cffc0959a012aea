//! Errors as the API answers them: `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tieline_types::Problem;
use utoipa::ToSchema;

/// What to do about a request that is written wrong.
pub(crate) const LOOK_UP: &str = "Mend it and ask again; /api/openapi.json says what each operation takes.";

/// The body of every error answer. Programs go by `code`, people by `detail` and `remedy`; neither holds a
/// secret, a stack or a cause that only the log should tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemDocument {
    /// `urn:tieline:problem:` and the code.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was asked for and why it was refused, in a sentence.
    pub detail: String,
    /// Stable and dotted, for programs.
    pub code: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The single difficulties, where there may be several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Problem>,
}

impl ProblemDocument {
    /// The problem under a status.
    pub fn new(status: StatusCode, problem: Problem) -> Self {
        Self {
            r#type: format!("urn:tieline:problem:{}", problem.code),
            title: status.canonical_reason().unwrap_or("Error").into(),
            status: status.as_u16(),
            detail: problem.message,
            code: problem.code,
            remedy: problem.remedy,
            errors: Vec::new(),
        }
    }

    /// Several problems under a status, with a sentence over them.
    pub fn several(status: StatusCode, over: Problem, errors: Vec<Problem>) -> Self {
        Self { errors, ..Self::new(status, over) }
    }

    /// A part of the request that cannot be read, with the place.
    pub fn malformed(code: &str, what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Problem::new(code, what).remedy(LOOK_UP))
    }
}

impl IntoResponse for ProblemDocument {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let kind = HeaderValue::from_static("application/problem+json");
        (status, [(header::CONTENT_TYPE, kind)], body).into_response()
    }
}
