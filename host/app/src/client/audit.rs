//! The audit, as the CLI asks for it.

use tieline_types::{
    TenantId,
    api::{AuditHead, AuditRecord, AuditVerdict, Page},
};

use super::{Client, ClientError};

impl Client {
    /// Records of a tenant's chain, or of the host's own. `query` as the API takes it: `who`, `action`, `target`, `since`,
    /// `after`, `limit`.
    pub(crate) async fn audit(
        &self,
        tenant: Option<&TenantId>,
        query: &[(&str, String)],
    ) -> Result<Page<AuditRecord>, ClientError> {
        self.get("listing the audit", &of(tenant, &["audit"]), query).await
    }

    /// Verifies every chain.
    pub(crate) async fn verify_audits(&self) -> Result<Vec<AuditVerdict>, ClientError> {
        self.get("verifying the audit", &["audit", "verifications"], &[]).await
    }

    /// Verifies one chain; against a head that it had at some time, if one is remembered.
    pub(crate) async fn verify_audit(
        &self,
        tenant: Option<&TenantId>,
        remembered: Option<&AuditHead>,
    ) -> Result<AuditVerdict, ClientError> {
        let query: Vec<_> = remembered
            .into_iter()
            .flat_map(|head| [("seq", head.seq.to_string()), ("digest", head.digest.to_string())])
            .collect();
        self.get("verifying the audit", &of(tenant, &["audit", "verification"]), &query).await
    }
}

fn of<'a>(tenant: Option<&'a TenantId>, path: &[&'a str]) -> Vec<&'a str> {
    tenant.into_iter().flat_map(|tenant| ["tenants", tenant.as_str()]).chain(path.iter().copied()).collect()
}
