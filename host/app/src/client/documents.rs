//! Tenant documents, as the CLI asks for them.

use reqwest::Method;
use tieline_types::{TenantId, api::ApplyReport};

use super::{Client, ClientError};
use crate::document::{Shown, Upload};

impl Client {
    /// The tenant as it was applied last, without its secrets.
    pub(crate) async fn document(&self, tenant: &TenantId) -> Result<Shown, ClientError> {
        self.get("reading the tenant", &["tenants", tenant.as_str()], &[]).await
    }

    /// What [`apply`](Self::apply) would change.
    pub(crate) async fn compare(&self, upload: &Upload) -> Result<ApplyReport, ClientError> {
        let path = ["tenants", upload.document.tenant.id.as_str(), "difference"];
        self.answer("comparing the document", self.json(Method::POST, &path, &upload.document)?).await
    }
}
