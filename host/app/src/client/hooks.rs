//! Webhooks of connectors, as the CLI asks for them.

use reqwest::Method;
use tieline_types::{
    InstallationKey, TenantId,
    api::{HookDetail, HookSummary, RotateRequest},
};

use super::{Client, ClientError};

impl Client {
    pub(crate) async fn hooks(&self, tenant: &TenantId) -> Result<Vec<HookSummary>, ClientError> {
        self.list("listing webhooks", &["tenants", tenant.as_str(), "hooks"]).await
    }

    pub(crate) async fn hook(&self, key: &InstallationKey, hook: &str) -> Result<HookDetail, ClientError> {
        self.get("reading the webhook", &of(key, hook), &[]).await
    }

    pub(crate) async fn rotate_hook(
        &self,
        key: &InstallationKey,
        hook: &str,
        request: &RotateRequest,
    ) -> Result<HookDetail, ClientError> {
        let path: Vec<&str> = of(key, hook).into_iter().chain(["rotate"]).collect();
        self.answer("rotating the webhook's secret", self.json(Method::POST, &path, request)?).await
    }
}

fn of<'a>(key: &'a InstallationKey, hook: &'a str) -> [&'a str; 6] {
    ["tenants", key.tenant.as_str(), "installations", key.installation.as_str(), "hooks", hook]
}
