//! The answer to a change of configuration.

use axum::{
    Extension, Json,
    response::{IntoResponse, Response},
};
use tieline_audit::Changed;
use tieline_types::api::ApplyReport;

/// What was changed: for whoever asked, and for the audit.
pub(crate) struct Applied(pub(crate) ApplyReport);

impl IntoResponse for Applied {
    fn into_response(self) -> Response {
        (Extension(Changed::report(&self.0)), Json(self.0)).into_response()
    }
}
