//! The service user: who asks people, and passes on what the customer says.

use serde::Deserialize;
use tieline_sdk::{Failure, Identity, graph};

/// The connection's signed-in service user.
#[derive(Deserialize)]
pub(crate) struct Service {
    /// Object id.
    pub(crate) id: String,
}

/// Who it is.
pub(crate) fn user() -> Result<Service, Failure> {
    graph::get("/me").select(&["id"]).identity(Identity::Service).fetch()
}
